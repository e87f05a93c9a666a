public import ZentrunkJSON

/// An event of a run in progress.
public enum RunEvent: Sendable {
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

/// The events of one run in order, for one reader. The sequence ends with the run.
public struct RunEvents: AsyncSequence, Sendable {
    /// An event of the run.
    public typealias Element = RunEvent

    private let stream: AsyncStream<RunEvent>
    private let continuation: AsyncStream<RunEvent>.Continuation

    /// Creates a sequence without events.
    public init() { (stream, continuation) = AsyncStream.makeStream(of: RunEvent.self) }

    /// Returns the iterator; use only one per run.
    public func makeAsyncIterator() -> AsyncStream<RunEvent>.Iterator { stream.makeAsyncIterator() }

    /// Adds an event. Transports report waits this way, too.
    public func send(_ event: RunEvent) { continuation.yield(event) }

    /// Ends the sequence.
    public func finish() { continuation.finish() }
}

extension RunEvent {
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
        var members: JSONObject = ["event": .string(event), "key": .string(instance.key)]
        if let number = instance.number { members["number"] = .string(number.e164) }
        return .object(members.merging(more))
    }
}

extension RetryNotice.Reason {
    fileprivate var name: String {
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
    public var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds / 1_000_000_000_000) / 1_000_000
    }
}
