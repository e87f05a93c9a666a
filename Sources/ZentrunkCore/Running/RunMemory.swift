import Synchronization
import ZentrunkJSON

/// The state of a run in progress: the objects it created, the usernames it chose, and its writes in order.
final class RunMemory: Sendable {
    /// A write that reached a vendor, or may have.
    enum Written: Sendable, Hashable {
        case created(Int, id: String)
        /// A create with an unknown outcome.
        case unsettled(Int)
        case renamed(Int)
        case updated(Int)
        case routed(Int)
        case restored(Int)
        /// A deletion that was done, or whose outcome is unknown.
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

    /// Creates the state of a new or resumed run.
    ///
    /// - Parameters:
    ///   - usernames: The usernames by secret, existing or new.
    ///   - past: What the run did before its process died.
    ///   - sequence: The sequence number of its last intent.
    init(usernames: [String: String], past: PastRunPlan? = nil, sequence: Int = 0) {
        state = Mutex(
            State(
                usernames: usernames, written: past?.written ?? [], sequence: sequence,
                attempted: past?.attempted ?? [:], leftAs: past?.leftAs ?? [:]))
    }

    var usernames: [String: String] { state.withLock { $0.usernames } }
    var written: [Written] { state.withLock { $0.written } }
    /// Whether any write was sent.
    var hasSent: Bool { state.withLock { $0.hasSent } }
    /// Resources that were to be deleted and were kept, with the reasons.
    var kept: [Int: String] { state.withLock { $0.kept } }
    /// Resources whose delete was sent and that still exist or may exist, with a sentence each.
    var standing: [Int: String] { state.withLock { $0.standing } }
    /// Returns the delete of a resource that the vendor reported as done.
    func delete(_ index: Int) -> WriteIntent? { state.withLock { $0.deletes[index] } }
    func noteDelete(_ intent: WriteIntent, of index: Int) { state.withLock { $0.deletes[index] = intent } }
    func noteStanding(_ index: Int, _ sentence: String) { state.withLock { $0.standing[index] = sentence } }

    func object(_ index: Int) -> LiveObject? { state.withLock { $0.objects[index] } }
    func remember(_ object: LiveObject, of index: Int) { state.withLock { $0.objects[index] = object } }
    func note(_ written: Written) { state.withLock { $0.written.append(written) } }
    /// Returns the last create of a resource, whatever its outcome.
    func attempt(_ index: Int) -> WriteIntent? { state.withLock { $0.attempted[index] } }
    func noteAttempt(_ intent: WriteIntent, of index: Int) { state.withLock { $0.attempted[index] = intent } }
    /// Returns the values that the run wrote to an existing object; nil if it wrote none.
    func leftAs(_ index: Int) -> JSONObject? { state.withLock { $0.leftAs[index] } }
    func noteLeft(_ fields: JSONObject, _ index: Int) {
        state.withLock { $0.leftAs[index] = ($0.leftAs[index] ?? [:]).merging(fields) }
    }
    /// Whether a step failed, so that no further step starts.
    var hasFailed: Bool { state.withLock { $0.hasFailed } }
    func noteFailure() { state.withLock { $0.hasFailed = true } }
    /// What was written and could not be verified, as sentences.
    var unverified: [String] { state.withLock { $0.unverified } }
    func noteUnverified(_ sentence: String) {
        state.withLock { if !$0.unverified.contains(sentence) { $0.unverified.append(sentence) } }
    }
    /// Returns warnings about objects that the run kept or could not verify.
    func warnings(_ plan: Plan) -> [Warning] {
        let kept = kept.map { index, sentence in
            let resource = plan.resources[index]
            return Warning(
                .kept, sentence, about: resource.id.map { RecordedObject(kind: resource.kind, id: $0) })
        }
        return kept.sorted { $0.message < $1.message } + unverified.map { Warning(.notVerified, $0) }
    }
    /// The reason why nothing may be deleted; nil if deletions are allowed.
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
