import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Faults of the sandbox")
struct SandboxFaultTests {
    private static let uri: JSONValue = ["name": "u", "uri": "sip.example.com"]

    private static func count(_ caller: Caller) -> Int? {
        caller.sandbox.state["plivo"]?["uris"]?.array?.count
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var effect: SandboxFault.Effect
        var status: Int?
        var acts: Bool
        var isWhole = true
        var isJSON = false
        var testDescription: String { "\(effect)" }
    }

    @Test(
        "Each fault effect processes the request, and responds, as specified",
        arguments: [
            Case(effect: .rateLimited(retryAfterSeconds: 3), status: 429, acts: false, isJSON: true),
            Case(effect: .unauthorized, status: 401, acts: false, isJSON: true),
            Case(effect: .refused("no"), status: 400, acts: false, isJSON: true),
            Case(effect: .serverError, status: 500, acts: false, isJSON: true),
            Case(effect: .unavailable, status: 503, acts: false),
            Case(effect: .closeBeforeActing, status: nil, acts: false, isWhole: false),
            Case(effect: .loseAnswer, status: nil, acts: true, isWhole: false),
            Case(effect: .truncateAnswer, status: 201, acts: true, isWhole: false),
            Case(effect: .breakJSON, status: 201, acts: true),
            Case(effect: .emptyAnswer, status: 201, acts: true),
            Case(effect: .delay(.milliseconds(1)), status: 201, acts: true, isJSON: true),
        ])
    func effects(_ expected: Case) async throws {
        var options = SandboxOptions()
        options.faults = [SandboxFault(vendor: "plivo", hits: .nth(1), effect: expected.effect)]
        try await withSandbox(options) { caller async throws in
            let reply = try await caller.plivo("POST", "Zentrunk/URI/", Self.uri)
            #expect(reply.status == expected.status)
            #expect(reply.isWhole == expected.isWhole)
            #expect((reply.json != .null) == expected.isJSON)
            #expect(Self.count(caller) == (expected.acts ? 1 : 0))
            let record = try #require(caller.sandbox.requests.first)
            #expect(record.status == expected.status)
            #expect(record.fault == expected.effect)
            #expect(record.document == Self.uri)
            #expect(record.finished != nil)
            // The rule applies once; the next request succeeds.
            #expect(try await caller.plivo("POST", "Zentrunk/URI/", Self.uri).status == 201)
        }
    }

