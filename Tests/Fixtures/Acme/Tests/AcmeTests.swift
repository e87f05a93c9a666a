import Testing
@_spi(Adapter) import ZentrunkAcme
import ZentrunkAcmeSandbox
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Acme's lines in the sandbox")
struct AcmeTests {
    @Test("A PUT replaces the line but keeps an omitted password")
    func replace() async throws {
        try await Caller.run(SandboxOptions(services: [AcmeService()])) { caller async throws in
            func acme(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> Caller.Reply {
                try await caller.send(
                    method, path, body, to: caller.sandbox.url(of: AcmeService.self), authorization: nil,
                    headers: ["X-Acme-Key": AcmeService.apiKey])
            }
            let dial: JSONObject = ["host": "1.zt.plivo.com", "login": ["user": "u", "password": "p"]]
            let made = try await acme(
                "POST", "/v3/lines", ["e164": "+14155550100", "title": "t", "bot": "b", "dial": .object(dial)])
            let path = "/v3/lines/\(try #require(made["/id"]?.string))"
            let login: JSONValue = ["host": "2.zt.plivo.com", "login": ["user": "u"]]
            let replaced = try await acme("PUT", path, ["e164": "+14155550100", "title": "t", "dial": login])
            #expect(replaced["/bot"] == nil)
            let state = try #require(caller.sandbox.state["acme"]?["lines"]?.array?.first)
            #expect(state["dial"]?["login"]?["password"] == SandboxMarker.marker(for: "p"))
        }
    }
}
