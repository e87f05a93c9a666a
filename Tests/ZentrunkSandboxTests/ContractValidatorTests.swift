import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Contracts of requests and of the sandbox's responses")
struct ContractValidatorTests {
    typealias Sent = SentRequest

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
    func plivo(_ sent: Sent) throws { try sent.check() }

    @Test("Requests to other vendors are ignored")
    func otherVendor() throws {
        #expect(try Contracts.validator("plivo").violations(in: [Sent(vendor: "shelf", path: "/nowhere").record]) == [])
    }

    @Test("The sandbox's responses match Plivo's contract")
    func answers() async throws {
        let plivo = try Contracts.validator("plivo")
        try await withSandbox { caller async throws in
            func check(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> String {
                let reply = try await caller.plivo(method, path, body)
                let clean = String("/v1/Account/\(PlivoService.authID)/\(path)".prefix { $0 != "?" })
                let status = try #require(reply.status)
                if status != 204 {
                    #expect(
                        plivo.violations(inAnswer: reply.json, status: status, to: method, clean) == [],
                        "\(method) \(path) \(status)")
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
            #expect(caller.sandbox.violations == [])
        }
    }
}
