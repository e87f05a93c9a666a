import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@Suite("Members that stop calls or lead them elsewhere are warned of, and left as they are")
struct DiversionTests {
    /// What somebody sets by hand on an object of a connection.
    struct Hand: Sendable, CustomTestStringConvertible {
        var pairing: Pairing
        var key: String
        var fields: JSONObject
        /// The member that is named.
        var member: String
        var hasAgent = true
        var isWarning = true
        var testDescription: String { "\(pairing.id) \(key) \(member)\(hasAgent ? " with an agent" : "")" }

        private static let destination: JSONValue = ["type": "number", "number": "+14155550188"]
        static let all = [
            Hand(pairing: .vapi, key: "line", fields: ["hooks": [["on": "call.ringing", "do": []]]], member: "hooks"),
            Hand(
                pairing: .vapi, key: "line", fields: ["fallbackDestination": destination],
                member: "fallbackDestination",
                hasAgent: false),
            // Nothing asks for it where an assistant answers.
            Hand(
                pairing: .vapi, key: "line", fields: ["fallbackDestination": destination],
                member: "fallbackDestination",
                isWarning: false),
            Hand(pairing: .vapi, key: "line", fields: ["status": "blocked"], member: "status"),
            Hand(pairing: .vapi, key: "line", fields: ["status": "active"], member: "status", isWarning: false),
            Hand(pairing: .vapi, key: "sip", fields: ["techPrefix": "99"], member: "techPrefix"),
        ]
    }

    @Test("With the member's name, its object and a step", arguments: Hand.all)
    func warned(_ hand: Hand) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(hand.pairing)
            let asked = Combination(pairing: hand.pairing, hasAgent: hand.hasAgent)
            try await world.connect(connector, asked.request)
            let made = try await connector.plan(asked.request)
            #expect(made.warnings == [])
            let resource = try #require(made.resources.first { $0.instance.key == hand.key })
            let id = try #require(resource.id)
            if resource.kind == "vapi.phone-number" {
                world.sandbox.services.vapi.changePhoneNumber(id, hand.fields)
            } else {
                let live = LiveObject(id: id, fields: try #require(resource.liveFields))
                try await world.kind(resource.kind, of: hand.pairing).update(live, hand.fields)
            }
            let before = world.sandbox.state
            let plan = try await connector.plan(ConnectionRequest())
            #expect(plan.isUnchanged)
            #expect(plan.warnings.map(\.code) == (hand.isWarning ? [.diversion] : []))
            if let warning = plan.warnings.first {
                #expect(warning.message.contains(hand.member) && warning.message.contains(id), "\(warning.message)")
                #expect(warning.object?.id == id)
                #expect(!warning.next.isEmpty)
            }
            #expect(await connector.apply(plan, consent: true).outcome == .unchanged)
            #expect(world.sandbox.state == before)
        }
    }

    @Test("Every member that diverts is a field of its kind", arguments: Pairing.all)
    func known(_ pairing: Pairing) throws {
        for kind in try World.kinds(of: pairing) {
            for diversion in kind.diversions {
                var shape: Field.Shape? = .object(kind.fields)
                for token in diversion.path.tokens {
                    guard case .object(let members)? = shape else { break }
                    shape = members[token]?.shape
                }
                #expect(shape != nil, "\(kind.name) \(diversion.path)")
                #expect(diversion.unless.allSatisfy { kind.fields[$0] != nil })
            }
        }
    }
}
