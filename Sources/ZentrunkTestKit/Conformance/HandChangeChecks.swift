import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// A change by hand is shown, and repaired with consent.
enum HandChangeChecks {
    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        pairing.drifts.map { key, fields in
            AdapterConformance.Case("\(key) \(JSONValue.object(fields).text())") {
                try await repair(.fullest(pairing), key, fields)
            }
        }
    }

    private static func repair(_ asked: Combination, _ key: String, _ fields: JSONObject) async throws {
        try await World.run(for: asked.pairing) { world async throws in
            let connector = try world.connector(asked.pairing)
            try await world.connect(connector, asked.request)
            let before = Account(world.sandbox.state, of: asked.pairing)
            #expect(try await connector.plan(asked.request).isEmpty)

            let changed = try #require(
                try await connector.plan(asked.request).resources.first { $0.instance.key == key })
            let kind = try world.kind(changed.kind, of: asked.pairing)
            let id = try #require(changed.id)
            let live = try #require(try await kind.read(id))
            try await kind.changeByHand(live, fields)

            let plan = try await connector.plan(asked.request)
            #expect(plan.needsConsent)
            let shown = plan.resources.filter { $0.instance.key == key && !$0.changes.isEmpty }
            #expect(!shown.isEmpty)
            let names = Set(shown.flatMap(\.changes).compactMap(\.path.tokens.first))
            #expect(!names.isDisjoint(with: fields.names))
            // Only the changed object is shown, and what depends on it: a username is on both sides.
            #expect(
                plan.resources.allSatisfy { $0.changes.isEmpty || $0.instance.key == key || isRotation(fields) })
            #expect(try await world.connect(connector, asked.request, consent: false).error?.code == .consent)
            let report = try await world.connect(connector, asked.request)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "unchanged")")
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(Account(world.sandbox.state, of: asked.pairing).difference(from: before) == [])
            #expect(try await world.connect(connector, asked.request, consent: false).outcome == .unchanged)
        }
    }

    /// Whether the change makes a SIP secret unusable, so that both halves get another.
    private static func isRotation(_ fields: JSONObject) -> Bool {
        JSONValue.object(fields).text().contains("sername")
            || fields.contains { $0.value.isNull || $0.value["credentials"] == .null }
    }
}
