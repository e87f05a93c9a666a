import Foundation
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkSandbox

@Suite("Plivo's protocol in the sandbox: keys, paths, pages")
struct PlivoProtocolTests {
    @Test(
        "A wrong key is refused in the shape of Plivo's older endpoints",
        arguments: [nil, "Basic bm8=", "Basic", "Bearer sandbox-auth-token-not-a-secret"])
    func wrongKey(authorization: String?) async throws {
        try await withSandbox { caller async throws in
            let reply = try await caller.plivo("GET", "Zentrunk/Trunk/", authorization: authorization)
            #expect(reply.status == 401)
            #expect(reply["/error"]?.string != nil && reply["/api_id"]?.string != nil)
        }
    }

    @Test("Another account's path is refused with these credentials")
    func otherAccount() async throws {
        try await withSandbox { caller async throws in
            let path = "/v1/Account/MAOTHERACCOUNT000001/Zentrunk/Trunk/"
            #expect(try await caller.plivo("GET", path).status == 401)
        }
    }

    @Test("A sandbox's account can have an id of its own, in keys, paths and routes")
    func ownAccount() async throws {
        var options = SandboxOptions()
        options.plivo.authID = "MAOTHERACCOUNT000001"
        options.seed = { $0.plivo.own(number: "+14155550100", route: .application("1")) }
        try await withSandbox(options) { caller async throws in
            #expect(caller.sandbox.environment["PLIVO_AUTH_ID"] == "MAOTHERACCOUNT000001")
            let key = Data("MAOTHERACCOUNT000001:\(PlivoService.authToken)".utf8).base64EncodedString()
            let path = "/v1/Account/MAOTHERACCOUNT000001/Number/14155550100/"
            let reply = try await caller.plivo("GET", path, authorization: "Basic \(key)")
            #expect(reply["/application"] == "/v1/Account/MAOTHERACCOUNT000001/Application/1/")
            #expect(reply["/resource_uri"] == .string(path))
            #expect(try await caller.plivo("GET", "Number/").status == 401)
        }
    }

    struct Path: Sendable, CustomTestStringConvertible {
        var method = "GET"
        var path: String
        var status: Int
        var testDescription: String { "\(method) \(path)" }
    }

    @Test(
        "Paths must match exactly",
        arguments: [
            Path(path: "Zentrunk/Trunk/", status: 200),
            Path(path: "Zentrunk/Trunk", status: 404),
            Path(path: "Zentrunk/IPAccessControlList/", status: 200),
            Path(path: "Zentrunk/IpAccessControlList/", status: 503),
            Path(path: "Zentrunk/CredentialsList/", status: 503),
            Path(path: "Zentrunk/Uri/", status: 503),
            Path(path: "Trunk/", status: 404),
            Path(path: "Zentrunk/Trunk/1/2/", status: 404),
            Path(method: "PATCH", path: "Zentrunk/Trunk/", status: 405),
            Path(method: "DELETE", path: "Zentrunk/Trunk/", status: 405),
        ])
    func paths(_ path: Path) async throws {
        try await withSandbox { caller async throws in
            #expect(try await caller.plivo(path.method, path.path).status == path.status)
        }
    }

    @Test(
        "Errors for unknown ids have a capital E, and for trunks a misnamed request id",
        arguments: [
            ("Zentrunk/Trunk/1/", "Trunk details for 1 not found", "app_id"),
            ("Zentrunk/URI/1/", "URI with uuid:1 not found", "api_id"),
            ("Zentrunk/Credential/bogus/", "Credential with uuid:bogus not found", "api_id"),
        ])
    func missing(path: String, message: String, idField: String) async throws {
        try await withSandbox { caller async throws in
            for method in ["GET", "POST", "DELETE"] {
                let reply = try await caller.plivo(method, path, method == "POST" ? ["name": "x"] : nil)
                #expect(reply.status == 404)
                #expect(reply["/Error"] == .string(message))
                #expect(reply.json.object?.names == ["Error", idField])
            }
        }
    }

