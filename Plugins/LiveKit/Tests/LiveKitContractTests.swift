import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkLiveKitSandbox

@Suite("LiveKit's contract, and LiveKit through the sandbox's sockets")
struct LiveKitContractTests {
    struct Sent: Sendable, CustomTestStringConvertible {
        var method: String
        var body: JSONValue
        /// A part of the only expected violation; nil if none is expected.
        var violation: String?
        var testDescription: String { "\(method) \(body.text())" }
    }

    @Test(
        "The contract refuses unknown members, discriminates unions and checks header names",
        arguments: [
            Sent(method: "CreateSIPInboundTrunk", body: ["trunk": ["numbers": ["+1"], "krispEnabled": true]]),
            Sent(
                method: "CreateSIPInboundTrunk", body: ["trunk": ["numbers": ["+1"], "krisp_enabled": true]],
                violation: "/trunk/krisp_enabled must not be there"),
            Sent(method: "CreateSIPInboundTrunk", body: ["trunk": ["name": "a"]], violation: "is required"),
            Sent(
                method: "CreateSIPInboundTrunk", body: ["trunk": ["numbers": ["+1"], "headers": ["X a": "b"]]],
                violation: "/trunk/headers/X a has a name that is not allowed"),
            Sent(
                method: "CreateSIPInboundTrunk", body: ["trunk": ["numbers": ["+1"], "ringingTimeout": "1m"]],
                violation: "/trunk/ringingTimeout must match"),
            Sent(method: "CreateSIPInboundTrunk", body: ["numbers": ["+1"]], violation: "is required"),
            Sent(method: "CreateSIPOutboundTrunk", body: ["trunk": ["address": "a.example:5061", "numbers": ["*"]]]),
            Sent(
                method: "CreateSIPOutboundTrunk", body: ["trunk": ["address": "sip:a.example", "numbers": ["*"]]],
                violation: "/trunk/address must match"),
            Sent(
                method: "CreateSIPOutboundTrunk",
                body: ["trunk": ["address": "a.example;transport=tcp", "numbers": ["*"]]],
                violation: "/trunk/address must match"),
            Sent(method: "UpdateSIPInboundTrunk", body: ["sipTrunkId": "ST_1", "update": ["name": ""]]),
            Sent(method: "UpdateSIPInboundTrunk", body: ["sipTrunkId": "ST_1"], violation: "is required"),
            Sent(
                method: "UpdateSIPInboundTrunk",
                body: ["sipTrunkId": "ST_1", "update": ["name": ""], "replace": ["numbers": ["+1"]]],
                violation: "matches 2 of 2 alternatives"),
            Sent(
                method: "UpdateSIPInboundTrunk", body: ["sipTrunkId": "ST_1", "update": ["krispEnabled": true]],
                violation: "/update/krispEnabled must not be there"),
            Sent(
                method: "UpdateSIPInboundTrunk", body: ["sipTrunkId": "ST_1", "update": ["numbers": ["set": []]]],
                violation: "/update/numbers/set must have at least 1"),
            Sent(
                method: "UpdateSIPInboundTrunk",
                body: ["sipTrunkId": "ST_1", "update": ["numbers": ["set": ["+1"], "clear": true]]],
                violation: "/update/numbers has a shape that is not allowed"),
            Sent(
                method: "UpdateSIPInboundTrunk",
                body: ["sipTrunkId": "ST_1", "update": ["numbers": ["add": ["+1"], "remove": ["+2"]]]]),
            Sent(
                method: "CreateSIPDispatchRule", body: ["dispatchRule": ["rule": ["dispatchRuleIndividual": [:]]]]),
            Sent(
                method: "CreateSIPDispatchRule", body: ["dispatchRule": ["rule": ["dispatchRuleDirect": [:]]]],
                violation: "/dispatchRule/rule/dispatchRuleDirect/roomName is required"),
            Sent(method: "ListSIPInboundTrunk", body: ["page": ["afterId": "ST_1", "limit": 100]]),
            Sent(method: "ListSIPInboundTrunk", body: ["limit": 100], violation: "/limit must not be there"),
            Sent(method: "GetSIPDispatchRule", body: [:], violation: "no such operation"),
        ])
    func bodies(_ sent: Sent) throws {
        let violations = try Self.violations(of: sent.method, sent.body)
        #expect(violations.isEmpty == (sent.violation == nil), "\(violations)")
        if let expected = sent.violation {
            #expect(violations.contains { $0.contains(expected) }, "\(violations)")
        }
    }

    private static func violations(of method: String, _ body: JSONValue) throws -> [String] {
        try Contracts.validator("livekit").violations(in: [
            RecordedRequest(
                sequence: 1, vendor: "livekit", method: "POST", path: "/twirp/livekit.SIP/\(method)", query: [],
                body: body.bytes(), document: body, isWrite: true, started: .zero)
        ])
    }

