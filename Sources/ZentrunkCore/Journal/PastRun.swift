/// A run as the journal knows it.
public struct PastRun: Sendable, Hashable {
    /// How a run ended.
    public enum Outcome: String, Sendable, Hashable {
        /// Done; the connection was in place afterwards.
        case done
        /// Done; the connection was gone afterwards.
        case gone
        /// Everything was put back.
        case undone
        /// Something was left.
        case left
    }

    public var record: RunRecord
    /// nil for a run that is under way, or whose process died.
    public var outcome: Outcome?
    /// Why it ended like that, where there is something to say.
    public var remark: String?
    /// When it began and ended, as date and time in UTC, if the journal keeps that.
    public var begun: String?
    public var ended: String?

    public init(
        _ record: RunRecord, outcome: Outcome?, remark: String? = nil, begun: String? = nil, ended: String? = nil
    ) {
        self.record = record
        self.outcome = outcome
        self.remark = remark
        self.begun = begun
        self.ended = ended
    }
}

/// A write that a run meant to send.
public struct PastWrite: Sendable, Hashable {
    public var intent: WriteIntent
    /// nil while nobody noted what became of it.
    public var outcome: WriteOutcome?

    public init(_ intent: WriteIntent, _ outcome: WriteOutcome?) {
        self.intent = intent
        self.outcome = outcome
    }
}

extension PastWrite {
    /// Whether the write changed something, or may have.
    public var mayHaveHappened: Bool { if case .notDone? = outcome { false } else { true } }
}

extension RunEnding {
    /// The ending in one word.
    public var outcome: PastRun.Outcome {
        switch self {
        case .done: .done
        case .gone: .gone
        case .undone: .undone
        case .left: .left
        }
    }

    /// Why, where there is something to say.
    public var remark: String? {
        switch self {
        case .done, .gone: nil
        case .undone(let remark), .left(let remark, _): remark
        }
    }
}
