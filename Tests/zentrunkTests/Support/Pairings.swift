@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkElevenLabs
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
@_spi(Adapter) import ZentrunkLiveKit
import ZentrunkLiveKitSandbox
@_spi(Adapter) import ZentrunkPlatforms
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
@_spi(Adapter) import ZentrunkVapi
import ZentrunkVapiSandbox

// What the test kit has for one pairing, over all registered platforms.

extension Pairing {
    init(_ plugin: PlatformPlugin) { self.init(plugin.adapter, plugin.sandbox) }

    static let all = Platforms.all.map { Pairing($0) }

    // For tests that are about one platform on purpose.
    static let elevenLabs = Pairing(ElevenLabsAdapter.self, ElevenLabsService.self)
    static let liveKit = Pairing(LiveKitAdapter.self, LiveKitService.self)
    static let vapi = Pairing(VapiAdapter.self, VapiService.self)
}

extension AdapterConformance {
    /// The cases of a table, for every registered platform.
    static func all(_ table: Table) -> [Case] { Pairing.all.flatMap { AdapterConformance($0).cases(table) } }
}

extension Combination {
    /// Every state × number count × agent.
    static let all = Pairing.all.flatMap { matrix($0) }

    /// Every pairing with everything on, which makes the most objects.
    static let fullest = Pairing.all.map { fullest($0) }
}

extension Journey {
    static let connects = Pairing.all.map { connect($0) }
    static let replacements = Pairing.all.compactMap { replacement($0) }
}

extension Account {
    init(_ state: JSONValue) {
        self.init(state, idFields: Pairing.all.reduce(into: []) { $0.formUnion($1.facts.idFields) })
    }
}

extension World {
    /// Runs the body with a sandbox that has every platform.
    static func run(_ body: (World) async throws -> Void) async throws { try await run(.platforms, body) }

    /// Runs the body with two sandboxes that have every platform.
    static func runTwo(_ body: (World, World) async throws -> Void) async throws {
        try await runTwo({ .platforms }, body)
    }
}

extension PlivoState {
    /// The path of what answers the number; null for nothing.
    func route(of number: PhoneNumber) -> JSONValue { route(of: number.e164) }
}
