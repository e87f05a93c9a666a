import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkTestKit

@Suite("Slow responses")
struct AnswerWatchTests {
    /// Answers after a number of reports, however many requests wait.
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

        /// Runs the work and notes its waits as they are reported.
        func noting(_ work: () async throws -> Void) async throws {
            let events = RunEvents()
            async let noted: Void = {
                for await event in events { if case .waiting(let notice) = event.kind { note(notice) } }
            }()
            try await events.observing(work)
            events.finish()
            await noted
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

    /// A clock without real delays whose sleeps yield to other tasks, because reports sleep until the response arrives.
    private struct YieldingClock: Clock {
        private let base = TestClock()

        var now: TestClock.Instant { base.now }
        var minimumResolution: Duration { base.minimumResolution }

        func sleep(until deadline: TestClock.Instant, tolerance: Duration?) async throws {
            await Task.yield()
            try await base.sleep(until: deadline, tolerance: tolerance)
        }
    }

    @Test("A report is made every five seconds with the elapsed time, until the response arrives")
    func reports() async throws {
        let server = SlowServer(answersAfter: 3)
        let watch = AnswerWatch(server, vendor: "Acme", clock: YieldingClock())
        try await server.noting { () async throws in
            #expect(try await watch.send(.example(.write)).head.status == .ok)
        }
        let made = server.notices
        #expect(
            made.prefix(3)
                == [5, 10, 15].map { RetryNotice(host: "Acme", reason: .noAnswer, wait: .seconds($0)) }[...])
        #expect(server.notices.count == made.count)
    }

    @Test("Of several waiting requests, only the oldest one reports")
    func oldest() async throws {
        let server = SlowServer(answersAfter: 4)
        let watch = AnswerWatch(server, vendor: "Acme", clock: YieldingClock())
        try await server.noting { () async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await watch.send(.example(.read)) } }
                try await group.waitForAll()
            }
        }
        // The reported times of one request grow by five seconds each. Two reporting requests would repeat a time.
        let waits = server.notices.prefix(4).map(\.wait)
        #expect(zip(waits, waits.dropFirst()).allSatisfy { $1 - $0 == .seconds(5) })
    }

    @Test("An immediate response is not reported, and an error is passed on")
    func quick() async throws {
        let events = RunEvents()
        let script = ScriptedTransport([.response(204), .lost(.notSent)])
        let watch = AnswerWatch(script, vendor: "Acme")
        try await events.observing { () async throws in
            #expect(try await watch.send(.example(.read)).head.status.code == 204)
            await #expect(throws: TransportError.self) { () async throws in
                _ = try await watch.send(.example(.read))
            }
        }
        #expect(await events.waits == [])
    }
}
