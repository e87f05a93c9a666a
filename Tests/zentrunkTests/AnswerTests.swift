import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

@Suite("Inbound connections need something that answers calls")
struct AnswerTests {
    private static let id = "00000000-0000-4000-8000-000000000042"

    /// Options of Vapi, with the member of a number that each one sets.
    static let answers: [(option: String, value: String, fields: JSONObject)] = [
        ("assistant", id, ["assistantId": .string(id)]), ("squad", id, ["squadId": .string(id)]),
        ("workflow", id, ["workflowId": .string(id)]),
        ("server-url", "https://example.com/vapi", ["server": ["url": "https://example.com/vapi"]]),
    ]

    private func request(_ values: [String: ParameterValue] = [:]) throws -> ConnectionRequest {
        ConnectionRequest(numbers: [try PhoneNumber("+14155550100")], values: values)
    }

    @Test("Vapi refuses an inbound number without an answer and lists the options; outbound needs none")
    func refused() async throws {
        try await World.run { world async throws in
            for direction in ["both", "inbound", "outbound"] {
                let request = try request(["direction": .text(direction)])
                let connector = try world.connector(.vapi)
                guard direction != "outbound" else {
                    #expect(try await connector.plan(request).collisions == [])
                    continue
                }
                let error = await #expect(throws: ZentrunkError.self) { try await connector.plan(request) }
                #expect(error?.code == .unsupported)
                #expect(
                    error?.remedies == [
                        .parameter(.init("assistant", .placeholder("ID"))), .parameter(.init("no-agent", .flag(true))),
                    ])
            }
            #expect(world.writes.isEmpty)
        }
    }

    @Test("Each option provides an answer and is sent in the vendor's form", arguments: answers.indices)
    func answered(_ index: Int) async throws {
        let answer = Self.answers[index]
        try await World.run { world async throws in
            let connector = try world.connector(.vapi)
            let report = try await world.connect(connector, try request([answer.option: .text(answer.value)]))
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            let line = try #require(Pairing.vapi.rows(world.sandbox.state, "phone_numbers").first)
            for (name, value) in answer.fields { #expect(line[name] == value) }
            #expect(try await world.connect(connector, ConnectionRequest()).outcome == .unchanged)
            #expect(try world.violations(.vapi) == [])
        }
    }

    @Test("Only one of assistant, squad and workflow is accepted")
    func several() async throws {
        try await World.run { world async throws in
            for pair in [["assistant", "squad"], ["assistant", "workflow"], ["squad", "workflow"]] {
                let values = Dictionary(uniqueKeysWithValues: pair.map { ($0, ParameterValue.text(Self.id)) })
                let request = try request(values)
                let error = await #expect(throws: ZentrunkError.self) {
                    try await world.connector(.vapi).plan(request)
                }
                for name in pair { #expect(error?.message.contains("--set \(name)=") == true) }
            }
        }
    }

    @Test("--no-agent leaves the answer to the user's own server, and is remembered")
    func withoutAgent() async throws {
        try await World.run { world async throws in
            let connector = try world.connector(.vapi)
            #expect(try await world.connect(connector, try request(["no-agent": "true"])).outcome == .connected)
            let more = ConnectionRequest(numbers: [try PhoneNumber("+14155550101")])
            #expect(try await world.connect(connector, more).outcome == .connected)
            let off = ConnectionRequest(values: ["no-agent": "false"])
            let error = await #expect(throws: ZentrunkError.self) { try await connector.plan(off) }
            #expect(error?.code == .unsupported)
        }
    }

    @Test("An answer set on the record by hand is accepted and kept", arguments: answers.indices, [true, false])
    func byHand(_ index: Int, isAdopted: Bool) async throws {
        let answer = Self.answers[index]
        try await World.run { world async throws in
            let connector = try world.connector(.vapi)
            var request = try request()
            if isAdopted {
                let vapi = world.sandbox.service(VapiService.self)
                vapi.addPhoneNumber(
                    "+14155550100", name: "theirs", credential: vapi.addCredential(), more: answer.fields)
                request.mayAdopt = true
            } else {
                try await world.connect(connector, try self.request(["no-agent": "true"]))
                let line = try #require(Pairing.vapi.rows(world.sandbox.state, "phone_numbers").first)
                world.sandbox.service(VapiService.self).changePhoneNumber(
                    try #require(line["id"]?.string), answer.fields)
                request.values["no-agent"] = "false"
            }
            let plan = try await connector.plan(request)
            #expect(plan.connection.values[answer.option]?.string == answer.value)
            #expect(plan.isUnchanged == !isAdopted)
            let report = await connector.apply(plan, consent: true)
            #expect(report.error == nil, "\(report.error?.message ?? "")")
            let line = try #require(Pairing.vapi.rows(world.sandbox.state, "phone_numbers").first)
            for (name, value) in answer.fields { #expect(line[name] == value) }
            #expect(try await world.connect(connector, ConnectionRequest()).outcome == .unchanged)
        }
    }

    @Test(
        "An existing connection without an answer is shown with a warning, and refused only if a change is requested")
    func alreadyThere() async throws {
        try await World.run { world async throws in
            try await world.connect(try world.connector(.vapi), try request(["no-agent": "true"]))
            // Another machine has no record of the switch.
            let connector = try world.connector(.vapi)
            let plan = try await connector.plan(ConnectionRequest())
            #expect(plan.isUnchanged)
            #expect(plan.warnings.map(\.code) == [.unsupported])
            #expect(
                plan.warnings.first?.remedies.first
                    == .connect(.init("vapi", ConnectionRequest().name), [.init("assistant", .placeholder("ID"))]))
            let more = ConnectionRequest(numbers: [try PhoneNumber("+14155550101")])
            await #expect(throws: ZentrunkError.self) { try await connector.plan(more) }
        }
    }

    @Test("LiveKit warns about a missing agent, unless --no-agent is given or there are no inbound calls")
    func liveKit() async throws {
        try await World.run { world async throws in
            let host = Pairing.liveKit.needed
            let connector = try world.connector(.liveKit)
            for (values, isWarned) in [
                ([:], true), (["direction": "outbound"], false), (["no-agent": "true"], false), (["agent": "a"], false),
            ] as [([String: ParameterValue], Bool)] {
                let plan = try await connector.plan(try request(host.merging(values) { $1 }))
                #expect(plan.warnings.map(\.code.description) == (isWarned ? ["no-agent"] : []), "\(values)")
                #expect(
                    plan.warnings.allSatisfy { $0.remedies.contains(.parameter(.init("agent", .placeholder("NAME")))) })
            }
            try await world.connect(connector, try request(host))
            let shown = try await connector.plan(ConnectionRequest())
            #expect(
                shown.warnings.first?.remedies.first
                    == .connect(.init("livekit", ConnectionRequest().name), [.init("agent", .placeholder("NAME"))]))
        }
    }

    @Test("The error suggests the complete command")
    func command() async throws {
        try await Desk.run { desk async throws in
            let result = try await desk.zentrunk("connect", "vapi", "-n", "+14155550100", "--json")
            #expect(result.status == 1)
            let next = try result.json["error"]?["next"]?.array?.compactMap(\.string) ?? []
            #expect(next.first == "zentrunk connect vapi -n +14155550100 --json --assistant ID")
            let last = try #require(next.last).split(separator: " ").dropFirst().map(String.init)
            #expect(try await desk.zentrunk(last).status == 0)
            #expect(desk.sandbox.state["vapi"]?["phone_numbers"]?.array?.count == 1)
        }
    }
}
