import ZentrunkJSON

/// An error: another run is creating the same connection. This run deletes what it created and plans again.
struct Rival: Error {
    let instance: InstanceID
    let error: ZentrunkError

    init(_ kind: KindDescription, _ id: String, _ instance: InstanceID) {
        self.instance = instance
        error = ZentrunkError(
            .moved,
            "another run is creating the same connection: found a second \(instance) (\(kind.title) \(id))",
            at: kind.side.place, remedies: [.retry(after: .zero)])
    }
}

/// The last look of a run, after everything is created: searches once more by name for what the run made.
struct RivalLook: Sendable {
    let context: RunContext
    let policy: RivalPolicy

    init(_ context: RunContext, policy: RivalPolicy = RivalPolicy()) {
        self.context = context
        self.policy = policy
    }

    /// Looks until the run is alone or has to give way.
    ///
    /// - Throws: ``Rival`` if this run has to give way.
    func run() async throws {
        var search = RivalPolicy.Search()
        var seen: Rival?
        while true {
            let sight: RivalPolicy.Sight
            var failure: APIError?
            do {
                let rival = try await rival()
                seen = rival ?? seen
                sight = rival == nil ? .alone : .rival
            } catch let error as APIError {
                (sight, failure) = (.unreadable, error)
            }
            switch policy.decide(sight, &search) {
            case .proceed: return
            case .proceedWithoutDeleting:
                let reason = "whether another run is creating the same connection could not be read"
                context.memory.holdDeletions(because: reason)
                return context.memory.noteUnverified("\(reason): \(failure?.zentrunkError.message ?? "")")
            case .look(let pause): try await StopSignal.sleep(for: pause, clock: context.clock)
            case .giveWay: if let seen { throw seen }
            }
        }
    }

    /// Returns the first instance that another run made as well.
    private func rival() async throws -> Rival? {
        let kinds = context.kinds
        let made = try context.memory.written.compactMap { entry -> (resource: PlannedResource, id: String)? in
            guard let id = entry.made else { return nil }
            let resource = try context.resource(entry.subject)
            return resource.deeds == [.make] ? (resource, id) : nil
        }
        // On a large account a list is long, so it is not read unless necessary.
        let byKind = try Dictionary(grouping: made, by: \.resource.kind).sorted { $0.key < $1.key }.filter {
            try !kinds.kind($0.key).description.hasUniqueNames
        }
        let rivals = try await concurrently(byKind.indices.map { $0 }) { index in
            let kind = try kinds.kind(byKind[index].key)
            let query = ResourceQuery(
                owner: context.owner, numbers: Set(byKind[index].value.compactMap(\.resource.instance.number)))
            let found = try await kind.find(query)
            return byKind[index].value.compactMap { resource, id -> Rival? in
                let name = kinds.name(resource.instance.key, of: kind.description, in: context.plan.connection)
                    .description
                let others = found.filter {
                    $0.id != id && kind.description.name(of: $0) == name
                        && kind.description.number(of: $0) == resource.instance.number
                }
                guard let other = others.map(\.id).min() else { return nil }
                return Rival(kind.description, other, resource.instance)
            }
        }
        return rivals.joined().min { $0.instance < $1.instance }
    }
}
