import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkElevenLabsSandbox

@Suite("ElevenLabs' contract")
struct ElevenLabsContractTests {
    typealias Sent = SentRequest

    private static func sent(
        _ method: String, _ path: String, _ body: JSONObject? = nil, query: [SandboxQueryItem] = [],
        violation: String? = nil
    ) -> Sent {
        Sent(
            vendor: "elevenlabs", method: method, path: path, query: query, body: body.map { .object($0) },
            violation: violation)
    }

    private static func imported(_ change: JSONObject, violation: String? = nil) -> Sent {
        sent("POST", Caller.numbers, Caller.anImport.merging(change), violation: violation)
    }

    private static func listed(_ name: String, _ value: String, violation: String? = nil) -> Sent {
        sent("GET", Caller.pages, query: [SandboxQueryItem(name: name, value: value)], violation: violation)
    }

    @Test(
        "The contract refuses unknown members, discriminates imports by provider and checks the types of parameters",
        arguments: [
            imported([:]), imported(["agent_id": .null, "inbound_trunk_config": .null]),
            sent(
                "POST", Caller.numbers, ["provider": "twilio", "phone_number": "+1", "label": "a", "sid": "AC1"],
                violation: "/token is required"),
            imported(["provider": "byo"], violation: #"/provider must be one of ["twilio","exotel","sip_trunk"]"#),
            imported(["termination_uri": "a.example.com"], violation: "/termination_uri must not be there"),
            imported(["label": 1], violation: "/label must be string"),
            imported(
                ["outbound_trunk_config": ["transport": "tcp"]], violation: "/outbound_trunk_config/address is required"
            ),
            imported(
                ["outbound_trunk_config": ["address": "a", "transport": "TCP"]],
                violation: "/outbound_trunk_config/transport must be one of"),
            imported(
                ["outbound_trunk_config": ["address": "a", "credentials": ["user": "a", "username": "b"]]],
                violation: "/outbound_trunk_config/credentials/user must not be there"),
            imported(
                ["outbound_trunk_config": ["address": "a", "enabled_codecs": ["PCMU"]]],
                violation: "/outbound_trunk_config/enabled_codecs/0 must be one of"),
            imported(
                ["inbound_trunk_config": ["attributes_to_headers": ["a": 1]]],
                violation: "/inbound_trunk_config/attributes_to_headers/a must be string"),
            sent("POST", Caller.numbers, ["label": "a"], violation: "/phone_number is required"),
            sent("PATCH", Caller.numbers + "/phnum_1", ["agent_id": .null, "livekit_stack": "static"]),
            sent("PATCH", Caller.numbers + "/phnum_1", ["phone_number": "+1"], violation: "/phone_number must not be"),
            sent("PATCH", Caller.numbers + "/phnum_1", violation: "the contract has a body here"),
            sent("PUT", Caller.numbers + "/phnum_1", [:], violation: "no such operation"),
            sent("GET", Caller.numbers + "/", violation: "no such operation"),
            sent("DELETE", Caller.numbers + "/phnum_1"),
            listed("page_size", "1000"), listed("page_size", "1001", violation: "/page_size must be at most 1000"),
            listed("supports_outbound", "true"),
            listed("supports_outbound", "yes", violation: "/supports_outbound must be boolean"),
            listed("provider", "sip_trunk"), listed("provider", "plivo", violation: "/provider must be one of"),
            listed("phone_number", "14155550100"), listed("limit", "1", violation: "no parameter limit"),
        ])
    func requests(_ sent: Sent) throws {
        let violations = try Contracts.validator("elevenlabs").violations(in: [sent.record])
        #expect(violations.count == (sent.violation == nil ? 0 : 1), "\(violations)")
        #expect(violations.first?.contains(sent.violation ?? "") ?? true, "\(violations)")
    }

    @Test("The sandbox's responses match the contract")
    func answers() async throws {
        let contract = try Contracts.validator("elevenlabs")
        var options = SandboxOptions()
        var quirks = ElevenLabsQuirks()
        quirks.checksAgents = true
        options.seed = { services in
            services.service(ElevenLabsService.self).addAgent("agent_1", name: "Day shift")
            services.service(ElevenLabsService.self).addPhoneNumber("+14155550101", label: "t", provider: .twilio)
            services.service(ElevenLabsService.self).addPhoneNumber("+14155550102", label: "e", provider: .exotel)
            services.service(ElevenLabsService.self).addPhoneNumber("+14155550103", label: "s")
        }
        try await withSandbox(quirks, options: options) { caller async throws in
            let path = try await caller.imported()
            let requests: [(String, String, JSONValue?, Int)] = [
                ("POST", Caller.numbers, .object(Caller.anImport.merging(["phone_number": "+14155550104"])), 200),
                ("POST", Caller.numbers, ["label": "a"], 422),
                ("POST", Caller.numbers, .object(Caller.anImport.merging(["agent_id": "nobody"])), 404),
                ("GET", Caller.numbers, .none, 200), ("GET", Caller.pages, .none, 200),
                ("GET", Caller.pages + "?page_size=2", .none, 200), ("GET", Caller.pages + "?page_size=0", .none, 400),
                ("GET", Caller.pages + "?provider=x", .none, 422), ("GET", path, .none, 200),
                ("GET", Caller.numbers + "/x", .none, 404), ("PATCH", path, ["label": "b"], 200),
                ("PATCH", path, ["label": 1], 422), ("DELETE", path, .none, 200),
            ]
            for (method, target, body, status) in requests {
                let reply = try await caller.elevenLabs(method, target, body)
                #expect(reply.status == status)
                let clean = String(target.prefix { $0 != "?" })
                #expect(
                    contract.violations(inAnswer: reply.json, status: status, to: method, clean) == [],
                    "\(method) \(target) \(status)")
            }
            let refused = try await caller.elevenLabs("GET", Caller.numbers, key: "x")
            #expect(contract.violations(inAnswer: refused.json, status: 401, to: "GET", Caller.numbers) == [])
            for request in caller.sandbox.requests {
                let isWrong = request.status == 400 || request.status == 422
                #expect(contract.violations(in: [request]).isEmpty != isWrong, "\(request.method) \(request.path)")
            }
        }
    }
}
