import ZentrunkJSON

/// The rules for which objects belong to a connection. A name alone is not sufficient.
extension LiveState {
    /// Decides which platform objects with untagged names belong to the connection. Version 0.1 gave such names, also
    /// for other carrier accounts.
    ///
    /// An object belongs to the connection if the journal knows it, if it holds a number of this account, or if it
    /// references an object of the connection or is referenced by one. Without such evidence, it stays in ``untagged``
    /// and is left unchanged.
    mutating func claimUntagged(remembered: Set<RecordedObject>, _ kinds: KindTable) throws {
        var pending = untagged.sorted { $0.key < $1.key }.flatMap { instance, found in found.map { (instance, $0) } }
        guard !pending.isEmpty else { return }
        untagged = [:]
        var others: [Marks] = []
        var ours = owned.values.map { Marks($0.object, kinds.domainField) }
        var isSettled = false
        while !isSettled {
            isSettled = true
            var left: [(InstanceID, Found)] = []
            for (instance, found) in pending {
                let numbers = try kinds.kind(found.kind).description.numbers(of: found.object)
                let marks = Marks(found.object, kinds.domainField)
                let isRemembered = remembered.contains(RecordedObject(kind: found.kind, id: found.object.id))
                let isOnAccount = numbers.contains { routes[$0].flatMap { $0 } != nil }
                if isRemembered || isOnAccount || (numbers.isEmpty && ours.contains { $0.isRelated(to: marks) }) {
                    own(found, as: instance)
                    ours.append(marks)
                } else if !numbers.isEmpty || others.contains(where: { $0.isRelated(to: marks) }) {
                    untagged[instance, default: []].append(found)
                    others.append(marks)
                } else {
                    left.append((instance, found))
                    continue
                }
                isSettled = false
            }
            pending = left
        }
        for (instance, found) in pending { untagged[instance, default: []].append(found) }
    }
}

/// The id and domain by which other objects reference an object, and the object's own text.
struct Marks: Sendable {
    private let own: [String]
    private let text: String

    /// - Parameter domainField: The field with the domain that platforms dial.
    init(_ object: LiveObject, _ domainField: String) {
        own = [object.id, object.fields[domainField]?.string].compactMap { $0 }
        text = JSONValue.object(object.fields).text()
    }

    /// Whether this object references the other one: its text contains the other's id or domain.
    func pointsAt(_ other: Marks) -> Bool { other.own.contains { text.contains($0) } }

    func isRelated(to other: Marks) -> Bool { pointsAt(other) || other.pointsAt(self) }
}

/// A check that both halves belong to the same connection. The carrier's half may belong to a connection of the same
/// name that was made with another account of the platform.
struct SideCheck: Sendable {
    let kinds: KindTable
    let platform: PlatformDescription
    let record: ConnectionRecord?
    /// The writes of unfinished runs. Objects that they deleted or may have deleted are not expected to exist, and
    /// objects that they were about to create are theirs although their ids are not recorded.
    let unfinished: UnfinishedWrites
    let template: Template

    /// Checks that the platform's key belongs to the account with the connection's objects.
    ///
    /// The carrier's account is part of every identity, so its objects are the visible ones. The platform's key may
    /// belong to another account. If the journal knows an id among the carrier's objects, one known object of the
    /// platform is sufficient evidence. Otherwise an object of one side must reference an object of the other.
    ///
    /// - Throws: ``ZentrunkError`` `oneSided`, which names the settings to check.
    func check(_ state: LiveState) throws(ZentrunkError) {
        let keys = Set(template.resources.map(\.key))
        let carrier = state.owned.filter {
            side($0.value.kind) == .carrier && (keys.contains($0.key.key) || Self.isOld($0.key.key, of: keys))
        }
        guard !carrier.isEmpty, template.resources.contains(where: { side($0.kind) == .platform }) else { return }
        let platformObjects = state.owned.values.filter { side($0.kind) == .platform }.map(\.recorded)
        let remembered = rememberedPlatformObjects
        let known = Set((record?.objects ?? [:]).values)
        let isVouchedFor = carrier.contains {
            known.contains($0.value.recorded) || unfinished.attempted.contains($0.key)
        }
        if isVouchedFor {
            // A run that ended before it reached the platform leaves only the carrier's objects, and the journal
            // records it.
            guard !remembered.isEmpty, remembered.isDisjoint(with: platformObjects), !areLinked(state) else { return }
        } else {
            guard platformObjects.isEmpty || !areLinked(state) else { return }
        }
        let count = carrier.count == 1 ? "1 object" : "\(carrier.count) objects"
        throw Self.mismatch(
            platform,
            !platformObjects.isEmpty
                ? "the carrier has \(count) of it, and the objects of its name in this account of \(platform.title) do not belong to them"
                : remembered.isEmpty
                    ? "the carrier has \(count) of it, but this account of \(platform.title) has none"
                    : "this account of \(platform.title) has none of the \(remembered.count) that were created there, while the carrier has \(count)"
        )
    }

