/// A report in the making.
struct ProbeDraft: Sendable {
    let target: ProbeTarget
    private var checks: [ProbeCheck] = []
    private var location = SIPLocation()
    private var answer: SIPAnswer?
    var dialled: ProbeDialled?
    /// Addresses that did not take a connection, with the reason.
    var attempts: [String] = []

    init(_ target: ProbeTarget) { self.target = target }

    mutating func add(_ check: ProbeCheck) { checks.append(check) }

    /// The finished report. Stages that were not reached are unknown.
    func report(_ verdict: ProbeVerdict) -> ProbeReport {
        let transport = dialled?.transport
        var stages: [ProbeCheck.Stage] = [.dns]
        if transport == .tcp || transport == .tls { stages.append(.tcp) }
        if transport == .tls { stages.append(.tls) }
        stages.append(.sip)
        let checks = stages.map { stage in
            self.checks.first { $0.stage == stage }
                ?? ProbeCheck(stage, .unknown, "not tried, because an earlier check failed")
        }
        return ProbeReport(
            target: target, checks: checks, dialled: dialled, verdict: verdict,
            result: verdict.result, answer: answer,
            proves: verdict.proofs(transport), doesNotProve: verdict.limits(transport))
    }

    // MARK: DNS

    mutating func note(_ location: SIPLocation, duration: Duration) {
        self.location = location
        var check: ProbeCheck
        if let first = location.candidates.first {
            let isClean = !location.isIncomplete && location.notes.isEmpty
            let count = location.candidates.count
            let more = count == 1 ? "" : ", the first of \(count) addresses"
            let failed = location.lookups.filter(\.isFailed).map {
                "\($0.kind.rawValue) \($0.name): \($0.absence ?? "")"
            }
            let notes = failed + location.notes
            let words = "\(first.host) at \(first.end) over \(first.transport.rawValue)\(more): \(first.why)"
            check = ProbeCheck(
                .dns, isClean ? .pass : .warn, notes.isEmpty ? words : words + "; " + notes.joined(separator: "; "),
                duration: duration)
        } else if location.isUndecided {
            let failed = location.lookups.filter(\.isFailed).map {
                "\($0.kind.rawValue) \($0.name): \($0.absence ?? "")"
            }
            let words = failed.isEmpty ? "DNS did not answer in time" : failed.joined(separator: "; ")
            check = ProbeCheck(.dns, .unknown, "the name could not be looked up: \(words)", duration: duration)
        } else {
            let words = location.notes.isEmpty ? "" : ": " + location.notes.joined(separator: "; ")
            let isUnknown = location.lookups.contains { $0.kind == .a && $0.absence == "the name does not exist" }
            check = ProbeCheck(
                .dns, .fail, (isUnknown ? "the name does not exist" : "the name has no address for SIP") + words,
                duration: duration)
        }
        check.lookups = location.lookups
        check.addresses = location.candidates.map(\.end.description)
        checks.append(check)
    }

    // MARK: TCP and TLS

    mutating func note(_ stream: DialledStream, to candidate: SIPCandidate, duration: Duration, now: UTCTime) {
        var words = "connected to \(candidate.end)"
        if !attempts.isEmpty { words += ", after \(attempts.joined(separator: "; "))" }
        var tcp = ProbeCheck(.tcp, attempts.isEmpty ? .pass : .warn, words, duration: stream.connectTime)
        tcp.addresses = [candidate.end.description]
        checks.append(tcp)
        guard candidate.transport == .tls else { return }
        var words2 = "chain and name verified"
        var status = ProbeCheck.Status.pass
        if let end = stream.certificate?.notAfter {
            words2 += ", valid until \(end)"
            let left = end.secondsSince1970 - now.secondsSince1970
            if left < Prober.expiryWarningSeconds {
                status = .warn
                words2 += ": it expires in \(max(0, left / 86_400)) days"
            }
        }
        var tls = ProbeCheck(.tls, status, words2, duration: stream.handshakeTime ?? .zero)
        tls.certificate = stream.certificate
        checks.append(tls)
    }

