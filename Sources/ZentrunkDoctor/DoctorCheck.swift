public import ZentrunkCore
public import ZentrunkDiagnosis

/// One check of a diagnosis: what was looked at, and what it means for calls.
public struct DoctorCheck: Sendable, Hashable {
    /// How a check ended.
    public enum Status: String, Sendable, Hashable, CaseIterable {
        /// Nothing stops calls here.
        case pass
        /// Calls may work, and something deserves attention.
        case warn
        /// Calls fail here.
        case fail
        /// The check could not run, or proved nothing. It never counts as a pass.
        case unknown
    }

    /// The part of the diagnosis that a check belongs to. The parts are in this order, and the first failing check
    /// decides the verdict.
    public enum Stage: Int, Sendable, Hashable, CaseIterable, Comparable {
        case local, account, carrier, platform, agreement, wire, history

        /// Whether the left stage comes first.
        public static func < (left: Stage, right: Stage) -> Bool { left.rawValue < right.rawValue }
    }

    /// The link of a call's path that a check is about.
    public enum Link: String, Sendable, Hashable, CaseIterable {
        case account, number, trunk, credential, uri, host, platform, agent
    }

    /// The stable name of the check: `carrier.trunk.enabled`.
    public var id: String
    /// The part of the diagnosis.
    public var stage: Stage
    /// How it ended.
    public var status: Status
    /// What was found, in one sentence.
    public var finding: String
    /// What the finding rests on: values, and the vendors' own words. Without secrets.
    public var evidence: [String]
    /// Who has to act; `none` if nobody has to.
    public var owner: Cause.Owner
    /// What helps, the likeliest first.
    public var remedies: [Remedy]
    /// The link of the path that it is about; nil for none.
    public var link: Link?
    /// The calls that it is about.
    public var direction: Cause.Direction
    /// The id of the object that it is about; nil for none.
    public var object: String?
    /// Whether the check informs only, so that the verdict does not depend on it.
    public var isInformation: Bool

    init(
        _ id: String, _ stage: Stage, _ status: Status, _ finding: String, evidence: [String] = [],
        owner: Cause.Owner = .none, remedies: [Remedy] = [], at link: Link? = nil, _ direction: Cause.Direction = .any,
        about object: String? = nil, isInformation: Bool = false
    ) {
        self.id = id
        self.stage = stage
        self.status = status
        self.finding = finding.madeVisible()
        self.evidence = evidence.map { $0.madeVisible() }
        self.owner = status == .pass ? .none : owner
        self.remedies = status == .pass ? [] : remedies
        self.link = link
        self.direction = direction
        self.object = object
        self.isInformation = isInformation
    }

    /// A check that a failure of a request prevented.
    init(
        unread id: String, _ stage: Stage, _ what: String, _ error: ZentrunkError, at link: Link? = nil,
        _ direction: Cause.Direction = .any, isInformation: Bool = false
    ) {
        self.init(
            id, stage, .unknown, "\(what) could not be read: \(error.message)",
            evidence: [error.vendorMessage].compactMap { $0 }, owner: error.owner, remedies: error.remedies, at: link,
            direction, isInformation: isInformation)
    }
}

extension DoctorCheck.Stage: CustomStringConvertible {
    /// The stage's name in ids: `carrier`.
    public var description: String {
        switch self {
        case .local: "local"
        case .account: "account"
        case .carrier: "carrier"
        case .platform: "platform"
        case .agreement: "agreement"
        case .wire: "wire"
        case .history: "history"
        }
    }
}

extension ZentrunkError {
    /// Who has to act on an error of a read.
    ///
    /// A refused key or a missing right is the user's. A server's failure is its vendor's. Of a request without an answer
    /// it is unknown: this machine's network may be the cause.
    var owner: Cause.Owner {
        switch code {
        case .unauthenticated, .rateLimited, .invalid: return .customer
        case .unavailable:
            guard let status, status >= 500 else { return .unknown }
            return place == .carrier ? .carrier : place == .platform ? .platform : .unknown
        case .refused: return .customer
        default: return .unknown
        }
    }
}
