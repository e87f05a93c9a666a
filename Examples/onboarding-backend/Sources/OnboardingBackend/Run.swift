import Synchronization
import ZentrunkCore
import ZentrunkJSON

/// A run of an accepted order: it outlives the request that asked for it, and has any number of readers.
final class Run: Sendable {
    let id: String
    let customer: String
    /// The progress, from the first event on.
    let events: RunEvents

    private enum State {
        case running([CheckedContinuation<JSONObject, Never>])
        case ended(JSONObject)
    }
    private let state: Mutex<State>

    /// - Parameter report: The report of a run that has ended.
    init(id: String, customer: String, report: JSONObject? = nil) {
        self.id = id
        self.customer = customer
        events = RunEvents()
        state = Mutex(report.map { .ended($0) } ?? .running([]))
        if report != nil { events.finish() }
    }

    /// The report as JSON; nil while the run is in progress.
    var report: JSONObject? {
        state.withLock { if case .ended(let report) = $0 { report } else { nil } }
    }

    /// Waits for the report.
    func ended() async -> JSONObject {
        await withCheckedContinuation { continuation in
            let report = state.withLock { state -> JSONObject? in
                switch state {
                case .ended(let report): return report
                case .running(let waiting):
                    state = .running(waiting + [continuation])
                    return nil
                }
            }
            if let report { continuation.resume(returning: report) }
        }
    }

    func end(_ report: JSONObject) {
        let waiting = state.withLock { state -> [CheckedContinuation<JSONObject, Never>] in
            guard case .running(let waiting) = state else { return [] }
            state = .ended(report)
            return waiting
        }
        for continuation in waiting { continuation.resume(returning: report) }
    }

    /// The run and its state, for the customer.
    var json: JSONObject {
        let report = report
        return [
            "run": .string(id), "state": report == nil ? "running" : "ended",
            "report": report.map { .object($0) } ?? .null,
        ]
    }
}
