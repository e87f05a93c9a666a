import Synchronization
import ZentrunkJSON

/// The backend's log: kept, and waited for.
final class LogLines: Sendable {
    private struct State {
        var lines: [JSONValue] = []
        var waiting: [(message: String, continuation: CheckedContinuation<JSONValue, any Error>)] = []
        var isOver = false
    }
    private let state = Mutex(State())

    struct Ended: Error { let log: String }

    var text: String { state.withLock { $0.lines }.map { $0.text() }.joined(separator: "\n") }

    func add(_ line: String) {
        let json = (try? JSONValue(parsing: line)) ?? ["message": .string(line)]
        let due = state.withLock { state in
            state.lines.append(json)
            defer { state.waiting.removeAll { json["message"]?.string == $0.message } }
            return state.waiting.filter { json["message"]?.string == $0.message }
        }
        for entry in due { entry.continuation.resume(returning: json) }
    }

    /// The log is complete: whoever still waits, waits in vain.
    func end() {
        let waiting = state.withLock { state in
            state.isOver = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for entry in waiting { entry.continuation.resume(throwing: Ended(log: text)) }
    }

    /// Returns the first line with that message, when it is there.
    func line(_ message: String) async throws -> JSONValue {
        try await withCheckedThrowingContinuation { continuation in
            let result = state.withLock { state -> Result<JSONValue, any Error>? in
                if let line = state.lines.first(where: { $0["message"]?.string == message }) { return .success(line) }
                if state.isOver { return .failure(Ended(log: "")) }
                state.waiting.append((message, continuation))
                return nil
            }
            if let result { continuation.resume(with: result) }
        }
    }
}
