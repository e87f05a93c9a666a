/// The result of one probe of one target: what was done, what was seen, and what that proves.
public struct ProbeReport: Sendable, Hashable {
    /// Whether the target can be reached from this machine.
    public enum Result: String, Sendable, Hashable, CaseIterable {
        /// A SIP stack answered.
        case reachable
        /// Something proves that a client as strict as this one gets no answer.
        case unreachable
        /// Nothing is proved either way.
        case unknown
    }

    /// What was probed.
    public var target: ProbeTarget
    /// The stages in order: DNS, TCP and TLS if the transport has them, SIP.
    public var checks: [ProbeCheck]
    /// The address that was dialled, or the last one that was tried; nil if there was none.
    public var dialled: ProbeDialled?
    /// The result in one word.
    public var verdict: ProbeVerdict
    /// Whether the target can be reached.
    public var result: Result
    /// The answer of the server; nil without one.
    public var answer: SIPAnswer?
    /// What the answer proves, in sentences.
    public var proves: [String]
    /// What it does not prove, in sentences.
    public var doesNotProve: [String]

    /// The check of a stage; nil if the transport does not have it.
    public func check(_ stage: ProbeCheck.Stage) -> ProbeCheck? { checks.first { $0.stage == stage } }
}

/// The result of a probe in one word. None of them says that a trunk works: only a call can.
public enum ProbeVerdict: String, Sendable, Hashable, CaseIterable {
    /// A SIP server answered.
    case answers
    /// A SIP server answered that it does not serve this request or this sender.
    case refuses
    /// Nothing came back.
    case silent
    /// The host answered that the port is closed.
    case closed
    /// The certificate is for other names.
    case wrongName = "wrong name"
    /// The certificate's issuer is not trusted.
    case untrusted
    /// The certificate has expired.
    case expired
    /// The certificate is not valid yet.
    case notYetValid = "not yet valid"
    /// The port does not speak TLS, or only in ways that are not accepted.
    case noTLS = "no TLS"
    /// What came back is not SIP.
    case notSIP = "not SIP"
    /// The connection ended before an answer.
    case broken
    /// DNS says that the name does not exist, or has no address.
    case unresolved
    /// DNS failed or did not answer, which says nothing about the name.
    case dnsFailed = "DNS failed"
    /// This machine cannot reach the address.
    case noRoute = "no route"
}

/// An address, and what led to it.
public struct ProbeDialled: Sendable, Hashable {
    /// The address and the port.
    public var end: SocketAddress
    /// The name whose address it is.
    public var host: String
    /// The transport.
    public var transport: ProbeTarget.Transport
    /// Why this one, in words.
    public var why: String

    init(_ candidate: SIPCandidate) {
        end = candidate.end
        host = candidate.host
        transport = candidate.transport
        why = candidate.why
    }
}

/// One stage of a probe.
public struct ProbeCheck: Sendable, Hashable {
    /// What was checked.
    public enum Stage: String, Sendable, Hashable, CaseIterable { case dns, tcp, tls, sip }

    /// How it ended.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        case pass, warn, fail
        /// It could not run, or proved nothing. It never counts as a pass.
        case unknown
    }

    /// What was checked.
    public var stage: Stage
    /// How it ended.
    public var status: Status
    /// What was seen, in words.
    public var detail: String
    /// How long it took; zero if it did not run.
    public var duration: Duration
    /// The questions to DNS and their answers.
    public var lookups: [DNSLookup] = []
    /// The addresses: of DNS, all in the order in which a client tries them; of TCP, those that were tried.
    public var addresses: [String] = []
    /// The peer's certificate.
    public var certificate: ProbeCertificate?
    /// The answer to OPTIONS.
    public var answer: SIPAnswer?
    /// How often the request was sent.
    public var sends = 0
    /// Why messages of the peer were ignored, at most ten.
    public var ignored: [String] = []

    init(_ stage: Stage, _ status: Status, _ detail: String, duration: Duration = .zero) {
        self.stage = stage
        self.status = status
        self.detail = oneLine(detail, limit: 1000)
        self.duration = duration
    }
}
