import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// A password that no vendor shows is named before it is lost, and undo leaves no half of its login.
enum HandSetLoginChecks {
    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        pairing.facts.logins.map { login in AdapterConformance.Case(login.kind) { try await run(pairing, login) } }
    }

    private static func run(_ pairing: Pairing, _ login: PlatformFacts.HandSetLogin) async throws {
        try await World.run(for: pairing) { world async throws in
            world.sandbox.own(number: "+14155550100", application: Journey.application)
            let connector = try world.connector(pairing)
            var asked = Combination(pairing: pairing)
            _ = try await world.connect(connector, try Journey.request(asked))
            let kind = try world.kind(login.kind, of: pairing)
            let object = try #require(try await kind.find(.everything).first)
            try await kind.changeByHand(object, login.fields)
            asked.isSecure = true
            let report = try await world.connect(connector, try Journey.request(asked))
            #expect(report.error == nil, "\(report.error?.message ?? "")")
            #expect(report.losses.contains { $0.contains("the password next to") }, "\(report.losses)")
            let undone = try await connector.undo(try #require(report.run))
            #expect(undone.outcome == .undone, "\(undone.error?.message ?? "")")
            #expect(undone.losses.contains { $0.contains("the password next to") }, "\(undone.losses)")
            let now = try #require(try await kind.read(object.id))
            let username = JSONValue.object(now.fields)[login.username]?.string
            #expect(username == nil || username == "")
        }
    }
}
