import HTTPTypes
import Synchronization
@_spi(Adapter) package import ZentrunkCore

/// What happened on the line to the vendors, in order.
package enum LineEvent: Sendable {
    /// A request is about to be sent; the text is its path and body.
    case sent(TransportRequest.Access, String)
    /// Another actor begins to act.
    case interrupting
    /// The other actor has acted.
    case interrupted
}

/// Lets another actor act at one write of a run: just before it is sent, or after its answer.
package final class Interruption: HTTPTransport {
    package enum Moment: String, CaseIterable, Sendable { case before, after }

    private let base: any HTTPTransport
    private let write: Int
    private let moment: Moment
    private let act: @Sendable () async throws -> Void
    private let writes = Mutex(0)
    private let log = Mutex<[LineEvent]>([])

    package init(
        _ base: any HTTPTransport, at write: Int, _ moment: Moment = .before,
        _ act: @escaping @Sendable () async throws -> Void
    ) {
        self.base = base
        self.write = write
        self.moment = moment
        self.act = act
    }

    /// Returns the writes to one object since the other actor began to act. A write is blind when the run did not read the
    /// object after that act.
    package func writes(of id: String) -> [(text: String, isBlind: Bool)] {
        var hasBegun = false
        var hasEnded = false
        var hasLooked = false
        return log.withLock { $0 }.compactMap { event in
            switch event {
            case .interrupting: hasBegun = true
            case .interrupted: hasEnded = true
            case .sent(.read, let text) where text.contains(id): hasLooked = hasLooked || hasEnded
            case .sent(.write, let text) where text.contains(id) && hasBegun: return (text, !hasLooked)
            case .sent: break
            }
            return nil
        }
    }
    /// Whether the run came to that write.
    package var hasCome: Bool { writes.withLock { $0 >= write } }

    package func send(_ request: TransportRequest) async throws -> TransportResponse {
        let isIt = request.access == .write && countWrite() == write
        if isIt, moment == .before { try await interrupt() }
        let text = (request.head.path ?? "") + " " + String(decoding: request.body, as: UTF8.self)
        log.withLock { $0.append(.sent(request.access, text)) }
        let response = try await base.send(request)
        if isIt, moment == .after { try await interrupt() }
        return response
    }

    private func countWrite() -> Int {
        writes.withLock { count in
            count += 1
            return count
        }
    }

    private func interrupt() async throws {
        log.withLock { $0.append(.interrupting) }
        try await act()
        log.withLock { $0.append(.interrupted) }
    }
}

/// A clock by which waits are short, and still let others go on meanwhile.
package struct HastyClock: Clock {
    package typealias Instant = ContinuousClock.Instant

    private let base = ContinuousClock()
    /// How many times shorter a wait is than asked for.
    package let haste: Int

    package init(haste: Int) { self.haste = haste }

    package var now: Instant { base.now }
    package var minimumResolution: Duration { base.minimumResolution }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try await base.sleep(for: base.now.duration(to: deadline) / haste)
    }
}
