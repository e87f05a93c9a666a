import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("New SIP logins for both halves")
struct RotationTests {
    private static func rotation() -> ConnectionRequest {
        var request = ConnectionRequest()
        request.renewsLogins = true
        return request
    }

    @Test(
        "Outbound calls always find a trunk that takes their login: made before the platform changes, deleted after",
        arguments: Pairing.all, [1, 3])
    func outbound(_ pairing: Pairing, count: Int) async throws {
        try await World.run { world async throws in
            let asked = Combination(
                pairing: pairing, direction: "outbound", authentication: "credentials", count: count)
            let connector = try world.connector(pairing)
            try await world.connect(connector, try asked.request)
            let before = Self.credentials(world)
            world.sandbox.clearRequests()
            let plan = try await connector.plan(Self.rotation())
            #expect(plan.warnings == [] && plan.collisions == [] && plan.needsConsent)
            let report = await connector.apply(plan, consent: true)
            #expect(report.error == nil, "\(report.error?.message ?? "")")
            try pairing.check(world.sandbox.state, asked)
            let after = Self.credentials(world)
            #expect(before.count == 1 && after.count == 1)
            #expect(before.usernames != after.usernames)
            #expect(before.passwords != after.passwords)

            let writes = world.sandbox.requests.filter(\.isWrite)
            let made = try #require(writes.firstIndex { $0.isOfTrunk && $0.method == "POST" && $0.status == 201 })
            let changes = writes.indices.filter { writes[$0].vendor != PlivoService.vendor }
            let deleted = try #require(writes.firstIndex { $0.method == "DELETE" })
            #expect(!changes.isEmpty && changes.allSatisfy { made < $0 && $0 < deleted })
            // Nothing that is in use is changed: the old objects only get another name.
            #expect(try world.violations(pairing) == [])
        }
    }

    @Test(
        "An inbound login is changed with a gap, and the plan says so", arguments: Pairing.all.filter(\.canAskInbound))
    func inbound(_ pairing: Pairing) async throws {
        try await World.run { world async throws in
            let asked = Combination(pairing: pairing, direction: "inbound", asksInbound: true, hasAgent: true)
            let connector = try world.connector(pairing)
            try await world.connect(connector, try asked.request)
            let plan = try await connector.plan(Self.rotation())
            #expect(plan.warnings.map(\.code) == [.gap])
            let report = await connector.apply(plan, consent: true)
            #expect(report.error == nil, "\(report.error?.message ?? "")")
            try pairing.check(world.sandbox.state, asked)
            #expect(try await connector.plan(ConnectionRequest()).isUnchanged)
        }
    }

    @Test("A connection without a login is refused before anything is sent", arguments: Pairing.all)
    func without(_ pairing: Pairing) async throws {
        try await World.run { world async throws in
            let asked = Combination(pairing: pairing, direction: "inbound", hasAgent: true)
            let connector = try world.connector(pairing)
            try await world.connect(connector, try asked.request)
            let error = await #expect(throws: ZentrunkError.self) { try await connector.plan(Self.rotation()) }
            #expect(error?.code == .invalid)
            #expect(error?.message.contains("has no SIP login") == true)
        }
    }

    @Test("The plan of a rotation leaves the process and comes back", arguments: Pairing.all)
    func form(_ pairing: Pairing) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(pairing)
            let asked = Combination(pairing: pairing, authentication: "credentials", hasAgent: true)
            try await world.connect(connector, try asked.request)
            let plan = try await connector.plan(Self.rotation())
            let report = await connector.apply(try Plan(json: plan.json), consent: true)
            #expect(report.error == nil, "\(report.error?.message ?? "")")
            #expect(report.resources.contains { $0.deeds.isReplacement })
        }
    }

    private static func credentials(_ world: World) -> (count: Int, usernames: [JSONValue?], passwords: [JSONValue?]) {
        let rows = world.sandbox.state[PlivoService.vendor]?["credentials"]?.array ?? []
        return (rows.count, rows.map { $0["username"] }, rows.map { $0["password"] })
    }
}

extension RecordedRequest {
    fileprivate var isOfTrunk: Bool { path.contains("/Zentrunk/Trunk/") }
}
