import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("A hostile template cannot read the environment or files, or expose passwords")
struct HostileTemplateTests {
    /// Writes a built-in template with a change to a file.
    private func file(_ desk: Desk, _ pairing: Pairing, _ from: String, _ to: String) throws -> String {
        let text = try pairing.templateText()
        #expect(text.contains(from))
        let file = desk.folder + "/hostile.json"
        try text.replacing(from, with: to, maxReplacements: 1).write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    private static let canary = "canary-of-the-environment"

    @Test(
        "A reference to anything except parameters, facts, secrets and resources is refused at load",
        arguments: [
            "${env.HOME}", "${environment.CANARY}", "${CANARY}", "${$CANARY}", "${file:/etc/passwd}",
            "${platform.api_key}",
            "${platform.settings.VAPI_API_KEY}", "${carrier.auth_token}", "${carrier.account}", "${secrets.sip}",
            "${secrets.sip.token}", "${secrets.other.password}", "${credential.password}",
            "${sip.outboundAuthenticationPlan}",
            "${${name}}",
        ])
    func reference(_ reference: String) async throws {
        try await Desk.run { desk async throws in
            let file = try file(desk, .vapi, #""assistantId": "${assistant?}""#, "\"assistantId\": \"\(reference)\"")
            for command in [["template", "validate", file], Pairing.vapi.command("connect", "--template", file)] {
                let refused = try await desk.zentrunk(command, with: ["CANARY": Self.canary])
                #expect(refused.status == 1, "\(refused.stdout)\(refused.stderr)")
                #expect(!refused.stderr.contains(Self.canary))
            }
            #expect(desk.writes.isEmpty)
        }
    }

    @Test(
        "A parameter reads a variable only if the adapter declares it as open to templates",
        arguments: [
            "CANARY", "HOME", "PATH", "PLIVO_AUTH_TOKEN", "PLIVO_AUTH_ID", "VAPI_API_KEY", "LIVEKIT_API_SECRET",
        ])
    func variable(_ variable: String) async throws {
        try await Desk.run { desk async throws in
            let file = try file(
                desk, .vapi, #""assistant": { "type": "id","#,
                #""assistant": { "environment": "\#(variable)", "type": "id","#)
            let done = try await desk.zentrunk(
                ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--template", file, "--json"],
                with: ["CANARY": Self.canary])
            #expect(done.status == 0, "\(done.stderr)")
            for line in desk.sandbox.state["vapi"]?["phone_numbers"]?.array ?? [] {
                #expect(line["assistantId"].map(\.isNull) != false)
            }
            let bodies = desk.sandbox.requests.map { String(decoding: $0.body, as: UTF8.self) }
            for value in [Self.canary, desk.folder, desk.sandbox.environment[variable]].compactMap({ $0 }) {
                #expect(bodies.allSatisfy { !$0.contains(value) })
            }
        }
    }

    @Test(
        "A text that names a file is sent unchanged, and the file is not read",
        arguments: ["@", "file://", "$(cat ", "`cat ", "<"])
    func path(_ prefix: String) async throws {
        try await Desk.run { desk async throws in
            let secret = desk.folder + "/secret"
            try Self.canary.write(toFile: secret, atomically: true, encoding: .utf8)
            let file = try file(
                desk, .vapi, #""assistantId": "${assistant?}""#, "\"assistantId\": \"\(prefix)\(secret)\"")
            let done = try await desk.zentrunk(
                "connect", "vapi", "-n", "+14155550100", "--no-agent", "--template", file)
            #expect(done.status == 0, "\(done.stderr)")
            let bodies = desk.sandbox.requests.map { $0.document?.text() ?? "" }
            #expect(bodies.contains { $0.contains(prefix + secret) })
            #expect(bodies.allSatisfy { !$0.contains(Self.canary) })
        }
    }

    @Test(
        "A password in a name, an address, a list, a larger text or a map is refused at load",
        arguments: [
            (Pairing.vapi, #""name": "${name}""#, #""name": "${secrets.sip.password?}""#),
            (.vapi, #""uri": "${failover}""#, #""uri": "${secrets.sip.password?}.evil.example;transport=udp""#),
            (.vapi, #""uri": "${failover}""#, #""uri": "${secrets.sip.password?}""#),
            (
                .vapi, #""ip_addresses": "${platform.signalling_networks}""#,
                #""ip_addresses": ["${secrets.sip.password?}"]"#
            ),
            (.vapi, #""assistantId": "${assistant?}""#, #""assistantId": "${secrets.sip.password?}""#),
            (.vapi, #""authUsername": "${secrets.sip.username}""#, #""authUsername": "${secrets.sip.password}""#),
            (
                .elevenLabs, #""address": "${outbound-trunk.trunk_domain}""#,
                #""headers": { "X-Evil": "${secrets.sip.password}" }, "address": "${outbound-trunk.trunk_domain}""#
            ),
            (
                .elevenLabs, #""address": "${outbound-trunk.trunk_domain}""#,
                #""headers": { "X-Evil": { "a": ["x${secrets.sip.password}"] } }, "address": "${outbound-trunk.trunk_domain}""#
            ),
        ] as [(Pairing, String, String)])
    func password(_ pairing: Pairing, _ from: String, _ to: String) async throws {
        try await Desk.run { desk async throws in
            let file = try file(desk, pairing, from, to)
            let checked = try await desk.zentrunk("template", "validate", file)
            #expect(checked.status == 1, "\(checked.stdout)")
            let refused = try await desk.zentrunk(pairing.command("connect", "--template", file))
            #expect(refused.status == 1, "\(refused.stderr)")
            #expect(desk.writes.isEmpty)
        }
    }

    @Test(
        "A template that is too large, too deeply nested or endless is refused",
        arguments: ["huge", "deep", "/dev/zero"])
    func size(_ what: String) async throws {
        try await Desk.run { desk async throws in
            let file = what.hasPrefix("/") ? what : desk.folder + "/hostile.json"
            switch what {
            case "huge":
                try Data(repeating: UInt8(ascii: " "), count: (16 << 20) + 1).write(to: URL(fileURLWithPath: file))
            case "deep": try Data(repeating: UInt8(ascii: "["), count: 1_000_000).write(to: URL(fileURLWithPath: file))
            default: break
            }
            let refused = try await desk.zentrunk("template", "validate", file)
            #expect(refused.status == 1)
            #expect(refused.stderr.contains(file))
        }
    }

    @Test("A template can choose the host that calls go to, and the requests contain that host")
    func trusted() async throws {
        try await Desk.run { desk async throws in
            let file = try file(desk, .vapi, #""ip": "${outbound-trunk.trunk_domain}""#, #""ip": "other.example.com""#)
            let done = try await desk.zentrunk(
                "connect", "vapi", "-n", "+14155550100", "--no-agent", "--template", file)
            #expect(done.status == 0, "\(done.stderr)")
            #expect(desk.writes.contains { String(decoding: $0.body, as: UTF8.self).contains("other.example.com") })
        }
    }
}
