import Foundation
import HTTPTypes
import Synchronization
import Testing
import ZentrunkCore
import ZentrunkCurl
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkSandbox

@Suite("Secrets are sent only in requests")
struct SecrecyTests {
    /// Answers one side's writes that have a password with an error that quotes the body and the key. Records the
    /// secrets.
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
            let found = Canary.passwords(in: (try? JSONValue(parsing: request.body)) ?? .null)
            passwords.withLock { $0.formUnion(found) }
            let side: Side = request.head.path?.contains("/Account/") == true ? .carrier : .platform
            guard request.access == .write, spill.side == side, !found.isEmpty else {
                return try await base.send(request)
            }
            let key = request.head.headerFields.map(\.value).joined(separator: ", ")
            let quoted: JSONValue = .string("cannot take \(text) of \(key)")
            let body: JSONValue = ["error": quoted, "message": quoted, "Error": quoted]
            return TransportResponse(head: HTTPResponse(status: .init(code: spill.status)), body: body.bytes())
        }
    }

    struct Spill: Sendable, CustomTestStringConvertible {
        var testDescription: String
        /// The side that quotes requests in its errors; nil for neither.
        var side: Side?
        var status = 400

        static let all = [
            Spill(testDescription: "nothing fails"),
            Spill(testDescription: "the carrier quotes the password", side: .carrier),
            Spill(testDescription: "the platform quotes the password", side: .platform),
            Spill(testDescription: "the carrier quotes the password in a 401", side: .carrier, status: 401),
            Spill(testDescription: "the platform quotes the password in a 500", side: .platform, status: 500),
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
                #expect((report.error == nil) == (spill.side == nil))
                var text = await listening.value
                for value in [plan, report, connector, journal] as [Any] {
                    text += "\(value)\n" + String(reflecting: value)
                    dump(value, to: &text)
                }
                if let error = report.error { text += "\(error.message) \(error.vendorMessage ?? "") \(error.next)" }
                let passwords = quoting.passwords.withLock { $0 }
                try #require(!passwords.isEmpty)
                for secret in Canary.keys(world.sandbox, asked.pairing) + passwords {
                    #expect(!text.contains(secret))
                    try Self.check(folder, secret)
                }
            }
        }
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
            let arguments = pairing.command("connect", "--auth", "credentials") + options
            let program = Program(arguments, sandbox: desk.sandbox, state: desk.folder)
            desk.sandbox.setFaults([
                .failing(write: 3, with: .refused("the keys are \(keys.joined(separator: " and "))"))
            ])
            let failed = try await program.run()
            #expect(failed.status == 6, "\(failed.stderr)")
            desk.sandbox.setFaults([])
            let done = try await program.run()
            #expect(done.status == 0, "\(done.stderr)")
            let passwords = desk.sandbox.requests.flatMap { Canary.passwords(in: $0.document ?? .null) }
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
