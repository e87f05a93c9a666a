import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCurl

@Suite("The queue of a host")
struct HostQueueTests {
    private static let start = ContinuousClock.now

    /// Calls the body with a queue of requests that began to wait one second after the other.
    private func withQueue(
        _ count: Int, connections: Int = 1, _ body: (HostQueue, [QueuedRequest]) -> Void
    ) async throws {
        let request = try PreparedRequest(.read("http://127.0.0.1:1/"), allowing: .none)
        let queue = HostQueue(connections: connections)
        var requests: [QueuedRequest] = []
        var answers: [Task<Void, any Error>] = []
        for index in 0..<count {
            let (stream, made) = AsyncStream<AnswerContinuation>.makeStream()
            answers.append(
                Task { _ = try await withCheckedThrowingContinuation { made.yield($0) } })
            guard let continuation = await stream.first(where: { _ in true }) else { return }
            let entry = QueuedRequest(
                Job(request), continuation, in: queue, since: Self.start + .seconds(index))
            requests.append(entry)
            queue.add(entry)
        }
        body(queue, requests)
        for entry in requests { entry.continuation.resume(throwing: CancellationError()) }
        for answer in answers { _ = await answer.result }
    }

    @Test("Requests leave in the order in which they came, up to the limit")
    func order() async throws {
        try await withQueue(5, connections: 2) { queue, requests in
            #expect(queue.next() === requests[0])
            #expect(queue.next() === requests[1])
            #expect(queue.next() == nil)
            queue.remove(requests[3])
            queue.end(isMultiplexed: nil)
            #expect(queue.next() === requests[2])
            queue.end(isMultiplexed: nil)
            #expect(queue.next() === requests[4])
            queue.end(isMultiplexed: nil)
            queue.end(isMultiplexed: nil)
            #expect(queue.isIdle)
        }
    }

    @Test("Over HTTP/2 more requests share a connection")
    func multiplexed() async throws {
        try await withQueue(5) { queue, _ in
            #expect(queue.next() != nil)
            #expect(queue.next() == nil)
            queue.end(isMultiplexed: true)
            #expect((0..<4).allSatisfy { _ in queue.next() != nil })
            #expect(queue.limit == 100)
        }
    }

    @Test("Only requests that have waited for long enough are overdue")
    func overdue() async throws {
        try await withQueue(4) { queue, requests in
            #expect(queue.first == Self.start)
            let moment = Self.start + .seconds(1)
            #expect(queue.removeFirst(waitingSince: moment) === requests[0])
            #expect(queue.removeFirst(waitingSince: moment) === requests[1])
            #expect(queue.removeFirst(waitingSince: moment) == nil)
            #expect(queue.first == Self.start + .seconds(2))
            #expect(queue.count == 2)
        }
    }

    /// How a long queue ends.
    enum End: CaseIterable { case served, overdue, cancelledFromTheEnd, cancelledFromTheStart, mixed }

    @Test("A queue costs as much as it has requests, however they leave it", arguments: End.allCases)
    func cost(_ end: End) async throws {
        let count = 2000
        try await withQueue(count) { queue, requests in
            switch end {
            case .served:
                while queue.next() != nil { queue.end(isMultiplexed: nil) }
            case .overdue:
                while queue.removeFirst(waitingSince: Self.start + .seconds(count)) != nil {}
            case .cancelledFromTheEnd: for request in requests.reversed() { queue.remove(request) }
            case .cancelledFromTheStart: for request in requests { queue.remove(request) }
            case .mixed:
                for index in stride(from: 1, to: count, by: 2) { queue.remove(requests[index]) }
                while queue.next() != nil { queue.end(isMultiplexed: nil) }
            }
            #expect(queue.isIdle)
            #expect(queue.first == nil)
            #expect(queue.visits <= 4 * count + 4)
        }
    }
}
