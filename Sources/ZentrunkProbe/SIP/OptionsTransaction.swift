import Synchronization

/// The one transaction of a probe: sends a request and waits for its reply.
///
/// <https://www.rfc-editor.org/rfc/rfc3261#section-17.1.2>
struct OptionsTransaction: Sendable {
    /// The estimate of a round trip, and the longest interval: the defaults of section 17.1.2.2.
    static let t1 = Duration.milliseconds(500)
    static let t2 = Duration.seconds(4)

    let request: OptionsRequest
    /// The time after which the server counts as silent. The standard waits for 32 seconds; three retransmissions within
    /// seven, with the last one answered within 3.5 seconds, already survive two lost packets.
    let limit: Duration
    let clock: any Clock<Duration>

    /// What the transaction ended with.
    struct Result: Sendable, Hashable {
        var outcome: Outcome
        /// How often the request was sent.
        var sends = 0
        /// The provisional responses, at most ten.
        var provisional: [SIPResponse] = []
        /// Why messages were ignored, at most ten.
        var ignored: [String] = []
    }

    enum Outcome: Sendable, Hashable {
        case answered(SIPResponse)
        case silent
        case notSIP(SIPSyntaxError)
        case failed(ChannelError)
    }

    /// What sender and receiver share.
    private final class Log: Sendable {
        let result = Mutex(Result(outcome: .silent))
    }

    /// Runs the transaction and returns what happened, at the latest at the limit or when the task is cancelled.
    func run(over channel: any ProbeChannel) async -> Result {
        let log = Log()
        let outcome = await withTaskGroup(of: Outcome?.self) { group in
            group.addTask { await self.send(over: channel, log) }
            group.addTask { await self.receive(from: channel, log) }
            defer { group.cancelAll() }
            while let outcome = await group.next() { if let outcome { return outcome } }
            return Outcome.silent
        }
        return log.result.withLock { result in
            result.outcome = outcome
            return result
        }
    }

    /// Sends until the limit. Returns nil if the task is cancelled.
    private func send(over channel: any ProbeChannel, _ log: Log) async -> Outcome? {
        let bytes = request.bytes
        var elapsed = Duration.zero
        var interval = Self.t1
        do {
            while elapsed < limit {
                try channel.send(bytes)
                log.result.withLock { $0.sends += 1 }
                // Timer E, only over unreliable transports.
                let wait = request.transport == .udp ? min(interval, limit - elapsed) : limit - elapsed
                try await clock.sleep(for: wait)
                elapsed += wait
                let isProceeding = log.result.withLock { !$0.provisional.isEmpty }
                interval = isProceeding ? Self.t2 : min(interval * 2, Self.t2)
            }
            // Silent, or not SIP, if nothing better came.
            return log.result.withLock { $0.outcome }
        } catch {
            return (error as? ChannelError).map(Outcome.failed)
        }
    }

    /// Receives until the final response. Returns nil if the task is cancelled.
    private func receive(from channel: any ProbeChannel, _ log: Log) async -> Outcome? {
        var reader = SIPStreamReader()
        do {
            for try await bytes in channel.received {
                if request.transport == .udp {
                    guard let response = accepted(datagram: bytes, log) else { continue }
                    return .answered(response)
                }
                reader.append(bytes)
                while let message = try reader.next() {
                    if let response = accepted(message, log) { return .answered(response) }
                }
            }
            guard !Task.isCancelled else { return nil }
            return .failed(ChannelError(kind: .closed, words: "the connection was closed before an answer"))
        } catch let error as SIPSyntaxError {
            return .notSIP(error)
        } catch {
            return .failed(error as? ChannelError ?? ChannelError(kind: .broken, words: "\(error)"))
        }
    }

    /// Anybody can send a datagram, so one that is not SIP does not end the wait.
    private func accepted(datagram bytes: [UInt8], _ log: Log) -> SIPResponse? {
        do throws(SIPSyntaxError) {
            return accepted(try SIPParser.datagram(bytes), log)
        } catch {
            log.result.withLock { result in
                if result.provisional.isEmpty { result.outcome = .notSIP(error) }
                result.note(ignored: error.description)
            }
            return nil
        }
    }

    private func accepted(_ message: SIPMessage, _ log: Log) -> SIPResponse? {
        guard case .response(let response) = message else {
            log.result.withLock { $0.note(ignored: "it is a request") }
            return nil
        }
        if let objection = request.objection(to: response) {
            log.result.withLock { $0.note(ignored: objection) }
            return nil
        }
        if response.isFinal { return response }
        log.result.withLock { result in
            result.outcome = .silent
            if result.provisional.count < 10 { result.provisional.append(response) }
        }
        return nil
    }
}

extension OptionsTransaction.Result {
    fileprivate mutating func note(ignored reason: String) {
        if ignored.count < 10 { ignored.append(oneLine(reason)) }
    }
}
