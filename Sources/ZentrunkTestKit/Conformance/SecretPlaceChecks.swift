import Foundation
import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox

/// Each secret is sent to its own vendor, in its own field, and nowhere else.
enum SecretPlaceChecks {
    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        Combination.matrix(pairing).map { asked in
            AdapterConformance.Case(asked.title) { try await requests(asked) }
        }
    }

    /// Sends, and keeps what it sent as it left, header fields included.
    private final class Recorder: HTTPTransport {
        private let base: any HTTPTransport
        let sent = Mutex<[TransportRequest]>([])

        init(_ base: any HTTPTransport) { self.base = base }

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            sent.withLock { $0.append(request) }
            return try await base.send(request)
        }
    }

    /// A vendor's host with the keys that may be sent to it, and the places in bodies where passwords may be.
    private struct Half {
        var host: String
        /// In every form in which they are sent.
        var keys: [String]
        var places: [[String]]
        var fields: Set<HTTPField.Name>
    }

    private static func halves(_ world: World, _ pairing: Pairing) throws -> (carrier: Half, platform: Half) {
        let environment = world.sandbox.environment
        func half(_ side: Side, _ url: String?, _ keys: [String?], _ field: String) throws -> Half {
            let places = try World.kinds(of: pairing).filter { $0.side == side }.flatMap {
                $0.fields.flatMap { name, field in
                    [name, field.names.create, field.names.update].compactMap { $0 }
                        .flatMap { field.writeOnlyPaths([$0]) }
                }
            }
            return Half(
                host: String(try #require(url).drop { $0 != "/" }.dropFirst(2)), keys: keys.compactMap { $0 },
                places: places, fields: [try #require(HTTPField.Name(field))])
        }
        let basic = Data("\(PlivoService.authID):\(PlivoService.authToken)".utf8).base64EncodedString()
        let keys = pairing.adapter.platform.settings.filter(\.isSecret).map { environment[$0.variable] }
        return (
            try half(
                .carrier, world.sandbox.url(of: PlivoService.vendor), [environment["PLIVO_AUTH_TOKEN"], basic],
                "authorization"),
            try half(.platform, world.sandbox.url(of: pairing.vendor), keys, pairing.facts.keyField)
        )
    }

    /// Looks at every request of a connect and a disconnect.
    private static func requests(_ asked: Combination) async throws {
        try await World.run(for: asked.pairing) { world async throws in
            var kept: Recorder?
            let connector = try world.connector(asked.pairing) { base in
                let recorder = Recorder(base)
                kept = recorder
                return recorder
            }
            #expect(try await world.connect(connector, try asked.request).error == nil)
            #expect(try await world.disconnect(connector, DisconnectionRequest(name: asked.name)).error == nil)
            let sent = try #require(kept).sent.withLock { $0 }
            let (carrier, platform) = try halves(world, asked.pairing)
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
                checkHead(request.head, own, other, passwords)
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
            // Each password is sent to both halves, which need it.
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
}
