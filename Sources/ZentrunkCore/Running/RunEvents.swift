import Synchronization
public import ZentrunkJSON

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// An event of a run in progress.
public struct RunEvent: Sendable {
    /// What happened.
    public enum Kind: Sendable {
        /// The number of completed reads and of all reads; sent after every tenth if there are many.
        case reading(done: Int, total: Int)
        /// The first of these deeds to the instance's object begins.
        case started(InstanceID, [Deed])
        /// The deeds are done, except for the deletion of an object that is replaced; empty if the object is kept.
        case finished(InstanceID, [Deed], id: String)
        /// A request is delayed or repeated, or its response takes long.
        case waiting(RetryNotice)
        /// A step failed, and completed steps are being undone.
        case undoing(ZentrunkError)
        /// This instance has been restored to its former state.
        case putBack(InstanceID)
        /// This instance could not be restored; the text is the reason.
        case left(InstanceID, String)
        /// Verification has begun: everything is read back.
        case readingBack
        /// Another run is creating the same connection: live objects are read again, and a new plan is made.
        case planningAgain
    }

    /// What happened.
    public var kind: Kind
    /// When it happened, by the system's clock.
    public var time: Date
    /// The run's id in the journal; nil before the run has begun.
    public var run: String?
    /// The connection; nil if the work concerns a whole account.
    public var connection: ConnectionIdentity?
}

/// The events of one plan and run, in order.
///
/// There may be any number of readers, and each gets all events, from the first. The sequence ends with the run. A plan
/// leaves it open for the run that follows, unless the plan fails; who only plans calls ``finish()``.
public struct RunEvents: AsyncSequence, Sendable {
    /// An event of the run.
    public typealias Element = RunEvent

    /// Not inlined, because of the compiler's defect that `Scripts/check-locks` looks for.
    private final class Storage: Sendable {
        private struct State {
            var events: [RunEvent] = []
            var readers: [Int: AsyncStream<RunEvent>.Continuation] = [:]
            var lastReader = 0
            var hasEnded = false
        }

        private let state = Mutex(State())

        @inline(never)
        func add(_ event: RunEvent) {
            state.withLock { state in
                guard !state.hasEnded else { return }
                state.events.append(event)
                for reader in state.readers.values { reader.yield(event) }
            }
        }

        @inline(never)
        func join(_ reader: AsyncStream<RunEvent>.Continuation) -> Int? {
            state.withLock { state in
                for event in state.events { reader.yield(event) }
                guard !state.hasEnded else { return nil }
                state.lastReader += 1
                state.readers[state.lastReader] = reader
                return state.lastReader
            }
        }

        @inline(never)
        func leave(_ number: Int) { state.withLock { _ = $0.readers.removeValue(forKey: number) } }

        @inline(never)
        func end() {
            let readers = state.withLock { state in
                state.hasEnded = true
                defer { state.readers = [:] }
                return state.readers.values
            }
            // Outside of the lock, because a reader leaves when its stream ends.
            for reader in readers { reader.finish() }
        }
    }

    private let storage = Storage()

    /// Creates a sequence without events.
    public init() {}

    /// Returns an iterator over all events, past and to come.
    public func makeAsyncIterator() -> AsyncStream<RunEvent>.Iterator {
        let (stream, reader) = AsyncStream.makeStream(of: RunEvent.self)
        guard let number = storage.join(reader) else {
            reader.finish()
            return stream.makeAsyncIterator()
        }
        reader.onTermination = { [weak storage] _ in storage?.leave(number) }
        return stream.makeAsyncIterator()
    }

    /// Adds an event about the run of this task.
    public func send(_ kind: RunEvent.Kind) { send(kind, in: RunScope.current) }

    func send(_ kind: RunEvent.Kind, in scope: RunScope?) {
        storage.add(RunEvent(kind: kind, time: Date(), run: scope?.run, connection: scope?.connection))
    }

    /// Ends the sequence. Later events are dropped.
    public func finish() { storage.end() }

    /// Runs work and reports the waits of its requests here. Plans and runs do so by themselves.
    public func observing<Result>(
        _ work: () async throws -> Result, isolation: isolated (any Actor)? = #isolation
    ) async rethrows -> Result {
        try await RunScope.$current.withValue(RunScope(self), operation: work)
    }
}

extension RunEvent {
    /// The event as a JSON object with the member `event` and the event's details.
    public var json: JSONValue { kind.json }
}

extension RunEvent.Kind {
    /// The event as a JSON object with the member `event` and the event's details.
    public var json: JSONValue {
        switch self {
        case .reading(let done, let total):
            ["event": "reading", "done": .integer(Int64(done)), "total": .integer(Int64(total))]
        case .started(let instance, let deeds):
            Self.object("started", instance, ["action": .string(deeds.plannedWord)])
        case .finished(let instance, let deeds, let id):
            Self.object("finished", instance, ["action": .string(deeds.doneWord), "id": .string(id)])
        case .waiting(let notice):
            [
                "event": "waiting", "host": .string(notice.host),
                "status": notice.status.map { .integer(Int64($0)) } ?? .null,
                "reason": .string(notice.reason.name), "seconds": .double(notice.wait.seconds),
            ]
        case .undoing(let error):
            ["event": "undoing", "code": .string(error.code.description), "message": .string(error.message)]
        case .putBack(let instance): Self.object("put-back", instance, [:])
        case .left(let instance, let reason): Self.object("left", instance, ["message": .string(reason)])
        case .readingBack: ["event": "reading-back"]
        case .planningAgain: ["event": "planning-again"]
        }
    }

    private static func object(_ event: String, _ instance: InstanceID, _ more: JSONObject) -> JSONValue {
        let event: JSONObject = ["event": .string(event)]
        return .object(event.merging(instance.json).merging(more))
    }
}

extension RetryNotice.Reason {
    var name: String {
        switch self {
        case .answered: "status"
        case .unreachable: "unreachable"
        case .rateLimit: "rate-limit"
        case .noAnswer: "no-answer"
        }
    }
}

extension Duration {
    /// The duration in seconds, with a resolution of one microsecond.
    package var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds / 1_000_000_000_000) / 1_000_000
    }
}
