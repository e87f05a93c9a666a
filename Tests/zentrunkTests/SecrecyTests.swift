import Foundation
import HTTPTypes
import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkSandbox

@Suite("No secret leaves by any other way than a request")
struct SecrecyTests {
    /// Answers one vendor's n-th write with an error that quotes the request's body and key.
    private struct QuotingTransport: HTTPTransport {
        let base: any HTTPTransport
        let status: Int
        let secret: @Sendable (String) -> Bool

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            let text = String(decoding: request.body, as: UTF8.self)
            guard request.access == .write, secret(text) else { return try await base.send(request) }
            let key = request.head.headerFields[.authorization] ?? ""
            let quoted: JSONValue = .string("cannot take \(text) of \(key)")
            let body: JSONValue = ["error": quoted, "message": quoted, "Error": quoted]
            return TransportResponse(head: HTTPResponse(status: .init(code: status)), body: body.bytes())
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
                let connector = try world.connector(asked.pairing, journal: journal, events: events) { base in
                    QuotingTransport(base: base, status: spill.status) { body in
                        spill.field.map { body.contains($0) } ?? false
                    }
                }
                let plan = try await connector.plan(asked.request)
                let report = await connector.apply(plan, consent: true, reporting: events)
                #expect((report.error == nil) == (spill.field == nil))
                var text = await listening.value
                for value in [plan, report, connector, journal] as [Any] {
                    text += "\(value)\n" + String(reflecting: value)
                    dump(value, to: &text)
                }
                if let error = report.error { text += "\(error.message) \(error.vendorMessage ?? "") \(error.next)" }
                for leak in try await Self.secrets(world, asked) { #expect(!text.contains(leak)) }
                try await Self.checkFiles(folder, world, asked)
            }
        }
    }

    /// The keys, and every password that any run sent.
    private static func secrets(_ world: World, _ asked: Combination) async throws -> [String] {
        // The quoting transport swallowed the password of its run: a clean one learns what passwords look like.
        if !world.sandbox.requests.contains(where: { $0.document?["password"] != nil }) {
            try await world.connect(try world.connector(asked.pairing), asked.request)
        }
        let passwords = world.sandbox.requests.compactMap(\.document).flatMap {
            [$0["password"]?.string, $0["outboundAuthenticationPlan"]?["authPassword"]?.string].compactMap { $0 }
        }
        try #require(!passwords.isEmpty)
        let keys = asked.pairing.adapter.platform.settings.filter(\.isSecret).map(\.variable) + ["PLIVO_AUTH_TOKEN"]
        let values = keys.compactMap { world.sandbox.environment[$0] }
        let basic = Data("\(PlivoService.authID):\(PlivoService.authToken)".utf8).base64EncodedString()
        return passwords + values + [basic]
    }

    private static func checkFiles(_ folder: String, _ world: World, _ asked: Combination) async throws {
        let secrets = try await secrets(world, asked)
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            guard let bytes = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            let text = String(decoding: bytes, as: UTF8.self)
            for secret in secrets { #expect(!text.contains(secret), "in \(name)") }
        }
    }

    @Test("Not on stdout, stderr or the process list", arguments: Pairing.all, [[], ["--json"], ["--events"]])
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
            }
        }
    }
}
