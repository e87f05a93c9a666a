import Synchronization
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The output of `--events` on stderr: only JSON objects, one per line, each with its time and run.
enum EventLog {
    /// Whether this process was started with `--events`.
    static let isOn = CommandLine.arguments.dropFirst().contains("--events")

    private struct State {
        var run: String?
        var outcome: String?
        var hasEnded = false
    }

    private static let state = Mutex(State())

    /// The run of subsequent events.
    static func note(run: String?) { state.withLock { $0.run = run } }

    /// The command's outcome, for the last event.
    static func note(outcome: String) { state.withLock { $0.outcome = outcome } }

    /// Returns an event's line: its name, the time, the run, and its other members.
    static func line(_ event: JSONObject) -> String {
        var members: JSONObject = ["event": event["event"] ?? .null, "time": .string(now), "run": run]
        for (name, value) in event where name != "event" { members[name] = value }
        return JSONValue.object(members).text()
    }

    /// Returns a text for people as an event, so that programs read only events.
    static func note(_ message: String) -> String {
        line(["event": "note", "message": .string(message.trimmingPrefix { $0 == " " }.description)])
    }

    /// Returns the last event, once.
    ///
    /// - Returns: nil when `--events` is not given, or it was written already.
    static func end(_ code: Int32, outcome interrupted: String? = nil) -> String? {
        let outcome: String? = state.withLock { state in
            guard isOn, !state.hasEnded else { return nil }
            state.hasEnded = true
            if let interrupted { return interrupted }
            return code == ExitStatus.done.code ? state.outcome ?? "done" : "failed"
        }
        return outcome.map { line(["event": "end", "outcome": .string($0), "exit": .integer(Int64(code))]) }
    }

    private static var run: JSONValue { state.withLock { $0.run }.map { .string($0) } ?? .null }

    /// RFC 3339 in UTC, with milliseconds.
    private static var now: String { Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)) }
}
