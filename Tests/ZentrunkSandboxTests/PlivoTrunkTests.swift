import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Plivo's trunks in the sandbox")
struct PlivoTrunkTests {
    @Test("A create returns only an id; the domain is in the wrapped read")
    func createAndRead() async throws {
        try await withSandbox { caller async throws in
            let acl = try await caller.created("IPAccessControlList", ["ip_addresses": ["192.0.2.1"]])
            let created = try await caller.plivo(
                "POST", "Zentrunk/Trunk/", ["name": "a", "trunk_direction": "outbound", "ipacl_uuid": .string(acl)])
            #expect(created.json.object?.names == ["api_id", "message", "trunk_id"])
            let id = try #require(created["/trunk_id"]?.string)
            #expect((14...18).contains(id.count) && Int64(id) != nil)
            let read = try await caller.plivo("GET", "Zentrunk/Trunk/\(id)/")
            #expect(read.status == 200)
            #expect(read["/object/trunk_domain"] == .string("\(id).zt.plivo.com"))
            #expect(read["/object/ipacl_uuid"] == .string(acl))
            #expect(read["/object/primary_uri_uuid"] == .null)
            #expect(read["/object/trunk_status"] == "enabled")
            #expect(read["/trunk_id"] == nil)
            #expect(caller.sandbox.violations.isEmpty)
        }
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var body: JSONValue
        var status: Int
        var testDescription: String { body.text() }
    }

    @Test(
        "A trunk needs a name, a direction and the members that its direction requires",
        arguments: [
            Refusal(body: ["trunk_direction": "inbound", "primary_uri_uuid": "URI"], status: 400),
            Refusal(body: ["name": "a", "primary_uri_uuid": "URI"], status: 400),
            Refusal(body: ["name": "a", "trunk_direction": "both", "primary_uri_uuid": "URI"], status: 400),
            Refusal(body: ["name": "a", "trunk_direction": "inbound"], status: 422),
            Refusal(body: ["name": "a", "trunk_direction": "outbound"], status: 422),
            Refusal(body: ["name": "a", "trunk_direction": "inbound", "primary_uri_uuid": "gone"], status: 400),
            Refusal(body: ["name": "a", "trunk_direction": "outbound", "credential_uuid": "gone"], status: 400),
            Refusal(body: ["name": "a", "trunk_direction": "outbound", "ipacl_uuid": "gone"], status: 400),
            Refusal(body: ["name": "a", "trunk_direction": "inbound", "primary_uri_uuid": 1], status: 400),
            Refusal(
                body: ["name": "a", "trunk_direction": "inbound", "primary_uri_uuid": "URI", "trunk_status": "on"],
                status: 400),
        ])
    func refusals(_ refusal: Refusal) async throws {
        try await withSandbox { caller async throws in
            let uri = try await caller.created("URI", ["uri": "sip.example.com"])
            var body = try #require(refusal.body.object)
            if body["primary_uri_uuid"] == "URI" { body["primary_uri_uuid"] = .string(uri) }
            let reply = try await caller.plivo("POST", "Zentrunk/Trunk/", .object(body))
            #expect(reply.status == refusal.status)
            #expect(reply["/Error"]?.string != nil)
            #expect(caller.sandbox.state["plivo"]?["trunks"] == [])
        }
    }

    @Test("A second trunk with the same name is refused with the account's status", arguments: [400, 409])
    func twin(status: Int) async throws {
        var options = SandboxOptions()
        options.plivo.duplicateTrunkStatus = status
        options.seed = { $0.plivo.addTrunk(name: "twin", direction: "inbound") }
        try await withSandbox(options) { caller async throws in
            let uri = try await caller.created("URI", ["uri": "sip.example.com"])
            let reply = try await caller.plivo(
                "POST", "Zentrunk/Trunk/",
                ["name": "twin", "trunk_direction": "inbound", "primary_uri_uuid": .string(uri)])
            #expect(reply.status == status)
            #expect(reply["/Error"]?.string?.hasSuffix("already exists") == true)
        }
    }