    @Test("A missing route answers like the server in between, for every method, and nothing is changed")
    func noRoute() async throws {
        let expected: [(word: String, status: Int, type: String?, body: (String, String) -> String)] = [
            ("text-404", 404, "text/plain; charset=utf-8", { _, _ in "404 page not found\n" }),
            (
                "html-404", 404, "text/html",
                { _, _ in "<html><head><title>404</title></head><body><h1>404 Not Found</h1></body></html>\n" }
            ),
            (
                "html-502", 502, "text/html",
                { _, _ in "<html><head><title>502</title></head><body><h1>502 Bad Gateway</h1></body></html>\n" }
            ),
            (
                "twirp-404", 404, "application/json",
                { method, path in
                    #"{"code":"bad_route","msg":"no handler for path \"\#(path)\"","#
                        + #""meta":{"twirp_invalid_route":"\#(method) \#(path)"}}"#
                }
            ),
            (
                "nest-404", 404, "application/json",
                { #"{"message":"Cannot \#($0) \#($1)","error":"Not Found","statusCode":404}"# }
            ),
            ("fastapi-404", 404, "application/json", { _, _ in #"{"detail":"Not Found"}"# }),
            ("empty-404", 404, nil, { _, _ in "" }), ("empty-405", 405, nil, { _, _ in "" }),
            ("empty-410", 410, nil, { _, _ in "" }), ("empty-501", 501, nil, { _, _ in "" }),
        ]
        #expect(expected.map(\.word) == SandboxFault.NoRoute.allCases.map(\.rawValue))
        try await withSandbox { caller async throws in
            let id = try await caller.created("URI", Self.uri)
            let item = "/v1/Account/\(PlivoService.authID)/Zentrunk/URI/\(id)/"
            let before = caller.sandbox.state
            for form in expected {
                _ = try await caller.control("POST", "faults", [["effect": .string(form.word)]])
                for method in ["GET", "POST", "DELETE"] {
                    let reply = try await caller.plivo(method, item, method == "POST" ? Self.uri : nil)
                    #expect(reply.status == form.status, "\(form.word)")
                    #expect(reply.headers["content-type"] == form.type, "\(form.word)")
                    #expect(String(decoding: reply.bytes, as: UTF8.self) == form.body(method, item), "\(form.word)")
                }
            }
            #expect(caller.sandbox.state == before)
        }
    }

    @Test("A 429 has Retry-After only if requested")
    func retryAfter() async throws {
        try await withSandbox { caller async throws in
            caller.sandbox.setFaults([SandboxFault(effect: .rateLimited(retryAfterSeconds: 3))])
            #expect(try await caller.plivo("GET", "Number/").headers["retry-after"] == "3")
            caller.sandbox.setFaults([SandboxFault(effect: .rateLimited())])
            #expect(try await caller.plivo("GET", "Number/").headers["retry-after"] == nil)
        }
    }

    @Test("A hanging request ends only when the sandbox stops")
    func hang() async throws {
        let sandbox = try await Sandbox.start()
        let caller = Caller(sandbox: sandbox)
        sandbox.setFaults([SandboxFault(path: "Number", effect: .hang)])
        async let hanging = caller.plivo("GET", "Number/")
        while sandbox.requests.isEmpty { await Task.yield() }
        #expect(try await caller.plivo("GET", "Zentrunk/URI/").status == 200)
        #expect(sandbox.requests.first?.finished == nil)
        await sandbox.stop()
        #expect(try await hanging.status == nil)
    }

    @Test("The nth write is counted over all vendors, without reads", arguments: [1, 2, 3])
    func nthWrite(n: Int) async throws {
        try await withSandbox { caller async throws in
            caller.sandbox.setFaults([.failing(write: n, with: .serverError)])
            var statuses: [Int?] = []
            statuses.append(try await caller.plivo("POST", "Zentrunk/URI/", Self.uri).status)
            _ = try await caller.plivo("GET", "Zentrunk/URI/")
            statuses.append(
                try await caller.shelf("POST", "/things", [:]).status)
            _ = try await caller.shelf("GET", "/things")
            statuses.append(try await caller.plivo("POST", "Zentrunk/URI/", Self.uri).status)
            var expected: [Int?] = [201, 201, 201]
            expected[n - 1] = 500
            #expect(statuses == expected)
        }
    }

    @Test("The first n requests fail, and later ones succeed")
    func first() async throws {
        try await withSandbox { caller async throws in
            caller.sandbox.setFaults([SandboxFault(method: "GET", hits: .first(2), effect: .unavailable)])
            var statuses: [Int?] = []
            for _ in 1...3 { statuses.append(try await caller.plivo("GET", "Number/").status) }
            #expect(statuses == [503, 503, 200])
        }
    }

    @Test("From the second read on, all reads fail, and writes succeed")
    func readsFrom() async throws {
        try await withSandbox { caller async throws in
            caller.sandbox.setFaults([SandboxFault(readsOnly: true, hits: .from(2), effect: .unavailable)])
            var statuses: [Int?] = []
            for _ in 1...3 { statuses.append(try await caller.plivo("GET", "Number/").status) }
            statuses.append(try await caller.plivo("POST", "Zentrunk/URI/", Self.uri).status)
            #expect(statuses == [200, 503, 503, 201])
        }
    }

    struct Pattern: Sendable, CustomTestStringConvertible {
        var path: String
        var hits: [String]
        var testDescription: String { path }
    }

    @Test(
        "A path pattern distinguishes a create from an update",
        arguments: [
            Pattern(path: "/Trunk/", hits: ["Zentrunk/Trunk/", "Zentrunk/Trunk/1/"]),
            Pattern(path: "*/Trunk/", hits: ["Zentrunk/Trunk/"]),
            Pattern(path: "*/Trunk/?*", hits: ["Zentrunk/Trunk/1/"]),
            Pattern(path: "/v1*", hits: ["Zentrunk/Trunk/", "Zentrunk/Trunk/1/", "Number/1/"]),
        ])
    func patterns(_ pattern: Pattern) async throws {
        try await withSandbox { caller async throws in
            caller.sandbox.setFaults([SandboxFault(path: pattern.path, effect: .serverError)])
            for path in ["Zentrunk/Trunk/", "Zentrunk/Trunk/1/", "Number/1/"] {
                let status = try await caller.plivo("GET", path).status
                #expect((status == 500) == pattern.hits.contains(path), "\(path)")
            }
        }
    }

    @Test("A condition on the body selects one of two otherwise equal requests")
    func body() async throws {
        try await withSandbox { caller async throws in
            let pointer = try #require(JSONPointer("/trunk_direction"))
            caller.sandbox.setFaults([SandboxFault(body: [pointer: "inbound"], effect: .refused("no"))])
            let outbound = try await caller.plivo("POST", "Zentrunk/Trunk/", ["trunk_direction": "outbound"])
            #expect(outbound["/Error"]?.string != nil)
            let inbound = try await caller.plivo("POST", "Zentrunk/Trunk/", ["trunk_direction": "inbound"])
            #expect(inbound["/error"] == "no")
        }
    }
}
