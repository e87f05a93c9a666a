import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit
@_spi(Adapter) import ZentrunkVapi
import ZentrunkVapiSandbox

@Suite("The conformance kit notices an adapter's mistake")
struct MistakenAdapterTests {
    /// A mistake in Vapi's template, and the case that has to notice it.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var right: String
        var wrong: String
        var table: AdapterConformance.Table
        /// A part of the case's name.
        var part: String
        var testDescription: String { "\(right) → \(wrong)" }

        static let all = [
            Mistake(
                right: #""true": 5061"#, wrong: #""true": 5060"#, table: .matrix,
                part: "outbound credentials secure 1 numbers with an agent"),
            Mistake(
                right: #""outboundLeadingPlusEnabled": true,"#, wrong: "", table: .handChanges,
                part: "outboundLeadingPlusEnabled"),
            Mistake(
                right: #""number": "+91*""#, wrong: #""number": "+999*""#, table: .refusals, part: "+918012345678"),
            // The conditions name a choice that is missing, so the template cannot be read.
            Mistake(
                right: #"["ip-acl", "credentials"], "default""#, wrong: #"["ip-acl"], "default""#, table: .matrix,
                part: "listing the cases"),
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

        init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) throws {
            base = try VapiAdapter(settings: settings, values: values, transport: transport)
        }

        func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue {
            try base.facts(for: connection, carrier: carrier)
        }
    }

    @Test("In the template", arguments: Mistake.all)
    func template(_ mistake: Mistake) async throws {
        try #require(String(decoding: VapiAdapter.template, as: UTF8.self).contains(mistake.right))
        let conformance = AdapterConformance(Pairing(MistakenAdapter.self, VapiService.self))
        try await Mistake.$current.withValue(mistake) {
            let checks = conformance.cases(mistake.table).filter { $0.name.contains(mistake.part) }
            try #require(!checks.isEmpty)
            await withKnownIssue {
                for check in checks { try await check.run() }
            }
        }
    }
}
