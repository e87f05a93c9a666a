import Synchronization
import ZentrunkJSON

/// What a run knows so far: the objects it made, the usernames it chose, and what it wrote, in order.
final class RunMemory: Sendable {
    /// A write that reached a vendor, or may have.
    enum Written: Sendable, Hashable {
        case created(Int, id: String)
        /// Nobody could find out whether it was made.
        case unsettled(Int)
        case renamed(Int)
        case updated(Int)
        case routed(Int)
        case restored(Int)
        /// Gone, or nobody could find out whether it is.
        case deleted(Int)
    }

    private struct State {
        var objects: [Int: LiveObject] = [:]
        var usernames: [String: String]
        var written: [Written] = []
        var sequence = 0
        var hasSent = false
        var kept: [Int: String] = [:]
        var standing: [Int: String] = [:]
        var deletes: [Int: WriteIntent] = [:]
        var attempted: [Int: WriteIntent]
        var leftAs: [Int: JSONObject]
        var hasFailed = false
        var unverified: [String] = []
        var deletionsHeld: String?
    }

    private let state: Mutex<State>

    /// - Parameters:
    ///   - usernames: Those of secrets that hold, and new ones for the others.
    ///   - past: What the run did before its process died.
    ///   - sequence: The last number of an intent then.
    init(usernames: [String: String], past: PastRunPlan? = nil, sequence: Int = 0) {
        state = Mutex(
            State(
                usernames: usernames, written: past?.written ?? [], sequence: sequence,
                attempted: past?.attempted ?? [:], leftAs: past?.leftAs ?? [:]))
    }

    var usernames: [String: String] { state.withLock { $0.usernames } }
    var written: [Written] { state.withLock { $0.written } }
    /// Whether any write left this machine.
    var hasSent: Bool { state.withLock { $0.hasSent } }
    /// Resources that were to be deleted and were not, and why.
    var kept: [Int: String] { state.withLock { $0.kept } }
    /// Resources whose delete was sent and which are still there, or may be, with a sentence each.
    var standing: [Int: String] { state.withLock { $0.standing } }
    /// The delete of a resource that the vendor says was done.
    func delete(_ index: Int) -> WriteIntent? { state.withLock { $0.deletes[index] } }
    func noteDelete(_ intent: WriteIntent, of index: Int) { state.withLock { $0.deletes[index] = intent } }
    func noteStanding(_ index: Int, _ sentence: String) { state.withLock { $0.standing[index] = sentence } }

    func object(_ index: Int) -> LiveObject? { state.withLock { $0.objects[index] } }
    func remember(_ object: LiveObject, of index: Int) { state.withLock { $0.objects[index] = object } }
    func note(_ written: Written) { state.withLock { $0.written.append(written) } }
    /// The create of a resource that was sent last, whatever became of it.
    func attempt(_ index: Int) -> WriteIntent? { state.withLock { $0.attempted[index] } }
    func noteAttempt(_ intent: WriteIntent, of index: Int) { state.withLock { $0.attempted[index] = intent } }
    /// How the run left an object that was there before, as far as it wrote it; nil when it did not.
    func leftAs(_ index: Int) -> JSONObject? { state.withLock { $0.leftAs[index] } }
    func noteLeft(_ fields: JSONObject, _ index: Int) {
        state.withLock { $0.leftAs[index] = ($0.leftAs[index] ?? [:]).merging(fields) }
    }
    /// Whether a step failed, so that the run is at its end.
    var hasFailed: Bool { state.withLock { $0.hasFailed } }
    func noteFailure() { state.withLock { $0.hasFailed = true } }
    /// What was written and could not be verified, a sentence each.
    var unverified: [String] { state.withLock { $0.unverified } }
    func noteUnverified(_ sentence: String) {
        state.withLock { if !$0.unverified.contains(sentence) { $0.unverified.append(sentence) } }
    }
    /// What a person should know of what the run left and could not verify.
    func warnings(_ plan: Plan) -> [Warning] {
        let kept = kept.map { index, sentence in
            let resource = plan.resources[index]
            return Warning(
                .kept, sentence, about: resource.id.map { RecordedObject(kind: resource.kind, id: $0) })
        }
        return kept.sorted { $0.message < $1.message } + unverified.map { Warning(.notVerified, $0) }
    }
    /// Why nothing may be deleted; nil when deletions may go on.
    var deletionsHeld: String? { state.withLock { $0.deletionsHeld } }
    func holdDeletions(because reason: String) { state.withLock { $0.deletionsHeld = reason } }
    func noteSent() { state.withLock { $0.hasSent = true } }
    func keep(_ index: Int, because reason: String) { state.withLock { $0.kept[index] = reason } }

    func nextSequence() -> Int {
        state.withLock { state in
            state.sequence += 1
            return state.sequence
        }
    }
}
