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

    private struct State {
        var records: [ConnectionIdentity: ConnectionRecord] = [:]
        var former: [ConnectionIdentity: [RecordedObject: JSONObject]] = [:]
        var runs: [Run] = []
    }

    private let state = Mutex(State())

    public init() {}

    /// All runs, oldest first.
    public var runs: [Run] { state.withLock { $0.runs } }

    public func connections() async throws -> [ConnectionRecord] {
        state.withLock { state in
            state.records.values.map { record in
                var record = record
                record.former = state.former[record.identity] ?? [:]
                return record
            }
        }
    }

    public func begin(_ run: RunRecord) async throws {
        state.withLock { $0.runs.append(Run(record: run)) }
    }

    public func intend(_ intent: WriteIntent, in run: RunRecord) async throws {
        state.withLock { state in
            guard let index = state.runs.lastIndex(where: { $0.record.id == run.id }) else { return }
            state.runs[index].intents.append(intent)
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
        state.withLock { state in
            guard let index = state.runs.lastIndex(where: { $0.record.id == run.id }) else { return }
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
