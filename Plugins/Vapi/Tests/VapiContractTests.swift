import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

@Suite("Vapi's contract")
struct VapiContractTests {
    typealias Sent = SentRequest

    @Test(
        "Vapi's contract refuses unknown members and discriminates unions",
        arguments: [
            Sent(
                vendor: "vapi", path: "/credential",
                body: [
                    "provider": "byo-sip-trunk", "name": "n",
                    "gateways": [
                        ["ip": "1.zt.plivo.com", "inboundEnabled": false], ["ip": "13.52.9.0", "netmask": 25],
                    ],
                    "outboundAuthenticationPlan": ["authUsername": "u", "authPassword": "p"],
                ]),
            Sent(
                vendor: "vapi", path: "/credential", body: ["gateways": []], violation: "/provider is required"),
            Sent(
                vendor: "vapi", path: "/credential",
                body: ["provider": "byo-sip-trunk", "gateways": [], "type": "inbound"],
                violation: "/type must not be there"),
            Sent(
                vendor: "vapi", path: "/credential",
                body: ["provider": "byo-sip-trunk", "gateways": [["ip": "192.0.2.1", "netmask": 23]]],
                violation: "/gateways/0/netmask must be at least 24"),
            Sent(
                vendor: "vapi", path: "/credential",
                body: ["provider": "byo-sip-trunk", "gateways": [["ip": "192.0.2.1", "outboundProtocol": "sctp"]]],
                violation: "/gateways/0/outboundProtocol must be one of"),
            Sent(
                vendor: "vapi", path: "/credential",
                body: [
                    "provider": "byo-sip-trunk", "gateways": [],
                    "name": .string(String(repeating: "n", count: 41)),
                ], violation: "/name must have at most 40 characters"),
            Sent(vendor: "vapi", method: "PATCH", path: "/credential/1", body: ["gateways": [["ip": "192.0.2.1"]]]),
            Sent(
                vendor: "vapi", path: "/phone-number",
                body: ["provider": "byo-phone-number", "credentialId": "c", "number": "+14155550100"]),
            Sent(
                vendor: "vapi", path: "/phone-number",
                body: ["provider": "byo-phone-number", "credentialId": "c", "serverUrl": "u"],
                violation: "/serverUrl must not be there"),
            Sent(
                vendor: "vapi", method: "PATCH", path: "/phone-number/1",
                body: ["provider": "byo-phone-number", "assistantId": .null], violation: "/assistantId must be string"),
            Sent(vendor: "vapi", method: "GET", path: "/credential/", violation: "no such operation"),
        ])
    func requests(_ sent: Sent) throws { try sent.check() }

    @Test("The sandbox's responses match the contract")
    func answers() async throws {
        let contract = try Contracts.validator("vapi")
        try await withSandbox { caller async throws in
            func check(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> String {
                let reply = try await caller.vapi(method, path, body)
                let status = try #require(reply.status)
                #expect(
                    contract.violations(inAnswer: reply.json, status: status, to: method, path) == [],
                    "\(method) \(path) \(status)")
                return reply["/id"]?.string ?? ""
            }
            let password: JSONValue = "Br1ck+Lamp_42"
            let gateways: JSONValue = [["ip": "13.52.9.0", "netmask": 25]]
            let sip = try await check(
                "POST", "/credential",
                [
                    "provider": "byo-sip-trunk", "name": "n", "gateways": gateways,
                    "outboundAuthenticationPlan": ["authUsername": "acme01", "authPassword": password],
                ])
            let number = try await check(
                "POST", "/phone-number",
                ["provider": "byo-phone-number", "number": "+14155550100", "credentialId": .string(sip)])
            for path in ["/credential", "/phone-number", "/v2/phone-number", "/credential/\(sip)", "/credential/x"] {
                _ = try await check("GET", path)
            }
            _ = try await check("PATCH", "/credential/\(sip)", ["gateways": gateways])
            _ = try await check("PATCH", "/phone-number/\(number)", ["provider": "byo-phone-number", "name": "x"])
            _ = try await check("POST", "/credential", ["type": "inbound"])
            _ = try await check("DELETE", "/phone-number/\(number)")
            _ = try await check("DELETE", "/credential/\(sip)")
            #expect(caller.sandbox.violations == [])
        }
    }
}
