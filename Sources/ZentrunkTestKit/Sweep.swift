import Foundation
import Synchronization
package import Testing

/// A family of cases with a common promise, counted for the table in docs/reliability.md.
///
/// A suite joins with a line here and the trait `.sweep(…)`; each of its cases says `Sweep.count()`.
package struct Sweep: Sendable {
    package var name: String
    /// What every case has to show, for the table.
    package var promise: String

    package static let fault = Sweep(
        name: "fault",
        promise: "one call fails: done, or everything as before and said so; the next run gets there")
    package static let undo = Sweep(
        name: "double fault", promise: "the undo fails as well: exit 7 names what is left, and `undo RUN` takes it back"
    )
    package static let outage = Sweep(
        name: "outage", promise: "the line or the journal dies for good: never called done, and the next run gets there"
    )
    package static let crash = Sweep(
        name: "crash",
        promise: "nothing after one note or write: the next command ends as if undisturbed, or `undo` as before")
    package static let kill = Sweep(
        name: "kill", promise: "SIGKILL of the real command: the next one ends as if undisturbed")
    package static let hangup = Sweep(
        name: "hang-up",
        promise: "the terminal or the reader of the output goes away, Ctrl-C, SIGTERM: done or put back")
    package static let rival = Sweep(
        name: "rival machine",
        promise: "two copies without a common journal, at once or one between any two requests: one set of objects")
    package static let actor = Sweep(
        name: "other actor",
        promise:
            "another hand changes an object at any write: lost at most between a look and its write; the next run gets there"
    )
    package static let torn = Sweep(
        name: "torn journal", promise: "a damaged journal is refused or what is done on its word is right")
    package static let disk = Sweep(
        name: "full or read-only disk", promise: "a clear error with the way on, both accounts as before")
    package static let law = Sweep(
        name: "twice and back", promise: "a second run writes nothing, and disconnecting leaves the accounts as before")
    package static let switching = Sweep(
        name: "switching", promise: "each option of a live connection switched and back equals a new connection")

    package static let ownership = Sweep(
        name: "ownership",
        promise: "two accounts share a vendor, in every order of both users' commands: nothing of the other is touched")

    /// `usual` or `full`; nothing in `make test`, which leaves sweeps to `make reliability` and CI.
    private static let extent = ProcessInfo.processInfo.environment["ZENTRUNK_RELIABILITY"] ?? ""
    /// Whether sweeps run at all, and tables that are too long for `make test`.
    package static let isOn = !extent.isEmpty
    /// Whether sweeps run every case; otherwise calls and forms take turns.
    package static let isFull = extent == "full"

    @TaskLocal fileprivate static var tally: Tally?

    /// Counts cases of the sweep whose suite is running.
    package static func count(_ cases: Int = 1) { tally?.add(cases) }
}

/// The number of cases of one suite.
private final class Tally: Sendable {
    private let cases = Mutex(0)

    func add(_ more: Int) { cases.withLock { $0 += more } }
    var count: Int { cases.withLock { $0 } }
}

/// Counts a suite's cases and measures it; the figures go into the file that `ZENTRUNK_RELIABILITY_FIGURES` names.
package struct SweepTrait: SuiteTrait, TestScoping {
    package let sweep: Sweep

    /// Around the suite as a whole.
    package var isRecursive: Bool { false }

    /// Skips the suite unless sweeps are on.
    package func prepare(for test: Test) async throws {
        let condition: ConditionTrait = .enabled(if: Sweep.isOn, "run by make reliability")
        try await condition.prepare(for: test)
    }

    package func provideScope(
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
    package static func sweep(_ sweep: Sweep) -> Self { SweepTrait(sweep: sweep) }
}