    @Test("A list has pages of at most 20, new objects last, and links without a leading slash")
    func pages() async throws {
        var options = SandboxOptions()
        options.seed = { services in
            for index in 1...25 { services.plivo.addTrunk(name: "t\(index)", direction: "inbound") }
        }
        try await withSandbox(options) { caller async throws in
            let first = try await caller.plivo("GET", "Zentrunk/Trunk/")
            #expect(first["/objects"]?.array?.count == 20)
            #expect(first["/objects/0/name"] == "t1")
            #expect(first["/meta/total_count"] == 25)
            let account = PlivoService.authID
            #expect(first["/meta/next"] == .string("v1/Account/\(account)/Zentrunk/Trunk/?limit=20&offset=20"))
            #expect(first["/meta/previous"] == .null)
            let second = try await caller.plivo("GET", "Zentrunk/Trunk/?limit=20&offset=20")
            #expect(second["/objects"]?.array?.count == 5)
            #expect(second["/meta/next"] == .null)
            #expect(try await caller.plivo("GET", "Zentrunk/Trunk/?offset=99")["/objects"] == [])
        }
    }

    @Test("The Number API's links begin with a slash")
    func numberPages() async throws {
        try await withSandbox { caller async throws in
            let next = try await caller.plivo("GET", "Number/?limit=4")["/meta/next"]?.string
            #expect(next?.hasPrefix("/v1/Account/") == true)
        }
    }

    @Test("A limit over 20 is refused rather than reduced", arguments: ["21", "1000", "-1", "x"])
    func limit(_ limit: String) async throws {
        try await withSandbox { caller async throws in
            let trunks = try await caller.plivo("GET", "Zentrunk/Trunk/?limit=\(limit)")
            #expect(trunks.status == 400)
            #expect(trunks["/Error"] == .string("Invalid limit \(limit) provided, limit should be between 0 to 20"))
            let numbers = try await caller.plivo("GET", "Number/?limit=\(limit)")
            #expect(numbers.status == 400)
            #expect(numbers["/error"]?.string != nil)
        }
    }

    @Test("Without SIP trunking, every Zentrunk path is forbidden, but numbers are not")
    func notEnabled() async throws {
        var options = SandboxOptions()
        options.plivo.zentrunkEnabled = false
        try await withSandbox(options) { caller async throws in
            #expect(try await caller.plivo("GET", "Zentrunk/Trunk/").status == 403)
            #expect(try await caller.plivo("GET", "Number/").status == 200)
        }
    }

    @Test("The request limit applies to the last 5 seconds")
    func budget() {
        var quirks = PlivoQuirks()
        quirks.requestsPerFiveSeconds = 2
        var store = PlivoStore(quirks: quirks)
        let start = ContinuousClock.now
        let admitted = [0, 1000, 4999, 5000, 5999, 6000].map { (milliseconds: Int) in
            (try? store.admit(at: start + .milliseconds(milliseconds))) != nil
        }
        #expect(admitted == [true, true, false, true, false, true])
    }

    @Test("Plivo returns 429 when its request limit is exceeded; other vendors are not affected")
    func budgetAnswer() async throws {
        var options = SandboxOptions()
        options.plivo.requestsPerFiveSeconds = 0
        try await withSandbox(options) { caller async throws in
            #expect(try await caller.plivo("GET", "Number/").status == 429)
            #expect(try await caller.shelf("GET", "/things").status == 200)
        }
    }

    @Test("Undocumented fields and parameters are ignored but recorded as violations")
    func notes() async throws {
        try await withSandbox { caller async throws in
            let body: JSONValue = ["uri": "sip.example.com", "uri_id": "x", "trunk_type": "y"]
            #expect(try await caller.plivo("POST", "Zentrunk/URI/", body).status == 201)
            #expect(try await caller.plivo("GET", "Zentrunk/URI/?name=x").status == 200)
            #expect(caller.sandbox.violations.count == 3)
            #expect(caller.sandbox.state["violations"]?.array?.count == 3)
        }
    }

    @Test("A body that is not a JSON object is refused", arguments: ["x", "[]", "{"])
    func noObject(body: String) async throws {
        try await withSandbox { caller async throws in
            let client = try #require(LoopbackClient(url: caller.sandbox.plivoURL))
            let answer = try await client.send(
                "POST", "/v1/Account/\(PlivoService.authID)/Zentrunk/URI/",
                headers: ["Authorization": Caller.plivoAuthorization], body: Array(body.utf8))
            #expect(answer.status == 400)
        }
    }
}
