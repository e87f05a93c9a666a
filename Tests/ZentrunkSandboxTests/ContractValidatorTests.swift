import Foundation
import Testing
import ZentrunkJSON

@testable import ZentrunkSandbox

@Suite("Contracts of requests and of the sandbox's responses")
struct ContractValidatorTests {
    /// The contracts are next to the test targets, which share them.
    static func validator(_ vendor: String) throws -> ContractValidator {
        let names = [
            "elevenlabs": "elevenlabs-convai-phone", "livekit": "livekit-sip", "plivo": "plivo-zentrunk",
            "vapi": "vapi-sip",
        ]
        let name = try #require(names[vendor])
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Contracts/\(name).openapi.json")
        return try ContractValidator(vendor: vendor, contract: JSONValue(parsing: Array(Data(contentsOf: file))))
    }

    struct Sent: Sendable, CustomTestStringConvertible {
        var vendor = "plivo"
        var method = "POST"
        var path: String
        var query: [SandboxQueryItem] = []
        var body: JSONValue?
        /// A part of the only expected violation; nil if none is expected.
        var violation: String?
        var testDescription: String { "\(vendor) \(method) \(path) \(body?.text() ?? "")" }

        var record: RecordedRequest {
            let prefix = vendor == "plivo" ? "/v1/Account/\(PlivoService.authID)" : ""
            return RecordedRequest(
                sequence: 1, vendor: vendor, method: method, path: prefix + path, query: query,
                body: body?.bytes() ?? [], document: body, isWrite: method != "GET", started: .zero)
        }
    }

