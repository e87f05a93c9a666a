import ZentrunkJSON

/// What the entries of one connection mean: the one place that knows what is remembered of its runs.
///
/// A run that was undone contributes nothing, so that the state is that of the others. Of the others, in the order in
/// which they began:
///
/// * A completed run replaces everything: description, hints and former values are those that it recorded.
/// * Any other run adds the former values of the writes that were done or may have been. The first value of an object
///   is kept.
/// * If it ended with a description, this replaces description and hints.
/// * If it ended without one, the objects that it created are added to the hints. Of two ids for one instance one is
///   wrong; the known one stays, because a wrong hint makes the reader search the lists.
/// * If no run described the connection, it is the sum of its unfinished runs that wrote something, as the last
///   connect among them intended it. Otherwise the `disconnect` that cleans up after them would lose what they
///   recorded.
@_spi(Adapter) public struct JournalState: Sendable, Hashable {
    /// What is known of the connection; nil if nothing is.
    public let record: ConnectionRecord?
    private let histories: [RunHistory]

    /// Folds the entries of one connection.
    ///
    /// - Parameter entries: The entries of its runs. Those of one run are in the order in which they were added, and
    ///   the starts are in the order in which the runs began. An entry of a run without a start is left out.
    public init(folding entries: some Sequence<JournalEntry>) {
        histories = RunHistory.all(in: entries)
        record = Self.record(histories)
    }

    /// The runs, in the order in which they began.
    public var runs: [PastRun] { histories.map(\.past) }

    /// Returns the writes of a run and their outcomes, by sequence number; empty if the run is unknown.
    public func writes(of run: String) -> [PastWrite] {
        histories.first { $0.past.record.id == run }?.writes ?? []
    }

    /// The ids of the runs whose entries decide ``record``: the last completed one and those after it that were not
    /// undone. Milestones are sufficient to know them.
    public var decisiveRuns: [String] {
        let counted = histories.filter(\.counts)
        let start = counted.lastIndex { $0.completion != nil } ?? counted.startIndex
        return counted[start...].filter { $0.completion != .gone }.map(\.past.record.id)
    }

    private static func record(_ histories: [RunHistory]) -> ConnectionRecord? {
        var record: ConnectionRecord?
        var former: [RecordedObject: JSONObject] = [:]
        var undescribed: [RunHistory] = []
        for history in histories where history.counts {
            if history.completion != nil {
                record = history.described
                former = history.described?.former ?? [:]
                undescribed = []
            } else {
                former.merge(history.former) { known, _ in known }
                if let described = history.described { record = described } else { undescribed.append(history) }
            }
            if history.leavesHints { record?.addHints(history) }
        }
        record = record ?? sum(undescribed.filter { !$0.writes.isEmpty })
        record?.former = former
        return record
    }

    private static func sum(_ unfinished: [RunHistory]) -> ConnectionRecord? {
        let intended = unfinished.last { $0.past.record.operation == .connect } ?? unfinished.last
        guard let run = intended?.past.record else { return nil }
        var record = ConnectionRecord(identity: run.identity, connection: run.connection)
        for history in unfinished { record.addHints(history) }
        return record
    }
}

extension ConnectionRecord {
    fileprivate mutating func addHints(_ history: RunHistory) {
        let created = history.created
        objects.merge(created.mapValues { $0.object }) { known, _ in known }
        after.merge(created.compactMapValues { $0.after.isEmpty ? nil : $0.after }) { known, _ in known }
    }
}

/// What the entries say of one run.
struct RunHistory: Sendable, Hashable {
    private(set) var past: PastRun
    /// How the run completed its work, unless that was undone since; nil if it never did.
    private(set) var completion: PastRun.Outcome?
    /// What the run last recorded of the connection, unless the run was undone since.
    private(set) var described: ConnectionRecord?
    /// Whether the run last ended with something left and without a description.
    private(set) var leavesHints = false
    private var announced: ConnectionRecord?
    private var writesBySequence: [Int: PastWrite] = [:]

    private init(_ past: PastRun) { self.past = past }

    /// Returns the runs that begin among the entries, in this order.
    static func all(in entries: some Sequence<JournalEntry>) -> [RunHistory] {
        var histories: [RunHistory] = []
        var indices: [String: Int] = [:]
        for entry in entries {
            if let index = indices[entry.run] {
                histories[index].add(entry)
            } else if case .began(let operation, let connection) = entry.event {
                indices[entry.run] = histories.count
                let record = RunRecord(
                    id: entry.run, identity: entry.identity, operation: operation, connection: connection)
                histories.append(RunHistory(PastRun(record, outcome: nil, begun: entry.time)))
            }
        }
        return histories
    }

    private mutating func add(_ entry: JournalEntry) {
        switch entry.event {
        case .began: break
        case .reopened: (past.outcome, past.remark, past.ended) = (nil, nil, nil)
        case .intended(let intent): writesBySequence[intent.sequence] = PastWrite(intent, nil)
        case .settled(let sequence, let outcome): writesBySequence[sequence]?.outcome = outcome
        case .described(let record): announced = record
        case .ended(let outcome, let remark):
            (past.outcome, past.remark, past.ended) = (outcome, remark, entry.time)
            end(outcome)
        }
    }

    private mutating func end(_ outcome: PastRun.Outcome) {
        switch outcome {
        case .done, .gone: (completion, described) = (outcome, outcome == .done ? announced : nil)
        case .undone: (completion, described) = (nil, nil)
        case .left: described = announced ?? described
        }
        leavesHints = outcome == .left && announced == nil
        announced = nil
    }
}

extension RunHistory {
    /// Whether the run contributes to what is known.
    var counts: Bool { past.outcome != .undone }

    /// The writes and their outcomes, by sequence number.
    var writes: [PastWrite] { writesBySequence.values.sorted { $0.intent.sequence < $1.intent.sequence } }

    /// The former values of the objects that the run changed, or may have changed.
    var former: [RecordedObject: JSONObject] {
        var former: [RecordedObject: JSONObject] = [:]
        for write in writes where write.mayHaveHappened {
            guard let values = write.intent.former, let object = write.intent.object, former[object] == nil else {
                continue
            }
            former[object] = values
        }
        return former
    }

    /// The objects that the run created and, as far as is known, did not delete again, and what each rests on.
    var created: [InstanceID: (object: RecordedObject, after: [InstanceID])] {
        var created: [InstanceID: (object: RecordedObject, after: [InstanceID])] = [:]
        for write in writes {
            guard case .done(let id)? = write.outcome else { continue }
            let object = RecordedObject(kind: write.intent.kind, id: id)
            switch write.intent.deed {
            case .make: created[write.intent.instance] = (object, write.intent.after)
            case .remove where created[write.intent.instance]?.object == object: created[write.intent.instance] = nil
            default: break
            }
        }
        return created
    }
}
