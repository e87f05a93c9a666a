import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlatforms
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Accounts with thousands of unrelated objects")
struct BigAccountTests {
    /// Adds several pages of all objects, at the carrier and at the platforms.
    private static func fill(_ services: SandboxServices, trunks: Int) {
        services.plivo.fill(trunks: trunks, numbers: trunks / 4)
        for case let service as any PlatformService in services.all {
            service.fill(type(of: service).facts.pageSize * 5 / 2)
        }
    }

    private static func options(trunks: Int) -> SandboxOptions {
        var options = SandboxOptions()
        options.seed = { fill($0, trunks: trunks) }
        return options
    }

    /// Returns the number of requests for pages of the carrier's lists.
    private func carrierLists(_ world: World) -> Int { world.sandbox.requests.count(where: PlivoService.isList) }

    /// Returns the platform's tables that were listed.
    private func listed(_ world: World, _ pairing: Pairing) -> [String] {
        world.sandbox.requests.filter { $0.vendor == pairing.vendor }.compactMap(pairing.service.table(listedBy:))
    }

    @Test("A connection is created without hints, updated with them, changed and removed", arguments: Pairing.all)
    func journey(_ pairing: Pairing) async throws {
        // The carrier's part is the same for all platforms, so only one journey uses the largest account.
        let trunks = pairing.id == Pairing.all.last?.id ? 5000 : 500
        try await World.run(Self.options(trunks: trunks).withPlatforms()) { world async throws in
            let before = world.sandbox.state
            let journal = InMemoryJournal()
            let events = RunEvents()
            let connector = try world.connector(pairing, journal: journal)
            var asked = Combination(pairing: pairing, hasAgent: true)

            let plan = try await connector.plan(asked.request, reporting: events)
            events.finish()
            let report = await connector.apply(plan, consent: true)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            try pairing.check(world.sandbox.state, asked)
            // Two round trips for the first page of each list and all other pages, and no unnecessary pages.
            #expect(plan.depth <= 12)
            #expect(carrierLists(world) <= 3 + 3 * (trunks / 18 + 1))
            var reported: [Int] = []
            for await event in events { if case .reading(let done, _) = event.kind { reported.append(done) } }
            #expect(reported.count >= 5)

            world.sandbox.clearRequests()
            let again = try await world.connect(connector, try asked.request)
            #expect(again.outcome == .unchanged)
            #expect(carrierLists(world) == 0)
            // Others may have added something about the number since, so the platform's lists about numbers are read
            // again.
            #expect(listed(world, pairing).allSatisfy(pairing.facts.numberTables.contains))
            #expect(world.sandbox.requests.count < 12)
            #expect(again.depth <= 2)

            // Known objects are changed without reading any others.
            world.sandbox.clearRequests()
            asked.isSecure.toggle()
            let changed = try await world.connect(connector, try asked.request)
            #expect(changed.outcome == .connected, "\(changed.error?.message ?? "")")
            #expect(carrierLists(world) == 0)
            try pairing.check(world.sandbox.state, asked)

            let end = try await world.disconnect(connector)
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            #expect(world.sandbox.state == before)
        }
    }
}
