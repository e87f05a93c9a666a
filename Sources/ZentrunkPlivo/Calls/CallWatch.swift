@_spi(Adapter) package import ZentrunkCore

/// New call records, found by reading the latest part of the list again and again.
///
/// How long after a call its record appears is unknown, and so is the order of the list. So each look reads all calls that
/// ended up to ``lag`` before the previous look, and reports those that it has not seen. A record that appears later than
/// that is missed.
package struct CallWatch: Sendable {
    private let records: CallRecords
    private let selection: CallSelection
    private let interval: Duration

    /// The time within which a record may appear after its call ended.
    package static let lag = Duration.seconds(300)

    /// Creates a watch.
    ///
    /// - Parameters:
    ///   - selection: The calls to report. A start in its filter is the end of the oldest call to report; without one,
    ///     only records that appear from now on are.
    ///   - interval: The pause between two looks.
    package init(_ records: CallRecords, _ selection: CallSelection, every interval: Duration) {
        self.records = records
        self.selection = selection
        self.interval = interval
    }

    /// Reports records until the task is cancelled.
    ///
    /// - Parameters:
    ///   - problem: Receives an error that may pass, after which the watch continues.
    ///   - each: Receives each record once. Returns whether to continue.
    /// - Throws: `ZentrunkError` that does not pass by itself, `CancellationError`.
    package func run(
        problem: (ZentrunkError) -> Void, each: (CallRecord) async throws -> Bool
    ) async throws {
        var known: [String: UTCTime] = [:]
        var seen = records.now()
        let start = selection.filter.end.atLeast
        for try await record in try records.selected(from(start ?? seen - Self.lag)) {
            if (record.ended ?? seen) >= seen - Self.lag { known[record.key] = record.ended ?? seen }
            if start != nil, try await !each(record) { return }
        }
        while true {
            try await records.clock.sleep(for: interval)
            let now = records.now()
            var fresh: [CallRecord] = []
            do {
                for try await record in try records.selected(from(seen - Self.lag)) where known[record.key] == nil {
                    fresh.append(record)
                }
            } catch let error as ZentrunkError where error.code == .unavailable || error.code == .rateLimited {
                problem(error)
                continue
            }
            seen = now
            known = known.filter { $0.value >= seen - Self.lag }
            for record in fresh.sorted(by: { ($0.ended ?? seen) < ($1.ended ?? seen) }) {
                known[record.key] = record.ended ?? seen
                if try await !each(record) { return }
            }
        }
    }

    private func from(_ start: UTCTime) -> CallSelection {
        var selection = selection
        selection.filter.end.atLeast = start
        return selection
    }
}
