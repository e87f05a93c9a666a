import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkSandbox

@Suite("Depth of recorded requests")
struct SandboxDepthTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var spans: [(from: Int, to: Int?)]
        var depth: Int
        var testDescription: String { "\(spans)" }
    }

    @Test(
        "Depth is the longest chain of requests that do not overlap",
        arguments: [
            Case(spans: [], depth: 0),
            Case(spans: [(0, 50)], depth: 1),
            Case(spans: [(0, 50), (1, 51), (2, 52)], depth: 1),
            Case(spans: [(0, 50), (50, 100), (100, 150)], depth: 3),
            Case(spans: [(0, 50), (49, 99), (100, 150)], depth: 2),
            Case(spans: [(0, 500), (0, 50), (60, 110), (120, 170)], depth: 3),
            Case(spans: [(100, 150), (0, 50)], depth: 2),
            Case(spans: [(0, nil), (0, 50), (60, nil)], depth: 2),
        ])
    func chains(_ expected: Case) {
        let requests = expected.spans.enumerated().map { index, span in
            RecordedRequest(
                sequence: index + 1, vendor: "plivo", method: "GET", path: "/", query: [], body: [], document: nil,
                isWrite: false, started: .milliseconds(span.from), finished: span.to.map { .milliseconds($0) })
        }
        #expect(requests.depth == expected.depth)
    }

    @Test("Sequential requests add depth, parallel ones do not")
    func measured() async throws {
        var options = SandboxOptions()
        options.latency = .milliseconds(50)
        try await withSandbox(options) { caller async throws in
            for _ in 1...2 { _ = try await caller.plivo("GET", "Number/") }
            #expect(caller.sandbox.depth == 2)
            let spans = caller.sandbox.requests.compactMap { request in request.finished.map { $0 - request.started } }
            #expect(spans.count == 2 && spans.allSatisfy { $0 >= .milliseconds(50) })
            caller.sandbox.clearRequests()
            #expect(caller.sandbox.depth == 0)
            // Long enough that the second request is sent before the first response even on a busy machine.
            caller.sandbox.setLatency(.milliseconds(500))
            async let first = caller.plivo("GET", "Number/")
            async let second = caller.shelf("GET", "/things")
            _ = try await (first, second)
            #expect(caller.sandbox.depth == 1)
        }
    }
}
