import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Plivo's credentials, access lists and URIs in the sandbox")
struct PlivoObjectTests {
    private static let password = "Br1ck+Lamp_42"

    @Test("A credential is read as a flat object without its password")
    func credential() async throws {
        try await withSandbox { caller async throws in
            let id = try await caller.created(
                "Credential", ["name": "c", "username": "acme01", "password": .string(Self.password)])
            let read = try await caller.plivo("GET", "Zentrunk/Credential/\(id)/")
            #expect(read.json.object?.names == ["api_id", "credential_uuid", "name", "username"])
            #expect(read["/username"] == "acme01")
            let state = caller.sandbox.state["plivo"]?["credentials"]
            #expect(state?.array?.first?["password"] == SandboxMarker.marker(for: Self.password))
            #expect(caller.sandbox.state.text().contains(Self.password) == false)
        }
    }

    @Test(
        "Usernames and passwords that break Plivo's rules are refused",
        arguments: [
            ("acme", password), ("acme_1", password), ("abcdefghijklmnopqrstu", password), ("", password),
            ("acme01", "abcde"), ("acme01", "a+b"), ("acme01", "abcdefghijklmnopqrst+"), ("acme01", "ab-cd+"),
            ("acme01", ""),
        ])
    func credentialRules(username: String, password: String) async throws {
        try await withSandbox { caller async throws in
            let body: JSONValue = ["username": .string(username), "password": .string(password)]
            #expect(try await caller.plivo("POST", "Zentrunk/Credential/", body).status == 400)
        }
    }

    @Test("A credential's update refuses a password without username, and blanks an omitted password")
    func credentialUpdate() async throws {
        try await withSandbox { caller async throws in
            let id = try await caller.created(
                "Credential", ["username": "acme01", "password": .string(Self.password)])
            let path = "Zentrunk/Credential/\(id)/"
            func stored() -> JSONValue? { caller.sandbox.state["plivo"]?["credentials"]?.array?.first?["password"] }
            #expect(try await caller.plivo("POST", path, ["password": "N3w~Kettle(9)"]).status == 400)
            #expect(stored() == SandboxMarker.marker(for: Self.password))
            let both: JSONValue = ["username": "acme02", "password": "N3w~Kettle(9)"]
            #expect(try await caller.plivo("POST", path, both).status == 202)
            #expect(stored() == SandboxMarker.marker(for: "N3w~Kettle(9)"))
            #expect(caller.sandbox.violations.isEmpty)
            #expect(try await caller.plivo("POST", path, ["name": "renamed"]).status == 202)
            #expect(stored() == .null)
            #expect(caller.sandbox.violations.count == 1)
        }
    }

    @Test("An object in use can be deleted, which is recorded", arguments: ["Credential", "IPAccessControlList"])
    func deleteInUse(collection: String) async throws {
        try await withSandbox { caller async throws in
            let isCredential = collection == "Credential"
            let id = try await caller.created(
                collection,
                isCredential
                    ? ["username": "acme01", "password": .string(Self.password)] : ["ip_addresses": ["192.0.2.1"]])
            let field = isCredential ? "credential_uuid" : "ipacl_uuid"
            let body = JSONObject([("name", "t"), ("trunk_direction", "outbound"), (field, .string(id))])
            _ = try await caller.created("Trunk", .object(body))
            #expect(try await caller.plivo("DELETE", "Zentrunk/\(collection)/\(id)/").status == 204)
            #expect(caller.sandbox.violations.count == 1)
        }
    }

    @Test("An access list accepts addresses and networks, and an update replaces them all")
    func accessList() async throws {
        try await withSandbox { caller async throws in
            let id = try await caller.created(
                "IPAccessControlList", ["name": "l", "ip_addresses": ["192.0.2.1", "198.51.100.0/28"]])
            let path = "Zentrunk/IPAccessControlList/\(id)/"
            #expect(try await caller.plivo("POST", path, ["ip_addresses": ["203.0.113.7/32"]]).status == 202)
            let read = try await caller.plivo("GET", path)
            #expect(read["/ip_addresses"] == ["203.0.113.7/32"])
            #expect(read["/name"] == "l")
        }
    }

