import ZentrunkJSON

/// Whose an object is: a name alone does not say it.
extension LiveState {
    /// Decides about platform objects whose names have no tag. Version 0.1 named them so, and another account of the carrier
    /// may have made them.
    ///
    /// An object is the connection's when the journal remembers it, when it is about a number of this account, or when an
    /// object that is the connection's points at it or is pointed at. What nothing speaks for stays in ``untagged`` and is
    /// not touched.
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

/// What other objects quote of an object when they point at it, and what it quotes itself.
struct Marks: Sendable {
    private let own: [String]
    private let text: String

    /// - Parameter domainField: The field with the domain that platforms dial.
    init(_ object: LiveObject, _ domainField: String) {
        own = [object.id, object.fields[domainField]?.string].compactMap { $0 }
        text = JSONValue.object(object.fields).text()
    }

    /// Whether this object points at the other one: it quotes its id or its domain.
    func pointsAt(_ other: Marks) -> Bool { other.own.contains { text.contains($0) } }

    func isRelated(to other: Marks) -> Bool { pointsAt(other) || other.pointsAt(self) }
}

/// Whether both halves of a connection belong together: the carrier's half may be another connection's, made with another
/// account of the platform under the same name.
struct SideCheck: Sendable {
    let kinds: KindTable
    let platform: PlatformDescription
    let record: ConnectionRecord?
    /// What unfinished runs did: what they removed, or may have, is no surprise when it is gone, and what they were about to make
    /// is theirs though its id was not noted.
    let unfinished: UnfinishedWrites
    let template: Template

    /// The carrier's account is part of every identity, so its objects are what the key shows. A platform's key may belong to
    /// another account of the platform. The journal vouches for the carrier's objects whose ids it knows; then one known
    /// object of the platform is enough. Otherwise an object of one side has to point at an object of the other.
    ///
    /// - Throws: ``ZentrunkError`` `oneSided` that names the settings to check.
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
            // A run that did not come as far as the platform leaves the carrier's objects alone, and the journal says so.
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

    /// Whether an object of one side points at one of the other. Where none of those that are there could, a number that the
    /// platform has and that is routed to the connection's trunk says the same.
    private func areLinked(_ state: LiveState) -> Bool {
        var couldBe = false
        for (source, target) in links {
            let sources = state.owned.filter { $0.key.key == source || OwnedName.isOldKey($0.key.key, of: source) }
            let targets = state.owned.filter { $0.key.key == target || OwnedName.isOldKey($0.key.key, of: target) }
                .map { Marks($0.value.object, kinds.domainField) }
            // An object that not every connection has may be missing for good reason.
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

    /// Keys of the template whose objects point at an object of the other side.
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

    /// The platform's objects that should be there.
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

/// What runs that are not at their end did to a connection.
struct UnfinishedWrites: Sendable {
    /// Deleted, or perhaps.
    var removed: Set<RecordedObject> = []
    /// Made, or perhaps.
    var attempted: Set<InstanceID> = []

    mutating func add(_ write: PastWrite) {
        guard write.mayHaveHappened else { return }
        switch write.intent.operation {
        case .create: attempted.insert(write.intent.instance)
        case .delete: if let object = write.intent.object { removed.insert(object) }
        case .update, .restore: break
        }
    }
}

extension LiveState.Found {
    var recorded: RecordedObject { RecordedObject(kind: kind, id: object.id) }
}
