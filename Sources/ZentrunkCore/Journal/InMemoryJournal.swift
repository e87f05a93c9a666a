import Synchronization
import ZentrunkJSON

/// A journal that lasts as long as the process, for tests and for backends with records of their own.
public final class InMemoryJournal: Journal {
    /// A run as far as the journal knows it.
    public struct Run: Sendable {
        /// The run.
        public var record: RunRecord
        /// The writes that the run intended, in the order in which they were noted.
        public var intents: [WriteIntent] = []
        /// The outcomes of the writes, by sequence number.
        public var outcomes: [Int: WriteOutcome] = [:]
        /// How the run ended; nil while it is open.
        public var ending: RunEnding?
        var rememberedFormer: [RecordedObject] = []
    }

    fileprivate struct State {
        var records: [ConnectionIdentity: ConnectionRecord] = [:]
        var former: [ConnectionIdentity: [RecordedObject: JSONObject]] = [:]
        var runs: [Run] = []
    }

    private let state = Mutex(State())
    /// The locks between runs of one connection.
    public let locks: any ConnectionLocks

    /// Creates an empty journal.
    ///
    /// - Parameter locks: The locks between runs; by default those of this process's tasks.
    public init(locks: any ConnectionLocks = InProcessLocks()) { self.locks = locks }

    /// All runs, oldest first.
    public var runs: [Run] { state.withLock { $0.runs } }

    public func connection(_ identity: ConnectionIdentity) async throws -> ConnectionRecord? {
        try await connections().first { $0.identity == identity }
    }

    public func connections() async throws -> [ConnectionRecord] {
        state.withLock { state in
            Set(state.runs.map(\.record.identity)).compactMap { identity in
                guard var record = state.records[identity] ?? state.unfinishedRecord(identity) else { return nil }
                record.former = state.former[identity] ?? [:]
                return record
            }
        }
    }

    public func begin(_ run: RunRecord) async throws {
        try state.withLock { state in
            guard !state.runs.contains(where: { $0.record.id == run.id }) else {
                throw ZentrunkError(.journal, "run \(run.id) was begun before")
            }
            state.runs.append(Run(record: run))
        }
    }

    public func intend(_ intent: WriteIntent, in run: RunRecord) async throws {
        try state.withLock { state in
            let index = try state.index(of: run)
            state.runs[index].intents.removeAll { $0.sequence == intent.sequence }
            state.runs[index].intents.append(intent)
            state.runs[index].outcomes[intent.sequence] = nil
            state.runs[index].ending = nil
            guard let former = intent.former, let id = intent.id else { return }
            let object = RecordedObject(kind: intent.kind, id: id)
            guard state.former[run.identity]?[object] == nil else { return }
            state.former[run.identity, default: [:]][object] = former
            state.runs[index].rememberedFormer.append(object)
        }
    }

    public func settle(_ intent: WriteIntent, _ outcome: WriteOutcome, in run: RunRecord) async throws {
        state.withLock { state in
            guard let index = state.runs.lastIndex(where: { $0.record.id == run.id }) else { return }
            state.runs[index].outcomes[intent.sequence] = outcome
            guard case .notDone = outcome, intent.former != nil, let id = intent.id else { return }
            let object = RecordedObject(kind: intent.kind, id: id)
            guard state.runs[index].rememberedFormer.contains(object) else { return }
            state.runs[index].rememberedFormer.removeAll { $0 == object }
            state.former[run.identity]?[object] = nil
        }
    }

