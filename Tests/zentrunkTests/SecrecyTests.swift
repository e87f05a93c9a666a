import Foundation
import HTTPTypes
import Synchronization
import Testing
import ZentrunkCore
import ZentrunkCurl
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkSandbox

@Suite("No secret leaves by any other way than a request")
struct SecrecyTests {
    /// Answers writes whose body has that field with an error that quotes body and key; keeps what was secret in them.
    private final class QuotingTransport: HTTPTransport {
        let base: any HTTPTransport
        let spill: Spill
        let passwords = Mutex<Set<String>>([])

        init(_ base: any HTTPTransport, _ spill: Spill) {
            self.base = base
            self.spill = spill
        }

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            let text = String(decoding: request.body, as: UTF8.self)
            let json = try? JSONValue(parsing: request.body)
            let found = [json?["password"], json?["outboundAuthenticationPlan"]?["authPassword"]].compactMap {
                $0?.string
            }
            passwords.withLock { $0.formUnion(found) }
            guard request.access == .write, let field = spill.field, text.contains(field) else {
                return try await base.send(request)
            }
            let key = request.head.headerFields[.authorization] ?? ""
            let quoted: JSONValue = .string("cannot take \(text) of \(key)")
            let body: JSONValue = ["error": quoted, "message": quoted, "Error": quoted]
            return TransportResponse(head: HTTPResponse(status: .init(code: spill.status)), body: body.bytes())
        }
    }

    struct Spill: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// Quoted in an error answer when it stands in the body; nil for no error.
        var field: String?
        var status = 400

        static let all = [
            Spill(testDescription: "nothing fails"),
            Spill(testDescription: "the carrier quotes the password", field: "\"password\""),
            Spill(testDescription: "the platform quotes the password", field: "\"authPassword\""),
            Spill(testDescription: "the carrier quotes the password in a 401", field: "\"password\"", status: 401),
            Spill(testDescription: "the platform quotes the password in a 500", field: "\"authPassword\"", status: 500),
        ]
    }

    @Test("Not in events, plans, reports, errors or the journal", arguments: Combination.fullest, Spill.all)
    func library(_ asked: Combination, _ spill: Spill) async throws {
        try await withFolder { folder async throws in
            try await World.run { world async throws in
                let events = RunEvents()
                let listening = Task { await events.reduce(into: "") { $0 += "\($1.json.text())\n\($1)\n" } }
                let journal = try SQLiteJournal(directory: folder)
                let quoting = QuotingTransport(try CurlTransport(), spill)
                let connector = try world.connector(asked.pairing, journal: journal, events: events) { _ in quoting }
                let plan = try await connector.plan(asked.request)
                let report = await connector.apply(plan, consent: true, reporting: events)
                #expect((report.error == nil) == (spill.field == nil))
                var text = await listening.value
                for value in [plan, report, connector, journal] as [Any] {
                    text += "\(value)\n" + String(reflecting: value)
                    dump(value, to: &text)
                }
                if let error = report.error { text += "\(error.message) \(error.vendorMessage ?? "") \(error.next)" }
                let passwords = quoting.passwords.withLock { $0 }
                try #require(!passwords.isEmpty)
                for secret in Self.keys(world, asked.pairing) + passwords {
                    #expect(!text.contains(secret))
                    try Self.check(folder, secret)
                }
            }
        }
    }

    /// The keys, and the form in which Plivo's is sent.
    private static func keys(_ world: World, _ pairing: Pairing) -> [String] {
        let variables = pairing.adapter.platform.settings.filter(\.isSecret).map(\.variable) + ["PLIVO_AUTH_TOKEN"]
        let basic = Data("\(PlivoService.authID):\(PlivoService.authToken)".utf8).base64EncodedString()
        return variables.compactMap { world.sandbox.environment[$0] } + [basic]
    }

    private static func check(_ folder: String, _ secret: String) throws {
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            let bytes = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
            #expect(bytes.range(of: Data(secret.utf8)) == nil, "in \(name)")
        }
    }

    @Test("Not on stdout, on stderr or in the state folder", arguments: Pairing.all, [[], ["--json"], ["--events"]])
    func command(_ pairing: Pairing, _ options: [String]) async throws {
        try await Desk.run { desk async throws in
            let key = try #require(pairing.adapter.platform.settings.first(where: \.isSecret)?.variable)
            let keys = ["PLIVO_AUTH_TOKEN", key].compactMap { desk.sandbox.environment[$0] }
            let arguments = ["connect", pairing.id, "-n", "+14155550100", "--auth", "credentials"] + options
            let program = Program(arguments, sandbox: desk.sandbox, state: desk.folder)
            desk.sandbox.setFaults([
                .failing(write: 3, with: .refused("the keys are \(keys.joined(separator: " and "))"))
            ])
            let failed = try await program.run()
            #expect(failed.status == 6, "\(failed.stderr)")
            desk.sandbox.setFaults([])
            let done = try await program.run()
            #expect(done.status == 0, "\(done.stderr)")
            let passwords = desk.sandbox.requests.compactMap { $0.document?["password"]?.string }
            #expect(!passwords.isEmpty)
            for secret in keys + passwords {
                for text in [failed.stdout, failed.stderr, done.stdout, done.stderr] {
                    #expect(!text.contains(secret))
                }
                try Self.check(desk.folder, secret)
            }
        }
    }
}
