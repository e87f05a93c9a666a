import Testing
@_spi(Adapter) import ZentrunkTestKit

@Suite("An object is gone only if its API says so or a complete list lacks it", .sweep(.fault))
struct MissingRouteTests {
    @Test("Each delete and each list that no server knows", arguments: AdapterConformance.all(.missingRoutes))
    func route(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
