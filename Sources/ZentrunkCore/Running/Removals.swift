/// What still uses the objects that a run, or its undo, removes: read once for all of them instead of once for each.
///
/// Each kind whose objects can point at a removed one is read when the first of them is about to go, and the answer serves
/// the others for ``lifetime``. A user in it that is not known to have left by this run's own writes is read again by its id.
/// Not read again is what began to use an object since then: it is missed, as it is when it begins between a read and a delete.
actor Removals {
    /// How long an answer serves after it was complete.
    static let lifetime = Duration.seconds(30)
    /// Users that are read one by one at most; more are read as a list.
    private static let fewUsers = 20

    private struct Reading {
        var asked: Set<RecordedObject>
        var users: [RecordedObject: [LiveState.Found]]
        var end: Duration
    }

    /// Objects that are to end together with another, and which.
    nonisolated let ends: [RecordedObject: InstanceID]
    private let kinds: KindTable
    private let now: @Sendable () -> Duration
    private var removed: Set<RecordedObject>
    private var readings: [String: Task<Reading, any Error>] = [:]
    private var gone: Set<RecordedObject> = []

    /// - Parameter removed: All objects that may be removed.
    init(
        _ removed: [RecordedObject], ends: [RecordedObject: InstanceID] = [:], kinds: KindTable,
        clock: any Clock<Duration>
    ) {
        self.ends = ends
        self.kinds = kinds
        self.removed = Set(removed)
        now = clock.stopwatch
    }

    /// These may be removed as well.
    func add(_ objects: [RecordedObject]) { removed.formUnion(objects) }

    /// All live objects that point at this one.
    func users(of object: RecordedObject) async throws -> [LiveState.Found] {
        try await concurrently(kinds.users(of: object.kind).map(\.kind)) { kind in
            try await self.users(of: object, kind, isRepeated: false).users
        }.flatMap { $0 }
    }

    /// This run deleted the object, or put it back to what it was before the connection: it uses nothing of it any more.
    func note(gone object: RecordedObject) { gone.insert(object) }

    /// A live object that points at this one, whose removal would take something from it.
    ///
    /// - Parameter mayUse: Whether an object that points at it does not matter.
    func user(
        of object: RecordedObject, unless mayUse: @Sendable (RecordedObject) -> Bool
    ) async throws -> LiveState.Found? {
        for kind in kinds.users(of: object.kind).map(\.kind) {
            let (users, isFresh) = try await users(of: object, kind, isRepeated: false)
            var counting = users.filter { counts($0, mayUse) }
            guard !counting.isEmpty, !isFresh else {
                if let first = counting.first { return first }
                continue
            }
            if counting.count > Self.fewUsers {
                counting = try await self.users(of: object, kind, isRepeated: true).users.filter { counts($0, mayUse) }
                if let first = counting.first { return first }
                continue
            }
            let fields = kind.description.references.filter { $0.kind == object.kind }.map(\.field)
            let now = try await concurrently(counting) { try await kind.read($0.object.id) }
            if let user = now.first(where: { user in fields.contains { user?.ids(in: $0).contains(object.id) == true } }
            ),
                let user
            {
                return LiveState.Found(kind: kind.description.name, object: user)
            }
        }
        return nil
    }

    private func counts(_ user: LiveState.Found, _ mayUse: (RecordedObject) -> Bool) -> Bool {
        let object = RecordedObject(kind: user.kind, id: user.object.id)
        return !gone.contains(object) && !mayUse(object)
    }

    /// - Returns: The users of that kind, and whether they were read just now.
    private func users(
        of object: RecordedObject, _ kind: any ResourceKind, isRepeated: Bool
    ) async throws -> (users: [LiveState.Found], isFresh: Bool) {
        let name = kind.description.name
        if !isRepeated, let known = readings[name] {
            let reading = try? await known.value
            if let reading, reading.asked.contains(object), now() - reading.end <= Self.lifetime {
                return (reading.users[object] ?? [], false)
            }
            // Another object may have begun a new reading meanwhile.
            if readings[name] != known { return try await users(of: object, kind, isRepeated: false) }
        }
        let asked = removed.subtracting(gone).union([object])
        let reading = Task { [now] in
            let users = try await UserReading(kinds: kind).users(of: asked)
            return Reading(asked: asked, users: users, end: now())
        }
        readings[name] = reading
        return (try await reading.value.users[object] ?? [], true)
    }
}

extension Clock<Duration> {
    /// The time on this clock since now.
    var stopwatch: @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
