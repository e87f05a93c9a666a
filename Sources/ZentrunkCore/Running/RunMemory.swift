import Synchronization
import ZentrunkJSON

/// The state of a run in progress: the objects it created, the usernames it chose, and its writes in order.
final class RunMemory: Sendable {
    typealias Subject = PlannedResource.Identity

    /// A write that reached a vendor, or may have. A deletion may also have found that the object is gone.
    struct Written: Sendable, Hashable {
        var deed: Deed
        var subject: Subject
        /// The id of the object that was made; nil for other deeds, and if it is unknown whether it was made.
        var made: String?

        init(_ deed: Deed, _ subject: Subject, made: String? = nil) {
            self.deed = deed
            self.subject = subject
            self.made = made
        }

        /// The object's id, as far as it is known.
        var id: String? { deed == .make ? made : subject.id }
    }

    private struct State {
        var objects: [Subject: LiveObject] = [:]
        var usernames: [String: String]
        var written: [Written] = []
        var sequence = 0
        var hasSent = false
        var kept: [Subject: String] = [:]
        var standing: [Subject: String] = [:]
        var deletes: [Subject: WriteIntent] = [:]
        var attempted: [Subject: WriteIntent]
        var leftAs: [Subject: JSONObject]
        var unverified: [String] = []
        var deletionsHeld: String?
    }

    private let state: Mutex<State>

    /// Creates the state of a new or resumed run.
    ///
    /// - Parameters:
    ///   - usernames: The usernames by secret, existing or new.
    ///   - past: What the run did before its process died.
    init(usernames: [String: String], past: PastRunPlan? = nil) {
        state = Mutex(
            State(
                usernames: usernames, written: past?.written ?? [], sequence: past?.lastSequence ?? 0,
                attempted: past?.attempted ?? [:], leftAs: past?.leftAs ?? [:]))
    }

    var usernames: [String: String] { state.withLock { $0.usernames } }
    var written: [Written] { state.withLock { $0.written } }
    func note(_ written: Written) { state.withLock { $0.written.append(written) } }
    /// The resources that were deleted, or may have been.
    var removed: [Subject] { written.filter { $0.deed == .remove }.map(\.subject) }
    /// The ids of the objects that the run made.
    var made: Set<String> { Set(written.compactMap(\.made)) }
    /// Whether any write was sent.
    var hasSent: Bool { state.withLock { $0.hasSent } }
    func noteSent() { state.withLock { $0.hasSent = true } }

    /// Returns the object as the run created or changed it; nil if it did neither.
    func object(_ subject: Subject) -> LiveObject? { state.withLock { $0.objects[subject] } }
    func remember(_ object: LiveObject, of subject: Subject) { state.withLock { $0.objects[subject] = object } }
    /// Returns the last create of a resource, whatever its outcome.
    func attempt(_ subject: Subject) -> WriteIntent? { state.withLock { $0.attempted[subject] } }
    func noteAttempt(_ intent: WriteIntent, of subject: Subject) {
        state.withLock { $0.attempted[subject] = intent }
    }
    /// Returns the values that the run wrote to an existing object; nil if it wrote none.
    func leftAs(_ subject: Subject) -> JSONObject? { state.withLock { $0.leftAs[subject] } }
    func noteLeft(_ fields: JSONObject, of subject: Subject) {
        state.withLock { $0.leftAs[subject] = ($0.leftAs[subject] ?? [:]).merging(fields) }
    }

    // MARK: Deletions

    /// Resources that were to be deleted and were kept, with the reasons.
    var kept: [Subject: String] { state.withLock { $0.kept } }
    func keep(_ subject: Subject, because reason: String) { state.withLock { $0.kept[subject] = reason } }
    /// Resources whose delete was sent and that still exist or may exist, with a sentence each.
    var standing: [Subject: String] { state.withLock { $0.standing } }
    func noteStanding(_ subject: Subject, _ sentence: String) { state.withLock { $0.standing[subject] = sentence } }
    /// Returns the delete of a resource that the vendor reported as done.
    func delete(_ subject: Subject) -> WriteIntent? { state.withLock { $0.deletes[subject] } }
    func noteDelete(_ intent: WriteIntent, of subject: Subject) { state.withLock { $0.deletes[subject] = intent } }
    /// The reason why nothing may be deleted; nil if deletions are allowed.
    var deletionsHeld: String? { state.withLock { $0.deletionsHeld } }
    func holdDeletions(because reason: String) { state.withLock { $0.deletionsHeld = reason } }

    // MARK: Failures and findings

    /// What was written and could not be verified, as sentences.
    var unverified: [String] { state.withLock { $0.unverified } }
    func noteUnverified(_ sentence: String) {
        state.withLock { if !$0.unverified.contains(sentence) { $0.unverified.append(sentence) } }
    }
    /// Returns warnings about objects that the run kept or could not verify.
    func warnings(_ plan: Plan) -> [Warning] {
        let reasons = kept
        let kept = plan.resources.compactMap { resource in
            reasons[resource.identity].map { Warning(.kept, $0, about: resource.object) }
        }
        return kept.sorted { $0.message < $1.message } + unverified.map { Warning(.notVerified, $0) }
    }

    func nextSequence() -> Int {
        state.withLock { state in
            state.sequence += 1
            return state.sequence
        }
    }
}
