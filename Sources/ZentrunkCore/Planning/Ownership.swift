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

/// Whether both halves of a connection are looked at through the keys with which they were made.
struct SideCheck: Sendable {
    let kinds: KindTable
    let platform: PlatformDescription
    let record: ConnectionRecord?
    /// Objects that unfinished runs removed, or may have: that they are gone is no surprise.
    let removed: Set<RecordedObject>

    /// The carrier's account is part of every identity, so its objects are what the key shows. A platform's key may belong to
    /// another account of the platform: there the connection's objects are missing while the carrier's are in place.
    ///
    /// - Throws: ``ConnectionError`` `oneSided` that names the settings to check.
    func check(_ state: LiveState, hasPlatformObjects: Bool) throws(ConnectionError) {
        let carrier = state.count(at: .carrier, kinds)
        guard hasPlatformObjects, carrier > 0, state.count(at: .platform, kinds) == 0 else { return }
        let remembered = rememberedPlatformObjects
        // A run that did not come as far as the platform leaves the carrier's objects alone, and the journal says so.
        if record != nil, remembered.isEmpty { return }
        let count = carrier == 1 ? "1 object" : "\(carrier) objects"
        let found =
            remembered.isEmpty
            ? "the carrier has \(count) of it, but this account of \(platform.title) has none"
            : "this account of \(platform.title) has none of the \(remembered.count) that were created there, while the carrier has \(count)"
        throw Self.mismatch(platform, found)
    }

    /// The platform's objects that should be there.
    var rememberedPlatformObjects: Set<RecordedObject> {
        let all = (record?.objects ?? [:]).values.filter {
            (try? kinds.kind($0.kind).description.side) == .platform
        }
        return Set(all).subtracting(removed)
    }

    static func mismatch(_ platform: PlatformDescription, _ found: String) -> ConnectionError {
        let variables = platform.settings.filter(\.isRequired).map(\.variable).joined(separator: ", ")
        return ConnectionError(
            .oneSided,
            "only one half of the connection is visible: \(found). Check \(variables): the key may belong to another account of \(platform.title). If it is the right one, the objects were deleted, and the connection can go on without them",
            at: .platform, next: ["run the command again with --one-sided"])
    }
}
