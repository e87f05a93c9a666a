/// A run in the journal.
public struct PastRun: Sendable, Hashable {
    /// How a run ended.
    public enum Outcome: String, Sendable, Hashable {
        /// Completed; the connection existed afterwards.
        case done
        /// Completed; the connection was removed.
        case gone
        /// Everything was restored.
        case undone
        /// Something is left.
        case left
    }

    /// The run.
    package var record: RunRecord
    /// How the run ended; nil while it is active, or if its process died.
    public var outcome: Outcome?
    /// The reason for the outcome, if there is one.
    public var remark: String?
    /// The start as a UTC date and time, if the journal keeps it.
    public var begun: String?
    /// The end as a UTC date and time, if the journal keeps it.
    public var ended: String?

    /// Creates a run.
    package init(
        _ record: RunRecord, outcome: Outcome?, remark: String? = nil, begun: String? = nil, ended: String? = nil
    ) {
        self.record = record
        self.outcome = outcome
        self.remark = remark
        self.begun = begun
        self.ended = ended
    }
}

/// A write that a run intended.
@_spi(Adapter) public struct PastWrite: Sendable, Hashable {
    /// The intended write.
    public var intent: WriteIntent
    /// The outcome; nil while none is recorded.
    public var outcome: WriteOutcome?

    /// Creates a write.
    public init(_ intent: WriteIntent, _ outcome: WriteOutcome?) {
        self.intent = intent
        self.outcome = outcome
    }
}

extension PastRun {
    /// The run's id.
    public var id: String { record.id }
    /// The purpose of the run.
    public var operation: RunOperation { record.operation }
    /// The connection as it was to be after the run.
    public var connection: Connection { record.connection }
}

extension PastWrite {
    /// Whether the write changed something, or may have.
    public var mayHaveHappened: Bool { if case .notDone? = outcome { false } else { true } }
}

extension RunEnding {
    /// The outcome without its details.
    package var outcome: PastRun.Outcome {
        switch self {
        case .done: .done
        case .gone: .gone
        case .undone: .undone
        case .left: .left
        }
    }

    /// The reason for the outcome, if there is one.
    package var remark: String? {
        switch self {
        case .done, .gone: nil
        case .undone(let remark), .left(let remark, _): remark
        }
    }
}
