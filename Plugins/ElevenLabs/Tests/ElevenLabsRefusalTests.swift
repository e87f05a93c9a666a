import Testing
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Requests that ElevenLabs refuses in the sandbox")
struct ElevenLabsRefusalTests {
    @Test(
        "A missing or wrong key returns 401 in the documented envelope",
        arguments: [(nil, "missing_api_key"), ("x", "invalid_api_key")])
    func key(key: String?, code: String) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.elevenLabs("GET", Caller.numbers, key: key)
            #expect(reply.status == 401)
            #expect(reply["/detail/type"] == "authentication_error")
            #expect(reply["/detail/code"] == .string(code))
            #expect(reply["/detail/request_id"]?.string != nil)
        }
    }

    @Test("A write with a read-only key returns 401 in the older envelope")
    func permissions() async throws {
        var quirks = ElevenLabsQuirks()
        quirks.permissions = [.read]
        try await withSandbox(quirks) { caller async throws in
            #expect(try await caller.elevenLabs("GET", Caller.numbers).status == 200)
            let reply = try await caller.elevenLabs("POST", Caller.numbers, .object(Caller.anImport))
            #expect(reply.status == 401)
            #expect(reply["/detail"]?.object?.names == ["status", "message"])
            #expect(reply["/detail/status"] == "missing_permissions")
            #expect(reply["/detail/message"]?.string?.contains("convai_write") == true)
        }
    }

    @Test(
        "For an unknown operation, the framework returns a bare string",
        arguments: [
            ("GET", "/v1/convai/phone-numbers/", 404), ("GET", "/v1/convai/phone-numbers/a/b", 404),
            ("POST", "/v1/convai/phone-numbers/create", 405), ("PUT", "/v1/convai/phone-numbers", 405),
            ("POST", "/v1/convai/v2/phone-numbers", 405), ("GET", "/v1/convai/agents", 404),
        ])
    func framework(method: String, path: String, status: Int) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.elevenLabs(method, path)
            #expect(reply.status == status)
            #expect(reply.json == ["detail": .string(status == 404 ? "Not Found" : "Method Not Allowed")])
        }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        /// Changes to a valid import.
        var change: JSONObject
        /// The expected location of the fault, in the variant for SIP trunks.
        var place: [JSONValue]
        var type: String
        var testDescription: String { "\(type) at \(JSONValue.array(place).text())" }
    }

    @Test(
        "A body of the wrong shape returns 422 with location, type and input of each fault of each import variant",
        arguments: [
            Fault(change: ["label": 1], place: ["label"], type: "string_type"),
            Fault(change: ["provider": "byo"], place: ["provider"], type: "literal_error"),
            Fault(change: ["supports_inbound": "x"], place: ["supports_inbound"], type: "bool_type"),
            Fault(change: ["inbound_trunk_config": []], place: ["inbound_trunk_config"], type: "model_attributes_type"),
            Fault(
                change: ["inbound_trunk_config": ["allowed_addresses": "192.0.2.1"]],
                place: ["inbound_trunk_config", "allowed_addresses"], type: "list_type"),
            Fault(
                change: ["inbound_trunk_config": ["allowed_numbers": [1]]],
                place: ["inbound_trunk_config", "allowed_numbers", 0], type: "string_type"),
            Fault(
                change: ["inbound_trunk_config": ["credentials": ["password": "Br1ck+Lamp_42"]]],
                place: ["inbound_trunk_config", "credentials", "username"], type: "missing"),
            Fault(
                change: ["outbound_trunk_config": ["transport": "tcp"]], place: ["outbound_trunk_config", "address"],
                type: "missing"),
            Fault(
                change: ["outbound_trunk_config": ["address": "a.example.com", "transport": "TCP"]],
                place: ["outbound_trunk_config", "transport"], type: "enum"),
            Fault(
                change: ["outbound_trunk_config": ["address": "a.example.com", "enabled_codecs": ["PCMU"]]],
                place: ["outbound_trunk_config", "enabled_codecs", 0], type: "enum"),
            Fault(
                change: ["outbound_trunk_config": ["address": "a.example.com", "headers": []]],
                place: ["outbound_trunk_config", "headers"], type: "dict_type"),
        ])
    func shape(_ fault: Fault) async throws {
        try await withSandbox { caller async throws in
            let body = JSONValue.object(Caller.anImport.merging(fault.change))
            let reply = try await caller.elevenLabs("POST", Caller.numbers, body)
            #expect(reply.status == 422)
            let details = reply["/detail"]?.array ?? []
            let place = ["body", "CreateSIPTrunkPhoneNumberRequestV2"] + fault.place
            let found = details.filter { $0["loc"] == .array(place) }
            #expect(found.map { $0["type"] } == [.string(fault.type)])
            #expect(found.first?["msg"]?.string != nil && found.first?["input"] != nil)
            #expect(details.contains { $0["loc"] == ["body", "CreateTwilioPhoneNumberRequest", "sid"] })
            #expect(caller.firstNumber == nil)
        }
    }

    @Test("The echo in a fault contains the password")
    func echo() async throws {
        try await withSandbox { caller async throws in
            var body = Caller.anImport
            body["label"] = nil
            let reply = try await caller.elevenLabs("POST", Caller.numbers, .object(body))
            #expect(reply.status == 422)
            #expect(reply.json.text().contains("Br1ck+Lamp_42"))
        }
    }

    @Test("An update of the wrong shape changes nothing")
    func update() async throws {
        try await withSandbox { caller async throws in
            let path = try await caller.imported()
            let body: JSONValue = ["label": "x", "outbound_trunk_config": ["transport": "tcp"]]
            let reply = try await caller.elevenLabs("PATCH", path, body)
            #expect(reply.status == 422)
            #expect(reply["/detail/0/loc"] == ["body", "outbound_trunk_config", "address"])
            #expect(caller.firstNumber?["label"] == "zc_elevenlabs_main_line")
        }
    }

    @Test(
        "A trunk address that is not a bare host is refused, on import and on update",
        arguments: [
            "sip:a.zt.plivo.com", "SIPS:a.zt.plivo.com", "user@a.zt.plivo.com", "a.zt.plivo.com;transport=tcp", "",
            "a b",
        ])
    func address(address: String) async throws {
        try await withSandbox { caller async throws in
            let path = try await caller.imported()
            let change: JSONObject = ["outbound_trunk_config": ["address": .string(address)]]
            for (method, target, body) in [
                ("POST", Caller.numbers, Caller.anImport.merging(change)), ("PATCH", path, change),
            ] {
                let reply = try await caller.elevenLabs(method, target, .object(body))
                #expect(reply.status == 400)
                #expect(reply["/detail/code"] == "invalid_parameters")
                #expect(reply["/detail/param"] == "outbound_trunk_config.address")
            }
            #expect(caller.firstNumber?["outbound_trunk"]?["address"] == "1234567.zt.plivo.com")
        }
    }

    @Test("A missing body returns 422, and one that is not JSON returns 400")
    func body() async throws {
        try await withSandbox { caller async throws in
            #expect(try await caller.elevenLabs("POST", Caller.numbers)["/detail/0/loc"] == ["body"])
            let service = caller.sandbox.service(ElevenLabsService.self)
            let answer = service.answer(
                SandboxRequest(
                    method: "POST", path: Caller.numbers, headers: ["xi-api-key": ElevenLabsService.apiKey],
                    body: Array("{".utf8)))
            #expect(answer.status == 400)
            #expect(try JSONValue(parsing: answer.body)["detail"]?["code"] == "malformed_json")
        }
    }

    @Test(
        "A second import of a number is refused, or creates a second record and a violation",
        arguments: [
            (ElevenLabsQuirks.DuplicateImport.secondRecord, 200, ""), (.conflict409, 409, "resource_already_exists"),
            (.badRequest400, 400, "bad_request"),
        ])
    func duplicate(quirk: ElevenLabsQuirks.DuplicateImport, status: Int, code: String) async throws {
        var quirks = ElevenLabsQuirks()
        quirks.duplicateImport = quirk
        try await withSandbox(quirks) { caller async throws in
            caller.sandbox.service(ElevenLabsService.self).addPhoneNumber(
                "+14155550100", label: "theirs", provider: .exotel)
            let reply = try await caller.elevenLabs("POST", Caller.numbers, .object(Caller.anImport))
            #expect(reply.status == status)
            #expect(reply["/detail/code"]?.string ?? "" == code)
            #expect(caller.sandbox.violations.count == (status == 200 ? 1 : 0))
            let numbers = caller.sandbox.state["elevenlabs"]?["phone_numbers"]?.array
            #expect(numbers?.count == (status == 200 ? 2 : 1))
        }
    }

    @Test("An unknown agent returns 404 if agents are checked")
    func agent() async throws {
        var options = SandboxOptions()
        var quirks = ElevenLabsQuirks()
        quirks.checksAgents = true
        options.seed = { $0.service(ElevenLabsService.self).addAgent("agent_1", name: "Day shift") }
        try await withSandbox(quirks, options: options) { caller async throws in
            let path = try await caller.imported()
            let reply = try await caller.elevenLabs("PATCH", path, ["agent_id": "agent_2"])
            #expect(reply.status == 404)
            #expect(reply["/detail/code"] == "agent_not_found")
            #expect(caller.firstNumber?["agent_id"] == "agent_1")
        }
    }
}
