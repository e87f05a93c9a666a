import HTTPTypes
import Logging
import Tracing

extension RunScope {
    /// Sends a request, and counts, times and logs it.
    func observing(
        _ request: TransportRequest, to side: Side, _ send: () async throws -> TransportResponse
    ) async throws -> TransportResponse {
        count(side)
        guard let observation else { return try await send() }
        let path = String((request.head.path ?? "").prefix { $0 != "?" })
        let method = request.head.method.rawValue
        let began = ContinuousClock.now
        func note(_ status: String) {
            let duration = ContinuousClock.now - began
            observation.count("requests", [("side", side.rawValue), ("status", status)])
            observation.time("request", [("side", side.rawValue)], duration)
            observation.log(
                .debug, "request",
                [
                    "side": side.rawValue, "method": method, "path": path, "status": status,
                    "seconds": duration.inSeconds,
                ],
                in: self)
        }
        let attributes = ["side": side.rawValue, "method": method, "path": path]
        return try await observation.span(throwing: "request", ofKind: .client, with: attributes, in: self) { span in
            do {
                let response = try await send()
                note(String(response.head.status.code))
                span.attributes["http.response.status_code"] = response.head.status.code
                return response
            } catch {
                note((error as? TransportError)?.code.description ?? "cancelled")
                throw error
            }
        }
    }

    /// Reports that requests of this work wait. The task may belong to other work that waits for the same limit.
    ///
    /// - Parameter side: The side that the server is on; nil if it is not known.
    package func report(_ notice: RetryNotice, at side: Side?) {
        let side = side?.rawValue ?? ""
        observation?.count("waits", [("side", side), ("reason", notice.reason.name)])
        observation?.log(
            .notice, "waiting",
            [
                "side": side, "vendor": notice.host, "reason": notice.reason.name,
                "status": notice.status.map(String.init) ?? "", "seconds": notice.wait.inSeconds,
            ], in: self)
        events?.send(.waiting(notice), in: self)
    }

    /// Does one step of a run.
    static func step<Result>(
        _ what: String, _ instance: InstanceID?, _ work: () async throws -> Result
    ) async throws -> Result {
        guard let scope = current, let observation = scope.observation else { return try await work() }
        let attributes = ["step": what, "instance": instance?.description ?? ""]
        return try await observation.span(throwing: "step", with: attributes, in: scope) { _ in try await work() }
    }

    /// Makes a plan.
    func planning(_ work: () async throws -> Plan) async throws -> Plan {
        guard let observation else { return try await work() }
        return try await observation.span(throwing: "plan", with: [:], in: self) { _ in
            do {
                let plan = try await work()
                observation.log(.debug, "planned", ["digest": plan.digest], in: self)
                return plan
            } catch {
                log(Connector.explain(error), of: "plan")
                throw error
            }
        }
    }

    /// Does a run, to its end.
    func running(_ operation: String, _ work: () async -> Report) async -> Report {
        guard let observation else { return await work() }
        let began = ContinuousClock.now
        let report = await observation.span("run", with: ["operation": operation], in: self) { span in
            observation.log(.info, "run begins", ["operation": operation], in: self)
            let report = await work()
            span.attributes["zentrunk.outcome"] = report.outcome.rawValue
            span.attributes["zentrunk.run"] = run ?? ""
            if report.error != nil { span.setStatus(SpanStatus(code: .error)) }
            return report
        }
        let duration = ContinuousClock.now - began
        observation.count("runs", [("operation", operation), ("outcome", report.outcome.rawValue)])
        observation.time("run", [("operation", operation)], duration)
        if let error = report.error { log(error, of: operation) }
        observation.log(
            .info, "run ends",
            ["operation": operation, "outcome": report.outcome.rawValue, "seconds": duration.inSeconds], in: self)
        return report
    }

    private func log(_ error: ZentrunkError, of operation: String) {
        observation?.log(
            .warning, error.message,
            [
                "operation": operation, "code": error.code.description, "place": error.place.rawValue,
                "status": error.status.map(String.init) ?? "", "request_id": error.requestID ?? "",
            ], in: self)
    }
}

extension Duration {
    /// Seconds with three decimals, as text.
    fileprivate var inSeconds: String { String((seconds * 1000).rounded() / 1000) }
}

extension RunGraph.Work {
    /// The step's name in spans.
    var label: String {
        switch self {
        case .deed(let deed, _): deed.rawValue
        case .gate: "gate"
        case .lastLook: "last-look"
        case .readBack: "read-back"
        }
    }
}
