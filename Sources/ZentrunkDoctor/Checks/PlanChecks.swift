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

    private var target: Remedy.Target { .init(plan.identity.platform, plan.identity.name) }

    /// - Parameter checks: Checks of the same objects that say more than that they differ.
    func checks(besides checks: [DoctorCheck]) -> [DoctorCheck] {
        let failing = Set(
            checks.filter { $0.status == .fail }.compactMap { check in
                check.object.map { "\(check.stage) \($0)" }
            })
        let collided = Set(plan.collisions.flatMap { $0.id.split(separator: ", ").map(String.init) })
        let resources = plan.resources.compactMap(resource).filter { check in
            guard check.status == .fail, let object = check.object else { return true }
            return !failing.contains("\(check.stage) \(object)") && !collided.contains(object)
        }
        return resources + plan.collisions.map(collision) + plan.warnings.compactMap(warning)
    }

    /// The repair of everything that differs, with the permissions that the plan needs.
    var repair: Remedy {
        var permissions: [Remedy.Permission] = plan.needsConsent ? [.changes] : []
        for case .allow(let permission) in plan.collisions.flatMap(\.remedies) where !permissions.contains(permission) {
            permissions.append(permission)
        }
        // A collision hides the deeds that come after it.
        if !plan.collisions.isEmpty, !permissions.contains(.changes) { permissions.append(.changes) }
        return .repair(target, permissions)
    }

    // MARK: Objects

    private func resource(_ resource: PlannedResource) -> DoctorCheck? {
        guard let kind = kinds.first(where: { $0.name == resource.kind }) else { return nil }
        let stage: DoctorCheck.Stage = kind.side == .carrier ? .carrier : .platform
        let owner: Cause.Owner = kind.side == .carrier ? .carrierConfig : .platformConfig
        let what = "\(kind.title)\(resource.instance.number.map { " of \($0)" } ?? "")"
        func check(
            _ status: DoctorCheck.Status, _ finding: String, _ evidence: [String] = [], _ remedies: [Remedy] = []
        ) -> DoctorCheck {
            DoctorCheck(
                "\(stage).\(resource.instance.key)", stage, status, finding, evidence: evidence, owner: owner,
                remedies: remedies, at: link(kind), directions[resource.instance] ?? .any, about: resource.id)
        }
        guard let deed = resource.deeds.first else {
            return check(.pass, "the \(what) is as the connection describes it")
        }
        let id = resource.id.map { " \($0)" } ?? ""
        switch deed {
        case _ where isConsequence(resource):
            let others = Set(resource.changes.flatMap(\.knownAfter)).sorted().joined(separator: ", ")
            return check(
                .warn,
                "the \(what)\(id) has to follow \(others.isEmpty ? "the new username of the other half" : others)",
                evidence(resource), [repair])
        case .make where resource.id == nil:
            return check(.fail, "the \(what) of \(subject) does not exist", ["no live object"], [repair])
        case .setRoute:
            return check(
                .fail, "\(resource.instance.number.map(\.e164) ?? what) is not routed to \(subject)",
                evidence(resource), [repair])
        case .moveRoute:
            return check(
                .fail, "\(resource.instance.number.map(\.e164) ?? what) is routed elsewhere than to \(subject)",
                evidence(resource), [repair])
        case .remove where !resource.deeds.isReplacement:
            return check(.warn, "the \(what)\(id) is not needed any more", [], [repair])
        default:
            let members = resource.changes.map(\.path.description).joined(separator: ", ")
            return check(
                isHarmless(resource, kind) ? .warn : .fail,
                "the \(what)\(id) differs from what \(subject) describes\(members.isEmpty ? "" : ": \(members)")",
                evidence(resource), [repair])
        }
    }

    private var subject: String { "\(plan.identity.platform)/\(plan.identity.name)" }

    /// Whether calls work although the object differs: it has another name, or another value in a member that may have any.
    private func isHarmless(_ resource: PlannedResource, _ kind: KindDescription) -> Bool {
        guard !resource.changes.isEmpty else { return false }
        let neutral = facts.neutral[kind.name] ?? []
        return resource.changes.allSatisfy { change in
            if let name = kind.nameField, change.path.tokens == [name] { return true }
            guard let from = change.from, !from.isNull, from != "", from != [], from != [:], let to = change.to,
                !to.isNull
            else { return false }
            return neutral.contains { change.path.tokens.starts(with: $0.tokens) }
        }
    }

    /// Whether the object itself is as it was made, and changes only because others do: an object to be made again has
    /// another id, and a login that was changed in one half gets a new username in both.
    private func isConsequence(_ resource: PlannedResource) -> Bool {
        guard resource.id != nil, !resource.changes.isEmpty else { return false }
        return resource.changes.allSatisfy { change in
            !change.knownAfter.isEmpty || change.from?.string.map(isDerived) ?? false
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
        let stage: DoctorCheck.Stage = kind == nil ? .carrier : .platform
        let others = collision.remedies.filter { if case .allow = $0 { false } else { true } }
        let allows = others.count < collision.remedies.count
        return DoctorCheck(
            "\(stage).\(collision.what.word).obstacle", stage, .fail, collision.message, evidence: [collision.id],
            owner: kind == nil ? .carrierConfig : .platformConfig, remedies: (allows ? [repair] : []) + others,
            at: kind.map(link) ?? (collision.what.contains("trunk") ? .trunk : .number), about: collision.id)
    }

    private func warning(_ warning: ZentrunkCore.Warning) -> DoctorCheck? {
        // What another run does is not a property of the connection.
        guard warning.code != .busy else { return nil }
        let kind = warning.object.flatMap { object in kinds.first { $0.name == object.kind } }
        let isCarrier = kind?.side == .carrier
        let stage: DoctorCheck.Stage = isCarrier ? .carrier : .platform
        let isLocal = [.unfinishedRun, .oneSided].contains(warning.code)
        return DoctorCheck(
            "\(stage).\(warning.code)", stage, warning.code == .oneSided ? .fail : .warn, warning.message,
            owner: isLocal ? .customer : isCarrier ? .carrierConfig : .platformConfig, remedies: warning.remedies,
            at: kind.map(link) ?? .platform, about: warning.object?.id)
    }
}
