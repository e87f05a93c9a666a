@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON
@_spi(Adapter) package import ZentrunkPlivo

/// Calls of a period, summed up record by record in one pass: over time, by connection and by number.
///
/// It keeps no records except the sample of answered calls whose quality is to be read, because that takes one request per
/// call.
package struct CallSurvey: Sendable {
    /// Calls that ended in one part of the period.
    package struct Part: Sendable, Hashable {
        /// The start of the part.
        package var start: UTCTime
        /// The number of calls that lasted.
        package var answered = 0
        /// The number of all other calls.
        package var unanswered = 0
    }

    /// The start of the period.
    package let start: UTCTime
    /// The end of the period.
    package let end: UTCTime
    /// The length of each part.
    package let step: Duration
    /// The parts of the period, the earliest first.
    package private(set) var parts: [Part]

    /// All calls, and those of each connection.
    package private(set) var connections: CallBreakdown<CallOwners.Owner>
    /// All calls, and those of each number of the account.
    package private(set) var numbers: CallBreakdown<PhoneNumber>
    /// The calls that lasted, by seconds on the line.
    package private(set) var durations = Histogram(bounds: [10, 30, 60, 120, 300, 600, 1800])
    /// The measured calls, by quality score.
    package private(set) var scores = Histogram(bounds: [2, 3, 3.5, 4, 4.5])
    /// The number of sampled calls of which Plivo had figures.
    package private(set) var measured = 0
    private var sampling: CallSample

    /// All calls.
    package var total: CallStatistics { connections.total }

    /// The calls whose quality is to be read.
    package var sample: [CallRecord] { sampling.records }

    /// Creates a survey without calls.
    ///
    /// - Parameters:
    ///   - size: The number of answered calls whose quality is to be read.
    package init(from start: UTCTime, to end: UTCTime, owners: CallOwners, sampling size: Int) {
        self.start = start
        self.end = end
        step = Self.step(of: end - start)
        let (first, length) = (Self.floor(start, to: step), step.components.seconds * 1_000_000)
        let count = (end.microseconds - first.microseconds + length - 1) / length
        parts = (0..<max(1, count)).map { Part(start: UTCTime(microseconds: first.microseconds + $0 * length)) }
        connections = CallBreakdown { owners.owner(of: $0) }
        numbers = CallBreakdown { $0.accountNumber }
        sampling = CallSample(size: size)
    }

    /// Adds a call.
    package mutating func add(_ record: CallRecord) {
        connections.add(record)
        numbers.add(record)
        if record.isAnswered, let duration = record.duration {
            durations.add(Double(duration.components.seconds))
            sampling.consider(record)
        }
        guard let ended = record.ended, let first = parts.first else { return }
        let place = (ended.microseconds - first.start.microseconds) / (step.components.seconds * 1_000_000)
        let index = min(max(Int(place), 0), parts.count - 1)
        if record.isAnswered { parts[index].answered += 1 } else { parts[index].unanswered += 1 }
    }

    /// Adds the quality of a call of the sample.
    package mutating func measure(_ record: CallRecord, _ insights: CallInsights) {
        measured += 1
        connections.measure(record, insights)
        numbers.measure(record, insights)
        if let score = insights.score { scores.add(score.rounded) }
    }

    // MARK: Parts

    /// The lengths of parts in seconds.
    private static let steps: [Int64] = [60, 300, 900, 3600, 3 * 3600, 6 * 3600, 86_400]
    /// The most parts that fit a page.
    private static let mostParts: Int64 = 96

    private static func step(of length: Duration) -> Duration {
        .seconds(steps.first { length.components.seconds / $0 < mostParts } ?? 86_400)
    }

    private static func floor(_ time: UTCTime, to step: Duration) -> UTCTime {
        let length = step.components.seconds * 1_000_000
        return UTCTime(microseconds: time.microseconds / length * length)
    }
}

/// Counts of values between bounds.
package struct Histogram: Sendable, Hashable {
    /// The bounds, ascending. A value that equals a bound counts as above it.
    package let bounds: [Double]
    /// The counts: below the first bound, between two bounds, and from the last bound on.
    package private(set) var counts: [Int]

    /// Creates a histogram without values.
    package init(bounds: [Double]) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    /// Counts a value.
    package mutating func add(_ value: Double) { counts[bounds.firstIndex { value < $0 } ?? bounds.count] += 1 }

    /// The number of values.
    package var total: Int { counts.reduce(0, +) }

    /// The counts for programs; the outer bounds are null.
    package var json: JSONValue {
        .array(
            counts.indices.map { index in
                [
                    "from": index > 0 ? .number(bounds[index - 1]) : .null,
                    "to": index < bounds.count ? .number(bounds[index]) : .null,
                    "count": .integer(Int64(counts[index])),
                ]
            })
    }
}

/// A sample of calls that depends on nothing but their ids: the same list gives the same sample, in any order.
struct CallSample: Sendable {
    private let size: Int
    /// The calls with the smallest marks, ascending.
    private var chosen: [(mark: UInt64, record: CallRecord)] = []

    init(size: Int) { self.size = size }

    var records: [CallRecord] { chosen.map(\.record) }

    mutating func consider(_ record: CallRecord) {
        // Without an id its quality cannot be asked for.
        guard size > 0, record.id != CallRecord.unknownID else { return }
        let mark = Self.mark(record.id)
        if chosen.count == size, let last = chosen.last, mark >= last.mark { return }
        let index = chosen.firstIndex { $0.mark > mark } ?? chosen.count
        chosen.insert((mark, record), at: index)
        if chosen.count > size { chosen.removeLast() }
    }

    /// A number that looks random. FNV-1a, <http://www.isthe.com/chongo/tech/comp/fnv/>, and the last steps of SplitMix64,
    /// since ids may differ in their last digits only.
    private static func mark(_ id: String) -> UInt64 {
        var mark: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in id.utf8 { mark = (mark ^ UInt64(byte)) &* 0x100_0000_01B3 }
        mark = (mark ^ (mark >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mark = (mark ^ (mark >> 27)) &* 0x94D0_49BB_1331_11EB
        return mark ^ (mark >> 31)
    }
}

extension CallRecords {
    /// Reads the quality of a survey's sample, and adds it.
    ///
    /// - Throws: `ZentrunkError`, `CancellationError`.
    package func measure(_ survey: inout CallSurvey) async throws {
        let found = try await concurrently(survey.sample, limit: 16) { record in
            (record, try await insights(id: record.id))
        }
        for case (let record, let insights?) in found { survey.measure(record, insights) }
    }
}
