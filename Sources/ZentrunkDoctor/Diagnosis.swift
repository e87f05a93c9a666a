public import ZentrunkCore
import ZentrunkDiagnosis
public import ZentrunkJSON

/// The result of a diagnosis: one verdict, the checks that it rests on, and the path of calls.
public struct Diagnosis: Sendable {
    /// What the checks amount to.
    public enum Verdict: Sendable, Hashable {
        /// Nothing that can be read stops a call.
        case ready
        /// Calls fail, because of this check: the first failing one.
        case willFail(DoctorCheck)
        /// No failing check, but this one could not run: the first such.
        case cannotBeTold(DoctorCheck)
    }

    /// What was diagnosed: `vapi/main`, or a number.
    public var subject: String
    /// The checks, in the order of their stages.
    public var checks: [DoctorCheck]
    /// The path of calls in each direction.
    public var paths: [CallPath]
    /// The longest chain of round trips to the vendors' APIs in which each waited for the previous one. Probes of SIP
    /// hosts come after it.
    public var depth: Int
    /// The number of requests to the vendors' APIs, by side, including retries.
    public var requests: [Side: Int]

    init(_ subject: String, _ checks: [DoctorCheck], paths: [CallPath] = []) {
        self.subject = subject.madeVisible()
        self.checks = Self.sorted(checks)
        self.paths = paths
        depth = 0
        requests = [:]
    }

    /// Returns the checks in the order of their stages, those of one stage in the order in which they were made.
    static func sorted(_ checks: [DoctorCheck]) -> [DoctorCheck] {
        checks.enumerated().sorted { ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset) }.map(\.element)
    }

    /// What the checks amount to. Warnings do not change it.
    public var verdict: Verdict {
        if let failing = checks.first(where: { $0.status == .fail && !$0.isInformation }) { return .willFail(failing) }
        if let open = checks.first(where: { $0.status == .unknown && !$0.isInformation }) { return .cannotBeTold(open) }
        return .ready
    }

    /// The check that decides the verdict; nil if everything is ready.
    public var decisive: DoctorCheck? {
        switch verdict {
        case .ready: nil
        case .willFail(let check), .cannotBeTold(let check): check
        }
    }

    /// The number of checks with a status.
    public func count(_ status: DoctorCheck.Status) -> Int { checks.count { $0.status == status } }

    /// The verdict as a sentence.
    public var sentence: String {
        switch verdict {
        case .ready: "ready"
        case .willFail(let check):
            switch check.direction {
            case .any: "calls will fail: \(check.finding)"
            case .inbound: "inbound calls will fail: \(check.finding)"
            case .outbound: "outbound calls will fail: \(check.finding)"
            }
        case .cannotBeTold(let check): "cannot be told: \(check.finding)"
        }
    }
}

// MARK: For programs

extension Diagnosis.Verdict {
    /// The verdict in one word: `ready`, `will-fail` or `cannot-be-told`.
    public var word: String {
        switch self {
        case .ready: "ready"
        case .willFail: "will-fail"
        case .cannotBeTold: "cannot-be-told"
        }
    }
}

extension Diagnosis {
    /// The diagnosis for programs.
    public var json: JSONObject {
        [
            "subject": .string(subject), "verdict": .string(verdict.word), "sentence": .string(sentence),
            "owner": decisive.map { .string($0.owner.rawValue) } ?? .null,
            "check": decisive.map { .string($0.id) } ?? .null,
            "checks": .array(checks.map { .object($0.json) }), "paths": .array(paths.map(\.json)),
            "depth": .integer(Int64(depth)),
            "requests": .object(JSONObject(Side.allCases.map { ($0.rawValue, .integer(Int64(requests[$0] ?? 0))) })),
        ]
    }
}

extension DoctorCheck {
    /// The check for programs.
    public var json: JSONObject {
        [
            "id": .string(id), "stage": .string(stage.description), "status": .string(status.rawValue),
            "finding": .string(finding), "evidence": .array(evidence.map { .string($0) }),
            "owner": .string(owner.rawValue), "direction": .string(direction.rawValue),
            "link": link.map { .string($0.rawValue) } ?? .null, "object": object.map { .string($0) } ?? .null,
            "information": .bool(isInformation), "remedies": remedies.json,
        ]
    }
}
