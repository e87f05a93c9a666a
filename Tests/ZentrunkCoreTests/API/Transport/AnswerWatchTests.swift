import HTTPTypes
import Synchronization
import Testing
import ZentrunkCore
import ZentrunkTestKit

@Suite("Answers that take long")
struct AnswerWatchTests {
    /// Answers once so many reports were made, however many requests wait.
    private final class SlowServer: HTTPTransport {
        private struct State {
            var notices: [RetryNotice] = []
            var waiting: [CheckedContinuation<Void, Never>] = []
        }

        private let state = Mutex(State())
        private let needed: Int

        init(answersAfter needed: Int) { self.needed = needed }

        var notices: [RetryNotice] { state.withLock { $0.notices } }

        func note(_ notice: RetryNotice) {
            let waiting = state.withLock { state -> [CheckedContinuation<Void, Never>] in
                state.notices.append(notice)
                guard state.notices.count >= needed else { return [] }
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in waiting { continuation.resume() }
        }

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            await withCheckedContinuation { continuation in
                let isDue = state.withLock { state in
                    if state.notices.count < needed { state.waiting.append(continuation) }
                    return state.notices.count >= needed
                }
                if isDue { continuation.resume() }
            }
            return TransportResponse(head: HTTPResponse(status: .ok))
        }
    }

    /// Nobody waits for it either, but who sleeps lets others go on: a report sleeps until the answer comes.
    private struct YieldingClock: Clock {
        private let base = TestClock()

        var now: TestClock.Instant { base.now }
        var minimumResolution: Duration { base.minimumResolution }

        func sleep(until deadline: TestClock.Instant, tolerance: Duration?) async throws {
            await Task.yield()
            try await base.sleep(until: deadline, tolerance: tolerance)
        }
    }

    @Test("Each five seconds are reported with the time so far, and the answer ends the reports")
    func reports() async throws {
        let server = SlowServer(answersAfter: 3)
        let watch = AnswerWatch(server, vendor: "Acme", clock: YieldingClock()) { server.note($0) }
        #expect(try await watch.send(.example(.write)).head.status == .ok)
        let made = server.notices
        #expect(
            made.prefix(3)
                == [5, 10, 15].map { RetryNotice(host: "Acme", reason: .noAnswer, wait: .seconds($0)) }[...])
        #expect(server.notices.count == made.count)
    }

    @Test("Of several requests that wait only the oldest reports")
    func oldest() async throws {
        let server = SlowServer(answersAfter: 4)
        let watch = AnswerWatch(server, vendor: "Acme", clock: YieldingClock()) { server.note($0) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 { group.addTask { _ = try await watch.send(.example(.read)) } }
            try await group.waitForAll()
        }
        // From one request the waits grow by five seconds each; two that report would repeat one.
        let waits = server.notices.prefix(4).map(\.wait)
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $1 - $0 == .seconds(5) })
    }

    @Test("An answer at once is reported by nothing, and an error comes through")
    func quick() async throws {
        let notices = Mutex(0)
        let script = ScriptedTransport([.response(204), .lost(.notSent)])
        let watch = AnswerWatch(script, vendor: "Acme") { _ in notices.withLock { $0 += 1 } }
        #expect(try await watch.send(.example(.read)).head.status.code == 204)
        await #expect(throws: TransportError.self) { () async throws in
            _ = try await watch.send(.example(.read))
        }
        #expect(notices.withLock { $0 } == 0)
    }
}
