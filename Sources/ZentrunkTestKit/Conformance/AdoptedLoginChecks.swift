import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// A password on a record that is taken over is a loss: of the adoption, of the disconnect, and of a run that fails.
enum AdoptedLoginChecks {
    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        guard pairing.adoption != nil else { return [] }
        return pairing.facts.logins.map { login in
            AdapterConformance.Case(login.kind) { try await run(pairing, login) }
        }
    }

    private static func run(_ pairing: Pairing, _ login: PlatformFacts.HandSetLogin) async throws {
        try await World.run(for: pairing) { world async throws in
            let asked = Combination(pairing: pairing)
            let number = try #require(try asked.numbers.first)
            pairing.addForeignRecord(world.sandbox, number)
            let kind = try world.kind(login.kind, of: pairing)
            // A login of another kind of object is not part of a record.
            guard let record = try await kind.find(.everything).first else { return }
            try await kind.changeByHand(record, login.fields)
            let connector = try world.connector(pairing)
            var request = try asked.request
            request.mayAdopt = true
            let plan = try await connector.plan(request)
            #expect(plan.collisions == [])
            #expect(plan.losses.contains { $0.contains("the password") }, "\(plan.losses)")
            #expect(await connector.apply(plan, consent: false).error?.code == .consent)
            #expect(await connector.apply(plan, consent: true).outcome == .connected)
            let end = try await connector.plan(DisconnectionRequest())
            #expect(end.losses.contains { $0.contains("the password") }, "\(end.losses)")
            let report = await connector.apply(end, consent: true)
            #expect(report.outcome == .disconnected)
            #expect(report.losses == end.losses)

            // After a failure, such a loss is not reported as undone.
            try await kind.changeByHand(record, login.fields)
            let again = try await connector.plan(request)
            let writes = again.resources.count { !$0.deeds.isEmpty }
            world.sandbox.setFaults([.failing(write: writes, with: .refused("not today"))])
            let failed = await connector.apply(again, consent: true)
            #expect(!failed.left.isEmpty, "\(failed.error?.message ?? "")")
            #expect(failed.left.contains { $0.contains("password") }, "\(failed.left)")
        }
    }
}
