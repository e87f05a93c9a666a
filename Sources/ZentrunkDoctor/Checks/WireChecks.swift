import ZentrunkCore
import ZentrunkDiagnosis
package import ZentrunkProbe

/// What a probe of a SIP host found, without what only a report needs.
package struct WireFinding: Sendable, Hashable {
    package var target: ProbeTarget
    package var result: ProbeReport.Result
    package var verdict: ProbeVerdict
    /// What was seen in each stage, in words.
    package var details: [String]
    /// Stages that warn, in words.
    package var warnings: [String]
    /// What the result proves, in sentences.
    package var proves: [String]

    package init(
        _ target: ProbeTarget, result: ProbeReport.Result, verdict: ProbeVerdict, details: [String] = [],
        warnings: [String] = [], proves: [String] = []
    ) {
        self.target = target
        self.result = result
        self.verdict = verdict
        self.details = details
        self.warnings = warnings
        self.proves = proves
    }

    package init(_ report: ProbeReport) {
        self.init(
            report.target, result: report.result, verdict: report.verdict,
            details: report.checks.map { "\($0.stage.rawValue): \($0.detail)" },
            warnings: report.checks.filter { $0.status == .warn }.map(\.detail), proves: report.proves)
    }
}

/// A host of a call's path that can be probed.
struct WireTarget: Sendable, Hashable {
    var target: ProbeTarget
    var direction: Cause.Direction
    /// Whether calls go there first. A fallback that is down stops no call by itself.
    var isPrimary = true
    /// Whether a vendor named the host, as Plivo names a trunk's domain. Otherwise the user wrote it.
    var isGiven = false
}

/// The checks of SIP hosts over the network, as seen from this machine.
enum WireChecks {
    static func check(_ wanted: WireTarget, _ outcome: Result<WireFinding, any Error>) -> DoctorCheck {
        let host = wanted.target.host
        let id = wanted.direction.rawValue
        let site = CheckSite(
            stage: .wire, owner: .wire, link: .host, direction: wanted.direction, object: wanted.target.description)
        let found: WireFinding
        switch outcome {
        case .failure(let error): return site.owned(by: .unknown).unknown(id, "\(host) was not probed: \(error)")
        case .success(let finding): found = finding
        }
        let probe = Remedy.command(["zentrunk", "probe", wanted.target.description])
        switch found.result {
        case .reachable:
            guard found.warnings.isEmpty else {
                return site.warn(
                    id, "\(host) answers, with a warning: \(found.warnings[0])", evidence: found.details,
                    remedies: [probe])
            }
            return site.pass(id, "\(host) answers", evidence: found.details + found.proves)
        case .unreachable:
            return site.owned(by: owner(found.verdict, wanted)).check(
                id, wanted.isPrimary ? .fail : .warn,
                finding: "\(host) cannot be reached: \(words(found.verdict))", evidence: found.details,
                remedies: [step(found.verdict, wanted), probe])
        case .unknown:
            // Over UDP silence is common and proves nothing, so nothing depends on it.
            let isSilent = found.verdict == .silent && wanted.target.transport == .udp
            let open = site.owned(by: .unknown)
            return (isSilent || !wanted.isPrimary ? open.informing() : open).unknown(
                id, "whether \(host) can be reached is unknown: \(words(found.verdict))", evidence: found.details,
                remedies: [probe])
        }
    }

    private static func words(_ verdict: ProbeVerdict) -> String {
        switch verdict {
        case .answers, .refuses: "it answers"
        case .silent: "nothing came back"
        case .closed: "the port is closed"
        case .wrongName: "its certificate is for other names"
        case .untrusted: "its certificate is not trusted"
        case .expired: "its certificate has expired"
        case .notYetValid: "its certificate is not valid yet"
        case .noTLS: "the port does not speak TLS"
        case .notSIP: "the port does not speak SIP"
        case .broken: "the connection ended before an answer"
        case .unresolved: "the name has no address"
        case .dnsFailed: "this machine's DNS resolver failed, which says nothing about the name"
        case .noRoute: "this machine has no route to it"
        }
    }

    /// A name that does not exist was mistyped, unless a vendor named it. Everything else lies between the halves.
    private static func owner(_ verdict: ProbeVerdict, _ wanted: WireTarget) -> Cause.Owner {
        guard verdict == .unresolved, !wanted.isGiven else { return .wire }
        return wanted.direction == .inbound ? .carrierConfig : .platformConfig
    }

    private static func step(_ verdict: ProbeVerdict, _ wanted: WireTarget) -> Remedy {
        switch verdict {
        case .unresolved where wanted.isGiven:
            .advice("try another DNS resolver on this machine; a new name can take some minutes to spread")
        case .unresolved:
            .advice(
                wanted.direction == .inbound
                    ? "correct the host in the origination URI" : "correct the address at the platform")
        case .wrongName: .advice("use the vendor's own host name, not an alias or an address")
        case .untrusted, .expired, .notYetValid:
            .advice(
                "check this machine's clock and certificate authorities, then report the certificate to the host's operator"
            )
        case .noTLS: .advice("use port 5061 with transport=tls, or another transport")
        default: .advice("check host, port and transport, and firewalls on the way")
        }
    }
}