    @Test("An update without the direction is refused; with it, omitted members are kept")
    func update() async throws {
        try await withSandbox { caller async throws in
            let id = caller.sandbox.services.plivo.addTrunk(name: "a", direction: "inbound")
            let path = "Zentrunk/Trunk/\(id)/"
            let before = try await caller.plivo("GET", path)
            #expect(try await caller.plivo("POST", path, ["trunk_status": "disabled"]).status == 400)
            #expect(
                try await caller.plivo("POST", path, ["trunk_direction": "outbound", "secure": true]).status == 400)
            let reply = try await caller.plivo(
                "POST", path, ["trunk_direction": "inbound", "trunk_status": "disabled"])
            #expect(reply.status == 202)
            #expect(reply.json.object?.names == ["api_id", "message", "trunk_id"])
            let after = try await caller.plivo("GET", path)
            #expect(after["/object/trunk_status"] == "disabled")
            #expect(after["/object/primary_uri_uuid"] == before["/object/primary_uri_uuid"])
        }
    }

    @Test("An update may keep the trunk's name but not take another trunk's")
    func rename() async throws {
        try await withSandbox { caller async throws in
            let id = caller.sandbox.services.plivo.addTrunk(name: "a", direction: "inbound")
            caller.sandbox.services.plivo.addTrunk(name: "b", direction: "inbound")
            let path = "Zentrunk/Trunk/\(id)/"
            #expect(try await caller.plivo("POST", path, ["trunk_direction": "inbound", "name": "a"]).status == 202)
            #expect(try await caller.plivo("POST", path, ["trunk_direction": "inbound", "name": "b"]).status == 400)
        }
    }

    @Test("Deleting a trunk returns an empty body and detaches its numbers")
    func delete() async throws {
        try await withSandbox { caller async throws in
            let plivo = caller.sandbox.services.plivo
            let id = plivo.addTrunk(name: "a", direction: "inbound")
            plivo.own(number: "+14155550100", route: .trunk(id))
            let reply = try await caller.plivo("DELETE", "Zentrunk/Trunk/\(id)/")
            #expect(reply.status == 204)
            #expect(reply.bytes.isEmpty)
            #expect(plivo.route(of: "+14155550100") == nil)
            #expect(try await caller.plivo("GET", "Zentrunk/Trunk/\(id)/").status == 404)
        }
    }

    @Test("Lists are filtered by the query")
    func filters() async throws {
        try await withSandbox { caller async throws in
            let plivo = caller.sandbox.services.plivo
            let inbound = plivo.addTrunk(name: "in", direction: "inbound")
            plivo.addTrunk(name: "out", direction: "outbound")
            let uri = try #require(
                try await caller.plivo("GET", "Zentrunk/Trunk/\(inbound)/")["/object/primary_uri_uuid"]?.string)
            let queries = [
                ("trunk_direction=inbound", 1), ("primary_uri_uuid=\(uri)", 1), ("fallback_uri_uuid=\(uri)", 0),
                ("secure=false", 2), ("secure=true", 0), ("trunk_status=enabled&trunk_direction=outbound", 1),
            ]
            for (query, count) in queries {
                let reply = try await caller.plivo("GET", "Zentrunk/Trunk/?\(query)")
                #expect(reply["/objects"]?.array?.count == count, "\(query)")
            }
            #expect(caller.sandbox.violations.isEmpty)
        }
    }

    @Test("Members of the other direction are dropped and recorded as violations")
    func otherDirection() async throws {
        try await withSandbox { caller async throws in
            let uri = try await caller.created("URI", ["uri": "sip.example.com"])
            let acl = try await caller.created("IPAccessControlList", ["ip_addresses": ["192.0.2.1"]])
            let id = try await caller.created(
                "Trunk",
                [
                    "name": "a", "trunk_direction": "inbound", "primary_uri_uuid": .string(uri),
                    "ipacl_uuid": .string(acl),
                ])
            #expect(try await caller.plivo("GET", "Zentrunk/Trunk/\(id)/")["/object/ipacl_uuid"] == .null)
            #expect(caller.sandbox.violations.count == 1)
        }
    }
}
