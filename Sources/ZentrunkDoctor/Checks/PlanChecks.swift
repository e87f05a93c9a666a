@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON

/// The checks that the live objects of a connection of ours are as it describes them.
struct PlanChecks {
    let plan: Plan
    let kinds: [KindDescription]
    let facts: SIPFacts
    /// The directions in which an instance carries calls.
    var directions: [InstanceID: Cause.Direction] = [:]
    /// Whether the program derived a username, so that its object is as it was made.
    var isDerived: @Sendable (String) -> Bool = { _ in false }

    /// Numbers whose calls another connection has taken over by `switch`, with that connection.
    var switched: [PhoneNumber: ConnectionIdentity] = [:]
    /// Origination URIs that are tried only after another one.
    var fallbacks: Set<String> = []
    /// Whether the live halves fit each other in a direction, so that what they are compared by stops no call.
    var fits: @Sendable (Cause.Direction) -> Bool = { _ in false }

    private var target: Remedy.Target { .init(plan.identity.platform, plan.identity.name) }

    /// - Parameter checks: Checks of the same objects that say more than that they differ.
    func checks(besides checks: [DoctorCheck]) -> [DoctorCheck] {
        let failing = Set(
            checks.filter { $0.status == .fail }.compactMap { check in
                check.object.map { "\(check.stage) \($0)" }
            })
        let collisions = plan.collisions.filter { !$0.isOfRoute(in: switched) }
        let collided = Set(collisions.flatMap { $0.id.split(separator: ", ").map(String.init) })
        let resources = plan.resources.compactMap(resource).filter { check in
            guard check.status == .fail, let object = check.object else { return true }
            return !failing.contains("\(check.stage) \(object)") && !collided.contains(object)
        }
        return resources + collisions.map(collision) + plan.warnings.compactMap(warning)
    }

    /// The repair of everything that differs, with the permissions that the plan needs.
    var repair: Remedy {
        var permissions: [Remedy.Permission] = plan.needsConsent ? [.changes] : []
        let collisions = plan.collisions.filter { !$0.isOfRoute(in: switched) }
        for case .allow(let permission) in collisions.flatMap(\.remedies) where !permissions.contains(permission) {
            permissions.append(permission)
        }
        // The halves may belong to different accounts: the user has to vouch for the key.
        if plan.warnings.contains(where: { $0.code == .oneSided }) { permissions.append(.oneSided) }
        // A collision hides the deeds that come after it.
        if !plan.collisions.isEmpty, !permissions.contains(.changes) { permissions.append(.changes) }
        return .repair(target, permissions)
    }

    // MARK: Objects

    private func resource(_ resource: PlannedResource) -> DoctorCheck? {
        guard let kind = kinds.first(where: { $0.name == resource.kind }) else { return nil }
        let site = CheckSite(
            stage: kind.side == .carrier ? .carrier : .platform,
            owner: kind.side == .carrier ? .carrierConfig : .platformConfig, link: link(kind),
            direction: directions[resource.instance] ?? .any, object: resource.id)
        let key = resource.instance.key
        let what = "\(kind.title)\(resource.instance.number.map { " of \($0)" } ?? "")"
        guard let deed = resource.deeds.first else {
            return site.pass(key, "the \(what) is as the connection describes it")
        }
        let differing = "the \(what)\(resource.id.map { " \($0)" } ?? "")"
        let number = resource.instance.number?.e164 ?? what
        let evidence = self.evidence(resource)
        switch deed {
        case _ where isConsequence(resource):
            let others = Set(resource.changes.flatMap(\.knownAfter)).sorted().joined(separator: ", ")
            let cause = others.isEmpty ? "the new username of the other half" : others
            return site.warn(key, "\(differing) has to follow \(cause)", evidence: evidence, remedies: [repair])
        case .make where resource.id == nil:
            return site.fail(
                key, "the \(what) of \(subject) does not exist", evidence: ["no live object"], remedies: [repair])
        case .moveRoute where resource.instance.number.map { switched[$0] != nil } ?? false:
            let other = resource.instance.number.flatMap { switched[$0] }.map { "\($0.platform)/\($0.name)" } ?? ""
            return site.warn(
                key, "\(number) was switched to \(other), which takes its calls now", evidence: evidence,
                remedies: [.command(["zentrunk", "switch", number, "--back"])])
        case .setRoute:
            return site.fail(key, "\(number) is not routed to \(subject)", evidence: evidence, remedies: [repair])
        case .moveRoute:
            return site.fail(
                key, "\(number) is routed elsewhere than to \(subject)", evidence: evidence, remedies: [repair])
        case .remove where !resource.deeds.isReplacement:
            return site.warn(key, "\(differing) is not needed any more", remedies: [repair])
        default:
            let members = resource.changes.map(\.path.description).joined(separator: ", ")
            return site.check(
                key, stopsNoCall(resource, kind) ? .warn : .fail,
                finding: "\(differing) differs from what \(subject) describes\(members.isEmpty ? "" : ": \(members)")",
                evidence: evidence, remedies: [repair])
        }
    }

