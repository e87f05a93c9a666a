@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
@_spi(Adapter) import ZentrunkPlivo

/// The checks of the carrier's objects.
struct CarrierChecks {
    let halves: Halves
    /// The Auth ID of the account.
    let account: String
    /// The connection of ours that has the number, if the objects show it: it knows what a person would have to look up.
    var connection: Remedy.Target?

    /// What puts an object right: the connection, or else what a person has to complete.
    private func repair(_ otherwise: Remedy) -> [Remedy] {
        guard let connection, let number = halves.numbers.first else { return [otherwise] }
        return [.connecting(connection, number.number)]
    }

    var checks: [DoctorCheck] {
        halves.numbers.flatMap(number) + halves.inbound.flatMap(inbound) + halves.outbound.flatMap(outbound)
    }

    // MARK: Numbers

    private func number(_ half: Halves.Number) -> [DoctorCheck] {
        let number = half.number
        let site = CheckSite(stage: .carrier, owner: .carrierConfig, link: .number, object: number.e164)
        switch half.status {
        case .failed(let error): return [site.unread("number.present", number.e164, because: error)]
        case .missing:
            return [
                site.owned(by: .customer).fail(
                    "number.present", "\(number) is not on the account at Plivo",
                    evidence: ["Plivo has no number \(number.digits)"], remedies: [.listNumbers])
            ]
        case .found(let status):
            return [site.pass("number.present", "\(number) is on the account")] + flags(status, number, site)
        }
    }

    private func flags(_ status: NumberStatus, _ number: PhoneNumber, _ site: CheckSite) -> [DoctorCheck] {
        var checks = [
            flag(
                "number.voice", member: "voice_enabled", is: status.isVoiceEnabled,
                good: "\(number) is enabled for voice",
                bad: "\(number) is not enabled for voice", site),
            flag(
                "number.active", member: "active", is: status.isActive, good: "\(number) is not suspended",
                bad: "\(number) is suspended", site),
        ]
        let mine = site.owned(by: .customer)
        // Only Indian numbers have the member, and its values are not documented.
        if let compliance = status.compliance {
            let isDone = ["approved", "verified", "compliant", "accepted"].contains(compliance.lowercased())
            checks.append(
                isDone
                    ? mine.pass("number.compliance", "\(number) is compliant")
                    : mine.warn(
                        "number.compliance", "the compliance of \(number) is \(compliance)",
                        evidence: ["compliance_status \(compliance)"], remedies: Self.numbersPage))
        }
        if let subaccount = status.subaccount, !subaccount.contains(account) {
            checks.append(
                mine.warn(
                    "number.subaccount", "\(number) belongs to a subaccount, whose trunks this key may not see",
                    evidence: ["sub_account \(subaccount)"]))
        }
        return checks
    }

    /// A member that is missing says nothing.
    private func flag(
        _ id: String, member: String, is value: Bool?, good: String, bad: String, _ site: CheckSite
    ) -> DoctorCheck {
        switch value {
        case true?: site.pass(id, good)
        case false?: site.fail(id, bad, evidence: ["\(member) false"], remedies: Self.numbersPage)
        case nil: site.informing().unknown(id, "Plivo did not say whether \(good)", evidence: ["no \(member)"])
        }
    }

    private static let numbersPage = [Remedy.page("https://console.plivo.com/phone-numbers/")]

    // MARK: Trunks

    private func site(_ trunk: Trunk, _ direction: Cause.Direction) -> CheckSite {
        CheckSite(stage: .carrier, owner: .carrierConfig, link: .trunk, direction: direction, object: trunk.id)
    }

    private func enabled(_ trunk: Trunk, _ site: CheckSite) -> DoctorCheck {
        let id = "\(site.direction.rawValue)-trunk.enabled"
        guard trunk.status == .enabled else {
            return site.fail(
                id, "\(trunk.label) is \(trunk.status.rawValue)", evidence: ["trunk_status \(trunk.status.rawValue)"],
                remedies: [.carrier("trunk", "update", trunk.id, "--status", "enabled")])
        }
        return site.pass(id, "\(trunk.label) is enabled")
    }

    private func inbound(_ half: Halves.Inbound) -> [DoctorCheck] {
        let trunk = half.trunk
        let site = self.site(trunk, .inbound)
        guard trunk.direction == .inbound else {
            return [
                site.fail(
                    "inbound-trunk.direction", "\(trunk.label) is outbound, so calls to its numbers are not answered",
                    evidence: ["trunk_direction \(trunk.direction.rawValue)"],
                    remedies: repair(
                        .advice("route the number to an inbound trunk: zentrunk number update NUMBER --trunk TRUNK")))
            ]
        }
        var checks = [site.pass("inbound-trunk.direction", "\(trunk.label) is inbound"), enabled(trunk, site)]
        checks += uri(half.primary, of: trunk, isPrimary: true)
        if trunk.fallbackURI != nil { checks += uri(half.fallback, of: trunk, isPrimary: false) }
        return checks
    }

