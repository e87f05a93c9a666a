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
    /// Returns a sentence about the object that still exists.
    func sentence(_ id: String, _ kinds: KindTable) -> String {
        let title = (try? kinds.kind(kind).description.title) ?? kind
        return id == self.id
            ? "\(instance) (\(title) \(id)) was to be deleted and is still there"
            : "\(instance) was deleted, and \(title) \(id) has its name"
    }
}

extension Provisioner {
    /// Checks everything that the run deleted. If the check fails, the deletions count as unverified.
    ///
    /// - Throws: ``ZentrunkError`` `incomplete` if an object still exists.
    func lookForDeleted() async throws {
        let indices = memory.written.compactMap { if case .deleted(let index) = $0 { index } else { nil } }
        let deleted = indices.compactMap { index -> Survivors.Deleted? in
            let resource = plan.resources[index]
            guard let id = resource.id, let kind = try? kinds.kind(resource.kind).description else { return nil }
            let name = resource.live.flatMap { kind.name(of: $0) }
            // The replacement has the same name.
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
                deleted, besides: Set(made + planned + kept))
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
