import Foundation
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
import ZentrunkTestKit

// The tables of this target: what the kit has for one pairing, over all of them.

extension Pairing {
    static let all: [Pairing] = [Pairing.elevenLabs, .liveKit, .vapi].map { pairing in
        var pairing = pairing
        pairing.logins = knownLogins[pairing.id] ?? []
        pairing.refusals = knownRefusals[pairing.id] ?? []
        if pairing.vendor == ElevenLabsService.vendor { pairing.keyField = "xi-api-key" }
        return pairing
    }

    /// The file of an OpenAPI document.
    static func contract(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Contracts/\(name).openapi.json").path
    }

    private static let knownLogins: [String: [Login]] = [
        "livekit": [
            Login(
                kind: "livekit.inbound-trunk", fields: ["authUsername": "by-hand", "authPassword": "secret-by-hand"],
                username: JSONPointer(["authUsername"]))
        ],
        "elevenlabs": [
            Login(
                kind: "elevenlabs.phone-number",
                fields: [
                    "inbound_trunk_config": ["credentials": ["username": "by-hand", "password": "secret-by-hand"]]
                ], username: JSONPointer(["inbound_trunk_config", "credentials", "username"]))
        ],
    ]

    private static let india = "+918012345678"

    private static let knownRefusals: [String: [Refusal]] = [
        "vapi": [Refusal(number: india, parts: [india, "Indian"])],
        "elevenlabs": [
            Refusal(parts: ["--agent"]), Refusal(values: ["direction": "inbound"], parts: ["--agent"]),
            Refusal(
                values: ["agent": "a", "authentication": "ip-acl"],
                parts: ["addresses that change", "https://"]),
            Refusal(number: india, values: ["agent": "a"], parts: [india, "India", "--region in"]),
            Refusal(number: india, values: ["agent": "a", "region": "eu"], parts: ["--region in"]),
            Refusal(values: ["agent": "a", "region": "fr"], parts: ["region", "fr", "sg"]),
        ],
        "livekit": [
            Refusal(values: ["sip-host": nil], parts: ["--sip-host", "LIVEKIT_SIP_HOST", "settings page"]),
            Refusal(
                values: ["sip-host": "my-app-x1y2z3.livekit.cloud"],
                parts: ["--sip-host", "LIVEKIT_SIP_HOST", "LIVEKIT_URL", ".sip.livekit.cloud"]),
            Refusal(
                values: ["sip-host": "sip.livekit.cloud"],
                parts: ["--sip-host", "LIVEKIT_SIP_HOST", "names no project"]),
            Refusal(values: ["sip-host": "cloud.livekit.io"], parts: ["LIVEKIT_SIP_HOST", "pages"]),
            Refusal(values: ["sip-host": "sip:u@host.example.com"], parts: ["--sip-host"]),
            Refusal(values: ["authentication": "ip-acl"], parts: ["shared", "credentials"]),
            Refusal(values: ["rule": "direct"], parts: ["--room"]),
            Refusal(values: ["rule": "random"], parts: ["individual, direct, callee"]),
            Refusal(number: india, parts: [india, "india.sip.livekit.cloud"]),
            Refusal(
                number: india, values: ["sip-host": "p1.india.sip.livekit.cloud"],
                parts: [india, "--destination-country in"]),
        ],
    ]
}

extension AdapterConformance {
    /// The cases of a table, for every registered platform.
    static func all(_ table: Table) -> [Case] { Pairing.all.flatMap { AdapterConformance($0).cases(table) } }
}

extension Combination {
    /// Every state × number count × agent.
    static let all = Pairing.all.flatMap { matrix($0) }

    /// Every pairing with everything on, which makes the most objects.
    static let fullest = Pairing.all.map { fullest($0) }
}

extension Journey {
    static let connects = Pairing.all.map { connect($0) }
    static let replacements = Pairing.all.compactMap { replacement($0) }
}