    private func uri(
        _ named: Halves.Named<OriginationURIRecord>?, of trunk: Trunk, isPrimary: Bool
    ) -> [DoctorCheck] {
        let role = isPrimary ? "primary" : "fallback"
        let bad: DoctorCheck.Status = isPrimary ? .fail : .warn
        let site = self.site(trunk, .inbound).at(.uri)
        switch named {
        case nil where trunk.primaryURI == nil:
            return [
                site.fail(
                    "\(role)-uri.present", "\(trunk.label) has no origination URI, so no call leaves Plivo",
                    evidence: ["primary_uri_uuid is empty"],
                    remedies: repair(.carrier("trunk", "update", trunk.id, "--uri", "URI")))
            ]
        case nil: return []
        case .missing(let id)?:
            return [
                site.check(
                    "\(role)-uri.present", bad, finding: "the \(role) URI \(id) of \(trunk.label) does not exist")
            ]
        case .failed(let error)?:
            return [site.unread("\(role)-uri.present", "the \(role) URI of \(trunk.label)", because: error)]
        case .found(let record)?:
            return [form(record, "\(role)-uri.form", bad, site.about(record.id))]
        }
    }

    private func form(
        _ record: OriginationURIRecord, _ id: String, _ bad: DoctorCheck.Status, _ site: CheckSite
    ) -> DoctorCheck {
        let shown = OriginationURI.masked(record.uri)
        do {
            let uri = try OriginationURI(record.uri)
            guard uri.transport != nil else {
                return site.warn(
                    id, "\(record.label) names no transport, and Plivo documents no default", evidence: [shown],
                    remedies: [.carrier("uri", "update", record.id, "--uri", "\(uri.text);transport=tcp")])
            }
            return site.pass(id, "\(record.label) is \(shown)")
        } catch {
            return site.check(
                id, bad, finding: "\(record.label) cannot be dialled: \(error)", evidence: [shown],
                remedies: repair(
                    .advice("set the URI \(record.id) to a host with a transport, as in sip.example.com;transport=tcp"))
            )
        }
    }

    private func outbound(_ half: Halves.Outbound) -> [DoctorCheck] {
        let site = CheckSite(
            stage: .carrier, owner: .platformConfig, link: .trunk, direction: .outbound, object: half.object.live.id)
        switch half.trunk {
        case nil: return []
        case .missing(let id)?:
            return [
                site.fail(
                    "outbound-trunk.present",
                    "\(half.object.label) dials \(half.terms.address), and the account has no trunk \(id)")
            ]
        case .failed(let error)?:
            return [site.unread("outbound-trunk.present", "the trunk of \(half.terms.address)", because: error)]
        case .found(let trunk)?:
            guard trunk.direction == .outbound else {
                return [
                    site.fail(
                        "outbound-trunk.direction", "\(half.object.label) dials \(trunk.label), which is inbound",
                        evidence: ["trunk_direction \(trunk.direction.rawValue)"])
                ]
            }
            let site = self.site(trunk, .outbound)
            return [enabled(trunk, site), authentication(trunk, half, site.at(.credential))]
        }
    }

    /// An outbound trunk admits calls by a credential or by an access list with addresses.
    private func authentication(_ trunk: Trunk, _ half: Halves.Outbound, _ site: CheckSite) -> DoctorCheck {
        let id = "outbound-trunk.authentication"
        if let list = half.accessList?.object, let check = coverage(list, of: trunk, id, site.about(list.id)) {
            return check
        }
        if let missing = half.credential?.missingID ?? half.accessList?.missingID {
            return site.fail(
                id, "\(trunk.label) admits calls by \(missing), which does not exist",
                remedies: repair(.carrier("trunk", "update", trunk.id, "--credential", "CREDENTIAL")))
        }
        guard trunk.credential != nil || trunk.accessList != nil else {
            return site.fail(
                id, "\(trunk.label) has neither a credential nor an access list",
                remedies: repair(.carrier("trunk", "update", trunk.id, "--credential", "CREDENTIAL")))
        }
        return site.pass(id, "\(trunk.label) has a credential or an access list")
    }

    /// An access list admits every address from which the platform calls. Next to a credential it may not be needed.
    private func coverage(
        _ list: IPAccessControlList, of trunk: Trunk, _ id: String, _ site: CheckSite
    ) -> DoctorCheck? {
        let bad: DoctorCheck.Status = trunk.credential == nil ? .fail : .warn
        let allowed = list.addresses.compactMap { try? IPNetwork($0) }
        let side = halves.platform
        let callers = side.flatMap { $0.facts.callers($0.values) }
        let missing = (callers ?? []).filter { needed in !allowed.contains { $0.contains(needed) } }
        let added = callers == nil ? ["NETWORK"] : missing.map(\.description)
        let words =
            ["zentrunk", "acl", "update", list.id] + (allowed.map(\.description) + added).flatMap { ["--ip", $0] }
        if list.addresses.isEmpty {
            guard bad == .fail else { return nil }
            return site.fail(
                id, "\(list.label) of \(trunk.label) has no address, so every call is refused",
                remedies: [.command(words)])
        }
        guard !missing.isEmpty, let side else { return nil }
        return site.check(
            id, bad,
            finding:
                "\(list.label) of \(trunk.label) lacks \(added.joined(separator: ", ")), from where \(side.description.title) calls",
            evidence: list.addresses, remedies: [.command(words)])
    }
}

extension Halves.Named {
    /// The id of an object that does not exist.
    fileprivate var missingID: String? { if case .missing(let id) = self { id } else { nil } }
}

extension Remedy {
    /// One of the carrier's own commands of this program.
    static func carrier(_ words: String...) -> Remedy { .command(["zentrunk"] + words) }
}
