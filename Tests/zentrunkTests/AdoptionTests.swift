import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

@Suite("Adopting a platform's record of a number, and restoring it")
struct AdoptionTests {
    private static let adopting = Combination.fullest.filter { $0.pairing.adoption != nil }

    @Test("The changes are shown, and disconnecting restores them", arguments: adopting)
    func roundTrip(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let number = try #require(asked.numbers.first)
            asked.pairing.addForeignRecord(world.sandbox, number)
            let before = Account(world.sandbox.state)
            let connector = try world.connector(asked.pairing)
            var request = try asked.request
            request.mayAdopt = true
            let plan = try await connector.plan(request)
            let taken = try #require(
                plan.resources.first { $0.instance.number == number && $0.deeds.plannedWord == "update" })
            #expect(taken.note?.contains("taken over") == true)
            #expect(taken.changes.contains { $0.from?.string?.contains("someone else's") == true })
            let report = await connector.apply(plan, consent: false)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(try await world.connect(connector, asked.request).outcome == .unchanged)
            let end = try await world.disconnect(connector)
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            #expect(Account(world.sandbox.state).difference(from: before) == [])
            #expect(try world.violations(asked.pairing) == [])
        }
    }

    @Test("A failure after the adoption restores the record", arguments: adopting)
    func undone(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let number = try #require(asked.numbers.first)
            asked.pairing.addForeignRecord(world.sandbox, number)
            let before = Account(world.sandbox.state)
            var request = try asked.request
            request.mayAdopt = true
            let plan = try await world.connector(asked.pairing).plan(request)
            let writes = plan.resources.count { !$0.deeds.isEmpty }
            world.sandbox.setFaults([.failing(write: writes, with: .refused("not today"))])
            let report = try await world.connector(asked.pairing).apply(plan, consent: false)
            #expect(report.aftermath == .undone, "\(report.left)")
            #expect(Account(world.sandbox.state).difference(from: before) == [])
        }
    }

    /// A record of the number that cannot be adopted.
    struct Obstacle: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var part: String
        var put: @Sendable (ElevenLabsService) -> Void

        static let all = [
            Obstacle(testDescription: "of another provider", part: "provider is twilio") {
                $0.addPhoneNumber("+14155550100", label: "theirs", provider: .twilio)
            },
            Obstacle(testDescription: "twice", part: "2 times") {
                $0.addPhoneNumber("+14155550100", label: "one")
                $0.addPhoneNumber("+14155550100", label: "two")
            },
            Obstacle(testDescription: "without the plus, which cannot be changed", part: "phone_number is 14155550100")
            {
                $0.addPhoneNumber("14155550100", label: "theirs")
            },
        ]
    }

    @Test("A record that cannot be adopted stops the plan", arguments: Obstacle.all)
    func obstacles(_ obstacle: Obstacle) async throws {
        try await World.run { world async throws in
            obstacle.put(world.sandbox.service(ElevenLabsService.self))
            var request = try Combination(pairing: .elevenLabs).request
            request.mayAdopt = true
            let report = try await world.connect(try world.connector(.elevenLabs), request)
            #expect(report.error?.code == .collision)
            #expect(report.error?.message.contains(obstacle.part) == true, "\(report.error?.message ?? "")")
            #expect(world.writes.isEmpty)
        }
    }

    @Test("An assistant added to a record without one stays, and both plans say so")
    func unclearable() async throws {
        try await World.run { world async throws in
            let asked = Combination(pairing: .vapi, hasAgent: true)
            world.sandbox.service(VapiService.self).addPhoneNumber("+14155550100", name: "theirs")
            let connector = try world.connector(.vapi)
            var request = try asked.request
            request.mayAdopt = true
            let plan = try await connector.plan(request)
            #expect(plan.losses.contains { $0.contains("assistantId, which cannot be cleared") })
            #expect(await connector.apply(plan, consent: false).error?.code == .consent)
            #expect(await connector.apply(plan, consent: true).outcome == .connected)
            let end = try await connector.plan(DisconnectionRequest())
            #expect(end.losses.contains { $0.contains("assistantId") })
            let report = await connector.apply(end, consent: true)
            #expect(report.outcome == .disconnected)
            #expect(report.losses == end.losses)
            let line = try #require(Pairing.vapi.rows(world.sandbox.state, "phone_numbers").first)
            #expect(line["name"] == "theirs")
        }
    }

    @Test("The loss of a write-only password is announced before the adoption, and again at disconnect")
    func lostPassword() async throws {
        try await World.run { world async throws in
            let credentials: JSONObject = ["username": "theirs", "password": "not-a-secret-either"]
            world.sandbox.service(ElevenLabsService.self).addPhoneNumber(
                "+14155550100", label: "theirs",
                more: [
                    "outbound_trunk_config": [
                        "address": "sip.example.com", "transport": "tcp", "credentials": .object(credentials),
                    ]
                ])
            let connector = try world.connector(.elevenLabs)
            let asked = Combination(pairing: .elevenLabs)
            var request = try asked.request
            request.mayAdopt = true
            let plan = try await connector.plan(request)
            #expect(plan.losses.contains { $0.contains("the password at /outbound_trunk_config/credentials") })
            #expect(await connector.apply(plan, consent: false).error?.code == .consent)
            #expect(await connector.apply(plan, consent: true).outcome == .connected)
            let end = try await connector.plan(DisconnectionRequest())
            #expect(end.losses.contains { $0.contains("the password at /outbound_trunk_config/credentials") })
            let report = await connector.apply(end, consent: true)
            #expect(report.outcome == .disconnected)
            #expect(report.losses == end.losses)
            let line = try #require(Pairing.elevenLabs.rows(world.sandbox.state, "phone_numbers").first)
            #expect(line["label"] == "theirs")
            #expect(line["outbound_trunk_config"]?["address"] == "sip.example.com")
            #expect(line["outbound_trunk_config"]?["credentials"]?["username"] == "theirs")

            // After a failure, such a loss is not reported as undone.
            let again = try await connector.plan(request)
            world.sandbox.setFaults([
                .failing(write: again.resources.count { !$0.deeds.isEmpty }, with: .refused("not today"))
            ])
            let failed = await connector.apply(again, consent: true)
            #expect(!failed.left.isEmpty)
            #expect(failed.left.contains { $0.contains("password") })
        }
    }

    @Test("Options that the command omits keep the record's value")
    func keepsAgent() async throws {
        try await World.run { world async throws in
            let asked = Combination(pairing: .vapi)
            let number = try #require(asked.numbers.first)
            Pairing.vapi.addForeignRecord(world.sandbox, number)
            let before = world.sandbox.state
            let connector = try world.connector(.vapi)
            var request = try asked.request
            request.values["assistant"] = .none
            request.mayAdopt = true
            let plan = try await connector.plan(request)
            let agent = "00000000-0000-4000-8000-000000000077"
            #expect(plan.connection.values["assistant"]?.string == agent)
            #expect(plan.resources.first { $0.instance.key == "line" }?.deeds == [.change])
            #expect(plan.losses == [])
            #expect(await connector.apply(plan, consent: false).outcome == .connected)
            #expect(Pairing.vapi.rows(world.sandbox.state, "phone_numbers").first?["assistantId"]?.string == agent)
            #expect(try await world.connect(connector, ConnectionRequest()).outcome == .unchanged)
            let end = try await world.disconnect(connector)
            #expect(end.outcome == .disconnected)
            #expect(Account(world.sandbox.state).difference(from: Account(before)) == [])
        }
    }

    @Test("Records with different assistants are not adopted without a message")
    func differentAgents() async throws {
        try await World.run { world async throws in
            let vapi = world.sandbox.service(VapiService.self)
            vapi.addPhoneNumber(
                "+14155550100", name: "one", more: ["assistantId": "00000000-0000-4000-8000-000000000001"])
            vapi.addPhoneNumber("+14155550101", name: "two")
            var request = try Combination(pairing: .vapi).request
            request.numbers.append(try PhoneNumber("+14155550101"))
            request.values["assistant"] = .none
            request.mayAdopt = true
            let connector = try world.connector(.vapi)
            await #expect(throws: ZentrunkError.self) { try await connector.plan(request) }
            request.values["assistant"] = "00000000-0000-4000-8000-000000000001"
            #expect(try await connector.plan(request).collisions == [])
            #expect(world.writes.isEmpty)
        }
    }

    @Test("A record that must be replaced is replaced only if it is named, and its loss is reported")
    func replaced() async throws {
        try await World.run { world async throws in
            let asked = Combination(pairing: .vapi)
            world.sandbox.service(VapiService.self).addPhoneNumber(
                "+14155550100", name: "Reception", more: ["assistantId": "00000000-0000-4000-8000-000000000077"])
            let id = try #require(Pairing.vapi.rows(world.sandbox.state, "phone_numbers").first?["id"]?.string)
            let connector = try world.connector(.vapi)
            var request = try asked.request
            request.mayAdopt = true
            // Without an assistant, because the record's assistant cannot be removed.
            request.values["assistant"] = .some(nil)
            let refused = try await connector.plan(request)
            #expect(refused.collisions.first?.remedies == [.allow(.replacement(id: id))])
            #expect(await connector.apply(refused, consent: true).error?.code == .collision)
            #expect(world.writes.isEmpty)
            request.replaceable = [id]
            let plan = try await connector.plan(request)
            #expect(plan.losses.contains { $0.contains(id) })
            #expect(await connector.apply(plan, consent: false).error?.code == .consent)
            #expect(await connector.apply(plan, consent: true).outcome == .connected)
            let end = try await world.disconnect(connector)
            #expect(end.outcome == .disconnected)
            #expect(end.losses.contains { $0.contains(id) })
        }
    }
}
