import Testing
import ZentrunkCore
import ZentrunkCurl
import ZentrunkJSON
import ZentrunkPlivo
import ZentrunkSandbox

@Suite("Drift: changes by hand")
struct DriftTests {
    struct Drift: Sendable, CustomTestStringConvertible {
        var asked: Combination
        var key: String
        var fields: JSONObject
        var testDescription: String { "\(asked.pairing.id) \(key) \(JSONValue.object(fields).text())" }

        static let all = Combination.fullest.flatMap { asked in
            asked.pairing.drifts.map { Drift(asked: asked, key: $0.key, fields: $0.fields) }
        }
    }

    @Test("There are at least 30 cases")
    func count() { #expect(Drift.all.count >= 30) }

    @Test("The plan names the object, connect asks for consent, and then repairs the drift", arguments: Drift.all)
    func repair(_ drift: Drift) async throws {
        try await World.run { world async throws in
            let asked = drift.asked
            let connector = try world.connector(asked.pairing)
            try await world.connect(connector, asked.request)
            let before = Account(world.sandbox.state)
            #expect(try await connector.plan(asked.request).isEmpty)

            let changed = try #require(
                try await connector.plan(asked.request).resources.first { $0.instance.key == drift.key })
            let kind = try world.kind(changed.kind, of: asked.pairing)
            let id = try #require(changed.id)
            let live = try #require(try await kind.read(id))
            try await kind.update(live, drift.fields)

            let plan = try await connector.plan(asked.request)
            #expect(plan.needsConsent)
            let shown = plan.resources.filter { $0.instance.key == drift.key && !$0.changes.isEmpty }
            #expect(!shown.isEmpty)
            let names = Set(shown.flatMap(\.changes).compactMap(\.path.tokens.first))
            #expect(!names.isDisjoint(with: drift.fields.names))
            // Only changed objects are shown, and those that depend on them: a username is on both sides.
            #expect(
                plan.resources.allSatisfy { $0.changes.isEmpty || $0.instance.key == drift.key || drift.isRotation }
            )
            #expect(try await world.connect(connector, asked.request, consent: false).error?.code == .consent)
            let report = try await world.connect(connector, asked.request)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "unchanged")")
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(Account(world.sandbox.state).difference(from: before) == [])
            #expect(try await world.connect(connector, asked.request, consent: false).outcome == .unchanged)
        }
    }
}

extension DriftTests.Drift {
    /// Whether the change invalidates a SIP secret, so that both sides get a new one.
    var isRotation: Bool {
        JSONValue.object(fields).text().contains("sername")
            || fields.contains { $0.value.isNull || $0.value["credentials"] == .null }
    }
}
