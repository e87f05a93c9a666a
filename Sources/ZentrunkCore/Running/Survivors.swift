import ZentrunkJSON

/// Looks once more for what was deleted: an object that is still there was not deleted, whatever the vendor answered.
struct Survivors: Sendable {
    /// An object that was deleted.
    struct Deleted: Sendable, Hashable {
        var instance: InstanceID
        var kind: String
        var id: String
        /// The name that it had.
        var name: String?
    }

    /// Objects that are read one by one at most; of more, the list is read.
    private static let fewObjects = 20
    /// Answers may come from a replica that lags behind.
    private static let looks = 3

    let kinds: KindTable
    let clock: any Clock<Duration>

    /// Those that are still there, under their id or, where a list is read, under their name.
    ///
    /// A list of the platform is short and is always read. The carrier's, which has everything of an account in small pages, is
    /// not read to spare a few reads.
    ///
    /// - Parameter known: Objects that may carry a name of a deleted one: they were made in its place.
    /// - Throws: ``APIError`` when it cannot be found out.
    func find(_ deleted: [Deleted], beside known: Set<RecordedObject>) async throws -> [(Deleted, id: String)] {
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
            return deleted.compactMap { deleted in
                let found =
                    live.first { $0.id == deleted.id }
                    ?? live.first { object in
                        deleted.name != nil && kind.description.name(of: object) == deleted.name
                            && kind.description.number(of: object) == deleted.instance.number
                            && !known.contains(RecordedObject(kind: name, id: object.id))
                    }
                return found.map { (deleted, id: $0.id) }
            }
        }.flatMap { $0 }
    }
}

extension Survivors.Deleted {
    /// What is still there, for a person.
    func sentence(_ id: String, _ kinds: KindTable) -> String {
        let title = (try? kinds.kind(kind).description.title) ?? kind
        return id == self.id
            ? "\(instance) (\(title) \(id)) was to be deleted and is still there"
            : "\(instance) was deleted, and \(title) \(id) has its name"
    }
}

extension Provisioner {
    /// Looks for everything that the run deleted. What cannot be looked for is deleted but not verified.
    ///
    /// - Throws: ``ZentrunkError`` `incomplete` when something is still there.
    func lookForDeleted() async throws {
        let indices = memory.written.compactMap { if case .deleted(let index) = $0 { index } else { nil } }
        let deleted = indices.compactMap { index -> Survivors.Deleted? in
            let resource = plan.resources[index]
            guard let id = resource.id, let kind = try? kinds.kind(resource.kind).description else { return nil }
            let name = resource.live.flatMap { kind.name(of: $0) }
            // The object that replaced it carries its name.
            return .init(
                instance: resource.instance, kind: resource.kind, id: id, name: resource.action == .delete ? name : nil)
        }
        guard !deleted.isEmpty else { return }
        let made = plan.resources.indices.compactMap { index in
            memory.object(index).map { RecordedObject(kind: plan.resources[index].kind, id: $0.id) }
        }
        let planned = plan.resources.compactMap { resource in
            resource.action == .delete ? nil : resource.id.map { RecordedObject(kind: resource.kind, id: $0) }
        }
        let kept = memory.kept.keys.compactMap { index in
            plan.resources[index].id.map { RecordedObject(kind: plan.resources[index].kind, id: $0) }
        }
        do {
            let left = try await Survivors(kinds: kinds, clock: clock).find(
                deleted, beside: Set(made + planned + kept))
            let places = Dictionary(zip(deleted, indices)) { first, _ in first }
            for (object, id) in left {
                guard let index = places[object] else { continue }
                memory.noteStanding(index, object.sentence(id, kinds))
                if id == object.id, let intent = memory.delete(index) {
                    try? await journal.settle(intent, .unknown("it was still there afterwards"), in: run)
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