    private var subject: String { "\(plan.identity.platform)/\(plan.identity.name)" }

    /// Whether calls work although the object differs.
    private func stopsNoCall(_ resource: PlannedResource, _ kind: KindDescription) -> Bool {
        guard !resource.changes.isEmpty else { return false }
        if let id = resource.id, fallbacks.contains(id) { return true }
        let isFitting = fits(directions[resource.instance] ?? .any)
        return resource.changes.allSatisfy { change in
            isHarmless(change, kind) || (isFitting && isCompared(change, resource, kind))
        }
    }

    /// Whether a difference is of the name, of a member that may have any value, or admits more than is described.
    private func isHarmless(_ change: PlannedResource.Change, _ kind: KindDescription) -> Bool {
        if let name = kind.nameField, change.path.tokens == [name] { return true }
        // A call meets a fallback only after its primary has failed.
        if kind.idField == "trunk_id", change.path.tokens.first == "fallback_uri_uuid" { return true }
        if let live = change.from?.array, let described = change.to?.array, !described.isEmpty,
            (live + described).allSatisfy({ $0.string != nil }), described.allSatisfy(live.contains)
        {
            return true
        }
        if takesAll(change, kind) { return true }
        guard let from = change.from, !from.isNull, from != "", from != [], from != [:], let to = change.to, !to.isNull
        else { return false }
        return (facts.neutral[kind.name] ?? []).contains { change.path.tokens.starts(with: $0.tokens) }
    }

    /// Whether a list was emptied that then restricts nothing: the numbers of an object that takes calls, or the objects
    /// that a shared one applies to.
    private func takesAll(_ change: PlannedResource.Change, _ kind: KindDescription) -> Bool {
        guard kind.sharesNumbers, change.from == nil || change.from == [], let field = change.path.tokens.first,
            change.path.tokens.count == 1
        else { return false }
        let isOfNumbers = field == kind.numberField && facts.inboundKinds.first == kind.name
        return isOfNumbers || kind.references.contains { $0.field == field }
    }

    /// Whether the checks that compare the halves see the difference: then they say whether it stops calls.
    private func isCompared(
        _ change: PlannedResource.Change, _ resource: PlannedResource, _ kind: KindDescription
    ) -> Bool {
        guard let live = resource.liveObject else { return false }
        guard kind.side == .platform else {
            switch kind.idField {
            case "uri_uuid":
                return ["username", "authentication_needed"].contains(change.path.tokens.first)
                    || (change.path.tokens == ["uri"] && isOfSamePlace(change))
            case "credential_uuid": return change.path.tokens == ["username"]
            case "ipacl_uuid": return change.path.tokens.first == "ip_addresses"
            default: return false
            }
        }
        // A member that goes with another one may be its second name.
        let partner = kind.fields[change.path.tokens.first ?? ""].flatMap { field -> String? in
            if case .of(let other) = field.company { other } else { nil }
        }
        var whole = JSONValue.object(live.fields)
        for one in resource.changes where one == change || one.path.tokens.first == partner {
            whole = Self.setting(one.path.tokens[...], to: one.to, in: whole)
        }
        var described = live
        described.fields = whole.object ?? [:]
        let (now, meant) = (facts.terms(kind.name, live), facts.terms(kind.name, described))
        // What answers is not compared, nor is an object that takes or places no calls any more.
        guard now.inbound?.answer == meant.inbound?.answer, (now.inbound == nil) == (meant.inbound == nil),
            now.outbound.isEmpty == meant.outbound.isEmpty
        else { return false }
        return now != meant
    }