    /// Whether an object of one side references one of the other. If no existing object could, a platform object with a
    /// number that is routed to the connection's trunk is equivalent evidence.
    private func areLinked(_ state: LiveState) -> Bool {
        var couldBe = false
        for (source, target) in links {
            let sources = state.owned.filter { $0.key.key == source || OwnedName.isOldKey($0.key.key, of: source) }
            let targets = state.owned.filter { $0.key.key == target || OwnedName.isOldKey($0.key.key, of: target) }
                .map { Marks($0.value.object, kinds.domainField) }
            // An object that only some connections have may be missing legitimately.
            let isAlways = template.resources.contains { $0.key == target && $0.condition == nil }
            guard isAlways || !targets.isEmpty else { continue }
            for found in sources.values {
                couldBe = true
                let marks = Marks(found.object, kinds.domainField)
                if targets.contains(where: marks.pointsAt) { return true }
            }
        }
        guard !couldBe else { return false }
        let own = Set(state.owned.values.map(\.recorded))
        let route = kinds.route.description
        return state.owned.values.contains { found in
            guard let kind = try? kinds.kind(found.kind).description, kind.side == .platform else { return false }
            return kind.numbers(of: found.object).contains { number in
                guard let live = state.routes[number] ?? nil else { return false }
                return route.references.contains { field, target in
                    live.fields[field]?.string.map { own.contains(RecordedObject(kind: target, id: $0)) } ?? false
                }
            }
        }
    }

    /// Pairs of template keys: a resource, and one of the other side that it references.
    private var links: [(String, String)] {
        let sides = Dictionary(template.resources.map { ($0.key, side($0.kind)) }) { first, _ in first }
        return template.resources.flatMap { resource in
            resource.body.references.compactMap { reference -> (String, String)? in
                guard case .resource(let key, _) = reference.source, let target = sides[key],
                    target != side(resource.kind)
                else { return nil }
                return (resource.key, key)
            }
        }
    }

    /// The platform's objects that are expected to exist.
    var rememberedPlatformObjects: Set<RecordedObject> {
        Set((record?.objects ?? [:]).values.filter { side($0.kind) == .platform }).subtracting(unfinished.removed)
    }

    private func side(_ kind: String) -> Side? { try? kinds.kind(kind).description.side }

    private static func isOld(_ key: String, of keys: Set<String>) -> Bool {
        keys.contains { OwnedName.isOldKey(key, of: $0) }
    }

    static func mismatch(_ platform: PlatformDescription, _ found: String) -> ZentrunkError {
        let variables = platform.settings.filter(\.isRequired).map(\.variable).joined(separator: ", ")
        return ZentrunkError(
            .oneSided,
            "only one half of the connection is visible: \(found). Check \(variables): the key may belong to another account of \(platform.title). If it is the right one, the objects were deleted, and the connection can go on without them",
            at: .platform, remedies: [.allow(.oneSided)])
    }
}

/// The writes of a connection's unfinished runs.
struct UnfinishedWrites: Sendable {
    /// Objects that were deleted, or may have been.
    var removed: Set<RecordedObject> = []
    /// Instances that were created, or may have been.
    var attempted: Set<InstanceID> = []

    mutating func add(_ write: PastWrite) {
        guard write.mayHaveHappened else { return }
        switch write.intent.deed {
        case .make: attempted.insert(write.intent.instance)
        case .remove: if let object = write.intent.object { removed.insert(object) }
        default: break
        }
    }
}

extension LiveState.Found {
    var recorded: RecordedObject { RecordedObject(kind: kind, id: object.id) }
}
