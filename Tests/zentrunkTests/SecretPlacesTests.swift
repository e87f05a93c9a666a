import Foundation
import HTTPTypes
import Synchronization
import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkPlivo
import ZentrunkSandbox

@Suite("Each secret is only where it belongs")
struct SecretPlacesTests {
    /// Sends requests and records them completely, including header fields.
    private final class Recorder: HTTPTransport {
        private let base: any HTTPTransport
        let sent = Mutex<[TransportRequest]>([])

        init(_ base: any HTTPTransport) { self.base = base }

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            sent.withLock { $0.append(request) }
            return try await base.send(request)
        }
    }

    /// A text in a document, with the members that lead to it, without list indices.
    private struct Leaf {
        var path: [String]
        var text: String

        static func all(in value: JSONValue, _ path: [String] = []) -> [Leaf] {
            switch value {
            case .string(let text): [Leaf(path: path, text: text)]
            case .array(let elements): elements.flatMap { all(in: $0, path) }
            case .object(let members): members.flatMap { all(in: $1, path + [$0]) }
            default: []
            }
        }
    }

    /// Returns the members that lead to each write-only field.
    private static func writeOnly(_ field: Field, _ path: [String] = []) -> [[String]] {
        if field.isWriteOnly { return [path] }
        return switch field.shape {
        case .object(let members): members.flatMap { writeOnly($1, path + [$0]) }
        case .list(let element, _): writeOnly(element, path)
        default: []
        }
    }

    private static func kinds(_ pairing: Pairing, _ environment: [String: String]) throws -> [KindDescription] {
        let settings = PlatformSettings(environment.mapValues { Secret($0) }, redactor: Redactor())
        let nobody = Recorder(Nobody())
        return
            (try PlivoCarrier(settings: settings, transport: nobody).kinds
            + pairing.adapter.init(settings: settings, transport: nobody).kinds).map(\.description)
    }

    private struct Nobody: HTTPTransport {
        func send(_ request: TransportRequest) async throws -> TransportResponse {
            throw TransportError(code: .refused, delivery: .notSent, message: "nobody is asked here")
        }
    }

    /// A side: its host, the keys it may receive, and the fields in which it may receive passwords.
    private struct Half {
        var host: String
        /// In all forms in which they are sent.
        var keys: [String]
        var places: [[String]]
        var fields: Set<HTTPField.Name>
    }

    private static func halves(_ world: World, _ pairing: Pairing) throws -> (carrier: Half, platform: Half) {
        let environment = world.sandbox.environment
        func half(_ side: Side, _ url: String?, _ keys: [String?], _ field: String) throws -> Half {
            let places = try kinds(pairing, environment).filter { $0.side == side }.flatMap {
                $0.fields.flatMap { writeOnly($1, [$0]) }
            }
            return Half(
                host: String(try #require(url).drop { $0 != "/" }.dropFirst(2)), keys: keys.compactMap { $0 },
                places: places, fields: [try #require(HTTPField.Name(field))])
        }
        let basic = Data("\(PlivoService.authID):\(PlivoService.authToken)".utf8).base64EncodedString()
        let keys = pairing.adapter.platform.settings.filter(\.isSecret).map { environment[$0.variable] }
        return (
            try half(
                .carrier, world.sandbox.url(of: "plivo"), [environment["PLIVO_AUTH_TOKEN"], basic], "authorization"),
            try half(.platform, world.sandbox.url(of: pairing.vendor), keys, pairing.facts.keyField)
        )
    }

    @Test("In every request of every combination, taken down again", arguments: Combination.all)
    func requests(_ asked: Combination) async throws {
        try await World.run { world async throws in
            var kept: Recorder?
            let connector = try world.connector(asked.pairing) { base in
                let recorder = Recorder(base)
                kept = recorder
                return recorder
            }
            #expect(try await world.connect(connector, try asked.request).error == nil)
            #expect(try await world.disconnect(connector, DisconnectionRequest(name: asked.name)).error == nil)
            let sent = try #require(kept).sent.withLock { $0 }
            let (carrier, platform) = try Self.halves(world, asked.pairing)
            let deriver = PlivoSIPSecrets(
                account: PlivoService.authID, token: Secret(PlivoService.authToken), redactor: Redactor())
            let bodies = sent.map { (try? JSONValue(parsing: $0.body)) ?? .null }
            let usernames = Set(bodies.flatMap { Leaf.all(in: $0) }.map(\.text).filter(deriver.isOurs))
            let passwords = usernames.map { deriver.password(for: $0).reveal() }
            #expect(passwords.isEmpty == !(asked.goesOut && asked.authentication == "credentials" || asked.asksInbound))
            var found: Set<String> = []
            for (request, body) in zip(sent, bodies) {
                let own = request.head.authority == carrier.host ? carrier : platform
                let other = request.head.authority == carrier.host ? platform : carrier
                #expect(request.head.authority == own.host)
                Self.checkHead(request.head, own, other, passwords)
                let text = String(decoding: request.body, as: UTF8.self)
                for key in own.keys + other.keys { #expect(!text.contains(key), "\(request.head.path ?? "")") }
                for leaf in Leaf.all(in: body) {
                    for password in passwords where leaf.text.contains(password) {
                        #expect(leaf.text == password)
                        #expect(own.places.contains { leaf.path.suffix($0.count).elementsEqual($0) }, "\(leaf.path)")
                        found.insert("\(own.host) \(password)")
                    }
                }
            }
            // Each password is sent to both sides, which is the only use of it.
            #expect(found.count == 2 * passwords.count)
        }
    }

    private static func checkHead(_ head: HTTPRequest, _ own: Half, _ other: Half, _ passwords: [String]) {
        let secrets = own.keys + other.keys + passwords
        for secret in secrets { #expect(head.path?.contains(secret) == false) }
        #expect(head.method != .connect)
        for field in head.headerFields {
            for secret in other.keys + passwords { #expect(!field.value.contains(secret), "\(field.name)") }
            for key in own.keys where field.value.contains(key) {
                #expect(own.fields.contains(field.name), "\(field.name)")
            }
        }
    }

    // MARK: Templates

    @Test("In every built-in template, passwords stand in write-only fields, and every kind is looked at")
    func templates() throws {
        let environment = Self.examples
        var (seen, known): (Set<String>, Set<String>) = ([], [])
        for pairing in Pairing.all {
            let kinds = try Self.kinds(pairing, environment)
            known.formUnion(kinds.map(\.name))
            let template = try JSONValue(parsing: pairing.adapter.template)
            var count = 0
            for (key, resource) in try #require(template["resources"]?.object) {
                let kind = try #require(kinds.first { $0.name == resource["kind"]?.string })
                seen.insert(kind.name)
                let places = kind.fields.flatMap { Self.writeOnly($1, [$0]) }
                for leaf in Leaf.all(in: Self.plain(resource["body"] ?? .null)) where leaf.text.contains(".password") {
                    #expect(places.contains(leaf.path), "\(pairing.id)/\(key) \(leaf.path)")
                    #expect(leaf.text.contains(/^\$\{secrets\.[a-z]+\.password\??\}$/))
                    count += 1
                }
            }
            // There is none outside of a body.
            let text = String(decoding: pairing.adapter.template, as: UTF8.self)
            #expect(count > 0 && count == text.matches(of: /\.password/).count)
        }
        #expect(seen == known)
    }

    /// Returns the body without the conditions that select its branches.
    private static func plain(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements): .array(elements.map(plain))
        case .object(let members):
            if let cases = members["cases"]?.object, members["$select"] != nil {
                .array(cases.map { plain($1) })
            } else if let inner = members["$value"] ?? members["$spread"] {
                plain(inner)
            } else {
                .object(JSONObject(members.filter { $0.name != "$when" }.map { ($0.name, plain($0.value)) }))
            }
        default: value
        }
    }

    private static let examples: [String: String] = {
        let settings = PlivoCarrier.settings + Pairing.all.flatMap { $0.adapter.platform.settings }
        return Dictionary(settings.filter(\.isRequired).map { ($0.variable, $0.example) }) { first, _ in first }
    }()
}