    /// Whether a URI leads to the same service of the platform as the described one, over any of its transports.
    private func isOfSamePlace(_ change: PlannedResource.Change) -> Bool {
        guard let live = change.from?.string.flatMap({ try? OriginationURI($0) })?.host.name,
            let described = change.to?.string.flatMap({ try? OriginationURI($0) })?.host.name
        else { return false }
        guard live != described else { return true }
        guard let host = facts.host(covering: live), host == facts.host(covering: described) else { return false }
        // A label that is not an object's id selects what no check can see.
        return host.labelKind != nil
    }

    private static func setting(_ path: ArraySlice<String>, to value: JSONValue?, in whole: JSONValue) -> JSONValue {
        guard let first = path.first else { return value ?? .null }
        if var members = whole.object {
            let inner = setting(path.dropFirst(), to: value, in: members[first] ?? .null)
            members[first] = inner.isNull ? .none : inner
            return .object(members)
        }
        if var elements = whole.array, let index = Int(first), elements.indices.contains(index) {
            elements[index] = setting(path.dropFirst(), to: value, in: elements[index])
            return .array(elements)
        }
        return whole
    }

    /// Whether the object itself is as it was made, and changes only because others do: an object to be made again has
    /// another id, and a login that was changed in one half gets a new username in both.
    private func isConsequence(_ resource: PlannedResource) -> Bool {
        guard resource.id != nil, !resource.changes.isEmpty else { return false }
        return resource.changes.allSatisfy { change in
            if change.from?.string.map(isDerived) ?? false { return true }
            return !change.knownAfter.isEmpty && !change.knownAfter.contains { $0.hasPrefix("secrets.") }
        }
    }

    private func evidence(_ resource: PlannedResource) -> [String] {
        resource.changes.map { change in
            let to =
                change.knownAfter.isEmpty
                ? Self.short(change.to) : "known after \(change.knownAfter.joined(separator: ", "))"
            return "\(change.path): \(Self.short(change.from)) instead of \(to)"
        }
    }

    private static func short(_ value: JSONValue?) -> String {
        guard let value, !value.isNull else { return "nothing" }
        let text = value.string ?? value.text()
        return text.count > 80 ? text.prefix(79) + "…" : text
    }

    private func link(_ kind: KindDescription) -> DoctorCheck.Link {
        guard kind.side == .carrier else { return .platform }
        switch kind.idField {
        case "trunk_id": return .trunk
        case "uri_uuid": return .uri
        case "credential_uuid", "ipacl_uuid": return .credential
        default: return .number
        }
    }

    // MARK: Obstacles

    private func collision(_ collision: Collision) -> DoctorCheck {
        let kind = kinds.first { $0.title == collision.what && $0.side == .platform }
        let others = collision.remedies.filter { if case .allow = $0 { false } else { true } }
        let allows = others.count < collision.remedies.count
        let site = CheckSite(
            stage: kind == nil ? .carrier : .platform, owner: kind == nil ? .carrierConfig : .platformConfig,
            link: kind.map(link) ?? (collision.what.contains("trunk") ? .trunk : .number), object: collision.id)
        return site.fail(
            "\(collision.what.word).obstacle", collision.message, evidence: [collision.id],
            remedies: (allows ? [repair] : []) + others)
    }

    private func warning(_ warning: ZentrunkCore.Warning) -> DoctorCheck? {
        // What another run does is not a property of the connection.
        guard warning.code != .busy else { return nil }
        let kind = warning.object.flatMap { object in kinds.first { $0.name == object.kind } }
        let isCarrier = kind?.side == .carrier
        let isLocal = [.unfinishedRun, .oneSided].contains(warning.code)
        let site = CheckSite(
            stage: isCarrier ? .carrier : .platform,
            owner: isLocal ? .customer : isCarrier ? .carrierConfig : .platformConfig,
            link: kind.map(link) ?? .platform, object: warning.object?.id)
        return site.check(
            warning.code.description, .warn, finding: warning.message, remedies: warning.remedies)
    }
}

extension Collision {
    /// Whether the obstacle is that one of these numbers is routed elsewhere.
    func isOfRoute(in numbers: [PhoneNumber: ConnectionIdentity]) -> Bool {
        what == "route" && numbers.keys.contains { $0.e164 == id }
    }
}
