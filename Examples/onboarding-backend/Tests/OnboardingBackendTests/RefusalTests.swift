import Foundation
import Hummingbird
import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@testable import OnboardingBackend

@Suite("Refusals: who may ask, and what")
struct RefusalTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var body: String
        var status = 400
        var code = "invalid"
        var testDescription: String { "\(status) \(code): \(body.prefix(80))" }
    }

    @Test(
        "Bad input is refused before anything is sent to a vendor",
        arguments: [
            Case(body: "{"), Case(body: "[]"), Case(body: "{}"),
            Case(body: #"{"platform": "vapi", "nmae": "x"}"#),
            Case(body: #"{"platform": "vapi", "name": "A name"}"#),
            Case(body: #"{"platform": "vapi", "numbers": "+14155550100"}"#),
            Case(body: #"{"platform": "vapi", "numbers": ["5550100"]}"#),
            Case(body: #"{"platform": "vapi", "digest": "0", "direction": "sideways"}"#),
            Case(body: #"{"platform": "vapi", "digest": "0", "parameters": {"secure": 1}}"#),
            Case(body: #"{"platform": "telex", "digest": "0"}"#, status: 404, code: "not-found"),
            Case(body: "{\"platform\": \"\(String(repeating: "x", count: 70_000))\"}", status: 413, code: "http"),
        ])
    func badInput(_ refusal: Case) async throws {
        try await TestBackend.run { backend async throws in
            for path in ["/connections/plan", "/connections"] {
                let answer = try await backend.client.send(.POST, path, refusal.body)
                #expect(answer.status == refusal.status, "\(answer.text)")
                #expect(answer["/code"]?.string == refusal.code && answer["/status"]?.integer == Int64(refusal.status))
                #expect(answer.header("content-type") == "application/problem+json")
            }
            #expect(backend.acme.requests.isEmpty)
        }
    }

    @Test("What a vendor or a template does not allow is 422, and a refused key of the customer's is 502")
    func vendors() async throws {
        try await TestBackend.run { backend async throws in
            let client = backend.client
            let numberless = try await client.send(.POST, "/connections/plan", #"{"platform": "vapi"}"#)
            #expect(numberless.status == 422 && numberless["/code"] == "no-number", "\(numberless.text)")
            let silent = #"{"platform": "vapi", "numbers": ["+14155550100"]}"#
            let unsupported = try await client.send(.POST, "/connections/plan", silent)
            #expect(unsupported.status == 422 && unsupported["/code"] == "unsupported", "\(unsupported.text)")
            #expect(unsupported["/remedies"]?.array?.isEmpty == false)
            backend.acme.setFaults([SandboxFault(vendor: "plivo", effect: .unauthorized)])
            let refused = try await client.send(.POST, "/connections/plan", "{\(Client.wish)}")
            #expect(refused.status == 502 && refused["/code"] == "unauthenticated", "\(refused.text)")
            #expect(refused["/where"] == "carrier")
        }
    }

    @Test("A customer sees nothing of another one, and an unknown customer looks like a wrong token")
    func tokens() async throws {
        try await TestBackend.run { backend async throws in
            let acme = backend.client
            let run = try await acme.connect()
            var stranger = acme
            for token in ["", "sandbox-token-of-globex", "sandbox-token-of-acm", "sandbox-token-of-acmes"] {
                stranger.token = token
                let answer = try await stranger.send(.GET, "/connections")
                #expect(answer.status == 401 && answer["/code"] == "token")
                #expect(answer.header("www-authenticate") == "Bearer")
            }
            #expect(try await acme.of("initech").send(.GET, "/connections").status == 401)
            let globex = acme.of("globex")
            #expect(try await globex.send(.GET, "/runs/\(run)").status == 404)
            #expect(try await globex.send(.GET, "/runs/\(run)/events").status == 404)
            #expect(try await globex.send(.GET, "/runs/..%2F..%2Fbackend").status == 404)
            #expect(try await globex.send(.GET, "/connections")["/connections"] == [])
            try await acme.report(of: run, outcome: "connected")
            #expect(try await globex.send(.GET, "/connections")["/connections"] == [])
            #expect(try await acme.send(.GET, "//nothing").status == 404)
        }
    }

    @Test(
        "Each code has the status that says what to do",
        arguments: [
            (ZentrunkError.Code.invalid, 400), (.notFound, 404), (.busy, 409), (.collision, 409), (.consent, 409),
            (.moved, 409), (.oneSided, 409), (.planChanged, 409), (.noNumber, 422), (.refused, 422),
            (.unsupported, 422), (.rateLimited, 429), (.unauthenticated, 502), (.unavailable, 503), (.journal, 503),
            (.internalFault, 500),
        ])
    func statuses(code: ZentrunkError.Code, status: Int) {
        let problem = Problem(explaining: ZentrunkError(code, "because"))
        #expect(Int(problem.status.code) == status)
        #expect((problem.retryAfter != nil) == (status == 429 || status == 503))
        #expect(problem.members["detail"] == "because")
    }

    @Test("An unexpected error does not reach the customer")
    func unexpected() {
        struct Leak: Error { let key = "sandbox-auth-token" }
        let problem = Problem(explaining: Leak())
        #expect(Int(problem.status.code) == 500 && problem.members["code"] == "internal")
        #expect(!JSONValue.object(problem.members).text().contains("sandbox-auth-token"))
    }

    @Test("The customers' file is for its owner's eyes, and its errors name the place and no value")
    func customersFile() throws {
        let folder = try TemporaryFolder()
        func read(_ text: String, _ mode: Int) throws -> Customers {
            let path = folder.path + "/customers.json"
            try? FileManager.default.removeItem(atPath: path)
            #expect(
                FileManager.default.createFile(
                    atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode]))
            return try Customers(readingFrom: path)
        }
        func entry(_ name: String, _ account: String) -> String {
            #"{"name": "\#(name)", "token": "a-token-of-20-letters", "settings": {"PLIVO_AUTH_ID": "\#(account)"}}"#
        }
        let good = #"{"customers": [\#(entry("acme", "MA1")), \#(entry("globex", "MA2"))]}"#
        #expect(try read(good, 0o600).customer("acme", presenting: "a-token-of-20-letters") != nil)
        for (text, mode, part) in [
            (good, 0o640, "others may read"), (good, 0o604, "others may read"),
            (#"{"customers": [{"name": "acme"}]}"#, 0o600, "/customers/0/token"),
            (#"{"customers": [{"name": "acme", "token": "too-short"}]}"#, 0o600, "/customers/0/token"),
            (#"{"customers": [\#(entry("acme", "MA1")), \#(entry("acme", "MA2"))]}"#, 0o600, "the name acme"),
            (#"{"customers": [\#(entry("acme", "MA1")), \#(entry("globex", "MA1"))]}"#, 0o600, "same Plivo account"),
        ] {
            let error = #expect(throws: ZentrunkError.self) { try read(text, mode) }
            #expect(error?.code == .invalid && error?.message.contains(part) == true, "\(String(describing: error))")
            #expect(error?.message.contains("too-short") == false)
        }
    }
}
