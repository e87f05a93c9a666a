/// One entry of a journal: something that was recorded about one run.
@_spi(Adapter) public struct JournalEntry: Sendable, Hashable {
    /// What an entry records.
    public enum Event: Sendable, Hashable {
        /// The run began. The connection is as it will be after the run.
        case began(RunOperation, Connection)
        /// The run had ended and is being undone, so that it is open again.
        case reopened
        /// A write that is about to be sent. It replaces an earlier one with the same sequence number.
        case intended(WriteIntent)
        /// The outcome of the write with this sequence number.
        case settled(Int, WriteOutcome)
        /// What is known of the connection after the run; comes just before the end of the run, and counts with it.
        case described(ConnectionRecord)
        /// The run ended; the text is the reason for the outcome, if there is one.
        case ended(PastRun.Outcome, String?)
    }

    /// The id of the run.
    public var run: String
    /// The connection of the run.
    public var identity: ConnectionIdentity
    /// The time of the entry as a UTC date and time, `2026-11-22T08:15:30Z`, if the journal keeps it. A journal that
    /// does sets this when the entry is added.
    public var time: String?
    /// What the entry records.
    public var event: Event

    /// Creates an entry.
    public init(run: String, identity: ConnectionIdentity, time: String? = nil, _ event: Event) {
        self.run = run
        self.identity = identity
        self.time = time
        self.event = event
    }

    /// Creates an entry about a run.
    init(_ run: RunRecord, _ event: Event) {
        self.init(run: run.id, identity: run.identity, event)
    }
}

extension JournalEntry {
    /// Whether the entry is the start or an end of its run, or opens it again. ``Journal/milestones(of:)`` returns
    /// these; everything else is only read run by run.
    public var isMilestone: Bool {
        switch event {
        case .began, .reopened, .ended: true
        case .intended, .settled, .described: false
        }
    }

    /// Whether the entry is the start of its run. No entry of a run may be added before this one.
    public var isStart: Bool { if case .began = event { true } else { false } }
}