    public func finish(_ run: RunRecord, _ ending: RunEnding) async throws {
        try state.withLock { state in
            let index = try state.index(of: run)
            state.runs[index].ending = ending
            switch ending {
            case .done(let record):
                state.records[run.identity] = record
                state.former[run.identity] = record.former
            case .gone:
                state.records[run.identity] = nil
                state.former[run.identity] = nil
            case .undone:
                let taken = state.runs[index].rememberedFormer
                for object in taken { state.former[run.identity]?[object] = nil }
                if state.records[run.identity]?.connection == run.connection {
                    if let before = state.record(before: index) {
                        state.records[run.identity]?.connection = before.connection
                    } else {
                        state.records[run.identity] = nil
                    }
                }
                let brought = state.runs[index].created.union(taken)
                let hints = (state.records[run.identity]?.objects ?? [:]).filter { !brought.contains($0.value) }
                state.records[run.identity]?.objects = hints
            case .left(_, let record):
                if let record { state.records[run.identity] = record }
                // The run's objects become hints. If another id is known, one of the two is wrong; known ids stay,
                // because a wrong hint makes the reader search the lists.
                let made = record == nil ? state.runs[index].objects : [:]
                state.records[run.identity]?.objects.merge(made) { known, _ in known }
            }
        }
    }
}

extension InMemoryJournal {
    public func runs(of identity: ConnectionIdentity?) async throws -> [PastRun] {
        runs.filter { identity == nil || $0.record.identity == identity }.map(\.past)
    }

    public func run(_ id: String) async throws -> PastRun? {
        runs.first { $0.record.id == id }?.past
    }

    public func writes(of run: String) async throws -> [PastWrite] {
        guard let run = runs.first(where: { $0.record.id == run }) else { return [] }
        return run.intents.sorted { $0.sequence < $1.sequence }.map { PastWrite($0, run.outcomes[$0.sequence]) }
    }
}

extension InMemoryJournal.State {
    /// Returns the connection as the last run before that one left it.
    fileprivate func record(before index: Int) -> ConnectionRecord? {
        let settled = runs[..<index].last { $0.record.identity == runs[index].record.identity && $0.isSettled }
        guard case .done(let record)? = settled?.ending else { return nil }
        return record
    }

    fileprivate func index(of run: RunRecord) throws -> Int {
        guard let index = runs.lastIndex(where: { $0.record.id == run.id }) else {
            throw ZentrunkError(.journal, "run \(run.id) was never begun in this journal")
        }
        return index
    }

    /// Returns the connection as its unfinished runs intended it: those that wrote something and were neither completed
    /// nor undone. Without this, the `disconnect` that cleans up after them would lose what they recorded.
    fileprivate func unfinishedRecord(_ identity: ConnectionIdentity) -> ConnectionRecord? {
        let all = runs.filter { $0.record.identity == identity }
        let settled = all.lastIndex { $0.isSettled }.map { $0 + 1 } ?? 0
        let unfinished = all[settled...].filter { !$0.isUndone && !$0.intents.isEmpty }
        guard let described = unfinished.last(where: { $0.record.operation == .connect }) ?? unfinished.last else {
            return nil
        }
        var record = ConnectionRecord(identity: identity, connection: described.record.connection)
        for run in unfinished { record.objects.merge(run.objects) { known, _ in known } }
        return record
    }
}

extension InMemoryJournal.Run {
    fileprivate var past: PastRun { PastRun(record, outcome: ending?.outcome, remark: ending?.remark) }

    fileprivate var isSettled: Bool {
        switch ending {
        case .done, .gone: true
        case .undone, .left, nil: false
        }
    }

    fileprivate var isUndone: Bool { if case .undone = ending { true } else { false } }

    /// The objects that the run created, whether or not it deleted them again.
    fileprivate var created: Set<RecordedObject> {
        Set(
            intents.compactMap { intent in
                guard intent.deed == .make, case .done(let id) = outcomes[intent.sequence] else { return nil }
                return RecordedObject(kind: intent.kind, id: id)
            })
    }

    /// The objects that the run created and, as far as is known, did not delete again.
    fileprivate var objects: [InstanceID: RecordedObject] {
        var objects: [InstanceID: RecordedObject] = [:]
        for intent in intents.sorted(by: { $0.sequence < $1.sequence }) {
            guard case .done(let id) = outcomes[intent.sequence] else { continue }
            let object = RecordedObject(kind: intent.kind, id: id)
            switch intent.deed {
            case .make: objects[intent.instance] = object
            case .remove where objects[intent.instance] == object: objects[intent.instance] = nil
            default: break
            }
        }
        return objects
    }
}
