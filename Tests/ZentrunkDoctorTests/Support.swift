@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
@_spi(Adapter) import ZentrunkPlatforms
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkProbe
import ZentrunkSandbox
import ZentrunkTestKit

@testable import ZentrunkDoctor

extension Pairing {
    /// Every platform that the command knows.
    static let all = Platforms.all.map { Pairing($0.adapter, $0.sandbox) }
}

extension World {
    /// A doctor of this world. By default every host answers.
    func doctor(
        _ pairing: Pairing, journal: any Journal, probe: Doctor.Probe? = WireFinding.everythingAnswers,
        wrap: (any HTTPTransport) -> any HTTPTransport = { $0 }
    ) -> Doctor {
        Doctor(
            carrier: sandbox.environment, platforms: [.init(pairing.platform, sandbox.environment)],
            over: wrap(transport), journal: journal, limiter: nil,
            retries: RetryPolicy(attempts: 2, firstWait: .milliseconds(1), longestWait: .milliseconds(2)), probe: probe)
    }

    /// Diagnoses the connection `main`.
    ///
    /// - Parameter probesWire: Whether the sandbox's SIP hosts are probed over sockets; otherwise every host answers.
    func diagnose(_ pairing: Pairing, journal: any Journal, probesWire: Bool = false) async throws -> Diagnosis {
        var probe = WireFinding.everythingAnswers
        if probesWire {
            let sandbox = sandbox
            let prober = Prober(SandboxNetwork(try sandbox.sipDocument()) { try sandbox.sipDocument(of: $0) })
            probe = { WireFinding(try await prober.probe($0)) }
        }
        return try await doctor(pairing, journal: journal, probe: probe)
            .diagnose(pairing.platform, settings: sandbox.environment)
    }
}

extension WireFinding {
    static let everythingAnswers: Doctor.Probe = { WireFinding($0, result: .reachable, verdict: .answers) }
}

extension Diagnosis {
    /// The checks that are not a pass, for messages of tests.
    var remarks: String {
        checks.filter { $0.status != .pass }.map { "\($0.id) \($0.status) \($0.owner.rawValue): \($0.finding)" }
            .joined(separator: "\n")
    }

    /// Whether nothing fails and nothing warns.
    var isFlawless: Bool {
        checks.allSatisfy { $0.status == .pass || $0.isInformation && $0.status != .warn } && verdict == .ready
    }
}
