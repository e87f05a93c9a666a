import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Control of a sandbox's SIP hosts")
struct SIPHostTests {
    private static func wire(_ caller: Caller, _ body: JSONValue) async throws -> (status: Int?, text: String) {
        let client = try #require(LoopbackClient(url: caller.sandbox.location.control))
        let answer = try await client.send("POST", "/_sandbox/wire", body: body.bytes())
        return (answer.status, String(decoding: answer.body, as: UTF8.self))
    }

    private static func host(_ caller: Caller, _ name: String) async throws -> JSONValue {
        try await SandboxLocation.sipDocument(of: name, at: caller.sandbox.location.control)
    }

    @Test(
        "A host is set to each state by its word, and a reset restores it",
        arguments: ["closed", "silent", "unresolved", "wrong-name", "expired", "untrusted"])
    func states(_ word: String) async throws {
        try await withSandbox { caller async throws in
            let name = "10000000000001.zt.plivo.com"
            #expect(try await Self.wire(caller, ["host": .string(name), "state": .string(word)]).status == 200)
            let found = try await Self.host(caller, name)
            #expect(found["exists"] == .bool(word != "unresolved"))
            if word != "unresolved" { #expect(found["host"]?["state"] == .string(word)) }
            #expect(try await Self.host(caller, "another.zt.plivo.com")["host"]?["state"] == "normal")
            caller.sandbox.reset()
            #expect(try await Self.host(caller, name)["host"]?["state"] == "normal")
            #expect(caller.sandbox.requests.isEmpty)
        }
    }

    @Test("A host answers with another status, over some transports only")
    func answering() async throws {
        try await withSandbox { caller async throws in
            let body: JSONValue = [
                "host": "PBX.Example.com.", "state": "answering", "status": 503, "reason": "Draining",
                "transports": ["tls"],
            ]
            #expect(try await Self.wire(caller, body).status == 200)
            let found = try #require(caller.sandbox.sipHost("pbx.example.com"))
            #expect(found.state == .answering(503, "Draining") && found.host.transports == [.tls])
            let sockets = try #require(try await Self.host(caller, "pbx.example.com")["sockets"])
            #expect(sockets["udp"] == sockets["closed_udp"] && sockets["tls"] != sockets["closed_tcp"])
        }
    }

    @Test("A name has precedence over a pattern, and a host that no vendor has exists once it is set")
    func patterns() async throws {
        try await withSandbox { caller async throws in
            let sandbox = caller.sandbox
            #expect(sandbox.sipHost("sip.customer.test") == nil)
            sandbox.setSIPHost("*.customer.test", .silent)
            sandbox.setSIPHost("sip.customer.test", .normal, transports: [.udp])
            #expect(sandbox.sipHost("sip.customer.test")?.state == .normal)
            #expect(sandbox.sipHost("other.customer.test")?.state == .silent)
            #expect(sandbox.sipHost("customer.test") == nil)
            #expect(sandbox.sipHost("sip.example.com")?.state == .normal)
        }
    }

    @Test(
        "What is not understood changes nothing, and the error names it",
        arguments: [
            ([:], "/host"), (["host": "a.example.com", "state": "broken"], "closed, silent"),
            (["host": "a.example.com", "stat": "closed"], "/stat"),
            (["host": "a.example.com", "state": "answering"], "/status"),
            (["host": "a.example.com", "state": "answering", "status": 100], "200 to 699"),
            (["host": "a.example.com", "transports": ["sctp"]], "udp, tcp or tls"),
        ] as [(JSONValue, String)])
    func mistakes(_ body: JSONValue, _ words: String) async throws {
        try await withSandbox { caller async throws in
            let answer = try await Self.wire(caller, body)
            #expect(answer.status == 400)
            #expect(answer.text.contains(words), "\(answer.text)")
            #expect(caller.sandbox.sipHost("a.example.com")?.state == .normal)
        }
    }

    @Test("Another process learns where the sockets are and whom to trust; where no sandbox is, the error says so")
    func location() async throws {
        let control = try await Sandbox.run { sandbox async throws in
            let control = sandbox.location.control
            #expect(sandbox.environment[SandboxLocation.variable] == control)
            let document = try await SandboxLocation.sipDocument(at: control)
            #expect(document["authority"]?.string?.hasPrefix("-----BEGIN CERTIFICATE-----") == true)
            let ports = try #require(document["sockets"]?.object).compactMap { $0.value.integer }
            #expect(ports.count == 5 && Set(ports).count >= 4 && ports.allSatisfy { $0 > 0 })
            #expect(document["hosts"]?.array?.contains { $0["name"] == "*.zt.plivo.com" } == true)
            return control
        }
        await #expect(throws: SandboxLocation.NoAnswer.self) { try await SandboxLocation.sipDocument(at: control) }
        await #expect(throws: SandboxLocation.NoAnswer.self) {
            try await SandboxLocation.sipDocument(at: "http://example.com")
        }
    }
}