    @Test("The sandbox's responses match the contract, also over HTTP")
    func answers() async throws {
        let contract = try Contracts.validator("livekit")
        try await withSandbox { caller async throws in
            let url = try #require(LoopbackClient(url: caller.sandbox.url(of: LiveKitService.self)))
            func call(_ method: String, _ body: JSONValue, expecting status: Int = 200) async throws -> JSONValue {
                let path = "/twirp/livekit.SIP/\(method)"
                let answer = try await url.send(
                    "POST", path, headers: ["Authorization": "Bearer \(LiveKitClient.token(at: Date()))"],
                    body: body.bytes())
                #expect(answer.status == status, "\(method)")
                let json = try JSONValue(parsing: answer.body)
                #expect(contract.violations(inAnswer: json, status: status, to: "POST", path) == [], "\(method)")
                return json
            }
            let encryption: JSONValue = "SIP_MEDIA_ENCRYPT_REQUIRE"
            let media: JSONObject = ["mediaEncryption": encryption, "media": ["encryption": encryption]]
            let inbound = try await call(
                "CreateSIPInboundTrunk",
                ["trunk": .object(media.merging(["numbers": ["+1"], "maxCallDuration": "60s"]))])
            let outbound = try await call(
                "CreateSIPOutboundTrunk",
                [
                    "trunk": .object(
                        media.merging(LiveKitTrunkTests.outbound).merging([
                            "authUsername": "acme01", "authPassword": "Br1ck+Lamp_42",
                        ]))
                ])
            let inboundID = try #require(inbound["sip_trunk_id"])
            let outboundID = try #require(outbound["sip_trunk_id"])
            let rule = try await call(
                "CreateSIPDispatchRule",
                [
                    "dispatchRule": [
                        "name": "r", "trunkIds": [inboundID],
                        "rule": ["dispatchRuleIndividual": ["roomPrefix": "call-"]],
                        "roomConfig": ["agents": [["agentName": "a"]]],
                    ]
                ])
            let ruleID = try #require(rule["sip_dispatch_rule_id"])
            _ = try await call("GetSIPInboundTrunk", ["sipTrunkId": inboundID])
            _ = try await call("GetSIPOutboundTrunk", ["sipTrunkId": outboundID])
            for noun in ["SIPInboundTrunk", "SIPOutboundTrunk", "SIPDispatchRule"] {
                #expect(try await call("List\(noun)", [:])["items"]?.array?.count == 1)
            }
            _ = try await call("UpdateSIPInboundTrunk", ["sipTrunkId": inboundID, "update": ["name": "b"]])
            _ = try await call("UpdateSIPOutboundTrunk", ["sipTrunkId": outboundID, "update": ["name": "b"]])
            _ = try await call("UpdateSIPDispatchRule", ["sipDispatchRuleId": ruleID, "update": ["name": "b"]])
            _ = try await call(
                "CreateSIPInboundTrunk", ["trunk": ["name": "twin", "numbers": ["+1"]]], expecting: 400)
            _ = try await call("GetSIPInboundTrunk", ["sipTrunkId": "ST_x"], expecting: 404)
            let password = try #require(JSONPointer("/livekit/outbound_trunks/0/auth_password"))
            #expect(caller.sandbox.state[password] == SandboxMarker.marker(for: "Br1ck+Lamp_42"))
            _ = try await call("DeleteSIPDispatchRule", ["sipDispatchRuleId": ruleID])
            _ = try await call("DeleteSIPTrunk", ["sipTrunkId": inboundID])
            _ = try await call("DeleteSIPTrunk", ["sipTrunkId": outboundID])
            #expect(caller.sandbox.violations == [])
            #expect(contract.violations(in: caller.sandbox.requests) == [])
            #expect(!caller.sandbox.requests.map { $0.json.text() }.joined().contains("Br1ck"))
        }
    }

    @Test("Gets and lists are reads although they use POST, so a fault for writes does not affect them")
    func reads() async throws {
        var options = SandboxOptions()
        options.faults = [.failing(write: 2, with: .liveKit(503, "unavailable", "no"))]
        try await withSandbox(options: options) { caller async throws in
            let client = try #require(LoopbackClient(url: caller.sandbox.url(of: LiveKitService.self)))
            let headers = ["Authorization": "Bearer \(LiveKitClient.token(at: Date()))"]
            var statuses: [Int?] = []
            for method in ["ListSIPInboundTrunk", "DeleteSIPTrunk", "GetSIPInboundTrunk", "DeleteSIPTrunk"] {
                let answer = try await client.send(
                    "POST", "/twirp/livekit.SIP/\(method)", headers: headers,
                    body: Array(#"{"sipTrunkId": "ST_x"}"#.utf8))
                statuses.append(answer.status)
            }
            #expect(statuses == [200, 200, 404, 503])
            #expect(caller.sandbox.requests.map(\.isWrite) == [false, true, false, true])
        }
    }

    @Test("The environment has the address with the configured scheme", arguments: [("http", false), ("ws", true)])
    func environment(scheme: String, isWebSocket: Bool) async throws {
        var quirks = LiveKitQuirks()
        quirks.namesWebSocketURL = isWebSocket
        try await withSandbox(quirks) { caller async throws in
            let environment = caller.sandbox.environment
            let port = try #require(caller.sandbox.url(of: LiveKitService.self).split(separator: ":").last)
            #expect(environment["LIVEKIT_URL"] == "\(scheme)://127.0.0.1:\(port)")
            #expect(environment["LIVEKIT_API_KEY"] == LiveKitService.apiKey)
            #expect(environment["LIVEKIT_API_SECRET"] == LiveKitService.apiSecret)
            #expect(environment["LIVEKIT_SIP_HOST"]?.hasSuffix(".sip.livekit.cloud") == true)
        }
    }
}
