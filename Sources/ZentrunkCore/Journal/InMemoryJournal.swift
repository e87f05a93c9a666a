import Synchronization
import ZentrunkJSON

/// A journal that lasts as long as the process: for tests, and for backends that keep records of their own.
public final class InMemoryJournal: Journal {
    /// A run as far as it went.
    public struct Run: Sendable {
        public var record: RunRecord
        public var intents: [WriteIntent] = []
        public var outcomes: [Int: WriteOutcome] = [:]
        public var ending: RunEnding?
        var rememberedFormer: [RecordedObject] = []
    }

    fileprivate struct State {
        var records: [ConnectionIdentity: ConnectionRecord] = [:]
        var former: [ConnectionIdentity: [RecordedObject: JSONObject]] = [:]
        var runs: [Run] = []
    }

    private let state = Mutex(State())

    public init() {}

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
                throw ConnectionError(.journal, "run \(run.id) was begun before")
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
                for object in state.runs[index].rememberedFormer { state.former[run.identity]?[object] = nil }
            case .left(_, let record):
                if let record { state.records[run.identity] = record }
            }
        }
    }
}

extension InMemoryJournal.State {
    fileprivate func index(of run: RunRecord) throws -> Int {
        guard let index = runs.lastIndex(where: { $0.record.id == run.id }) else {
            throw ConnectionError(.journal, "run \(run.id) was never begun in this journal")
        }
        return index
    }

    /// As runs meant the connection to be that wrote something and neither completed nor undid it: without this, what
    /// they remembered would be lost to the `disconnect` that cleans up behind them.
    fileprivate func unfinishedRecord(_ identity: ConnectionIdentity) -> ConnectionRecord? {
        let all = runs.filter { $0.record.identity == identity }
        let settled = all.lastIndex { $0.isSettled }.map { $0 + 1 } ?? 0
        let unfinished = all[settled...].filter { !$0.isUndone && !$0.intents.isEmpty }
        guard let described = unfinished.last(where: { $0.record.operation == .connect }) ?? unfinished.last else {
            return nil
        }
        var record = ConnectionRecord(identity: identity, connection: described.record.connection)
        for run in unfinished { record.objects.merge(run.objects) { $1 } }
        return record
    }
}

extension InMemoryJournal.Run {
    fileprivate var isSettled: Bool {
        switch ending {
        case .done, .gone: true
        case .undone, .left, nil: false
        }
    }

    fileprivate var isUndone: Bool { if case .undone = ending { true } else { false } }

    /// What the run created and, as far as is known, did not delete again.
    fileprivate var objects: [InstanceID: RecordedObject] {
        var objects: [InstanceID: RecordedObject] = [:]
        for intent in intents.sorted(by: { $0.sequence < $1.sequence }) {
            guard case .done(let id) = outcomes[intent.sequence] else { continue }
            let object = RecordedObject(kind: intent.kind, id: id)
            switch intent.operation {
            case .create: objects[intent.instance] = object
            case .delete where objects[intent.instance] == object: objects[intent.instance] = nil
            case .update, .delete, .restore: break
            }
        }
        return objects
    }
}
