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

    /// - Parameters:
    ///   - id: Without the stage.
    ///   - site: What the check has in common with others.
    fileprivate init(
        id: String, site: CheckSite, status: Status, finding: String, evidence: [String], remedies: [Remedy]
    ) {
        self.id = "\(site.stage).\(id)"
        stage = site.stage
        self.status = status
        self.finding = finding.madeVisible()
        self.evidence = evidence.map { $0.madeVisible() }
        owner = status == .pass ? .none : site.owner
        self.remedies = status == .pass ? [] : remedies
        link = site.link
        direction = site.direction
        object = site.object
        isInformation = site.isInformation
    }
}

/// What several checks have in common, and the maker of those checks. Ids are given without the stage.
struct CheckSite: Sendable {
    var stage: DoctorCheck.Stage
    /// Who has to act if a check does not pass.
    var owner: Cause.Owner
    var link: DoctorCheck.Link?
    var direction = Cause.Direction.any
    /// The id of the object that the checks are about.
    var object: String?
    var isInformation = false

    func check(
        _ id: String, _ status: DoctorCheck.Status, finding: String, evidence: [String] = [], remedies: [Remedy] = []
    ) -> DoctorCheck {
        DoctorCheck(id: id, site: self, status: status, finding: finding, evidence: evidence, remedies: remedies)
    }

    func pass(_ id: String, _ finding: String, evidence: [String] = []) -> DoctorCheck {
        check(id, .pass, finding: finding, evidence: evidence)
    }

    func warn(_ id: String, _ finding: String, evidence: [String] = [], remedies: [Remedy] = []) -> DoctorCheck {
        check(id, .warn, finding: finding, evidence: evidence, remedies: remedies)
    }

    func fail(_ id: String, _ finding: String, evidence: [String] = [], remedies: [Remedy] = []) -> DoctorCheck {
        check(id, .fail, finding: finding, evidence: evidence, remedies: remedies)
    }

    func unknown(_ id: String, _ finding: String, evidence: [String] = [], remedies: [Remedy] = []) -> DoctorCheck {
        check(id, .unknown, finding: finding, evidence: evidence, remedies: remedies)
    }

    /// A check that a failure of a request prevented.
    func unread(_ id: String, _ what: String, because error: ZentrunkError) -> DoctorCheck {
        owned(by: error.owner).unknown(
            id, "\(what) could not be read: \(error.message)", evidence: [error.vendorMessage].compactMap { $0 },
            remedies: error.remedies)
    }

    func owned(by owner: Cause.Owner) -> CheckSite { with { $0.owner = owner } }
    func at(_ link: DoctorCheck.Link) -> CheckSite { with { $0.link = link } }
    func about(_ object: String) -> CheckSite { with { $0.object = object } }
    func calls(_ direction: Cause.Direction) -> CheckSite { with { $0.direction = direction } }
    func informing() -> CheckSite { with { $0.isInformation = true } }

    private func with(_ change: (inout CheckSite) -> Void) -> CheckSite {
        var site = self
        change(&site)
        return site
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
