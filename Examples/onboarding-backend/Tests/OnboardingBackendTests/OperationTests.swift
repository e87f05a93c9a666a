import CoreMetrics
import ServiceLifecycle
import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@testable import OnboardingBackend

@Suite("Operation: health, metrics, logs, shutdown, a bounded number of runs")
struct OperationTests {
    @Test("Metrics and logs tell of runs, and hold no key and no token")
    func observed() async throws {
        try await TestBackend.run { backend async throws in
            let client = backend.client
            let run = try await client.connect()
            try await client.report(of: run, outcome: "connected")
            #expect(try await client.send(.GET, "//health").json["ready"] == true)
            #expect(try await client.send(.GET, "//health/live").status == 200)
            let metrics = try await client.send(.GET, "//metrics")
            #expect(metrics.header("content-type")?.hasPrefix("text/plain") == true)
            #expect(metrics.text.contains("# TYPE zentrunk_requests_total counter"), "\(metrics.text)")
            #expect(metrics.text.contains("zentrunk_runs_total{"))
            let text = backend.log.text + metrics.text
            let ended = try await backend.log.line("run ends")
            #expect(ended["run"]?.string == run && ended["outcome"] == "connected" && ended["customer"] == "acme")
            for secret in [PlivoService.authToken, "sandbox-private-key-not-a-secret", "sandbox-token-of"] {
                #expect(!text.contains(secret))
            }
        }
    }

    @Test("At shutdown no run begins, and the runs in progress are rolled back while the server still answers")
    func shutdown() async throws {
        try await TestBackend.run(latency: .milliseconds(50)) { backend async throws in
            let before = backend.acme.state
            let run = try await backend.client.connect()
            _ = try await backend.client.events(of: run) { $0.json["event"] == "finished" }
            async let report = backend.client.report(of: run, outcome: "failed")
            await backend.group.triggerGracefulShutdown()
            try await backend.health { $0.status == 503 && $0.json["ready"] == false }
            let late = try await backend.client.send(.POST, "/connections", #"{\#(Client.wish), "digest": "0"}"#)
            #expect(late.status == 503 && late["/code"] == "not-ready")
            #expect(late.header("retry-after") != nil)
            #expect(try await report["error"]?["code"] == "cancelled")
            #expect(backend.acme.state == before)
        }
    }

    @Test("A run beyond the limit waits before its first request")
    func limit() async throws {
        try await TestBackend.run(runsAtOnce: 1, latency: .milliseconds(50)) { backend async throws in
            let globex = backend.client.of("globex")
            let digest = try #require(
                try await globex.send(.POST, "/connections/plan", "{\(Client.wish)}")["/digest"]?.string)
            let first = try await backend.client.connect()
            backend.globex.clearRequests()
            async let second = globex.send(.POST, "/connections", #"{\#(Client.wish), "digest": "\#(digest)"}"#)
            try await backend.health { $0.json["waiting"] == 1 }
            _ = try await backend.client.events(of: first) { $0.json["event"] == "reading-back" }
            #expect(backend.globex.requests.isEmpty)
            try await backend.client.report(of: first, outcome: "connected")
            try await globex.report(of: try #require(try await second["/run"]?.string), outcome: "connected")
        }
    }

    @Test("Prometheus' text has a type for each name, labels in order, and cumulative buckets")
    func prometheus() {
        let metrics = PrometheusMetrics()
        metrics.makeCounter(label: "calls.made", dimensions: [("to", "a\"b"), ("by", "x")]).increment(by: 2)
        metrics.makeCounter(label: "calls.made", dimensions: [("by", "x"), ("to", "a\"b")]).increment(by: 1)
        metrics.makeMeter(label: "active", dimensions: []).set(3.5)
        metrics.makeTimer(label: "took", dimensions: [("by", "x")]).recordNanoseconds(20_000_000)
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.prefix(2) == ["# TYPE active gauge", "active 3.5"])
        #expect(lines.contains("# TYPE calls_made_total counter"))
        #expect(lines.contains(#"calls_made_total{by="x",to="a\"b"} 3"#))
        #expect(lines.contains(#"took_seconds_bucket{by="x",le="0.01"} 0"#))
        #expect(lines.contains(#"took_seconds_bucket{by="x",le="0.025"} 1"#))
        #expect(lines.contains(#"took_seconds_bucket{by="x",le="+Inf"} 1"#))
        #expect(lines.contains(#"took_seconds_sum{by="x"} 0.02"#) && lines.contains(#"took_seconds_count{by="x"} 1"#))
    }
}
