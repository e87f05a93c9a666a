import Synchronization

/// Probes SIP hosts: DNS, TCP, TLS, and one OPTIONS request.
///
/// It is bounded. A probe is one transaction, and never more than one per host within ``minimumInterval``: Plivo blocks
/// sources that ask more often than every 10 to 15 seconds. <https://www.plivo.com/docs/sip-trunking/> It contacts only
/// hosts that the caller names, and the hosts to which their DNS records lead.
public final class Prober: Sendable {
    /// The shortest time between two probes of one host.
    public static let minimumInterval = Duration.seconds(15)

    /// The time limits: of all lookups, of one connection, of all connections, and of a server that is silent.
    package static let lookupLimit = Duration.seconds(12)
    package static let dialLimit = Duration.seconds(5)
    package static let dialsLimit = Duration.seconds(10)
    package static let silenceLimit = Duration.seconds(7)
    /// The number of addresses that are tried, as long as nothing was sent.
    static let maximumDials = 4
    /// The time before a certificate's end from which on the probe warns.
    static let expiryWarningSeconds: Int64 = 14 * 86_400

    private let resolver: any DNSResolver
    private let dialler: any ProbeDialler
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> UTCTime
    private let random: @Sendable (Int) -> Int
    /// The time since this prober was made.
    private let age: @Sendable () -> Duration
    /// When the last probe of each host began.
    private let begins = Mutex<[String: Duration]>([:])

    /// Creates a prober.
    ///
    /// - Parameters:
    ///   - resolver: What resolves names; the system's servers by default.
    ///   - clock: What measures and limits times.
    ///   - authorityFile: The file of trusted certificate authorities, in PEM; nil for libcurl's default.
    public convenience init(
        resolver: any DNSResolver = CAresResolver(), clock: any Clock<Duration> = ContinuousClock(),
        authorityFile: String? = nil
    ) {
        self.init(resolver: resolver, dialler: SystemDialler(authorityFile: authorityFile), clock: clock)
    }

    /// Creates a prober with everything that it depends on.
    package init(
        resolver: any DNSResolver, dialler: any ProbeDialler, clock: any Clock<Duration>,
        now: @escaping @Sendable () -> UTCTime = { .now },
        random: @escaping @Sendable (Int) -> Int = { Int.random(in: 0...$0) }
    ) {
        self.resolver = resolver
        self.dialler = dialler
        self.clock = clock
        self.now = now
        self.random = random
        age = stopwatch(clock)
    }

    /// Checks the pause of a caller that wants to repeat probes.
    ///
    /// - Throws: ``ProbeError/tooOften(_:)`` if it is shorter than ``minimumInterval``.
    public static func check(interval: Duration) throws(ProbeError) {
        guard interval >= minimumInterval else { throw .tooOften(interval) }
    }

    /// Probes a target: at most about 35 seconds, and usually much less.
    ///
    /// What goes wrong at the target is part of the report and not an error.
    ///
    /// - Throws: ``ProbeError/tooSoon(host:wait:)`` if the host was probed a moment ago, whatever the port and the
    ///   transport; `CancellationError`.
    public func probe(_ target: ProbeTarget) async throws -> ProbeReport {
        try admit(target.host)
        var draft = ProbeDraft(target)
        let watch = stopwatch(clock)
        let locator = SIPLocator(resolver: resolver, random: random)
        let location = await within(Self.lookupLimit, clock) { await locator.locate(target) }.value ?? SIPLocation()
        try Task.checkCancellation()
        draft.note(location, duration: watch())
        guard let transport = location.candidates.first?.transport else {
            return draft.report(location.isUndecided ? .dnsFailed : .unresolved)
        }
        let report =
            transport == .udp
            ? await overUDP(location.candidates, &draft)
            : await overStream(location.candidates.filter { $0.transport == transport }, &draft)
        try Task.checkCancellation()
        return report
    }

    private func admit(_ host: String) throws(ProbeError) {
        let now = age()
        let wait = begins.withLock { begins -> Duration? in
            begins = begins.filter { now - $0.value < Self.minimumInterval }
            if let begin = begins[host] { return Self.minimumInterval - (now - begin) }
            begins[host] = now
            return nil
        }
        if let wait { throw .tooSoon(host: host, wait: wait) }
    }

