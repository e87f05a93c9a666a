@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
@_spi(Adapter) import ZentrunkPlivo

/// The checks of the carrier's objects.
struct CarrierChecks {
    let halves: Halves
    /// The Auth ID of the account.
    let account: String

    var checks: [DoctorCheck] {
        halves.numbers.flatMap(number) + halves.inbound.flatMap(inbound) + halves.outbound.flatMap(outbound)
    }

    private func number(_ half: Halves.Number) -> [DoctorCheck] {
        let number = half.number
        func check(
            _ name: String, _ status: DoctorCheck.Status, _ finding: String, _ evidence: String? = nil,
            owner: Cause.Owner = .customer, _ remedies: [Remedy] = []
        ) -> DoctorCheck {
            DoctorCheck(
                "carrier.number.\(name)", .carrier, status, finding, evidence: [evidence].compactMap { $0 },
                owner: owner, remedies: remedies, at: .number, about: number.e164)
        }
        let page = [Remedy.page("https://console.plivo.com/phone-numbers/")]
        switch half.status {
        case .failed(let error):
            return [DoctorCheck(unread: "carrier.number.present", .carrier, "\(number)", error, at: .number)]
        case .missing:
            return [
                check(
                    "present", .fail, "\(number) is not on the account at Plivo",
                    "Plivo has no number \(number.digits)",
                    [.listNumbers])
            ]
        case .found(let status):
            var checks = [check("present", .pass, "\(number) is on the account")]
            checks.append(
                status.isVoiceEnabled == false
                    ? check(
                        "voice", .fail, "\(number) is not enabled for voice", "voice_enabled false",
                        owner: .carrierConfig, page)
                    : check("voice", .pass, "\(number) is enabled for voice"))
            checks.append(
                status.isActive == false
                    ? check("active", .fail, "\(number) is suspended", "active false", owner: .carrierConfig, page)
                    : check("active", .pass, "\(number) is not suspended"))
            // Only Indian numbers have the member, and its values are not documented.
            if let compliance = status.compliance {
                let isDone = ["approved", "verified", "compliant", "accepted"].contains(compliance.lowercased())
                checks.append(
                    check(
                        "compliance", isDone ? .pass : .warn,
                        isDone ? "\(number) is compliant" : "the compliance of \(number) is \(compliance)",
                        "compliance_status \(compliance)", page))
            }
            if let subaccount = status.subaccount, !subaccount.contains(account) {
                checks.append(
                    check(
                        "subaccount", .warn, "\(number) belongs to a subaccount, whose trunks this key may not see",
                        "sub_account \(subaccount)"))
            }
            return checks
        }
    }

    // MARK: Trunks

    private func trunk(
        _ name: String, _ status: DoctorCheck.Status, _ finding: String, _ trunk: Trunk, _ direction: Cause.Direction,
        evidence: [String] = [], _ remedies: [Remedy] = [], link: DoctorCheck.Link = .trunk
    ) -> DoctorCheck {
        DoctorCheck(
            "carrier.\(direction.rawValue)-trunk.\(name)", .carrier, status, finding, evidence: evidence,
            owner: .carrierConfig, remedies: remedies, at: link, direction, about: trunk.id)
    }

    private func enabled(_ trunk: Trunk, _ direction: Cause.Direction) -> DoctorCheck {
        guard trunk.status == .enabled else {
            return self.trunk(
                "enabled", .fail, "\(trunk.label) is \(trunk.status.rawValue)", trunk, direction,
                evidence: ["trunk_status \(trunk.status.rawValue)"],
                [.carrier("trunk", "update", trunk.id, "--status", "enabled")])
        }
        return self.trunk("enabled", .pass, "\(trunk.label) is enabled", trunk, direction)
    }

    private func inbound(_ half: Halves.Inbound) -> [DoctorCheck] {
        let trunk = half.trunk
        guard trunk.direction == .inbound else {
            return [
                self.trunk(
                    "direction", .fail, "\(trunk.label) is outbound, so calls to its numbers are not answered", trunk,
                    .inbound, evidence: ["trunk_direction \(trunk.direction.rawValue)"],
                    [.advice("route the number to an inbound trunk: zentrunk number update NUMBER --trunk TRUNK")])
            ]
        }
        var checks = [
            self.trunk("direction", .pass, "\(trunk.label) is inbound", trunk, .inbound), enabled(trunk, .inbound),
        ]
        checks += uri(half.primary, of: trunk, isPrimary: true)
        if trunk.fallbackURI != nil { checks += uri(half.fallback, of: trunk, isPrimary: false) }
        return checks
    }

