import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Calls over a connection, in the sandbox")
struct HealthyCallTests {
    private static let combinations = Pairing.all.flatMap { pairing in
        Combination.states(pairing).map { state in
            var asked = state
            asked.hasAgent = asked.comesIn
            return asked
        }
    }

    @Test(
        "Calls of every direction that was asked for are answered, and recorded by both vendors",
        arguments: combinations)
    func answered(_ asked: Combination) async throws {
        try await World.run { world async throws in
            try await world.connect(try world.connector(asked.pairing), asked.request)
            let number = try #require(asked.numbers.first).e164
            var expected: [SandboxCall.Direction: Bool] = [:]
            if asked.comesIn {
                let outcome = world.sandbox.call(.inbound(to: number))
                #expect(outcome.isAnswered, "\(outcome.reply.reason) \(outcome.steps)")
                #expect(outcome.reply.agent == asked.agent)
                #expect(outcome.platform == asked.pairing.vendor)
                #expect(outcome.hangup?.code == 3000)
                expected[.inbound] = true
            }
            if asked.goesOut {
                let call = SandboxCall(.outbound, from: number, to: "+442079460000", platform: asked.pairing.vendor)
                let outcome = world.sandbox.call(call)
                #expect(outcome.isAnswered, "\(outcome.reply.reason) \(outcome.steps)")
                #expect(outcome.hangup?.code == 3000)
                expected[.outbound] = true
            }
            let records = world.sandbox.state["plivo"]?["calls"]?.array ?? []
            #expect(records.count == expected.count)
            for record in records {
                let direction = record["call_direction"]?.string.flatMap { SandboxCall.Direction(rawValue: $0) }
                #expect(direction.map { expected[$0] } == true)
                #expect(record["srtp"] == .bool(asked.isSecure))
                #expect(record["trunk_domain"]?.string?.hasSuffix(".zt.plivo.com") == true)
            }
            #expect(world.sandbox.violations == [])
        }
    }

    @Test("A call that the connection does not have is refused, for a reason that is stated", arguments: combinations)
    func refused(_ asked: Combination) async throws {
        guard !(asked.comesIn && asked.goesOut) else { return }
        try await World.run { world async throws in
            try await world.connect(try world.connector(asked.pairing), asked.request)
            let number = try #require(asked.numbers.first).e164
            let outcome = world.sandbox.call(
                asked.goesOut
                    ? .inbound(to: number)
                    : SandboxCall(.outbound, from: number, to: "+442079460000", platform: asked.pairing.vendor))
            #expect(!outcome.isAnswered)
            #expect(outcome.reply.owner != .none)
            #expect(!outcome.reply.reason.isEmpty)
        }
    }
}
