import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox

/// No secret leaves the program by any other way than a request.
enum SecrecyChecks {
    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        Spill.all.map { spill in AdapterConformance.Case(spill.name) { try await run(.fullest(pairing), spill) } }
    }

    /// Answers one side's writes that hold a password with an error that quotes body and key. Keeps every password.
    private final class QuotingTransport: HTTPTransport {
        let base: any HTTPTransport
        let spill: Spill
        let isCarrier: @Sendable (HTTPRequest) -> Bool
        let passwords = Mutex<Set<String>>([])

        init(_ base: any HTTPTransport, _ spill: Spill, isCarrier: @escaping @Sendable (HTTPRequest) -> Bool) {
            self.base = base
            self.spill = spill
            self.isCarrier = isCarrier
        }

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            let text = String(decoding: request.body, as: UTF8.self)
            let found = Canary.passwords(in: (try? JSONValue(parsing: request.body)) ?? .null)
            passwords.withLock { $0.formUnion(found) }
            let side: Side = isCarrier(request.head) ? .carrier : .platform
            guard request.access == .write, spill.side == side, !found.isEmpty else {
                return try await base.send(request)
            }
            let key = request.head.headerFields.map(\.value).joined(separator: ", ")
            let quoted: JSONValue = .string("cannot take \(text) of \(key)")
            let body: JSONValue = ["error": quoted, "message": quoted, "Error": quoted]
            return TransportResponse(head: HTTPResponse(status: .init(code: spill.status)), body: body.bytes())
        }
    }

    private struct Spill: Sendable {
        var name: String
        /// The side that quotes what it was sent in an error answer; nil for none.
        var side: Side?
        var status = 400

        static let all = [
            Spill(name: "nothing fails"),
            Spill(name: "the carrier quotes the password", side: .carrier),
            Spill(name: "the platform quotes the password", side: .platform),
            Spill(name: "the carrier quotes the password in a 401", side: .carrier, status: 401),
            Spill(name: "the platform quotes the password in a 500", side: .platform, status: 500),
        ]
    }

    private static func run(_ asked: Combination, _ spill: Spill) async throws {
        try await withFolder { folder async throws in
            try await World.run(for: asked.pairing) { world async throws in
                let events = RunEvents()
                let listening = Task { await events.reduce(into: "") { $0 += "\($1.json.text())\n\($1)\n" } }
                let journal = try SQLiteJournal(directory: folder)
                let carrier = world.sandbox.plivoURL
                let quoting = QuotingTransport(world.transport, spill) { head in
                    head.authority.map(carrier.hasSuffix) ?? false
                }
                let connector = try world.connector(asked.pairing, journal: journal) { _ in quoting }
                let plan = try await connector.plan(asked.request, reporting: events)
                let report = await connector.apply(plan, consent: true, reporting: events)
                #expect((report.error == nil) == (spill.side == nil))
                var text = await listening.value
                for value in [plan, report, connector, journal] as [Any] {
                    text += "\(value)\n" + String(reflecting: value)
                    dump(value, to: &text)
                }
                if let error = report.error {
                    text += "\(error.message) \(error.vendorMessage ?? "") \(error.remedies)"
                }
                let passwords = quoting.passwords.withLock { $0 }
                try #require(!passwords.isEmpty)
                let canary = Canary(Canary.keys(world.sandbox, asked.pairing) + passwords)
                #expect(canary.found(in: text) == [])
                #expect(try canary.found(inFolder: folder) == [])
            }
        }
    }
}
