import Testing
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Requests that ElevenLabs accepts in the sandbox but clients must not send")
struct ElevenLabsTrapTests {
    struct Trap: Sendable, CustomTestStringConvertible {
        var change: JSONObject
        /// A part of the only expected violation.
        var violation: String
        /// A path in the stored record and its expected value; nil if it must not exist.
        var pointer = "/phone_number"
        var outcome: JSONValue? = "+14155550100"
        var testDescription: String { violation }
    }

    private static func outbound(_ more: JSONObject) -> JSONObject {
        let whole: JSONObject = ["address": "a.zt.plivo.com", "transport": "tcp", "media_encryption": "disabled"]
        return ["outbound_trunk_config": .object(whole.merging(more))]
    }

    @Test(
        "A questionable import is accepted and recorded as a violation",
        arguments: [
            Trap(
                change: ["termination_uri": "a.example.com"], violation: "termination_uri is not a documented field",
                pointer: "/termination_uri", outcome: nil),
            Trap(
                change: ["livekit_stack": "static"], violation: "livekit_stack is not", pointer: "/livekit_stack",
                outcome: "standard"),
            Trap(
                change: outbound(["username": "acme01"]), violation: "outbound_trunk_config.username is not",
                pointer: "/outbound_trunk/has_auth_credentials", outcome: false),
            Trap(
                change: outbound(["credentials": ["username": "a", "password": "b", "realm": "c"]]),
                violation: "outbound_trunk_config.credentials.realm is not",
                pointer: "/outbound_trunk_config/credentials/realm", outcome: nil),
            Trap(
                change: ["supports_outbound": false], violation: "supports_outbound is deprecated",
                pointer: "/supports_outbound", outcome: false),
            Trap(
                change: outbound(["transport": "udp"]), violation: "udp is experimental",
                pointer: "/outbound_trunk/transport", outcome: "udp"),
            Trap(
                change: outbound(["address": "a.zt.plivo.com:5060"]), violation: "has a port",
                pointer: "/outbound_trunk/address", outcome: "a.zt.plivo.com:5060"),
            Trap(change: outbound(["credentials": ["username": "a"]]), violation: "has no password"),
            Trap(
                change: ["inbound_trunk_config": ["allowed_numbers": ["+14155550100"]]],
                violation: "allowed_numbers filters callers", pointer: "/inbound_trunk/allowed_numbers",
                outcome: ["+14155550100"]),
            Trap(
                change: [
                    "inbound_trunk_config": ["allowed_addresses": ["13.52.9.0/33", "sip.example.com", "::1/128"]]
                ],
                violation: "were dropped", pointer: "/inbound_trunk/allowed_addresses", outcome: ["::1/128"]),
            Trap(
                change: ["inbound_trunk_config": ["allowed_addresses": ["13.52.9"]]],
                violation: "calls from every address are accepted", pointer: "/inbound_trunk/allowed_addresses",
                outcome: []),
            Trap(
                change: ["inbound_trunk_config": .null, "outbound_trunk_config": .null],
                violation: "without trunks", pointer: "/inbound_trunk", outcome: .null),
            Trap(
                change: ["phone_number": "14155550100"], violation: "not E.164", pointer: "/phone_number",
                outcome: "14155550100"),
        ])
    func noted(_ trap: Trap) async throws {
        try await withSandbox { caller async throws in
            _ = try await caller.imported(trap.change)
            #expect(caller.sandbox.violations.count == 1)
            #expect(caller.sandbox.violations.first?.contains(trap.violation) == true, "\(caller.sandbox.violations)")
            let number = try #require(caller.firstNumber)
            #expect(number[try #require(JSONPointer(trap.pointer))] == trap.outcome)
        }
    }

    @Test("Without a provider, the import's variant is found by trial, which is recorded as a violation")
    func withoutProvider() async throws {
        try await withSandbox { caller async throws in
            var body = Caller.anImport
            body["provider"] = nil
            #expect(try await caller.elevenLabs("POST", Caller.numbers, .object(body)).status == 200)
            #expect(caller.firstNumber?["provider"] == "sip_trunk")
            #expect(caller.sandbox.violations.count == 1)
        }
    }

