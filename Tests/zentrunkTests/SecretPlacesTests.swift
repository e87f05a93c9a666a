import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@Suite("Each secret is only where it belongs")
struct SecretPlacesTests {
    @Test(
        "In every request of every combination, including disconnect, secrets are only where they belong",
        arguments: AdapterConformance.all(.secretPlaces))
    func requests(_ check: AdapterConformance.Case) async throws { try await check.run() }

    @Test(
        "In every built-in template, passwords are only in write-only fields, and every kind is checked",
        arguments: AdapterConformance.all(.templateSecrets))
    func templates(_ check: AdapterConformance.Case) async throws { try await check.run() }

    @Test("Every kind of the carrier is used by a built-in template, so that its secrets are looked at")
    func carrierKinds() throws {
        let used = try Pairing.all.flatMap { pairing in
            try JSONValue(parsing: pairing.templateText())["resources"]?.object?.compactMap { $1["kind"]?.string }
                ?? []
        }
        let kinds = try World.kinds(of: try #require(Pairing.all.first)).filter { $0.side == .carrier }
        #expect(Set(used).isSuperset(of: kinds.map(\.name)))
    }
}
