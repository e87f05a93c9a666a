@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// Whose the objects about the number are: of which connection of ours, and of which account of a platform.
extension NumberVisit {
    /// The connection of this account whose objects at a platform hold the number; nil for none or several.
    func holder(among places: [Int: Place]) -> Remedy.Target? {
        let tag = AccountTag(of: visit.account.account)
        let owners = places.values.flatMap { place in
            place.side.objects.compactMap { object -> Remedy.Target? in
                guard object.kind.numbers(of: object.live).contains(number),
                    let name = object.kind.name(of: object.live).flatMap(OwnedName.init(parsing:)),
                    name.platform == place.side.description.id, name.tag == nil || name.tag == tag
                else { return nil }
                return Remedy.Target(name.platform, name.connection)
            }
        }
        return Set(owners).count == 1 ? owners.first : nil
    }

    /// Puts right what the carrier's half alone says of the route: a connection that holds the number wants its calls.
    func rerouting(
        _ checks: inout [DoctorCheck], _ halves: Halves, _ found: Place?, _ holder: Remedy.Target?
    ) {
        guard let holder, let index = checks.firstIndex(where: { $0.id == "carrier.number.route" }) else { return }
        let remedy = Remedy.connecting(holder, number)
        if checks[index].status == .fail {
            checks[index].remedies = [remedy]
        } else if let found, found.side.error == nil, found.side.objects.isEmpty,
            found.side.description.id != holder.platform, let trunk = halves.inbound.first?.trunk
        {
            let site = CheckSite(
                stage: .carrier, owner: .carrierConfig, link: .number, direction: .inbound, object: number.e164)
            checks[index] = site.fail(
                "number.route",
                "\(number) is routed to \(trunk.label), which leads to \(found.side.description.title), and only the connection \(holder.platform)/\(holder.name) has the number",
                evidence: checks[index].evidence, remedies: [remedy])
        }
    }

    func adapter(
        of account: Doctor.PlatformAccount, _ values: [String: JSONValue]
    ) throws -> any PlatformAdapter {
        let settings = visit.settings(account.settings)
        return try account.platform.adapter.init(
            settings: settings, values: values, transport: visit.stack(account.platform, settings))
    }

    /// Pairs of objects in the way of the number's calls that interfere with each other.
    ///
    /// Neither is known to be the one that is meant, so of both readings the one with the smaller reach counts.
    func conflicts(
        in side: Halves.Side, _ account: Doctor.PlatformAccount
    ) -> [(object: Halves.PlatformObject, other: Halves.PlatformObject, conflict: Conflict)] {
        let chain = side.chain(of: number)
        guard let kinds = try? adapter(of: account, side.values).kinds else { return [] }
        return chain.indices.flatMap { index in
            chain[(index + 1)...].compactMap { other in
                let object = chain[index]
                guard object.kind.name == other.kind.name, object.live.id != other.live.id,
                    let kind = kinds.first(where: { $0.description.name == object.kind.name }),
                    let there = kind.conflict(of: object.live.fields, with: other.live),
                    let back = kind.conflict(of: other.live.fields, with: object.live),
                    there.reach != .noCall, back.reach != .noCall
                else { return nil }
                return there.reach == .everyCall && back.reach == .someCalls
                    ? (other, object, back) : (object, other, there)
            }
        }
    }

    /// The URI's host belongs to another account of the platform than the objects about the number.
    func misplaced(
        _ place: Place, of account: Doctor.PlatformAccount, host: SIPFacts.Host, uri: OriginationURI,
        _ record: OriginationURIRecord
    ) -> DoctorCheck? {
        func name(of host: SIPFacts.Host) -> String? {
            try? adapter(of: account, host.values.mapValues { .string($0) }).account
        }
        guard !host.values.isEmpty, !place.side.objects.isEmpty, let own = place.side.account,
            let theirs = name(of: host), own != theirs
        else { return nil }
        let right = account.platform.adapter.sip.hosts.first { name(of: $0) == own }
        let title = account.platform.title
        return CheckSite(
            stage: .agreement, owner: .carrierConfig, link: .host, direction: .inbound, object: record.id
        ).fail(
            "inbound.account",
            "\(uri.host.name) takes calls for \(title)'s \(theirs), and the number is in \(title)'s \(own)",
            evidence: [uri.text],
            remedies: right.map {
                [.carrier("uri", "update", record.id, "--uri", uri.text.replacing(host.name, with: $0.name))]
            } ?? [])
    }
}
