import HTTPTypes
import Synchronization
import Testing
import ZentrunkCore
import ZentrunkSandbox

/// A form in which a call can fail.
struct FaultForm: Sendable, CustomTestStringConvertible {
    enum Way: Sendable {
        /// The sandbox produces the response, over its sockets.
        case answered(SandboxFault.Effect)
        /// The transport above libcurl throws the error, for failures that a loopback server cannot produce, or not
        /// fast.
        case line(TransportError, isSent: Bool)
    }

    var testDescription: String
    var way: Way

    init(_ description: String, _ effect: SandboxFault.Effect) {
        testDescription = description
        way = .answered(effect)
    }

    init(_ description: String, _ code: TransportError.Code, _ delivery: TransportError.Delivery, isSent: Bool) {
        testDescription = description
        way = .line(TransportError(code: code, delivery: delivery, message: "the line is bad"), isSent: isSent)
    }

    static let refusal = FaultForm("400", .refused("it does not please us"))
    static let answerLost = FaultForm("answer lost", .loseAnswer)
    static let unauthorized = FaultForm("401", .unauthorized)
    static let serverError = FaultForm("500", .serverError)
    static let timeout = FaultForm("timeout, nothing done", .timeout, .unknown, isSent: false)

    static let all =
        [
            FaultForm("connection refused", .connect, .notSent, isSent: false),
            FaultForm("reset before sending", .interrupted, .notSent, isSent: false),
            FaultForm("closed without an answer, nothing done", .closeBeforeActing),
            answerLost,
            FaultForm("429", .rateLimited()),
            FaultForm("429, Retry-After at once", .rateLimited(retryAfterSeconds: 0)),
            FaultForm("429, Retry-After beyond patience", .rateLimited(retryAfterSeconds: 3600)),
            refusal,
            unauthorized,
            serverError,
            FaultForm("503 page", .unavailable),
            FaultForm("broken JSON", .breakJSON),
            FaultForm("empty body", .emptyAnswer),
            FaultForm("truncated body", .truncateAnswer),
            timeout,
            FaultForm("timeout, though done", .timeout, .unknown, isSent: true),
        ] + noRoutes

    /// Responses of a server without the route. They never mean that an object is gone.
    static let noRoutes = SandboxFault.NoRoute.allCases.map { FaultForm($0.rawValue, .noRoute($0)) }

    var isNoRoute: Bool { if case .answered(.noRoute) = way { true } else { false } }

    /// Forms after which a run must succeed nevertheless: nothing was done, so the request is sent again.
    var isSurvivable: Bool {
        ["connection refused", "reset before sending", "429", "429, Retry-After at once"].contains(testDescription)
    }
}

/// The place of a fault: the nth read or write of a command, at any vendor, or all calls from there on.
struct FaultPlace: Sendable, CustomStringConvertible {
    enum Calls: String, Sendable { case reads, writes }

    var calls: Calls
    var index: Int
    var isLasting = false

    var description: String { "\(calls.rawValue) \(index)\(isLasting ? " and on" : "")" }

    func sandboxFault(_ effect: SandboxFault.Effect) -> SandboxFault {
        SandboxFault(
            writesOnly: calls == .writes, readsOnly: calls == .reads, hits: isLasting ? .from(index) : .nth(index),
            effect: effect)
    }
}

/// A transport on which one call, or every call from it on, fails.
final class FaultyLine: HTTPTransport {
    private let base: any HTTPTransport
    private let faults: [(form: TransportError, isSent: Bool, place: FaultPlace)]
    private let counts = Mutex<(reads: Int, writes: Int, struck: Int)>((0, 0, 0))

    init(_ base: any HTTPTransport, _ faults: [(form: TransportError, isSent: Bool, place: FaultPlace)]) {
        self.base = base
        self.faults = faults
    }

    /// The number of failed calls.
    var struck: Int { counts.withLock { $0.struck } }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        let isWrite = request.access == .write
        let count = counts.withLock { counts in
            if isWrite { counts.writes += 1 } else { counts.reads += 1 }
            return isWrite ? counts.writes : counts.reads
        }
        let hit = faults.first { fault in
            (fault.place.calls == .writes) == isWrite
                && (fault.place.isLasting ? count >= fault.place.index : count == fault.place.index)
        }
        guard let hit else { return try await base.send(request) }
        counts.withLock { $0.struck += 1 }
        if hit.isSent { _ = try await base.send(request) }
        throw hit.form
    }
}

extension World {
    /// Sets faults and returns a connector that encounters them.
    ///
    /// - Returns: The connector, and a function that returns the number of faults that occurred.
    func disturbed(
        _ pairing: Pairing, _ faults: [(form: FaultForm, place: FaultPlace)], journal: any Journal,
        events: RunEvents? = nil
    ) throws -> (connector: Connector, struck: @Sendable () -> Int) {
        var rules: [SandboxFault] = []
        var lines: [(form: TransportError, isSent: Bool, place: FaultPlace)] = []
        for (form, place) in faults {
            switch form.way {
            case .answered(let effect): rules.append(place.sandboxFault(effect))
            case .line(let error, let isSent): lines.append((error, isSent, place))
            }
        }
        sandbox.setFaults(rules)
        let seen = sandbox.requests.count
        let line = Mutex<FaultyLine?>(nil)
        let chosen = lines
        let connector = try connector(pairing, journal: journal, events: events) { base in
            let faulty = FaultyLine(base, chosen)
            line.withLock { $0 = faulty }
            return faulty
        }
        let made = line.withLock { $0 }
        let sandbox = sandbox
        return (
            connector,
            { sandbox.requests.dropFirst(seen).count { $0.fault != nil } + (made?.struck ?? 0) }
        )
    }
}
