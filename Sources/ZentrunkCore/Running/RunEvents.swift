public import ZentrunkJSON

/// What a run tells while it works.
public enum RunEvent: Sendable {
    /// So many of so many reads are done; told at every tenth where there are many.
    case reading(done: Int, total: Int)
    /// A write of this instance begins.
    case started(InstanceID, PlannedResource.Action)
    /// It is done; the action in the past tense.
    case finished(InstanceID, ResourceResult.Action, id: String)
    /// A request is sent or sent again after a wait, or its answer takes long.
    case waiting(RetryNotice)
    /// Something failed, and what was done is being put back.
    case undoing(ZentrunkError)
    /// This instance is as it was before.
    case putBack(InstanceID)
    /// This instance could not be put back, and why.
    case left(InstanceID, String)
    /// Everything is read back.
    case readingBack
    /// Another run makes the same connection: what is live is read again, and the plan is made anew.
    case planningAgain
}

/// The events of one run, for one reader, in order. Ends when the run does.
public struct RunEvents: AsyncSequence, Sendable {
    public typealias Element = RunEvent

    private let stream: AsyncStream<RunEvent>
    private let continuation: AsyncStream<RunEvent>.Continuation

    public init() { (stream, continuation) = AsyncStream.makeStream(of: RunEvent.self) }

    public func makeAsyncIterator() -> AsyncStream<RunEvent>.Iterator { stream.makeAsyncIterator() }

    /// Adds an event. Transports that wait report through this as well.
    public func send(_ event: RunEvent) { continuation.yield(event) }

    /// Ends the sequence.
    public func finish() { continuation.finish() }
}

extension RunEvent {
    /// The event as one JSON object with `event` and what belongs to it.
    public var json: JSONValue {
        switch self {
        case .reading(let done, let total):
            ["event": "reading", "done": .integer(Int64(done)), "total": .integer(Int64(total))]
        case .started(let instance, let action): Self.object("started", instance, ["action": .string(action.rawValue)])
        case .finished(let instance, let action, let id):
            Self.object("finished", instance, ["action": .string(action.rawValue), "id": .string(id)])
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
    /// The duration in seconds, to the microsecond.
    public var seconds: Double {
        Double(components.seconds) + Double(components.attoseconds / 1_000_000_000_000) / 1_000_000
    }
}
