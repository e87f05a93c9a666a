import ZentrunkCore
import ZentrunkJSON

/// A run of an accepted order: it outlives the request that asked for it, and has any number of readers.
struct Run: Sendable {
    let id: String
    let customer: String
    /// The progress, from the first event on.
    let events: RunEvents
    /// The report, when the run has ended.
    let report: Task<JSONObject, Never>
}
