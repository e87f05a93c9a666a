import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Options that lift a refusal")
struct RefusalTests {
    private static let india = "+918012345678"

    @Test(
        "Options that anchor a call in India allow Indian numbers",
        arguments: [
            (Pairing.elevenLabs, ["agent": "a", "region": "in"]),
            (.liveKit, ["sip-host": "p1.india.sip.livekit.cloud", "destination-country": "in"]),
        ])
    func india(_ pairing: Pairing, _ values: [String: String]) async throws {
        try await World.run { world async throws in
            world.sandbox.own(number: Self.india)
            let request = ConnectionRequest(
                numbers: [try PhoneNumber(Self.india)], values: values.mapValues { .text($0) })
            let report = try await world.connect(try world.connector(pairing), request)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            #expect(try world.violations(pairing) == [])
        }
    }
}
