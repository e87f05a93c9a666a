import ZentrunkJSON

/// Somebody else makes the same connection in this moment: what this run made goes, and it plans again from the start.
struct Rival: Error {
    let error: ConnectionError

    init(_ kind: KindDescription, _ id: String, _ instance: InstanceID) {
        error = ConnectionError(
            .moved,
            "somebody else makes the same connection in this moment: \(kind.title) \(id) is a second \(instance)",
            at: kind.side.place, next: ["run the command again: it takes over what the other one made"])
    }
}

extension Provisioner {
    /// How often a run that stays looks again for the twins of its objects, before it gives way itself.
    private static let looks = 10

    /// Whether what a create writes holds something that only this run knows, a fresh username or the id of what it made.
    func isMarked(_ resource: PlannedResource) -> Bool {
        resource.body?.references.contains { reference in
            switch reference.source {
            case .resource(let key, _):
                plan.resources.contains {
                    $0.instance.key == key && ($0.action == .create || $0.action == .replace)
                }
            case .secret(let name, .username): plan.context.usernames[name] == nil
            case .secret, .parameter, .platform, .carrier: false
            }
        } ?? false
    }

    /// Looks once more by name for what this run made, after all of it was made. Whoever makes the same without knowing of
    /// this run looks as well, so of two at least one sees both.
    ///
    /// Of twins the smallest id stays. A run whose id is the smallest waits for the other to take its own away; where that
    /// does not come, the other one is done and was told so, and this one gives way after all.
    ///
    /// - Throws: ``Rival`` when this run has to give way.
    func lookForRivals() async throws {
        for look in 1... {
            guard let twin = try await firstTwin() else { return }
            guard twin.isFirst, look < Self.looks, !memory.hasFailed else {
                throw Rival(twin.kind, twin.other, twin.instance)
            }
            try await StopSignal.sleep(for: .milliseconds(250 * min(look, 4)), clock: clock)
        }
    }

    private struct Twin {
        var instance: InstanceID
        var kind: KindDescription
        var other: String
        var isFirst: Bool
    }

    /// The first instance, in an order that every run shares, which somebody else made as well.
    private func firstTwin() async throws -> Twin? {
        let made = memory.written.compactMap { entry -> (resource: PlannedResource, id: String)? in
            guard case .created(let index, let id) = entry, plan.resources[index].action == .create else { return nil }
            return (plan.resources[index], id)
        }
        let byKind = Dictionary(grouping: made, by: \.resource.kind).sorted { $0.key < $1.key }
        let twins = try await concurrently(byKind.indices.map { $0 }) { index in
            let kind = try kinds.kind(byKind[index].key)
            let query = ResourceQuery(
                owner: owner, numbers: Set(byKind[index].value.compactMap(\.resource.instance.number)))
            let found = try await kind.find(query)
            return byKind[index].value.compactMap { resource, id -> Twin? in
                let name = plan.connection.ownedName(resource.instance.key).description
                let others = found.filter {
                    $0.id != id && kind.description.name(of: $0) == name
                        && kind.description.number(of: $0) == resource.instance.number
                }
                guard let other = others.map(\.id).min() else { return nil }
                return Twin(instance: resource.instance, kind: kind.description, other: other, isFirst: id < other)
            }
        }
        return twins.joined().min { $0.instance < $1.instance }
    }
}