    @Test(
        "Plivo's contract refuses unknown members and checks dependencies between fields",
        arguments: [
            Sent(
                path: "/Zentrunk/Trunk/",
                body: ["name": "t", "trunk_direction": "outbound", "ipacl_uuid": "a", "secure": false]),
            Sent(
                path: "/Zentrunk/Trunk/",
                body: ["name": "t", "trunk_direction": "inbound", "primary_uri_uuid": "a", "uri_id": "b"],
                violation: "/uri_id must not be there"),
            Sent(
                path: "/Zentrunk/Trunk/", body: ["name": "t", "trunk_direction": "inbound"],
                violation: "/primary_uri_uuid is required"),
            Sent(
                path: "/Zentrunk/Trunk/1/", body: ["trunk_status": "disabled", "secure": true],
                violation: "trunk_direction is required"
            ),
            Sent(path: "/Zentrunk/Trunk/1/", body: ["trunk_direction": "inbound"], violation: "at least 2 members"),
            Sent(
                path: "/Zentrunk/Trunk/1/", body: ["trunk_direction": "inbound", "secure": "no"],
                violation: "/secure must be boolean"),
            Sent(
                path: "/Zentrunk/Trunk/1/", body: ["trunk_direction": "both", "secure": true],
                violation: #"/trunk_direction must be one of ["inbound","outbound"]"#),
            Sent(path: "/Zentrunk/Credential/", body: ["username": "acme01", "password": "Br1ck+Lamp_42"]),
            Sent(
                path: "/Zentrunk/Credential/", body: ["username": "acme01", "password": "Br1ckLamp42"],
                violation: "/password must match"),
            Sent(
                path: "/Zentrunk/Credential/", body: ["username": "acme_1", "password": "Br1ck+Lamp_42"],
                violation: "/username must match"),
            Sent(path: "/Zentrunk/Credential/1/", body: ["username": "acme01"], violation: "/password is required"),
            Sent(
                path: "/Zentrunk/URI/", body: ["uri": "sip.example.com;transport=udp", "authentication_needed": false]),
            Sent(
                path: "/Zentrunk/URI/", body: ["uri": "a", "authentication_needed": true, "username": "u"],
                violation: "/password is required"),
            Sent(
                path: "/Zentrunk/URI/1/", body: ["password": "p", "username": "u"],
                violation: "/authentication_needed is required with password"),
            Sent(path: "/Zentrunk/IPAccessControlList/", body: ["ip_addresses": ["192.0.2.1/32", "::1"]]),
            Sent(path: "/Zentrunk/IPAccessControlList/", body: ["ip_addresses": []], violation: "at least 1 elements"),
            Sent(
                path: "/Zentrunk/IPAccessControlList/", body: ["ip_addresses": ["sip.example.com"]],
                violation: "/ip_addresses/0 must match"),
            Sent(path: "/Number/14155550100/", body: ["app_id": .null]),
            Sent(path: "/Number/14155550100/", body: ["app_id": 1], violation: "/app_id must be string or null"),
            Sent(path: "/Number/14155550100/", violation: "the contract has a body here"),
            Sent(path: "/Zentrunk/Trunk", body: [:], violation: "no such operation"),
            Sent(method: "PUT", path: "/Zentrunk/Trunk/", body: [:], violation: "no such operation"),
            Sent(method: "GET", path: "/Zentrunk/Trunk/", query: [SandboxQueryItem(name: "limit", value: "20")]),
            Sent(
                method: "GET", path: "/Zentrunk/Trunk/", query: [SandboxQueryItem(name: "limit", value: "21")],
                violation: "/limit must be at most 20"),
            Sent(
                method: "GET", path: "/Zentrunk/Trunk/", query: [SandboxQueryItem(name: "name", value: "t")],
                violation: "no parameter name"),
            Sent(method: "DELETE", path: "/Zentrunk/Trunk/1/", body: [:], violation: "the contract has no body here"),
        ])
    func plivo(_ sent: Sent) throws { try check(sent) }

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
    func vapi(_ sent: Sent) throws { try check(sent) }

    private func check(_ sent: Sent) throws {
        let violations = try Self.validator(sent.vendor).violations(in: [sent.record])
        if let expected = sent.violation {
            #expect(violations.count == 1)
            #expect(violations.first?.contains(expected) == true, "\(violations)")
        } else {
            #expect(violations == [])
        }
    }

    @Test("Requests to other vendors are ignored")
    func otherVendor() throws {
        #expect(try Self.validator("vapi").violations(in: [Sent(path: "/nowhere").record]) == [])
    }

    @Test("The sandbox's responses match the contracts")
    func answers() async throws {
        let plivo = try Self.validator("plivo")
        let vapi = try Self.validator("vapi")
        try await withSandbox { caller async throws in
            func check(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> String {
                let isPlivo = !path.hasPrefix("/")
                let reply = try await isPlivo ? caller.plivo(method, path, body) : caller.vapi(method, path, body)
                let whole = isPlivo ? "/v1/Account/\(PlivoService.authID)/" + path : path
                let clean = String(whole.prefix { $0 != "?" })
                let status = try #require(reply.status)
                if status != 204 {
                    #expect(
                        (isPlivo ? plivo : vapi).violations(inAnswer: reply.json, status: status, to: method, clean)
                            == [], "\(method) \(path) \(status)")
                }
                return reply.json.object?.first { $0.name.hasSuffix("id") && $0.name != "api_id" }?.value.string ?? ""
            }
            let password: JSONValue = "Br1ck+Lamp_42"
            let credential = try await check(
                "POST", "Zentrunk/Credential/", ["name": "c", "username": "acme01", "password": password])
            let list = try await check(
                "POST", "Zentrunk/IPAccessControlList/", ["name": "l", "ip_addresses": ["192.0.2.1"]])
            let uri = try await check("POST", "Zentrunk/URI/", ["name": "u", "uri": "sip:agent@sip.example.com"])
            let trunk = try await check(
                "POST", "Zentrunk/Trunk/",
                ["name": "t", "trunk_direction": "inbound", "primary_uri_uuid": .string(uri)])
            _ = try await check("POST", "Zentrunk/Trunk/", ["name": "t2", "trunk_direction": "outbound"])
            _ = try await check("POST", "Number/14155550100/", ["app_id": .string(trunk)])
            _ = try await check("POST", "Zentrunk/Trunk/\(trunk)/", ["trunk_direction": "inbound", "secure": true])
            let paths = [
                "Zentrunk/Credential/", "Zentrunk/Credential/\(credential)/", "Zentrunk/IPAccessControlList/",
                "Zentrunk/IPAccessControlList/\(list)/", "Zentrunk/URI/", "Zentrunk/URI/\(uri)/", "Zentrunk/Trunk/",
                "Zentrunk/Trunk/\(trunk)/", "Zentrunk/Trunk/1/", "Number/", "Number/14155550100/", "Number/1/",
                "Number/?limit=21",
            ]
            for path in paths { _ = try await check("GET", path) }
            _ = try await check("DELETE", "Zentrunk/Trunk/\(trunk)/")

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