    @Test(
        "A questionable update is accepted and recorded as a violation",
        arguments: [
            Trap(change: ["phone_number": "+14155550109"], violation: "phone_number is not a documented field"),
            Trap(
                change: ["provider": "twilio"], violation: "provider is not a documented field", pointer: "/provider",
                outcome: "sip_trunk"),
            Trap(
                change: ["label": .null], violation: "the effect of null on label", pointer: "/label",
                outcome: "zc_elevenlabs_main_line"),
            Trap(
                change: ["inbound_trunk_config": ["allowed_addresses": ["13.52.9.0/25"]]],
                violation: "omits media_encryption", pointer: "/inbound_trunk/media_encryption",
                outcome: "allowed"),
            Trap(
                change: outbound([:]), violation: "omits credentials",
                pointer: "/outbound_trunk/has_auth_credentials", outcome: false),
        ])
    func update(_ trap: Trap) async throws {
        try await withSandbox { caller async throws in
            let path = try await caller.imported()
            let reply = try await caller.elevenLabs("PATCH", path, .object(trap.change))
            #expect(reply.status == 200)
            #expect(caller.sandbox.violations.count == 1)
            #expect(caller.sandbox.violations.first?.contains(trap.violation) == true, "\(caller.sandbox.violations)")
            #expect(reply[trap.pointer] == trap.outcome)
        }
    }

    @Test("Updating the trunk of another provider's number has no effect and is recorded as a violation")
    func otherProvider() async throws {
        try await withSandbox { caller async throws in
            let id = caller.sandbox.service(ElevenLabsService.self).addPhoneNumber(
                "+14155550100", label: "t", provider: .twilio)
            let reply = try await caller.elevenLabs("PATCH", "\(Caller.numbers)/\(id)", ["inbound_trunk_config": [:]])
            #expect(reply["/inbound_trunk"] == nil)
            #expect(caller.sandbox.violations.count == 1)
        }
    }

    @Test("Updates replace or merge a trunk; only one with all members is the same in both modes and not a violation")
    func nested() async throws {
        for update in [ElevenLabsQuirks.TrunkUpdate.replace, .merge] {
            var quirks = ElevenLabsQuirks()
            quirks.trunkUpdate = update
            try await withSandbox(quirks) { caller async throws in
                let path = try await caller.imported()
                let whole = Self.outbound(["credentials": .null])
                let cleared = try await caller.elevenLabs("PATCH", path, .object(whole))
                #expect(cleared["/outbound_trunk/has_auth_credentials"] == false)
                #expect(cleared["/outbound_trunk/address"] == "a.zt.plivo.com")
                #expect(caller.sandbox.violations == [])
                let part = try await caller.elevenLabs(
                    "PATCH", path, ["outbound_trunk_config": ["address": "b.zt.plivo.com"]])
                #expect(part["/outbound_trunk/transport"] == (update == .merge ? "tcp" : "auto"))
                #expect(part["/outbound_trunk/address"] == "b.zt.plivo.com")
                #expect(caller.sandbox.violations.count == 2)
            }
        }
    }

    @Test(
        "An omitted or null password keeps the stored one, and a new one replaces it",
        arguments: [.none, .some(.null), .some("N3w_pass")] as [JSONValue?])
    func password(password: JSONValue?) async throws {
        try await withSandbox { caller async throws in
            let path = try await caller.imported()
            var credentials: JSONObject = ["username": "acme02"]
            credentials["password"] = password
            let change = Self.outbound(["credentials": .object(credentials)])
            let reply = try await caller.elevenLabs("PATCH", path, .object(change))
            #expect(reply["/outbound_trunk/username"] == "acme02")
            let stored = caller.firstNumber?["outbound_trunk_config"]?["credentials"]?["password"]
            #expect(stored == SandboxMarker.marker(for: password?.string ?? "Br1ck+Lamp_42"))
            #expect(caller.sandbox.violations == [])
        }
    }

    @Test("With the quirk, null does not remove a trunk")
    func null() async throws {
        var quirks = ElevenLabsQuirks()
        quirks.nullRemovesTrunk = false
        try await withSandbox(quirks) { caller async throws in
            let path = try await caller.imported()
            let reply = try await caller.elevenLabs("PATCH", path, ["outbound_trunk_config": .null])
            #expect(reply["/outbound_trunk/address"] == "1234567.zt.plivo.com")
        }
    }

    @Test("A number that accepts every caller shows an empty list, or 0.0.0.0/0")
    func open() async throws {
        for showsAny in [false, true] {
            var quirks = ElevenLabsQuirks()
            quirks.showsOpenAsAnyAddress = showsAny
            try await withSandbox(quirks) { caller async throws in
                let path = try await caller.imported(["inbound_trunk_config": ["allowed_addresses": .null]])
                let shown = try await caller.elevenLabs("GET", path)["/inbound_trunk/allowed_addresses"]
                #expect(shown == (showsAny ? ["0.0.0.0/0"] : []))
            }
        }
    }
}
