import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkTestKit
import ZentrunkVapi
import ZentrunkVapiSandbox

@Suite("The conformance kit notices an adapter's mistake")
struct MistakenAdapterTests {
    /// A mistake in Vapi's template, and the table that has to notice it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var right: String
        var wrong: String
        var table: AdapterConformance.Table
        var testDescription: String { "\(right) → \(wrong)" }

        static let all = [
            Mistake(right: #""true": 5061"#, wrong: #""true": 5060"#, table: .matrix),
            Mistake(right: #""outboundLeadingPlusEnabled": true,"#, wrong: "", table: .handChanges),
            Mistake(right: #"["ip-acl", "credentials"], "default""#, wrong: #"["ip-acl"], "default""#, table: .matrix),
        ]

        @TaskLocal static var current: Mistake?
    }

    /// Vapi's adapter with the current mistake.
    struct MistakenAdapter: PlatformAdapter {
        static var platform: PlatformDescription { VapiAdapter.platform }
        static var template: [UInt8] {
            let text = String(decoding: VapiAdapter.template, as: UTF8.self)
            return Array(Mistake.current.map { text.replacing($0.right, with: $0.wrong) }?.utf8 ?? text.utf8)
        }

        private let base: VapiAdapter
        var kinds: [any ResourceKind] { base.kinds }
        var account: String { base.account }

        init(settings: PlatformSettings, transport: any HTTPTransport) throws {
            base = try VapiAdapter(settings: settings, transport: transport)
        }

        func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue {
            try base.facts(for: connection, carrier: carrier)
        }
    }

    @Test("In the template", arguments: Mistake.all)
    func template(_ mistake: Mistake) async throws {
        try #require(String(decoding: VapiAdapter.template, as: UTF8.self).contains(mistake.right))
        let conformance = AdapterConformance(Pairing(MistakenAdapter.self, VapiService.self))
        await Mistake.$current.withValue(mistake) {
            await withKnownIssue {
                for check in conformance.cases(mistake.table) { try await check.run() }
            }
        }
    }
}
