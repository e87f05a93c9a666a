import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Requests for Zentrunk's objects")
struct ZentrunkKindsTests {
    private let transport = AnsweringTransport { _ in (202, ["message": "changed"]) }

    private func update(_ kind: String, body: String, live: JSONObject, usernames: [String: String] = [:]) async throws
    {
        let changes = try Example.update(kind, transport, body: body, live: live, usernames: usernames)
        try await Example.kind(kind, transport).update(LiveObject(id: "id/1", fields: live), changes)
    }

    @Test("A trunk's update is a POST with its direction")
    func trunkUpdate() async throws {
        try await update(
            "zentrunk.trunk", body: #"{"name": "x", "trunk_direction": "outbound", "secure": true}"#,
            live: ["name": "x", "trunk_direction": "outbound", "secure": false, "trunk_status": "enabled"])
        #expect(
            transport.sent == [
                .init(
                    method: "POST", path: Example.root + "Zentrunk/Trunk/id%2F1/",
                    body: ["secure": true, "trunk_direction": "outbound"])
            ])
    }

    @Test("A fallback is removed by setting it to the primary")
    func trunkFallback() throws {
        let body =
            #"{"name": "x", "trunk_direction": "inbound", "primary_uri_uuid": "p", "fallback_uri_uuid": "${failover?}"}"#
        let changes = try Example.update(
            "zentrunk.trunk", transport, body: body,
            live: ["name": "x", "trunk_direction": "inbound", "primary_uri_uuid": "p", "fallback_uri_uuid": "f"])
        #expect(changes == ["trunk_direction": "inbound", "fallback_uri_uuid": "p"])
    }

    @Test("A credential's update always has username and password")
    func credentialUpdate() async throws {
        let secrets = try Example.carrier(transport).secrets
        let username = secrets.makeUsername()
        try await update(
            "zentrunk.credential",
            body: #"{"name": "new", "username": "${secrets.sip.username}", "password": "${secrets.sip.password}"}"#,
            live: ["name": "old", "username": .string(username)], usernames: ["sip": username])
        let password = secrets.password(for: username).reveal()
        #expect(
            transport.sent.map(\.body) == [
                ["name": "new", "username": .string(username), "password": .string(password)]
            ])
    }

    @Test("An object without differences needs no update")
    func unchanged() throws {
        let body = #"{"name": "x", "ip_addresses": ["1.1.1.1/32", "2.2.2.0/24"]}"#
        let changes = try Example.update(
            "zentrunk.ip-access-control-list", transport, body: body,
            live: ["name": "x", "ip_addresses": ["2.2.2.0/24", "1.1.1.1"]])
        #expect(changes.isEmpty)
    }

    @Test("Lists are read completely in overlapping pages of 20", arguments: [0, 1, 19, 20, 21, 40, 45])
    func paging(_ total: Int) async throws {
        let transport = AnsweringTransport { sent in
            let offset = sent.path.split(separator: "offset=").last.flatMap { Int($0) } ?? 0
            let records = (offset..<max(offset, min(offset + 20, total))).map { index -> JSONValue in
                ["trunk_id": .string("t\(index)"), "name": .string("zc_vapi_main_k\(index)")]
            }
            return (200, ["objects": .array(records), "meta": ["total_count": .integer(Int64(total))]])
        }
        let query = ResourceQuery(owner: .init(platform: "vapi", connection: .main))
        let found = try await Example.kind("zentrunk.trunk", transport).find(query)
        #expect(found.map(\.id) == (0..<total).map { "t\($0)" })
        let offsets = total <= 20 ? [0] : Array(stride(from: 0, to: total - 2, by: 18))
        #expect(
            Set(transport.sent.map(\.path))
                == Set(offsets.map { Example.root + "Zentrunk/Trunk/?limit=20&offset=\($0)" }))
    }

    @Test("A list without a total is read page by page until one is not full")
    func unknownLength() async throws {
        let transport = AnsweringTransport { sent in
            let offset = sent.path.split(separator: "offset=").last.flatMap { Int($0) } ?? 0
            let records = (offset..<max(offset, min(offset + 20, 45))).map { index -> JSONValue in
                ["uri_uuid": .string("u\(index)"), "name": .string("zc_vapi_main_k\(index)")]
            }
            return (200, ["objects": .array(records)])
        }
        let query = ResourceQuery(owner: .init(platform: "vapi", connection: nil))
        #expect(try await Example.kind("zentrunk.origination-uri", transport).find(query).count == 45)
        #expect(transport.sent.count == 3)
    }

    @Test("A record is read with or without the object wrapper, and a password in it is dropped")
    func wrapper() async throws {
        for isWrapped in [false, true] {
            let record: JSONValue = [
                "credential_uuid": "c1", "name": "x", "username": "u", "password": "leaked", "other": 1,
            ]
            let transport = AnsweringTransport { _ in (200, isWrapped ? ["api_id": "a", "object": record] : record) }
            let object = try await Example.kind("zentrunk.credential", transport).read("c1")
            #expect(object == LiveObject(id: "c1", fields: ["credential_uuid": "c1", "name": "x", "username": "u"]))
        }
    }

    @Test(
        "The key is sent as Basic, a scoped token as Bearer",
        arguments: [("an-auth-token", "Basic "), ("stk_abcdef", "Bearer stk_abcdef")])
    func authorization(_ token: String, _ prefix: String) async throws {
        let transport = AnsweringTransport { _ in (404, ["Error": "not found", "api_id": "a"]) }
        let kind = try #require(try Example.carrier(transport, token: token).kinds.first)
        #expect(try await kind.read("c1") == nil)
        #expect(transport.authorizations.count == 1)
        #expect(transport.authorizations.first??.hasPrefix(prefix) == true)
    }

    @Test("The 14 signalling networks are valid and distinct")
    func networks() throws {
        let networks = try PlivoAccount.signallingNetworks.map { try IPNetwork($0) }
        #expect(Set(networks).count == 14)
        #expect(networks.allSatisfy { $0.notPublicReason == nil })
    }
}
