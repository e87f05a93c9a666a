import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@Suite("Options that a platform does not support")
struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var pairing: Pairing
        var number = "+14155550100"
        var values: [String: String?]
        var parts: [String]
        var testDescription: String { "\(pairing.id) \(number) \(values.sorted { $0.key < $1.key })" }

        static let india = "+918012345678"
        static let all: [Case] = [
            Case(pairing: .vapi, number: india, values: [:], parts: [india, "Indian"]),
            Case(pairing: .elevenLabs, values: [:], parts: ["--agent"]),
            Case(pairing: .elevenLabs, values: ["direction": "inbound"], parts: ["--agent"]),
            Case(
                pairing: .elevenLabs, values: ["agent": "a", "authentication": "ip-acl"],
                parts: ["addresses that change", "https://"]),
            Case(
                pairing: .elevenLabs, number: india, values: ["agent": "a"],
                parts: [india, "India", "--region in"]),
            Case(
                pairing: .elevenLabs, number: india, values: ["agent": "a", "region": "eu"], parts: ["--region in"]),
            Case(pairing: .elevenLabs, values: ["agent": "a", "region": "fr"], parts: ["region", "fr", "sg"]),
            Case(
                pairing: .liveKit, values: ["sip-host": nil],
                parts: ["--sip-host", "LIVEKIT_SIP_HOST", "settings page"]),
            Case(
                pairing: .liveKit, values: ["sip-host": "my-app-x1y2z3.livekit.cloud"],
                parts: ["--sip-host", "LIVEKIT_SIP_HOST", "LIVEKIT_URL", ".sip.livekit.cloud"]),
            Case(
                pairing: .liveKit, values: ["sip-host": "sip.livekit.cloud"],
                parts: ["--sip-host", "LIVEKIT_SIP_HOST", "names no project"]),
            Case(pairing: .liveKit, values: ["sip-host": "cloud.livekit.io"], parts: ["LIVEKIT_SIP_HOST", "pages"]),
            Case(pairing: .liveKit, values: ["sip-host": "sip:u@host.example.com"], parts: ["--sip-host"]),
            Case(pairing: .liveKit, values: ["authentication": "ip-acl"], parts: ["shared", "credentials"]),
            Case(pairing: .liveKit, values: ["rule": "direct"], parts: ["--room"]),
            Case(pairing: .liveKit, values: ["rule": "random"], parts: ["individual, direct, callee"]),
            Case(pairing: .liveKit, number: india, values: [:], parts: [india, "india.sip.livekit.cloud"]),
            Case(
                pairing: .liveKit, number: india, values: ["sip-host": "p1.india.sip.livekit.cloud"],
                parts: [india, "--destination-country in"]),
        ]
    }

    @Test("An unsupported option is refused with the reason, and nothing is written", arguments: Case.all)
    func refused(_ asked: Case) async throws {
        try await World.run { world async throws in
            world.sandbox.own(number: asked.number)
            let values = asked.pairing.needed.merging(asked.values) { $1 }
            let error = await #expect(throws: ZentrunkError.self) {
                let connector = try world.connector(asked.pairing, region: values["region"] ?? nil)
                _ = try await connector.plan(
                    ConnectionRequest(numbers: [try PhoneNumber(asked.number)], values: values))
            }
            for part in asked.parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
            #expect([.unsupported, .invalid].contains(error?.code))
            // Omitted values may come from the objects of an existing connection, so these are read first.
            #expect(world.writes.isEmpty)
        }
    }

    @Test(
        "Options that anchor a call in India allow Indian numbers",
        arguments: [
            (Pairing.elevenLabs, ["agent": "a", "region": "in"]),
            (.liveKit, ["sip-host": "p1.india.sip.livekit.cloud", "destination-country": "in"]),
        ])
    func india(_ pairing: Pairing, _ values: [String: String]) async throws {
        try await World.run { world async throws in
            world.sandbox.own(number: Case.india)
            let request = ConnectionRequest(numbers: [try PhoneNumber(Case.india)], values: values.mapValues { $0 })
            let report = try await world.connect(try world.connector(pairing, region: values["region"]), request)
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            #expect(try world.violations(pairing) == [])
        }
    }
}