    // MARK: UDP

    private func overUDP(_ candidates: [SIPCandidate], _ draft: inout ProbeDraft) async -> ProbeReport {
        var failure: DialFailure?
        for candidate in candidates.prefix(Self.maximumDials) {
            draft.dialled = ProbeDialled(candidate)
            do {
                let channel = try await dialler.datagrams(to: candidate.end)
                return await exchange(over: channel, candidate.transport, &draft)
            } catch {
                // Nothing was sent, so the next address may be tried.
                failure = error as? DialFailure ?? DialFailure(kind: .other, words: "\(error)")
            }
        }
        draft.add(ProbeCheck(.sip, .unknown, "nothing was sent: \(failure?.words ?? "no address was dialled")"))
        return draft.report(.noRoute)
    }

    // MARK: TCP and TLS

    private func overStream(_ candidates: [SIPCandidate], _ draft: inout ProbeDraft) async -> ProbeReport {
        let watch = stopwatch(clock)
        let name = candidates.first?.transport == .tls ? draft.target.host : nil
        var last = DialFailure(kind: .other, words: "no address was dialled")
        for candidate in candidates.prefix(Self.maximumDials) {
            let rest = Self.dialsLimit - watch()
            guard rest > .zero else { break }
            draft.dialled = ProbeDialled(candidate)
            switch await dial(candidate.end, name, limit: min(rest, Self.dialLimit)) {
            case .success(let stream):
                draft.note(stream, to: candidate, duration: watch(), now: now())
                return await exchange(over: stream.channel, candidate.transport, &draft)
            case .failure(let failure):
                draft.attempts.append("\(candidate.end): \(failure.kind == .cancelled ? "no answer" : failure.words)")
                last = failure
            }
            // Another address cannot repair what the server itself said.
            if last.isConnected { break }
        }
        await describeCertificate(of: &last, name, draft.dialled)
        draft.note(last, duration: watch())
        return draft.report(ProbeVerdict(last))
    }

    private func dial(
        _ end: SocketAddress, _ name: String?, limit: Duration
    ) async -> Result<DialledStream, DialFailure> {
        let dialler = dialler
        let outcome = await within(limit, clock) { () async -> Result<DialledStream, DialFailure> in
            do { return .success(try await dialler.stream(to: end, name: name)) } catch {
                return .failure(error as? DialFailure ?? DialFailure(kind: .other, words: "\(error)"))
            }
        }
        return outcome.value ?? .failure(DialFailure(kind: .cancelled, words: "no answer"))
    }

    /// Adds the certificate to a failure because of it, from a second handshake over which nothing is sent.
    private func describeCertificate(of failure: inout DialFailure, _ name: String?, _ dialled: ProbeDialled?) async {
        guard failure.kind.isCertificate, failure.certificate == nil, let name, let dialled else { return }
        let dialler = dialler
        failure.certificate =
            await within(Self.dialLimit, clock) {
                await dialler.certificate(at: dialled.end, name: name)
            }.value ?? nil
    }

    // MARK: SIP

    private func exchange(
        over channel: any ProbeChannel, _ transport: ProbeTarget.Transport, _ draft: inout ProbeDraft
    ) async -> ProbeReport {
        defer { channel.close() }
        let watch = stopwatch(clock)
        let request = OptionsRequest(draft.target, over: transport, from: channel.local, random: random)
        let transaction = OptionsTransaction(request: request, limit: Self.silenceLimit, clock: clock)
        let result = await transaction.run(over: channel)
        let verdict = draft.note(result, transport, duration: watch())
        return draft.report(verdict)
    }
}

/// The reason why a probe was not made.
public enum ProbeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The host was probed a moment ago.
    case tooSoon(host: String, wait: Duration)
    /// The pause between repeated probes is too short.
    case tooOften(Duration)

    /// The error in one sentence, with what to do.
    public var description: String {
        switch self {
        case .tooSoon(let host, let wait):
            "\(host) was probed less than 15 seconds ago, and carriers block sources that probe more often: try again in \(wait.components.seconds + 1) seconds"
        case .tooOften(let interval):
            "an interval of \(interval) is too short, because carriers block sources that probe more often than every 15 seconds"
        }
    }
}
