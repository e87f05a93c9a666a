import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Undo keeps values set by hand")
struct HandSetTests {
    @Test(
        "An assistant set by hand survives a change and its undo",
        arguments: [
            ["authentication": "credentials"], ["direction": "outbound"], ["direction": "inbound"],
            ["secure": "true"], ["assistant": "a2"], ["assistant": nil, "squad": "s1"],
        ] as [[String: ParameterValue]])
    func assistant(_ values: [String: ParameterValue]) async throws {
        try await World.run { world async throws in
            world.sandbox.own(number: "+14155550100", application: Journey.application)
            let connector = try world.connector(.vapi)
            let number = try PhoneNumber("+14155550100")
            _ = try await world.connect(
                connector, ConnectionRequest(numbers: [number], values: ["no-agent": "true"], mayReroute: true))
            let kind = try world.kind("vapi.phone-number", of: .vapi)
            let line = try #require(try await kind.find(.everything).first)
            try await kind.update(line, ["provider": "byo-phone-number", "assistantId": "by-hand"])
            let report = try await world.connect(connector, ConnectionRequest(values: values))
            #expect(report.error == nil, "\(report.error?.message ?? "")")
            let undone = try await connector.undo(try #require(report.run))
            #expect(undone.outcome == .undone, "\(undone.error?.message ?? "")")
            let lines = try await kind.find(.everything)
            #expect(lines.map { $0.fields["assistantId"] } == ["by-hand"])
            #expect(lines.map { $0.fields["squadId"] } == [nil])
        }
    }
}
