/// The users of objects that a run or its undo deletes, read once for all of them instead of once for each.
///
/// A kind whose objects can reference a deleted one is read when the first of these is about to be deleted. The result
/// serves the others for ``lifetime``. Users in it are read again by id unless this run is known to have removed them.
/// An object that starts to use another one during that time is missed, like one that does so between a read and a
/// delete.
actor Removals {
    /// How long a result may be used after it was complete.
    static let lifetime = Duration.seconds(30)
    /// The limit for reading users one by one; if there are more, the list is read.
    private static let fewUsers = 20

    private struct Reading {
        var asked: Set<RecordedObject>
        var users: [RecordedObject: [LiveState.Found]]
        var end: Duration
    }

    /// Objects that end together with another one, and the instance of that one.
    nonisolated let ends: [RecordedObject: InstanceID]
    private let kinds: KindTable
    private let now: @Sendable () -> Duration
    private var removed: Set<RecordedObject>
    private var readings: [String: Task<Reading, any Error>] = [:]
    private var gone: Set<RecordedObject> = []

    /// - Parameters:
    ///   - removed: All objects that may be deleted.
    ///   - ends: Objects that end together with another one, and the instance of that one.
    init(
        _ removed: [RecordedObject], ends: [RecordedObject: InstanceID] = [:], kinds: KindTable,
        clock: any Clock<Duration>
    ) {
        self.ends = ends
        self.kinds = kinds
        self.removed = Set(removed)
        now = clock.stopwatch
    }

    /// Adds objects that may be deleted.
    func add(_ objects: [RecordedObject]) { removed.formUnion(objects) }

    /// Returns all live objects that reference this one.
    func users(of object: RecordedObject) async throws -> [LiveState.Found] {
        try await concurrently(kinds.users(of: object.kind).map(\.kind)) { kind in
            try await self.users(of: object, kind, isRepeated: false).users
        }.flatMap { $0 }
    }

    /// Records that this run deleted the object or restored its state before the connection, so that it no longer uses
    /// anything.
    func note(gone object: RecordedObject) { gone.insert(object) }

    /// Returns a live object that references this one and would be damaged by its deletion.
    ///
    /// - Parameters:
    ///   - object: The object to be deleted.
    ///   - mayUse: Whether an object that references it can be ignored.
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

    /// - Returns: The users of that kind, and whether they have just been read.
    private func users(
        of object: RecordedObject, _ kind: any ResourceKind, isRepeated: Bool
    ) async throws -> (users: [LiveState.Found], isFresh: Bool) {
        let name = kind.description.name
        if !isRepeated, let known = readings[name] {
            let reading = try? await known.value
            if let reading, reading.asked.contains(object), now() - reading.end <= Self.lifetime {
                return (reading.users[object] ?? [], false)
            }
            // Another task may have started a new reading meanwhile.
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
    /// Returns a function that measures the time from now on this clock.
    var stopwatch: @Sendable () -> Duration {
        let start = now
        return { start.duration(to: now) }
    }
}
