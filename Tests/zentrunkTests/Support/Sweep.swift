import Foundation
import Synchronization
import Testing

/// A family of cases with a common promise, counted for the table in docs/reliability.md.
///
/// To add a suite, add a line here and the trait `.sweep(…)`. Each of its cases calls `Sweep.count()`.
struct Sweep: Sendable {
    var name: String
    /// The promise that every case checks, for the table.
    var promise: String

    static let fault = Sweep(
        name: "fault",
        promise: "one call fails: done, or everything as before and said so; the next run gets there")
    static let undo = Sweep(
        name: "double fault", promise: "the undo fails as well: exit 7 names what is left, and `undo RUN` takes it back"
    )
    static let outage = Sweep(
        name: "outage", promise: "the line or the journal dies for good: never called done, and the next run gets there"
    )
    static let crash = Sweep(
        name: "crash",
        promise: "nothing after one note or write: the next command ends as if undisturbed, or `undo` as before")
    static let kill = Sweep(
        name: "kill", promise: "SIGKILL of the real command: the next one ends as if undisturbed")
    static let hangup = Sweep(
        name: "hang-up",
        promise: "the terminal or the reader of the output goes away, Ctrl-C, SIGTERM: done or put back")
    static let rival = Sweep(
        name: "rival machine",
        promise: "two copies without a common journal, at once or one between any two requests: one set of objects")
    static let actor = Sweep(
        name: "other actor",
        promise:
            "another hand changes an object at any write: lost at most between a look and its write; the next run gets there"
    )
    static let torn = Sweep(
        name: "torn journal", promise: "a damaged journal is refused or what is done on its word is right")
    static let disk = Sweep(
        name: "full or read-only disk", promise: "a clear error with the way on, both accounts as before")
    static let law = Sweep(
        name: "twice and back", promise: "a second run writes nothing, and disconnecting leaves the accounts as before")
    static let switching = Sweep(
        name: "switching", promise: "each option of a live connection switched and back equals a new connection")

    static let ownership = Sweep(
        name: "ownership",
        promise: "two accounts share a vendor, in every order of both users' commands: nothing of the other is touched")

    /// Whether every case is run; otherwise a selection for normal test runs.
    static let isFull = ProcessInfo.processInfo.environment["ZENTRUNK_RELIABILITY"] == "full"

    @TaskLocal fileprivate static var tally: Tally?

    /// Counts cases of the current suite's sweep.
    static func count(_ cases: Int = 1) { tally?.add(cases) }
}

/// The number of cases of one suite.
private final class Tally: Sendable {
    private let cases = Mutex(0)

    func add(_ more: Int) { cases.withLock { $0 += more } }
    var count: Int { cases.withLock { $0 } }
}

/// Counts a suite's cases and measures its duration. Writes both to the file named by `ZENTRUNK_RELIABILITY_FIGURES`.
struct SweepTrait: SuiteTrait, TestScoping {
    let sweep: Sweep

    /// Applies to the whole suite.
    var isRecursive: Bool { false }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        let tally = Tally()
        let began = ContinuousClock.now
        try await Sweep.$tally.withValue(tally) { try await function() }
        guard let file = ProcessInfo.processInfo.environment["ZENTRUNK_RELIABILITY_FIGURES"] else { return }
        let seconds = Double((ContinuousClock.now - began) / .milliseconds(1)) / 1000
        let line = "\(sweep.name)\t\(tally.count)\t\(seconds)\t\(sweep.promise)\n"
        try Self.append(line, to: file)
    }

    private static let file = Mutex(())

    private static func append(_ line: String, to path: String) throws {
        try file.withLock { _ in
            let before = FileManager.default.contents(atPath: path) ?? Data()
            try (before + Data(line.utf8)).write(to: URL(fileURLWithPath: path))
        }
    }
}

extension Trait where Self == SweepTrait {
    /// Makes the suite part of `make reliability`.
    static func sweep(_ sweep: Sweep) -> Self { SweepTrait(sweep: sweep) }
}
