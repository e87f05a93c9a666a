import Testing
import ZentrunkJSON
import ZentrunkSandbox

@Suite("Plivo's trunks in the sandbox")
struct PlivoTrunkTests {
    @Test("A create answers an id and nothing else; the domain is in the wrapped read")
    func createAndRead() async throws {
        try await withSandbox { caller in
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
            #expect(read["/trunk_id"] == nil)
            #expect(caller.sandbox.violations.isEmpty)
        }
    }
}
