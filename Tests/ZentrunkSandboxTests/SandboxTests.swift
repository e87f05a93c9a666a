import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("The sandbox as a whole")
struct SandboxTests {
    @Test("The environment points clients to the sandbox, with credentials in the vendors' formats")
    func environment() async throws {
        try await withSandbox { caller async throws in
            let environment = caller.sandbox.environment
            #expect(
                environment.keys.sorted() == [
                    "PLIVO_API_URL", "PLIVO_AUTH_ID", "PLIVO_AUTH_TOKEN", "SHELF_URL", "ZENTRUNK_SANDBOX_URL",
                ])
            #expect(environment["PLIVO_API_URL"] == caller.sandbox.plivoURL)
            #expect(environment["SHELF_URL"] == caller.sandbox.url(of: "shelf"))
            #expect(environment["PLIVO_AUTH_ID"]?.wholeMatch(of: /MA[A-Z0-9]{18}/) != nil)
        }
    }

    @Test(
        "Requests over the rate limit get 429 and count; other vendors are not affected",
        arguments: [nil, 7])
    func rateLimit(_ retryAfter: Int?) async throws {
        var options = SandboxOptions()
        options.rateLimits["plivo"] = SandboxRateLimit(requests: 3, per: .seconds(3600), retryAfter: retryAfter)
        try await withSandbox(options) { caller async throws in
            for _ in 0..<5 { _ = try await caller.plivo("GET", "Number/") }
            _ = try await caller.shelf("GET", "/things")
            #expect(caller.sandbox.requests.map(\.status) == [200, 200, 200, 429, 429, 200])
            _ = try await caller.plivo("POST", "Zentrunk/URI/", ["uri": "sip.example.com"])
            #expect(caller.sandbox.services.plivo.state["uris"] == [])
        }
    }

    @Test("Every request is recorded with its body and status, and without header fields")
    func recording() async throws {
        try await withSandbox { caller async throws in
            _ = try await caller.plivo("POST", "Zentrunk/URI/", ["uri": "sip.example.com"])
            _ = try await caller.shelf("GET", "/things?limit=5&createdAtGt=2026-01-01T00%3A00%3A00Z")
            let requests = caller.sandbox.requests
            #expect(requests.map(\.sequence) == [1, 2])
            #expect(requests.map(\.vendor) == ["plivo", "shelf"])
            #expect(requests.map(\.status) == [201, 200])
            #expect(requests.map(\.isWrite) == [true, false])
            #expect(requests.first?.document == ["uri": "sip.example.com"])
            #expect(requests.last?.query.last?.value == "2026-01-01T00:00:00Z")
            caller.sandbox.clearRequests()
            #expect(caller.sandbox.requests.isEmpty)
            _ = try await caller.plivo("GET", "Number/")
            #expect(caller.sandbox.requests.map(\.sequence) == [3])
        }
    }

    @Test("The same password on both sides has the same marker, and is shown nowhere")
    func markers() async throws {
        try await withSandbox { caller async throws in
            let password = "Br1ck+Lamp_42"
            _ = try await caller.created("Credential", ["username": "acme01", "password": .string(password)])
            _ = try await caller.shelf(
                "POST", "/things", ["login": ["authUsername": "acme01", "authPassword": .string(password)]])
            let state = caller.sandbox.state
            let carrier = state[try #require(JSONPointer("/plivo/credentials/0/password"))]
            let platform = state[try #require(JSONPointer("/shelf/things/0/login/authPassword"))]
            #expect(carrier == platform && carrier == SandboxMarker.marker(for: password))
            #expect(carrier != SandboxMarker.marker(for: "another"))
            let shown = state.text() + caller.sandbox.requests.map { $0.json.text() }.joined()
            #expect(!shown.contains(password))
            #expect(caller.sandbox.requests.first?.document?["password"] == .string(password))
        }
    }

    @Test("A reset deletes everything and applies the seed again")
    func reset() async throws {
        var options = SandboxOptions()
        options.seed = { services in
            let trunk = services.plivo.addTrunk(name: "theirs", direction: "inbound")
            services.plivo.own(number: "+14155550100", route: .trunk(trunk))
            services.service(Shelf.self).add("a thing")
        }
        try await withSandbox(options) { caller async throws in
            _ = try await caller.created("URI", ["uri": "sip.example.com"])
            caller.sandbox.setFaults([SandboxFault(effect: .serverError)])
            caller.sandbox.reset()
            #expect(caller.sandbox.requests.isEmpty)
            #expect(caller.sandbox.state["plivo"]?["trunks"]?.array?.count == 1)
            #expect(caller.sandbox.state["plivo"]?["uris"]?.array?.count == 1)
            #expect(caller.sandbox.state["shelf"]?["things"] == ["a thing"])
            #expect(try await caller.plivo("GET", "Number/").status == 200)
            guard case .trunk = caller.sandbox.services.plivo.route(of: "14155550100") else {
                Issue.record("the seeded route is gone")
                return
            }
        }
    }

    @Test("A given port is used, and a port in use is an error")
    func ports() async throws {
        try await withSandbox { caller async throws in
            let taken = try #require(UInt16(caller.sandbox.url(of: "shelf")?.split(separator: ":").last ?? ""))
            var options = SandboxOptions()
            options.ports = ["plivo": taken]
            await #expect(throws: (any Error).self) { try await Sandbox.start(options).stop() }
            await caller.sandbox.stop()
            try await Sandbox.run(options) { #expect($0.plivoURL == "http://127.0.0.1:\(taken)") }
        }
    }

    /// A vendor from outside the package. Answers every request with its method and path, and writes with GET below one
    /// path.
    private struct Echo: SandboxService {
        let vendor = "echo"
        let state: JSONValue = ["objects": []]
        func environment(at url: String) -> [String: String] { ["ECHO_URL": url] }
        func answer(_ request: SandboxRequest) -> SandboxAnswer {
            .json(200, .string("\(request.method) \(request.path)"))
        }
        func reset() {}
        func isWrite(_ request: SandboxRequest) -> Bool { request.path.hasPrefix("/set/") }
    }

    @Test("Another vendor needs only one type")
    func extraService() async throws {
        var options = SandboxOptions()
        options.services = [Echo()]
        try await withSandbox(options) { caller async throws in
            let url = try #require(caller.sandbox.environment["ECHO_URL"])
            #expect(caller.sandbox.url(of: "echo") == url)
            let answer = try await #require(LoopbackClient(url: url)).send("GET", "/a%20b/")
            #expect(try JSONValue(parsing: answer.body) == "GET /a%20b/")
            #expect(caller.sandbox.requests.map(\.vendor) == ["echo"])
            #expect(caller.sandbox.state["echo"] == ["objects": []])
        }
    }

    @Test("The service decides which requests are writes, for records and for faults")
    func writes() async throws {
        var options = SandboxOptions()
        options.services = [Echo()]
        options.faults = [.failing(write: 1, with: .serverError)]
        try await withSandbox(options) { caller async throws in
            let url = try #require(caller.sandbox.url(of: "echo"))
            let client = try #require(LoopbackClient(url: url))
            var statuses: [Int?] = []
            for (method, path) in [("POST", "/get/a"), ("GET", "/set/a"), ("GET", "/set/b")] {
                statuses.append(try await client.send(method, path).status)
            }
            #expect(statuses == [200, 500, 200])
            #expect(caller.sandbox.requests.map(\.isWrite) == [false, true, true])
            #expect(caller.sandbox.requests.first?.json["write"] == false)
        }
    }
}
