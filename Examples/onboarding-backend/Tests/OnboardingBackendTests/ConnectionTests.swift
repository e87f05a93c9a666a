import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkPlatforms
import ZentrunkSandbox

@testable import OnboardingBackend

@Suite("Connections: plan, agree, run, end")
struct ConnectionTests {
    @Test("A connect as planned, followed by two readers, and a disconnect that leaves the account as before")
    func wholeLife() async throws {
        try await TestBackend.run { backend async throws in
            let client = backend.client
            let before = backend.acme.state
            let run = try await client.connect()
            async let first = client.events(of: run)
            async let second = client.events(of: run)
            let (one, other) = try await (first, second)
            #expect(one.map { $0.json.text() } == other.map { $0.json.text() })
            #expect(one.first?.json["event"] == "started")
            #expect(one.contains { $0.json["event"] == "reading-back" })
            #expect(one.last?.name == "report" && one.last?.json["outcome"] == "connected")
            // The journal has the run under the same id.
            #expect(one.dropLast().allSatisfy { $0.name == "progress" && $0.json["run"]?.string == run })
            #expect(one.last?.json["run"]?.string == run)

            let answer = try await client.send(.GET, "/runs/\(run)")
            #expect(answer.status == 200 && answer["/state"] == "ended")
            #expect(answer["/report"] == one.last?.json)
            let list = try await client.send(.GET, "/connections")
            #expect(list["/connections/0/platform"] == "vapi" && list["/connections/0/connection"] == "main")
            #expect(list["/connections/0/numbers"] == ["+14155550100"])
            let again = try await client.send(.POST, "/connections/plan", "{\(Client.wish)}")
            let actions = again["/resources"]?.array?.map { $0["action"] }
            #expect(actions?.isEmpty == false && actions?.allSatisfy { $0 == "keep" } == true, "\(again.text)")

            try await client.report(of: try await client.disconnect(), outcome: "disconnected")
            #expect(try await client.send(.GET, "/connections")["/connections"] == [])
            #expect(backend.acme.state == before)
        }
    }

    @Test(
        "Each platform connects with an agent, whatever the platform calls it",
        arguments: Platforms.all.map(\.platform.id.description))
    func agents(platform: String) async throws {
        try await TestBackend.run { backend async throws in
            let plugin = try #require(Platforms.all.first { $0.platform.id.description == platform })
            let facts = plugin.sandbox.facts
            let needed = JSONObject(facts.needed.map { ($0.key, .string($0.value)) })
            var order: JSONObject = [
                "platform": .string(platform), "numbers": ["+14155550101"], "agent": .string(facts.agent.value),
                "direction": "inbound", "name": "support", "parameters": .object(needed),
            ]
            let client = backend.client
            let plan = try await client.send(.POST, "/connections/plan", JSONValue.object(order).text())
            order["digest"] = plan["/digest"]
            let answer = try await client.send(.POST, "/connections", JSONValue.object(order).text())
            try await client.report(of: try #require(answer["/run"]?.string, "\(answer.text)"), outcome: "connected")
            let path = "/connections/\(platform)/support"
            let digest = try #require(try await client.send(.DELETE, "\(path)?dry-run")["/digest"]?.string)
            let end = try await client.send(.DELETE, "\(path)?digest=\(digest)")
            try await client.report(of: try #require(end["/run"]?.string, "\(end.text)"), outcome: "disconnected")
        }
    }

    @Test("A plan only reads, and another digest than the plan's starts nothing")
    func wrongDigest() async throws {
        try await TestBackend.run { backend async throws in
            let plan = try await backend.client.send(.POST, "/connections/plan", "{\(Client.wish)}")
            #expect(plan.status == 200)
            #expect(plan["/resources"]?.array?.isEmpty == false && plan["/collisions"] == [] && plan["/warnings"] == [])
            let other = #"{\#(Client.wish), "digest": "0000000000000000"}"#
            let answer = try await backend.client.send(.POST, "/connections", other)
            #expect(answer.status == 409 && answer["/code"] == "plan-changed", "\(answer.text)")
            let none = try await backend.client.send(.POST, "/connections", "{\(Client.wish)}")
            #expect(none.status == 400 && none["/code"] == "invalid", "\(none.text)")
            #expect(!backend.acme.requests.contains { $0.isWrite })
        }
    }

    @Test("A number that is routed elsewhere is a conflict with its remedy, until the request permits the change")
    func collision() async throws {
        try await TestBackend.run { backend async throws in
            backend.acme.own(number: "+14155550100", application: "42")
            let plan = try await backend.client.send(.POST, "/connections/plan", "{\(Client.wish)}")
            let digest = try #require(plan["/digest"]?.string)
            #expect(plan["/collisions"]?.array?.count == 1)
            let answer = try await backend.client.send(
                .POST, "/connections", #"{\#(Client.wish), "digest": "\#(digest)"}"#)
            #expect(answer.status == 409 && answer["/code"] == "collision", "\(answer.text)")
            #expect(answer["/remedies/0/code"] == "allow" && answer["/remedies/0/what"] == "rerouting")
            let run = try await backend.client.connect(#", "reroute": true"#)
            try await backend.client.report(of: run, outcome: "connected")
        }
    }

    @Test("A change of live objects needs consent")
    func consent() async throws {
        try await TestBackend.run { backend async throws in
            let client = backend.client
            try await client.report(of: try await client.connect(), outcome: "connected")
            let change = #""platform": "vapi", "parameters": {"secure": true}"#
            let digest = try #require(
                try await client.send(.POST, "/connections/plan", "{\(change)}")["/digest"]?.string)
            let refused = try await client.send(.POST, "/connections", #"{\#(change), "digest": "\#(digest)"}"#)
            #expect(refused.status == 409 && refused["/code"] == "consent", "\(refused.text)")
            let agreed = try await client.send(
                .POST, "/connections", #"{\#(change), "digest": "\#(digest)", "consent": true}"#)
            try await client.report(of: try #require(agreed["/run"]?.string, "\(agreed.text)"), outcome: "connected")
        }
    }

    @Test("A connection that a run works on is busy, and another customer's is not")
    func busy() async throws {
        try await TestBackend.run(latency: .milliseconds(100)) { backend async throws in
            let run = try await backend.client.connect()
            let answer = try await backend.client.send(
                .POST, "/connections", #"{\#(Client.wish), "digest": "0000000000000000"}"#)
            #expect(answer.status == 409 && answer["/code"] == "busy", "\(answer.text)")
            let globex = backend.client.of("globex")
            try await globex.report(of: try await globex.connect(), outcome: "connected")
            try await backend.client.report(of: run, outcome: "connected")
        }
    }

    @Test("A failed run says so in its report, and what it wrote is rolled back")
    func failure() async throws {
        try await TestBackend.run { backend async throws in
            let before = backend.acme.state
            backend.acme.setFaults([
                SandboxFault(vendor: "vapi", method: "POST", path: "/phone-number", effect: .refused("no"))
            ])
            let report = try await backend.client.report(of: try await backend.client.connect(), outcome: "failed")
            #expect(report["error"]?["code"] == "refused" && report["undone"] == true, "\(report.text())")
            #expect(backend.acme.state == before)
        }
    }
}
