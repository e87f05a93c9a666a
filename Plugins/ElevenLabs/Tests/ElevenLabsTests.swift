import Testing
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("ElevenLabs' numbers in the sandbox")
struct ElevenLabsTests {
    @Test("An import returns only its id; a read shows other names and defaults, but no password")
    func imported() async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.elevenLabs("POST", Caller.numbers, .object(Caller.anImport))
            #expect(reply.json.object?.names == ["phone_number_id"])
            let id = try #require(reply["/phone_number_id"]?.string)
            let read = try await caller.elevenLabs("GET", "\(Caller.numbers)/\(id)")
            let outbound: JSONValue = [
                "address": "1234567.zt.plivo.com", "transport": "tcp", "media_encryption": "disabled", "headers": [:],
                "attributes_to_headers": [:], "enabled_codecs": [], "has_auth_credentials": true, "username": "acme01",
                "has_outbound_trunk": true,
            ]
            #expect(
                read.json == [
                    "phone_number": "+14155550100", "label": "zc_elevenlabs_main_line", "phone_number_id": .string(id),
                    "provider": "sip_trunk", "supports_inbound": true, "supports_outbound": true,
                    "assigned_agent": [
                        "agent_id": "agent_1", "agent_name": "Agent agent_1", "environment": .null, "branch_id": .null,
                    ],
                    "inbound_trunk": [
                        "allowed_addresses": ["13.52.9.0/25"], "allowed_numbers": .null,
                        "media_encryption": "disabled", "has_auth_credentials": false, "username": .null,
                        "remote_domains": .null, "attributes_to_headers": [:],
                    ],
                    "outbound_trunk": outbound, "provider_config": outbound, "livekit_stack": "standard",
                    "store_sip_messages": true,
                ])
            #expect(caller.sandbox.violations == [])
        }
    }

    @Test("The state has the written members, with a marker instead of the password")
    func state() async throws {
        try await withSandbox { caller async throws in
            _ = try await caller.imported()
            let credentials: JSONValue = ["username": "acme01", "password": SandboxMarker.marker(for: "Br1ck+Lamp_42")]
            let number = try #require(caller.firstNumber)
            #expect(number["id"] == number["phone_number_id"])
            #expect(number["agent_id"] == "agent_1")
            #expect(number["outbound_trunk_config"]?["credentials"] == credentials)
            #expect(number["inbound_trunk_config"]?["credentials"] == .null)
            #expect(number["inbound_trunk_config"]?["media_encryption"] == "disabled")
        }
    }

    @Test("Defaults match the schema, for example optional media encryption and automatic transport")
    func defaults() async throws {
        try await withSandbox { caller async throws in
            _ = try await caller.imported([
                "agent_id": .null, "inbound_trunk_config": [:], "outbound_trunk_config": ["address": "a.example.com"],
            ])
            let number = try #require(caller.firstNumber)
            #expect(number["assigned_agent"] == .null)
            #expect(number["inbound_trunk"]?["allowed_addresses"] == [])
            #expect(number["inbound_trunk"]?["media_encryption"] == "allowed")
            #expect(number["outbound_trunk"]?["media_encryption"] == "allowed")
            #expect(number["outbound_trunk"]?["transport"] == "auto")
            #expect(number["outbound_trunk"]?["has_auth_credentials"] == false)
            #expect(caller.sandbox.violations == [])
        }
    }

    struct Update: Sendable, CustomTestStringConvertible {
        var body: JSONObject
        var pointer: String
        var outcome: JSONValue
        var testDescription: String { JSONValue.object(body).text() }
    }

    @Test(
        "An update changes the given members and returns the complete record",
        arguments: [
            Update(body: ["label": "another"], pointer: "/label", outcome: "another"),
            Update(body: ["agent_id": "agent_2"], pointer: "/assigned_agent/agent_id", outcome: "agent_2"),
            Update(body: ["agent_id": .null], pointer: "/assigned_agent", outcome: .null),
            Update(body: ["environment": "staging"], pointer: "/assigned_agent/environment", outcome: "staging"),
            Update(body: ["livekit_stack": "static"], pointer: "/livekit_stack", outcome: "static"),
            Update(body: ["store_sip_messages": false], pointer: "/store_sip_messages", outcome: false),
            Update(body: ["inbound_trunk_config": .null], pointer: "/inbound_trunk", outcome: .null),
            Update(body: [:], pointer: "/assigned_agent/agent_id", outcome: "agent_1"),
        ])
    func update(_ update: Update) async throws {
        try await withSandbox { caller async throws in
            let path = try await caller.imported()
            let reply = try await caller.elevenLabs("PATCH", path, .object(update.body))
            #expect(reply.status == 200)
            #expect(reply[update.pointer] == update.outcome)
            #expect(reply["/outbound_trunk/address"] == "1234567.zt.plivo.com")
            #expect(try await caller.elevenLabs("GET", path).json == reply.json)
            #expect(caller.sandbox.violations == [])
        }
    }

    @Test("Deleting returns 200, and then the number is not found")
    func delete() async throws {
        try await withSandbox { caller async throws in
            let path = try await caller.imported()
            #expect(try await caller.elevenLabs("DELETE", path).status == 200)
            for method in ["GET", "PATCH", "DELETE"] {
                let reply = try await caller.elevenLabs(method, path, method == "PATCH" ? [:] : nil)
                #expect(reply.status == 404)
                #expect(reply["/detail/code"] == "phone_number_not_found")
                #expect(reply["/detail/status"] == "phone_number_not_found")
            }
            #expect(try await caller.elevenLabs("GET", Caller.numbers).json == [])
        }
    }

    @Test("Numbers of other providers and users are listed, without trunks unless given")
    func foreign() async throws {
        try await withSandbox { caller async throws in
            let service = caller.sandbox.service(ElevenLabsService.self)
            service.addAgent("agent_9", name: "Night shift")
            let twilio = service.addPhoneNumber("+14155550101", label: "theirs", provider: .twilio)
            let other = service.addPhoneNumber(
                "+14155550102", label: "theirs",
                more: ["agent_id": "agent_9", "inbound_trunk_config": ["media_encryption": "required"]])
            let first = try await caller.elevenLabs("GET", "\(Caller.numbers)/\(twilio)")
            #expect(first["/provider"] == "twilio")
            #expect(first["/outbound_trunk"] == nil)
            let second = try await caller.elevenLabs("GET", "\(Caller.numbers)/\(other)")
            #expect(second["/assigned_agent/agent_name"] == "Night shift")
            #expect(second["/inbound_trunk/media_encryption"] == "required")
            #expect(second["/outbound_trunk"] == .null)
            caller.sandbox.reset()
            #expect(caller.firstNumber == nil)
        }
    }

    @Test("A Twilio number is imported with its own variant, and its secrets are not stored")
    func twilio() async throws {
        try await withSandbox { caller async throws in
            let body: JSONValue = [
                "provider": "twilio", "phone_number": "+14155550100", "label": "t", "sid": "AC1", "token": "not-kept",
            ]
            #expect(try await caller.elevenLabs("POST", Caller.numbers, body).status == 200)
            #expect(caller.firstNumber?["provider"] == "twilio")
            #expect(!caller.sandbox.state.text().contains("not-kept"))
            #expect(caller.sandbox.violations == [])
        }
    }
}
