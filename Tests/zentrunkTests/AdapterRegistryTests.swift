import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlatforms
@_spi(Adapter) import ZentrunkTestKit
@_spi(Adapter) import ZentrunkVapi
import ZentrunkVapiSandbox

@testable import ZentrunkCommandLine

@Suite("A command with more platforms than the built-in ones")
struct AdapterRegistryTests {
    /// Vapi under another name.
    struct OtherAdapter: PlatformAdapter {
        static let platform = PlatformDescription(
            id: "elsewhere", title: "Elsewhere", settings: VapiAdapter.platform.settings,
            verified: VapiAdapter.platform.verified)
        static var template: [UInt8] {
            Array(
                String(decoding: VapiAdapter.template, as: UTF8.self).replacing(#""vapi""#, with: #""elsewhere""#).utf8)
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

    private static let other = PlatformPlugin(Platform(OtherAdapter.self), sandbox: VapiService.self)

    @Test("Help, completions, lookups and the sandbox have the platform, and only within the command")
    func adding() throws {
        try AdapterRegistry.$current.withValue(AdapterRegistry(adding: [Self.other])) {
            #expect(AdapterRegistry.names == Platforms.all.map { $0.adapter.platform.id.description } + ["elsewhere"])
            let adapter = try AdapterRegistry.adapter("elsewhere")
            #expect(adapter.platform.title == "Elsewhere")
            let help = #expect(throws: (any Error).self) {
                try PlatformArguments(["connect", "elsewhere", "--help"]).expanded()
            }
            #expect(help.map { "\($0)".contains("ELSEWHERE OPTIONS") } == true)
            let words = try PlatformArguments(["connect", "elsewhere", "--assistant", "x"]).expanded()
            #expect(words.contains("--set"))
        }
        #expect(throws: ZentrunkError.self) { try AdapterRegistry.adapter("elsewhere") }
    }

    @Test("Two platforms of one name are a mistake of whoever built the command")
    func twins() async {
        #expect(throws: ZentrunkError.self) { try AdapterRegistry(adding: [Self.other, Self.other]) }
        #expect(throws: ZentrunkError.self) { try AdapterRegistry(adding: [Platforms.exemplary]) }
    }
}
