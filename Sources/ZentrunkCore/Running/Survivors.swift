import ZentrunkJSON

/// A final check of deletions: finds objects that still exist although the vendor reported their deletion.
struct Survivors: Sendable {
    /// An object that was deleted.
    struct Deleted: Sendable, Hashable {
        var instance: InstanceID
        var kind: String
        var id: String
        /// The object's former name.
        var name: String?
    }

    /// What identifies an object of a kind besides its id.
    private struct Label: Hashable {
        var name: String?
        var number: PhoneNumber?
    }

    /// The limit for reading objects one by one; if there are more, the list is read.
    private static let fewObjects = 20
    /// Responses may come from a replica that lags behind.
    private static let looks = 3

    let kinds: KindTable
    let clock: any Clock<Duration>

    /// Returns the objects that still exist under their id or, where a list is read, under their name.
    ///
    /// The platform's lists are short and always read. The carrier's lists, which hold the entire account in small
    /// pages, are read only for many objects.
    ///
    /// - Parameters:
    ///   - deleted: The objects that were deleted.
    ///   - known: Objects that may have the name of a deleted one, such as its replacement.
    /// - Throws: ``APIError`` if the check fails.
    func find(_ deleted: [Deleted], besides known: Set<RecordedObject>) async throws -> [(Deleted, id: String)] {
        var left = deleted.map { ($0, id: $0.id) }
        for look in 1...Self.looks {
            left = try await stillThere(left.map(\.0), known)
            if left.isEmpty || look == Self.looks { break }
            try await StopSignal.sleep(for: .milliseconds(200 * look), clock: clock)
        }
        return left
    }

    private func stillThere(
        _ deleted: [Deleted], _ known: Set<RecordedObject>
    ) async throws -> [(Deleted, id: String)] {
        let byKind = Dictionary(grouping: deleted, by: \.kind).sorted { $0.key < $1.key }
        return try await concurrently(byKind) { name, deleted -> [(Deleted, id: String)] in
            let kind = try kinds.kind(name)
            guard kind.description.side == .platform || deleted.count > Self.fewObjects else {
                return try await concurrently(deleted) { try await kind.read($0.id) == nil ? nil : ($0, id: $0.id) }
                    .compactMap { $0 }
            }
            let live = try await kind.find(.everything)
            let ids = Set(live.map(\.id))
            let fresh = live.filter { !known.contains(RecordedObject(kind: name, id: $0.id)) }
            // Looked up and not searched: there may be thousands of both.
            let namesakes = Dictionary(
                fresh.map { object in
                    let label = Label(
                        name: kind.description.name(of: object), number: kind.description.number(of: object))
                    return (label, object.id)
                }
            ) { first, _ in first }
            return deleted.compactMap { deleted in
                if ids.contains(deleted.id) { return (deleted, id: deleted.id) }
                guard let name = deleted.name else { return nil }
                return namesakes[Label(name: name, number: deleted.instance.number)].map { (deleted, id: $0) }
            }
        }.flatMap { $0 }
    }
}

extension Survivors.Deleted {
    /// Returns a sentence about the object that still exists.
    func sentence(_ id: String, _ kinds: KindTable) -> String {
        let title = (try? kinds.kind(kind).description.title) ?? kind
        return id == self.id
            ? "\(instance) (\(title) \(id)) was to be deleted and is still there"
            : "\(instance) was deleted, and \(title) \(id) has its name"
    }
}

extension Runner {
    /// Checks everything that the run deleted. If the check fails, the deletions count as unverified.
    ///
    /// - Throws: ``ZentrunkError`` `incomplete` if an object still exists.
    func lookForDeleted() async throws {
        let (memory, kinds, resources) = (context.memory, context.kinds, context.plan.resources)
        let removed = try memory.removed.map { (subject) throws(ZentrunkError) in try context.resource(subject) }
        let deleted = removed.compactMap { resource -> (subject: RunMemory.Subject, object: Survivors.Deleted)? in
            guard let id = resource.id, let kind = try? kinds.kind(resource.kind).description else { return nil }
            let name = resource.live.flatMap { kind.name(of: $0) }
            // The replacement has the same name.
            let isGone = resource.deeds == [.remove]
            return (
                resource.identity,
                .init(instance: resource.instance, kind: resource.kind, id: id, name: isGone ? name : nil)
            )
        }
        guard !deleted.isEmpty else { return }
        let made = resources.compactMap { resource in
            memory.object(resource.identity).map { RecordedObject(kind: resource.kind, id: $0.id) }
        }
        let kept = memory.kept
        let staying = resources.filter { kept[$0.identity] != nil || !$0.isGoing }.compactMap(\.object)
        do {
            let left = try await Survivors(kinds: kinds, clock: context.clock).find(
                deleted.map(\.object), besides: Set(made + staying))
            let subjects = Dictionary(deleted.map { ($0.object, $0.subject) }) { first, _ in first }
            for (object, id) in left {
                guard let subject = subjects[object] else { continue }
                memory.noteStanding(subject, object.sentence(id, kinds))
                if id == object.id, let intent = memory.delete(subject) {
                    await context.settle(intent, .unknown("it was still there afterwards"))
                }
            }
            guard let first = left.first else { return }
            throw ZentrunkError(
                .incomplete,
                "\(left.count.counted("object that was deleted is", "objects that were deleted are")) still there",
                at: try kinds.kind(first.0.kind).description.side.place)
        } catch let error as APIError {
            memory.noteUnverified(
                "\(deleted.count.counted("object was", "objects were")) deleted, and whether they are gone could not be verified: \(error.zentrunkError.message)"
            )
        }
    }
}

extension PlannedResource {
    /// Whether the object or the route ends with this plan and nothing takes its place.
    fileprivate var isGoing: Bool { deeds == [.remove] || deeds == [.detachRoute] }
}
