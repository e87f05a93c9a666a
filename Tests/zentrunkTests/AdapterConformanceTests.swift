import Testing
@_spi(Adapter) import ZentrunkTestKit

/// The tables of the conformance kit that are not sweeps, over every registered platform.
@Suite("Every adapter keeps the engine's promises")
struct AdapterConformanceTests {
    @Test("Changes by hand are shown and repaired", arguments: AdapterConformance.all(.handChanges))
    func handChanges(_ check: AdapterConformance.Case) async throws { try await check.run() }

    @Test("There are at least thirty changes by hand")
    func count() { #expect(AdapterConformance.all(.handChanges).count >= 30) }

    @Test(
        "A password that no vendor shows is named before it is lost, and undo leaves no half of its login",
        arguments: AdapterConformance.all(.handSetLogins))
    func logins(_ check: AdapterConformance.Case) async throws { try await check.run() }

    @Test(
        "A password of a record that is taken over is named before it is lost, at every step",
        arguments: AdapterConformance.all(.adoptedLogins))
    func adoptedLogins(_ check: AdapterConformance.Case) async throws { try await check.run() }

    @Test(
        "Members that the template does not set survive every option, and undo restores the accounts",
        arguments: AdapterConformance.all(.foreignMembers))
    func foreignMembers(_ check: AdapterConformance.Case) async throws { try await check.run() }

    @Test(
        "What a platform cannot do is refused with its reason, and nothing is written",
        arguments: AdapterConformance.all(.refusals))
    func refusals(_ check: AdapterConformance.Case) async throws { try await check.run() }

    @Test("The SIP facts read in live objects what was asked for", arguments: AdapterConformance.all(.sipFacts))
    func sipFacts(_ check: AdapterConformance.Case) async throws { try await check.run() }

    @Test("Every member that diverts is a field of its kind", arguments: AdapterConformance.all(.diversions))
    func diversions(_ check: AdapterConformance.Case) async throws { try await check.run() }
}
