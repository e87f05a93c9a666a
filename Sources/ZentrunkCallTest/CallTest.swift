@_spi(Adapter) package import ZentrunkCore
package import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) package import ZentrunkPlivo

/// A real call that proves a connection, or shows why it does not work.
///
/// The request that places it is sent once. If its answer is lost, the call is looked up at the platform and in Plivo's
/// records, and never placed again.
package struct CallTest: Sendable {
    /// The platform.
    package var platform: Platform
    /// Places calls, over a transport without retries.
    package var placing: any PlatformCalls
    /// Reads calls.
    package var reading: any PlatformCalls
    /// Plivo's records.
    package var records: CallRecords
    /// Explains codes.
    package var causes: CauseTable
    /// How long to wait for what.
    package var patience = Patience()
    /// Measures the waits.
    package var clock: any Clock<Duration>
    /// The current time.
    package var now: @Sendable () -> UTCTime
    /// Receives what happens.
    package var report: @Sendable (CallTestEvent) -> Void

    package init(
        platform: Platform, placing: any PlatformCalls, reading: any PlatformCalls, records: CallRecords,
        causes: CauseTable, clock: any Clock<Duration> = ContinuousClock(),
        now: @escaping @Sendable () -> UTCTime = { .now },
        report: @escaping @Sendable (CallTestEvent) -> Void
    ) {
        self.platform = platform
        self.placing = placing
        self.reading = reading
        self.records = records
        self.causes = causes
        self.clock = clock
        self.now = now
        self.report = report
    }

    /// How long a test waits.
    package struct Patience: Sendable, Hashable {
        /// Between two looks at the platform, and between the first looks for a record.
        package var look = Duration.seconds(1)
        /// For Plivo's record, after the call has ended. How long it takes is not documented.
        package var record = Duration.seconds(90)
        /// For the platform to show a call whose answer was lost.
        package var lost = Duration.seconds(60)
        /// For the platform's SIP messages, after the call has ended. ElevenLabs' appear about a minute late.
        package var messages = Duration.seconds(90)
        /// Beyond the longest duration of the call, for the platform to report its end.
        package var end = Duration.seconds(30)

        package init() {}
    }

    // MARK: Outbound

    /// Places a call from the platform to a phone, and follows it to its record.
    ///
    /// - Throws: ``ZentrunkError`` if the call was certainly not placed, or if something cannot be read; `CancellationError`.
    package func outbound(_ order: CallOrder) async throws -> CallTestResult {
        let start = now()
        let search = RecordSearch(
            isInbound: false, from: order.number, to: order.to, since: start, known: try await known(start))
        var result = CallTestResult(
            platform: platform.id, isInbound: false, from: order.number, to: order.to, causes: [])
        let query = CallQuery(
            isInbound: false, number: order.number, objectID: order.objectID, reference: order.reference,
            since: start.seconds - Self.skew)
        let before = Set(try await recent(query))
        let messages = try await known(query)
        report(.dialling(from: order.number, to: order.to))
        do {
            result.call = try await placing.place(order)
        } catch let error as APIError where error.isOutcomeUnknown {
            let error = error.zentrunkError
            result.lost = error.message
            report(.lost(error.message))
            try await arrival(query, known: before, within: patience.lost, search, in: &result)
        } catch let error as APIError {
            throw error.zentrunkError
        }
        if let call = result.call {
            report(.seen(call))
            try await follow(call, upTo: .seconds(order.longest + order.ringing) + patience.end, in: &result)
        }
        return try await completed(result, search, query, known: messages)
    }

    // MARK: Inbound

    /// Waits for a call from a phone, and follows it to its record.
    ///
    /// - Parameters:
    ///   - query: The number that is called, at the platform.
    ///   - caller: The number that calls; nil for any.
    ///   - longest: How long to follow the call, in seconds.
    ///   - wait: How long to wait until it arrives.
    ///   - dial: Makes the call; nil if a person does.
    package func inbound(
        _ query: CallQuery, from caller: PhoneNumber?, longest: Int, within wait: Duration,
        dial: (@Sendable () async throws -> Void)? = nil
    ) async throws -> CallTestResult {
        let start = now()
        let search = RecordSearch(
            isInbound: true, from: caller, to: query.number, since: start, known: try await known(start))
        var query = query
        query.since = start.seconds - Self.skew
        let before = Set(try await recent(query))
        let messages = try await known(query)
        var result = CallTestResult(
            platform: platform.id, isInbound: true, from: caller, to: query.number, causes: [])
        report(caller.flatMap { dial == nil ? nil : .calling(from: $0, to: query.number) } ?? .armed(query.number))
        if let dial {
            do { try await dial() } catch let error as APIError where error.isOutcomeUnknown {
                result.lost = error.zentrunkError.message
                report(.lost(error.zentrunkError.message))
            } catch let error as APIError {
                throw error.zentrunkError
            }
        }
        // A call that the platform refuses is seen in Plivo's records alone.
        try await arrival(query, known: before, within: wait, search, in: &result)
        if let call = result.call {
            report(.seen(call))
            try await follow(call, upTo: .seconds(longest) + patience.end, in: &result)
        } else if result.record == nil {
            report(.notArrived)
        }
        return try await completed(result, search, query, known: messages)
    }

    // MARK: Steps

    /// The difference between the clocks of this machine and the vendors that is expected, in seconds.
    private static let skew: Int64 = 60

    /// Waits until the platform shows a call that was not known before, or Plivo has its record.
    ///
    /// The call may have been made, so a look that fails is followed by the next one.
    private func arrival(
        _ query: CallQuery, known: Set<SeenCall>, within wait: Duration, _ search: RecordSearch,
        in result: inout CallTestResult
    ) async throws {
        let ids = Set(known.map(\.identity))
        let looks = max(1, Int(wait / patience.look))
        var failure: String?
        for look in 0..<looks {
            do {
                result.call = try await recent(query).first { !ids.contains($0.identity) }
                if result.call == nil, look % 5 == 0 { result.record = try await find(search, nil) }
                failure = nil
            } catch let error as ZentrunkError { failure = error.message }
            if result.call != nil || result.record != nil { return }
            if look < looks - 1 { try await clock.sleep(for: patience.look) }
        }
        if let failure { result.unread.append(failure) }
    }

    private func recent(_ query: CallQuery) async throws -> [SeenCall] {
        try await explained { try await reading.recent(query) }
    }

    /// Looks at a call until it has ended, or the platform can no longer be read.
    private func follow(_ call: SeenCall, upTo limit: Duration, in result: inout CallTestResult) async throws {
        var call = call
        for _ in 0..<max(1, Int(limit / patience.look)) where call.stage != .ended {
            do {
                let seen = try await explained { [call] in try await reading.look(at: call) }
                if seen.stage != call.stage { report(.seen(seen)) }
                call = seen
                result.call = seen
            } catch let error as ZentrunkError { return result.unread.append(error.message) }
            if call.stage != .ended { try await clock.sleep(for: patience.look) }
        }
    }

    /// The messages that were there before the call. A key that may not read them prevents no call.
    private func known(_ query: CallQuery) async throws -> Set<SeenMessage> {
        do { return Set(try await explained { try await reading.messages(query) } ?? []) } catch is ZentrunkError {
            return []
        }
    }

    private func explained<Value: Sendable>(_ work: () async throws -> Value) async throws -> Value {
        do { return try await work() } catch let error as APIError { throw error.zentrunkError }
    }

    // MARK: Records

    /// Which record belongs to the call.
    private struct RecordSearch: Sendable {
        var isInbound: Bool
        var from: PhoneNumber?
        var to: PhoneNumber
        var since: UTCTime
        /// Records that were there before the call.
        var known: Set<String>
    }

    private func known(_ start: UTCTime) async throws -> Set<String> {
        var filter = CallFilter()
        filter.end.atLeast = UTCTime(secondsSince1970: start.seconds - 2 * Self.skew)
        var ids: Set<String> = []
        for try await record in try records.list(filter) { ids.insert(record.key) }
        return ids
    }

    /// Returns the call's record: the one with its Call-ID, else the newest one between the same numbers.
    private func find(_ search: RecordSearch, _ sipCallID: String?) async throws -> CallRecord? {
        var filter = CallFilter()
        filter.end.atLeast = UTCTime(secondsSince1970: search.since.seconds - Self.skew)
        filter.direction = search.isInbound ? Trunk.Direction.inbound : Trunk.Direction.outbound
        filter.to = CallFilter.Digits(search.to)
        filter.from = search.from.map { CallFilter.Digits($0) }
        var newest: CallRecord?
        for try await record in try records.list(filter) where !search.known.contains(record.key) {
            // Whether Plivo keeps the Call-ID of the platform is not known, so that is a bonus.
            if let sipCallID, record.sipCallID == sipCallID { return record }
            let oldest = UTCTime(microseconds: .min)
            if newest == nil || newest?.ended ?? oldest < record.ended ?? oldest { newest = record }
        }
        return newest
    }

    /// Waits for what both sides keep of the call, and draws the conclusion.
    ///
    /// The call was made, so a side that cannot be read is a remark.
    private func completed(
        _ result: CallTestResult, _ search: RecordSearch, _ query: CallQuery, known: Set<SeenMessage>
    ) async throws -> CallTestResult {
        var result = result
        var waited = Duration.zero
        var pause = patience.look
        // Without a call at the platform, waiting for a record would only delay the answer. A call that failed may never
        // have reached Plivo.
        let patient = result.call?.isAnswered == false ? min(patience.record, .seconds(20)) : patience.record
        var recordLimit = result.call == nil ? .zero : patient
        // Messages are worth a wait only where nothing else says why a call failed.
        let isUnexplained = result.call.map { $0.sipStatus == nil } ?? false
        var messageLimit = result.call?.isAnswered == true ? nil : isUnexplained ? patience.messages : .zero
        while true {
            if result.record == nil {
                do { result.record = try await find(search, result.call?.sipCallID) } catch let error as ZentrunkError {
                    result.unread.append(error.message)
                    recordLimit = .zero
                }
            }
            if messageLimit != nil, result.record?.isSuccessful != true, result.messages.isEmpty {
                do {
                    let messages = try await explained { try await reading.messages(query) }
                    if messages == nil { messageLimit = nil }
                    result.messages = Self.messages((messages ?? []).filter { !known.contains($0) }, of: result)
                } catch let error as ZentrunkError {
                    result.unread.append(error.message)
                    messageLimit = nil
                }
                if !result.messages.isEmpty { report(.messages(result.messages)) }
            }
            // A record says more than messages: for those alone, nothing waits.
            guard result.record == nil else { break }
            let waitsForMessages = result.messages.isEmpty && waited < messageLimit ?? .zero
            guard waited < recordLimit || waitsForMessages else { break }
            if waited == .zero { report(recordLimit > .zero ? .recordPending : .messagesPending) }
            try await clock.sleep(for: pause)
            waited += pause
            pause = min(pause * 2, .seconds(15))
        }
        if let record = result.record { report(.record(record)) }
        result.conclude(causes)
        return result
    }

    /// Returns the messages of the call, the earliest first: those with its Call-ID, or those of the latest call.
    private static func messages(_ messages: [SeenMessage], of result: CallTestResult) -> [SeenMessage] {
        let sorted = messages.sorted { $0.microseconds < $1.microseconds }
        let id = result.call?.sipCallID ?? result.record?.sipCallID
        let own = sorted.filter { $0.sipCallID != nil && $0.sipCallID == id }
        guard own.isEmpty else { return own }
        // A call of the other direction is not the test's. An INVITE shows who called; an error is of an outbound call.
        let latest = sorted.last {
            $0.error != nil ? !result.isInbound : $0.method == "INVITE" && $0.isIncoming == result.isInbound
        }
        return sorted.filter { $0.sipCallID == latest?.sipCallID && latest != nil }
    }
}

/// What happens during a test.
package enum CallTestEvent: Sendable {
    /// A phone can call the number now.
    case armed(PhoneNumber)
    /// Plivo's Voice API is asked to place the call.
    case calling(from: PhoneNumber, to: PhoneNumber)
    /// The platform is asked to place the call.
    case dialling(from: PhoneNumber, to: PhoneNumber)
    /// The answer to the request was lost; the call is looked up. Holds the reason.
    case lost(String)
    /// The platform shows the call.
    case seen(SeenCall)
    /// No call arrived within the time.
    case notArrived
    /// The call has ended, and Plivo does not list it yet.
    case recordPending
    /// The platform does not show the call's SIP messages yet.
    case messagesPending
    /// The platform shows the call's SIP messages.
    case messages([SeenMessage])
    /// Plivo lists the call.
    case record(CallRecord)
}

extension SeenCall {
    /// What distinguishes the call from others of the platform.
    fileprivate var identity: String { id + "\n" + (place["room"] ?? "") }
}

extension UTCTime {
    /// Whole seconds since 1970.
    fileprivate var seconds: Int64 { microseconds / 1_000_000 }
}