    private func uri(
        _ named: Halves.Named<OriginationURIRecord>?, of trunk: Trunk, isPrimary: Bool
    ) -> [DoctorCheck] {
        let role = isPrimary ? "primary" : "fallback"
        let bad: DoctorCheck.Status = isPrimary ? .fail : .warn
        func check(
            _ name: String, _ status: DoctorCheck.Status, _ finding: String, _ evidence: [String] = [],
            _ remedies: [Remedy] = [], about id: String? = nil
        ) -> DoctorCheck {
            DoctorCheck(
                "carrier.\(role)-uri.\(name)", .carrier, status, finding, evidence: evidence, owner: .carrierConfig,
                remedies: remedies, at: .uri, .inbound, about: id ?? trunk.id)
        }
        switch named {
        case nil where trunk.primaryURI == nil:
            return [
                check(
                    "present", .fail, "\(trunk.label) has no origination URI, so no call leaves Plivo",
                    ["primary_uri_uuid is empty"], [.carrier("trunk", "update", trunk.id, "--uri", "URI")])
            ]
        case nil: return []
        case .missing(let id)?:
            return [check("present", bad, "the \(role) URI \(id) of \(trunk.label) does not exist")]
        case .failed(let error)?:
            return [
                DoctorCheck(
                    unread: "carrier.\(role)-uri.present", .carrier, "the \(role) URI of \(trunk.label)", error,
                    at: .uri,
                    .inbound)
            ]
        case .found(let record)?:
            let shown = OriginationURI.masked(record.uri)
            let change = Remedy.carrier("uri", "update", record.id, "--uri", "HOST;transport=tcp")
            do {
                let uri = try OriginationURI(record.uri)
                guard uri.transport != nil else {
                    return [
                        check(
                            "form", .warn, "\(record.label) names no transport, and Plivo documents no default",
                            [shown],
                            [change], about: record.id)
                    ]
                }
                return [check("form", .pass, "\(record.label) is \(shown)", about: record.id)]
            } catch {
                return [
                    check(
                        "form", bad, "\(record.label) cannot be dialled: \(error)", [shown], [change], about: record.id)
                ]
            }
        }
    }

    private func outbound(_ half: Halves.Outbound) -> [DoctorCheck] {
        switch half.trunk {
        case nil: return []
        case .missing(let id)?:
            return [
                DoctorCheck(
                    "carrier.outbound-trunk.present", .carrier, .fail,
                    "\(half.object.label) dials \(half.terms.address), and the account has no trunk \(id)",
                    owner: .platformConfig, at: .trunk, .outbound, about: half.object.live.id)
            ]
        case .failed(let error)?:
            return [
                DoctorCheck(
                    unread: "carrier.outbound-trunk.present", .carrier, "the trunk of \(half.terms.address)", error,
                    at: .trunk, .outbound)
            ]
        case .found(let trunk)?:
            guard trunk.direction == .outbound else {
                return [
                    self.trunk(
                        "direction", .fail, "\(half.object.label) dials \(trunk.label), which is inbound", trunk,
                        .outbound, evidence: ["trunk_direction \(trunk.direction.rawValue)"])
                ]
            }
            return [enabled(trunk, .outbound), authentication(trunk, half)].compactMap { $0 }
        }
    }

    /// An outbound trunk admits calls by a credential or by an access list with addresses.
    private func authentication(_ trunk: Trunk, _ half: Halves.Outbound) -> DoctorCheck? {
        let name = "authentication"
        if let list = half.accessList?.object, list.addresses.isEmpty, trunk.credential == nil {
            return self.trunk(
                name, .fail, "\(list.label) of \(trunk.label) has no address, so every call is refused", trunk,
                .outbound, [.carrier("acl", "update", list.id, "--ip", "NETWORK")], link: .credential)
        }
        for case .missing(let id)? in [half.credential.map(Self.id), half.accessList.map(Self.id)] {
            return self.trunk(
                name, .fail, "\(trunk.label) admits calls by \(id), which does not exist", trunk, .outbound,
                link: .credential)
        }
        guard trunk.credential != nil || trunk.accessList != nil else {
            return self.trunk(
                name, .fail, "\(trunk.label) has neither a credential nor an access list", trunk, .outbound,
                [.carrier("trunk", "update", trunk.id, "--credential", "CREDENTIAL")], link: .credential)
        }
        return self.trunk(
            name, .pass, "\(trunk.label) has a credential or an access list", trunk, .outbound, link: .credential)
    }

    private static func id<Object>(_ named: Halves.Named<Object>) -> Halves.Named<String> {
        switch named {
        case .found: .found("")
        case .missing(let id): .missing(id)
        case .failed(let error): .failed(error)
        }
    }
}

extension Remedy {
    /// One of the carrier's own commands of this program.
    static func carrier(_ words: String...) -> Remedy { .command(["zentrunk"] + words) }
}