    mutating func note(_ failure: DialFailure, duration: Duration) {
        let addresses = attempts.joined(separator: "; ")
        guard failure.isConnected else {
            let isDecided = failure.kind == .refused
            var tcp = ProbeCheck(.tcp, isDecided ? .fail : .unknown, "not connected: \(addresses)", duration: duration)
            tcp.addresses = dialled.map { [$0.end.description] } ?? []
            return checks.append(tcp)
        }
        // The time of both stages is known together only.
        var tcp = ProbeCheck(.tcp, .pass, "connected")
        tcp.addresses = dialled.map { [$0.end.description] } ?? []
        checks.append(tcp)
        guard dialled?.transport == .tls else { return }
        var words: String
        switch failure.kind {
        case .wrongName:
            words = "the certificate is not for \(target.host)"
            if let names = failure.certificate?.names, !names.isEmpty {
                words += ", but for \(names.prefix(5).joined(separator: ", "))"
            }
            // <https://www.rfc-editor.org/rfc/rfc5922#section-7.1>; libcurl compares names of hosts only.
            if failure.certificate?.names.contains("URI:sip:\(target.host)") == true {
                words += ": it has the domain as a SIP URI only, which some clients accept"
            }
        case .untrusted:
            words = "the certificate's issuer is not trusted"
            if let issuer = failure.certificate?.issuer, !issuer.isEmpty { words += ": \(issuer)" }
        case .expired:
            words = "the certificate has expired"
            if let end = failure.certificate?.notAfter { words += ": it was valid until \(end)" }
        case .notYetValid:
            words = "the certificate is not valid yet"
            if let begin = failure.certificate?.notBefore { words += ": it is valid from \(begin)" }
        case .cancelled: words = "the handshake got no answer"
        default: words = "the handshake failed"
        }
        if failure.kind != .cancelled { words += " (\(failure.words))" }
        var tls = ProbeCheck(
            .tls, failure.kind == .cancelled ? .unknown : .fail, words, duration: duration)
        tls.certificate = failure.certificate
        checks.append(tls)
    }

    // MARK: SIP

    /// Adds the check of the transaction and returns its verdict.
    mutating func note(
        _ result: OptionsTransaction.Result, _ transport: ProbeTarget.Transport, duration: Duration
    ) -> ProbeVerdict {
        var verdict: ProbeVerdict
        var check: ProbeCheck
        switch result.outcome {
        case .answered(let response):
            (check, verdict) = noted(response, duration)
        case .silent:
            if let response = result.provisional.last {
                (check, verdict) = noted(response, duration)
            } else {
                let times = result.sends == 1 ? "once" : "\(result.sends) times"
                let limit = Prober.silenceLimit.components.seconds
                check = ProbeCheck(
                    .sip, .unknown, "no answer within \(limit) seconds to OPTIONS, sent \(times)", duration: duration)
                verdict = .silent
            }
        case .notSIP(let error):
            let isForeign = if case .notSIP = error { true } else { false }
            let what = isForeign ? "the answer is not SIP" : "the answer breaks the grammar of SIP"
            check = ProbeCheck(.sip, .fail, "\(what): \(error)", duration: duration)
            verdict = .notSIP
        case .failed(let error):
            switch error.kind {
            case .refused:
                (verdict, check) = (.closed, ProbeCheck(.sip, .fail, "the port is closed", duration: duration))
            case .unreachable:
                (verdict, check) = (.noRoute, ProbeCheck(.sip, .unknown, error.words, duration: duration))
            case .closed, .broken:
                (verdict, check) = (.broken, ProbeCheck(.sip, .fail, error.words, duration: duration))
            }
        }
        check.sends = result.sends
        check.ignored = result.ignored
        if !result.ignored.isEmpty, check.answer == nil {
            check.detail += oneLine("; \(result.ignored.count) messages were ignored: \(result.ignored[0])")
        }
        checks.append(check)
        return verdict
    }

    private mutating func noted(_ response: SIPResponse, _ duration: Duration) -> (ProbeCheck, ProbeVerdict) {
        let answer = SIPAnswer(response)
        let meaning = AnswerMeaning(status: response.status)
        var words = "\(answer.line): \(meaning.words)"
        if let server = answer.server { words += ", \(server)" }
        if let address = answer.publicAddress { words += "; it saw this machine as \(address)" }
        var check = ProbeCheck(.sip, meaning.status, words, duration: duration)
        check.answer = answer
        self.answer = answer
        return (check, meaning.verdict)
    }
}

extension ProbeVerdict {
    /// The verdict about a connection that was not made.
    init(_ failure: DialFailure) {
        switch failure.kind {
        case .refused: self = .closed
        case .unreachable: self = .noRoute
        case .cancelled: self = .silent
        case .wrongName: self = .wrongName
        case .untrusted: self = .untrusted
        case .expired: self = .expired
        case .notYetValid: self = .notYetValid
        case .handshake: self = .noTLS
        case .other: self = !failure.isConnected ? .noRoute : .broken
        }
    }
}
