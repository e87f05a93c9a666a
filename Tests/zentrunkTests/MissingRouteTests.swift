import Testing
import ZentrunkTestKit

@Suite("An object is gone when its API says so, or when it is not to be found any more", .sweep(.fault))
struct MissingRouteTests {
    @Test("Each delete and each list that no server knows", arguments: AdapterConformance.all(.missingRoutes))
    func route(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
