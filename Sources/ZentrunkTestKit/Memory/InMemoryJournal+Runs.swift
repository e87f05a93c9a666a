@_spi(Adapter) package import ZentrunkCore

/// A run as a journal in memory has it, for expectations.
package struct RecordedRun: Sendable {
    /// How a run ended.
    package struct Ending: Sendable {
        /// The outcome.
        package var outcome: PastRun.Outcome
        /// The reason for the outcome, if there is one.
        package var remark: String?
    }

    /// The run.
    package var record: RunRecord
    /// The intended writes, by sequence number.
    package var intents: [WriteIntent]
    /// The outcomes of the writes, by sequence number.
    package var outcomes: [Int: WriteOutcome]
    /// How the run ended; nil while it is open.
    package var ending: Ending?
}

extension InMemoryJournal {
    /// All runs, in the order in which they began.
    package var runs: [RecordedRun] {
        let state = JournalState(folding: entries)
        return state.runs.map { past in
            let writes = state.writes(of: past.record.id)
            let outcomes = writes.compactMap { write in write.outcome.map { (write.intent.sequence, $0) } }
            return RecordedRun(
                record: past.record, intents: writes.map(\.intent),
                outcomes: Dictionary(outcomes) { first, _ in first },
                ending: past.outcome.map { .init(outcome: $0, remark: past.remark) })
        }
    }
}
