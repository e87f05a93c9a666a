import ZentrunkJSON

/// Processes requests, independent of sockets.
final class SandboxEngine: Sendable {
    let services: SandboxServices
    let recorder: SandboxRecorder
    /// Leads calls between the vendors.
    let exchange: SandboxExchange
    private let seed: (@Sendable (SandboxServices) -> Void)?

    init(_ options: SandboxOptions) {
        services = SandboxServices(options)
        exchange = SandboxExchange(services)
        recorder = SandboxRecorder(latency: options.latency, faults: options.faults, rateLimits: options.rateLimits)
        seed = options.seed
        seed?(services)
    }

    func reply(to request: SandboxRequest, from service: any SandboxService) async -> SandboxReply {
        if let answer = control(request) { return .whole(answer) }
        let ticket = recorder.begin(request, to: service)
        let reply = act(on: request, with: service, ticket)
        let due = ticket.due + reply.delay
        if case .hang = ticket.effect {
            // Ends when the server is stopped, which cancels this task.
            try? await Task.sleep(for: .seconds(24 * 60 * 60))
        } else if due > .now {
            try? await Task.sleep(until: due, tolerance: .zero, clock: .continuous)
        }
        // If the server stops during the wait, send no response rather than an early one.
        let outcome = Task.isCancelled ? .nothing : reply
        recorder.finish(ticket.sequence, status: outcome.status)
        return outcome
    }

    private func act(on request: SandboxRequest, with service: any SandboxService, _ ticket: SandboxRecorder.Ticket)
        -> SandboxReply
    {
        switch ticket.effect {
        case .answer(let answer): return .whole(answer)
        case .noRoute(let form): return .whole(form.answer(to: request))
        case .closeBeforeActing, .hang: return .nothing
        case nil, .loseAnswer, .truncateAnswer, .breakJSON, .emptyAnswer, .delay: break
        }
        var answer = service.answer(request, through: exchange)
        recorder.note(answer.violations, on: ticket.sequence)
        switch ticket.effect {
        case .loseAnswer: return .nothing
        case .truncateAnswer: return .torn(answer)
        case .breakJSON: answer.body = Array(answer.body.dropLast()) + Array("<".utf8)
        case .emptyAnswer: answer.body = []
        case nil, .answer, .noRoute, .closeBeforeActing, .delay, .hang: break
        }
        return .whole(answer)
    }

    /// Resets everything except the latency.
    func reset() {
        for service in services.all { service.reset() }
        exchange.reset()
        seed?(services)
        recorder.setFaults([])
        recorder.clear()
    }

    var state: JSONValue {
        var state = JSONObject(services.all.map { ($0.vendor, $0.state) })
        state["violations"] = .array(violations.map { .string($0) })
        return .object(state)
    }

    var violations: [String] {
        recorder.requests.flatMap { request in
            request.violations.map { "\(request.vendor): \(request.method) \(request.path): \($0)" }
        }
    }
}

extension SandboxReply {
    /// How long the vendor takes to answer.
    fileprivate var delay: Duration {
        switch self {
        case .whole(let answer), .torn(let answer): answer.delay
        case .nothing: .zero
        }
    }

    /// The status that reaches the client.
    fileprivate var status: Int? {
        switch self {
        case .whole(let answer): answer.status
        case .torn(let answer): answer.body.isEmpty ? nil : answer.status
        case .nothing: nil
        }
    }
}
