import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkSandbox

@Suite("The sandbox's calls and account")
struct SandboxExchangeTests {
    @Test(
        "An origination URI is read in every form that Plivo accepts",
        arguments: [
            ("sip.example.com", "sip.example.com", nil, .udp), ("sip.example.com:5070", "sip.example.com", 5070, .udp),
            ("sip:+1415@Sip.Example.com;transport=TCP", "sip.example.com", nil, .tcp),
            ("sips:sip.example.com:5061", "sip.example.com", 5061, .tls),
            ("192.0.2.1;transport=tls;lr", "192.0.2.1", nil, .tls),
        ] as [(String, String, Int?, SandboxTransport)])
    func uris(text: String, host: String, port: Int?, transport: SandboxTransport) throws {
        let uri = try #require(SandboxSIPURI(text))
        #expect(uri.host == host)
        #expect(uri.port == port)
        #expect(uri.transport == transport)
    }

    @Test("Anything else is no URI", arguments: ["", "sip:", ":5060", "a:b", "a:0", "a:1:2", "a;transport=ws"])
    func noURIs(text: String) { #expect(SandboxSIPURI(text) == nil) }

    @Test("A network contains smaller ones, and no others")
    func networks() throws {
        let network = try #require(SandboxNetwork("13.52.9.0/25"))
        #expect(network.contains(try #require(SandboxNetwork("13.52.9.127"))))
        #expect(network.contains(network))
        #expect(!network.contains(try #require(SandboxNetwork("13.52.9.128"))))
        #expect(!network.contains(try #require(SandboxNetwork("13.52.9.0/24"))))
        #expect(SandboxNetwork("13.52.9.0/33") == nil)
        #expect(try #require(SandboxNetwork("0.0.0.0/0")).contains(network))
    }

    @Test("The account's record shows its credit, and answers without SIP trunking")
    func account() async throws {
        try await Caller.run(SandboxOptions()) { caller async throws in
            let reply = try await caller.plivo("GET", "/v1/Account/\(PlivoService.authID)/")
            #expect(reply.status == 200)
            #expect(reply["/cash_credits"] == "25.00000")
            #expect(reply["/account_type"] == "standard")
            #expect(reply["/auth_id"]?.string == PlivoService.authID)
            let change: JSONValue = ["cash_credits": "0", "account_type": "developer", "zentrunk_enabled": false]
            #expect(try await caller.control("POST", "account", change).status == 200)
            let changed = try await caller.plivo("GET", "/v1/Account/\(PlivoService.authID)/")
            #expect(changed["/cash_credits"] == "0")
            #expect(changed["/account_type"] == "developer")
            #expect(try await caller.plivo("GET", "Zentrunk/Trunk/").status == 403)
            #expect(try await caller.control("POST", "reset").status == 200)
            #expect(try await caller.plivo("GET", "Zentrunk/Trunk/").status == 200)
        }
    }

    @Test(
        "A control request with an unknown member or value is refused",
        arguments: [
            ("account", ["credit": "1"]), ("account", ["billing_mode": "free"]), ("account", ["cash_credits": "much"]),
            ("calls", ["direction": "sideways", "to": "+1"]), ("calls", ["direction": "outbound", "from": "+1"]),
            ("phones", ["+1": "explodes"]), ("pace", ["ringing_ms": "long"]), ("agents", ["platform": "none"]),
        ] as [(String, JSONValue)])
    func refusals(action: String, body: JSONValue) async throws {
        try await Caller.run(SandboxOptions()) { caller async throws in
            #expect(try await caller.control("POST", action, body).status == 400)
        }
    }

    @Test("Another process places a call, and reads why it fails")
    func control() async throws {
        try await Caller.run(SandboxOptions()) { caller async throws in
            let plivo = caller.sandbox.services.plivo
            let trunk = plivo.addTrunk(name: "in", direction: "inbound", uri: "sip.example.com;transport=udp")
            plivo.own(number: "+14155550100", route: .trunk(trunk))
            let reply = try await caller.control(
                "POST", "calls", ["direction": "inbound", "to": "+14155550100", "from": "+14155550199"])
            #expect(reply["/answered"] == false)
            #expect(reply["/hangup_cause_code"] == 4320)
            #expect(reply["/owner"] == "carrier config")
            let list = try await caller.plivo("GET", "Zentrunk/Call/")
            #expect(list["/objects/0/call_uuid"] == reply["/call_uuid"])
            #expect(list["/objects/0/from_number"] == "+14155550199")
            #expect(list["/objects/0/answer_time"] == .null)
            let id = try #require(reply["/call_uuid"]?.string)
            let figures = try await caller.plivo("GET", "Zentrunk/Call/\(id)/Insights/")
            #expect(figures["/rtt"] == .null)
        }
    }
}
