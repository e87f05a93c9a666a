/// Sums over call records, built record by record in one pass. It does not keep the records.
///
///     var statistics = CallStatistics()
///     for try await record in try client.calls.list() { statistics.add(record) }
public struct CallStatistics: Sendable, Hashable {
    /// A hangup of calls that did not succeed.
    public struct Hangup: Sendable, Hashable {
        /// `hangup_cause_code`; nil if the record has none.
        public var code: Int?
        /// `call_direction`; nil if the record has none.
        public var direction: Trunk.Direction?

        /// Creates a hangup.
        public init(code: Int?, direction: Trunk.Direction?) {
            self.code = code
            self.direction = direction
        }
    }

    /// A measurement of several calls.
    public struct Figure: Sendable, Hashable {
        /// The number of calls that have the measurement.
        public private(set) var count = 0
        /// The sum of the measurements.
        public private(set) var sum = ExactDecimal.zero
        /// The smallest measurement; nil if no call has one.
        public private(set) var least: ExactDecimal?
        /// The largest measurement; nil if no call has one.
        public private(set) var most: ExactDecimal?

        /// The average, rounded to a double; nil if no call has a measurement.
        public var mean: Double? { count > 0 ? sum.rounded / Double(count) : nil }

        mutating func add(_ value: ExactDecimal?) {
            guard let value else { return }
            count += 1
            sum += value
            least = least.map { min($0, value) } ?? value
            most = most.map { max($0, value) } ?? value
        }

        mutating func add(_ other: Figure) {
            count += other.count
            sum += other.sum
            least = [least, other.least].compactMap { $0 }.min()
            most = [most, other.most].compactMap { $0 }.max()
        }
    }

    /// The number of calls.
    public private(set) var attempts = 0
    /// The number of calls that lasted.
    public private(set) var answered = 0
    /// The number of calls that lasted and ended normally; see ``CallRecord/isSuccessful``.
    public private(set) var successful = 0
    /// The time on the line of all calls.
    public private(set) var duration = Duration.zero
    /// The cost of all calls in USD.
    public private(set) var cost = ExactDecimal.zero
    /// The number of calls that did not succeed, by hangup.
    public private(set) var failures: [Hangup: Int] = [:]

    /// Post dial delay in milliseconds.
    public private(set) var postDialDelay = Figure()
    /// Round-trip time in milliseconds.
    public private(set) var roundTrip = Figure()
    /// Jitter in milliseconds.
    public private(set) var jitter = Figure()
    /// Packet loss in percent.
    public private(set) var packetLoss = Figure()
    /// Plivo's quality score, from 1 to 5.
    public private(set) var score = Figure()

    /// Creates the statistics of no calls.
    public init() {}

    /// The share of calls that lasted, from 0 to 1; nil without calls.
    public var answerRate: Double? { attempts > 0 ? Double(answered) / Double(attempts) : nil }

    /// The average time on the line of the calls that lasted; nil without such calls.
    public var meanDuration: Duration? { answered > 0 ? duration / answered : nil }

    /// Adds a call.
    ///
    /// - Parameters:
    ///   - record: The call's record.
    ///   - insights: The call's quality; nil if it was not read, or Plivo has none.
    public mutating func add(_ record: CallRecord, quality insights: CallInsights? = nil) {
        attempts += 1
        if record.isAnswered { answered += 1 }
        duration += record.duration ?? .zero
        if let amount = record.totalAmount { cost += amount }
        if record.isSuccessful {
            successful += 1
        } else {
            failures[Hangup(code: record.hangupCode, direction: record.direction), default: 0] += 1
        }
        if let insights { measure(insights) }
    }

    /// Adds the quality of a call whose record was added before.
    public mutating func measure(_ insights: CallInsights) {
        postDialDelay.add(insights.postDialDelayMilliseconds)
        roundTrip.add(insights.roundTripMilliseconds)
        jitter.add(insights.jitterMilliseconds)
        packetLoss.add(insights.packetLossPercent)
        score.add(insights.score)
    }

    /// Adds the calls of other statistics.
    public mutating func add(_ other: CallStatistics) {
        attempts += other.attempts
        answered += other.answered
        successful += other.successful
        duration += other.duration
        cost += other.cost
        failures.merge(other.failures) { $0 + $1 }
        postDialDelay.add(other.postDialDelay)
        roundTrip.add(other.roundTrip)
        jitter.add(other.jitter)
        packetLoss.add(other.packetLoss)
        score.add(other.score)
    }
}

/// Statistics of all calls, and of groups of them, such as those of a trunk or a number.
public struct CallBreakdown<Group: Sendable & Hashable>: Sendable {
    /// The statistics of all calls, also of those without a group.
    public private(set) var total = CallStatistics()
    /// The statistics of each group.
    public private(set) var groups: [Group: CallStatistics] = [:]

    private let group: @Sendable (CallRecord) -> Group?

    /// Creates the statistics of no calls.
    ///
    /// - Parameter group: Returns the group of a call; nil if it belongs to none.
    public init(by group: @escaping @Sendable (CallRecord) -> Group?) { self.group = group }

    /// Adds a call.
    public mutating func add(_ record: CallRecord, quality insights: CallInsights? = nil) {
        total.add(record, quality: insights)
        if let group = group(record) { groups[group, default: CallStatistics()].add(record, quality: insights) }
    }

    /// Adds the quality of a call whose record was added before.
    public mutating func measure(_ record: CallRecord, _ insights: CallInsights) {
        total.measure(insights)
        if let group = group(record) { groups[group]?.measure(insights) }
    }
}
