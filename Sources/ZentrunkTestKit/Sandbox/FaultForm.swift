import Synchronization
import Testing
@_spi(Adapter) package import ZentrunkCore
package import ZentrunkSandbox

/// How one call goes wrong.
package struct FaultForm: Sendable, CustomTestStringConvertible {
    package enum Way: Sendable {
        /// The sandbox answers so, over its sockets.
        case answered(SandboxFault.Effect)
        /// The transport above libcurl throws the error, for failures that a loopback server cannot produce, or not
        /// fast.
        case line(TransportError, isSent: Bool)
    }

    package var testDescription: String
    package var way: Way

    package init(_ description: String, _ effect: SandboxFault.Effect) {
        testDescription = description
        way = .answered(effect)
    }

    package init(_ description: String, _ code: TransportError.Code, _ delivery: TransportError.Delivery, isSent: Bool)
    {
        testDescription = description
        way = .line(TransportError(code: code, delivery: delivery, message: "the line is bad"), isSent: isSent)
    }

    package static let refusal = FaultForm("400", .refused("it does not please us"))
    package static let answerLost = FaultForm("answer lost", .loseAnswer)
    package static let unauthorized = FaultForm("401", .unauthorized)
    package static let serverError = FaultForm("500", .serverError)
    package static let timeout = FaultForm("timeout, nothing done", .timeout, .unknown, isSent: false)

    package static let all =
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

    /// Answers of a server that does not have the route: they never say that an object is gone.
    package static let noRoutes = SandboxFault.NoRoute.allCases.map { FaultForm($0.rawValue, .noRoute($0)) }

    package var isNoRoute: Bool { if case .answered(.noRoute) = way { true } else { false } }

    /// Forms after which a run has to get there all the same: nothing was done, so the request is sent again.
    package var isSurvivable: Bool {
        ["connection refused", "reset before sending", "429", "429, Retry-After at once"].contains(testDescription)
    }
}

/// Where a fault strikes: the n-th read or write of a command, whichever vendor it goes to, or all from there on.
package struct FaultPlace: Sendable, CustomStringConvertible {
    package enum Calls: String, Sendable { case reads, writes }

    package var calls: Calls
    package var index: Int
    package var isLasting = false

    package init(calls: Calls, index: Int, isLasting: Bool = false) {
        self.calls = calls
        self.index = index
        self.isLasting = isLasting
    }

    package var description: String { "\(calls.rawValue) \(index)\(isLasting ? " and on" : "")" }

    package func sandboxFault(_ effect: SandboxFault.Effect) -> SandboxFault {
        SandboxFault(
            writesOnly: calls == .writes, readsOnly: calls == .reads, hits: isLasting ? .from(index) : .nth(index),
            effect: effect)
    }
}

/// A line on which one call, or every one from it on, goes wrong.
package final class FaultyLine: HTTPTransport {
    private let base: any HTTPTransport
    private let faults: [(form: TransportError, isSent: Bool, place: FaultPlace)]
    private let counts = Mutex<(reads: Int, writes: Int, struck: Int)>((0, 0, 0))

    package init(_ base: any HTTPTransport, _ faults: [(form: TransportError, isSent: Bool, place: FaultPlace)]) {
        self.base = base
        self.faults = faults
    }

    /// How many calls went wrong here.
    package var struck: Int { counts.withLock { $0.struck } }

    package func send(_ request: TransportRequest) async throws -> TransportResponse {
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
    /// - Returns: Whether as many places were struck as there are, asked after the run.
    package func disturbed(
        _ pairing: Pairing, _ faults: [(form: FaultForm, place: FaultPlace)], journal: any Journal
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
        let connector = try connector(pairing, journal: journal) { base in
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