    @Test(
        "An access list refuses entries that are not addresses",
        arguments: [
            [], ["sip.example.com"], ["192.0.2.1,192.0.2.2"], ["192.0.2.256"], ["192.0.2.1/33"], ["192.0.2"], [""],
        ])
    func accessListRules(addresses: [String]) async throws {
        try await withSandbox { caller async throws in
            let body: JSONValue = ["ip_addresses": .array(addresses.map { .string($0) })]
            #expect(try await caller.plivo("POST", "Zentrunk/IPAccessControlList/", body).status == 400)
        }
    }

    @Test("A URI is read as a flat object with its user and without its password")
    func uri() async throws {
        try await withSandbox { caller async throws in
            let id = try await caller.created(
                "URI",
                [
                    "uri": "sip:agent@pbx.example.net", "authentication_needed": true, "username": "u",
                    "password": "p",
                ])
            let read = try await caller.plivo("GET", "Zentrunk/URI/\(id)/")
            #expect(read["/sip_user"] == "agent")
            #expect(read["/authentication_needed"] == true)
            #expect(read["/password"] == nil)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var body: JSONValue
        var status: Int
        var testDescription: String { body.text() }
    }

    @Test(
        "A URI needs a target, and credentials if authentication is on",
        arguments: [
            Refusal(body: ["name": "x"], status: 400),
            Refusal(body: ["uri": "https://sip.example.com"], status: 400),
            Refusal(body: ["uri": "sip.example.com; transport=udp"], status: 400),
            Refusal(body: ["uri": "sip.example.com", "authentication_needed": true], status: 422),
            Refusal(body: ["uri": "sip.example.com", "authentication_needed": "yes"], status: 400),
        ])
    func uriRules(_ refusal: Refusal) async throws {
        try await withSandbox { caller async throws in
            #expect(try await caller.plivo("POST", "Zentrunk/URI/", refusal.body).status == refusal.status)
        }
    }

    @Test("A URI's new password requires authentication_needed and the username")
    func uriPassword() async throws {
        try await withSandbox { caller async throws in
            let id = try await caller.created("URI", ["uri": "sip.example.com"])
            let path = "Zentrunk/URI/\(id)/"
            #expect(try await caller.plivo("POST", path, ["password": "p"]).status == 400)
            let whole: JSONValue = ["authentication_needed": true, "username": "u", "password": "p"]
            #expect(try await caller.plivo("POST", path, whole).status == 202)
        }
    }

    @Test("Deleting a URI deletes the trunks that use it as primary or fallback, and detaches their numbers")
    func uriCascade() async throws {
        try await withSandbox { caller async throws in
            let plivo = caller.sandbox.services.plivo
            let first = try await caller.created("URI", ["uri": "a.example.com"])
            let second = try await caller.created("URI", ["uri": "b.example.com"])
            let primary = try await caller.created(
                "Trunk", ["name": "p", "trunk_direction": "inbound", "primary_uri_uuid": .string(first)])
            let fallback = try await caller.created(
                "Trunk",
                [
                    "name": "f", "trunk_direction": "inbound", "primary_uri_uuid": .string(second),
                    "fallback_uri_uuid": .string(first),
                ])
            let untouched = plivo.addTrunk(name: "u", direction: "inbound")
            plivo.own(number: "14155550100", route: .trunk(primary))
            plivo.own(number: "14155550101", route: .trunk(fallback))
            plivo.own(number: "14155550102", route: .trunk(untouched))
            #expect(try await caller.plivo("DELETE", "Zentrunk/URI/\(first)/").status == 204)
            #expect(try await caller.plivo("GET", "Zentrunk/Trunk/")["/objects"]?.array?.count == 1)
            #expect(plivo.route(of: "14155550100") == nil && plivo.route(of: "14155550101") == nil)
            #expect(plivo.route(of: "14155550102") == .trunk(untouched))
        }
    }
}
