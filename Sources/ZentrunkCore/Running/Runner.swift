import ZentrunkJSON

/// Executes a plan: the phases as a dataflow, a journal entry before and after each write, and a read-back at the end.
struct Runner: Sendable {
    let context: RunContext

    init(_ context: RunContext) { self.context = context }

    private var plan: Plan { context.plan }
    private var memory: RunMemory { context.memory }

    /// Returns the error for a live object that has changed since the plan was made.
    private static func moved(_ title: String, _ id: String, _ what: String) -> ZentrunkError {
        ZentrunkError(.moved, "\(title) \(id) \(what) since the plan was made", remedies: [.plan])
    }

    /// Performs all steps of the plan. After a failure no further step starts.
    func run() async -> Dataflow<LiveObject>.Outcome {
        let steps = context.graph.steps
        return await Dataflow<LiveObject>(
            steps: steps, start: plan.context.readDepth, limit: 64, shouldStop: { context.stop.isRaised },
            hasLook: { index in steps[index].work.deed.map { $0.alters || $0.restores } ?? false },
            look: { index in
                guard let subject = steps[index].work.subject else { throw CancellationError() }
                return try await look(context.resource(subject))
            },
            perform: { index, look in
                let work = steps[index].work
                try await RunScope.step(work.label, work.subject?.instance) { try await perform(work, look) }
            }
        ).run()
    }

    private func perform(_ work: RunGraph.Work, _ look: LiveObject?) async throws {
        switch work {
        case .deed(let deed, let subject):
            let resource = try context.resource(subject)
            switch deed {
            case .make: try await make(resource)
            case .rename: try await rename(resource, look)
            case .change, .setRoute, .moveRoute: try await change(resource, deed, look)
            case .putBack, .giveBackRoute: try await restore(resource, deed, look)
            case .remove: try await remove(resource)
            case .detachRoute: break
            }
        case .lastLook: try await RivalLook(context).run()
        case .readBack:
            context.events?.send(.readingBack)
            async let reading: Void = readBack()
            // A deletion that did not succeed explains a failed read-back, so it is reported first.
            try await lookForDeleted()
            try await reading
        case .gate: break
        }
    }

    /// Reads the object that a step is about to change.
    private func look(_ resource: PlannedResource) async throws -> LiveObject {
        let kind = try context.kind(of: resource)
        guard let id = resource.id, let object = try await kind.read(id) else {
            throw Self.moved(kind.description.title, resource.id ?? "", "is gone")
        }
        return object
    }

    // MARK: Writes

    private func make(_ resource: PlannedResource) async throws {
        let subject = resource.identity
        let kind = try context.kind(of: resource)
        let body = try context.resolver.newBody(of: resource)
        context.events?.send(.started(resource.instance, resource.deeds))
        let name = kind.description.nameField.flatMap { body[$0]?.string }
        let intent = context.intent(.make, resource, id: nil, name: name, fields: body)
        try await context.journal.intend(intent, in: context.run)
        memory.noteAttempt(intent, of: subject)
        let query = ResourceQuery(owner: context.owner, numbers: Set([resource.instance.number].compactMap { $0 }))
        let known = Set([resource.id, resource.live?.id].compactMap { $0 })
        var isMade = false
        do {
            let made = try await context.writes.create(
                kind, body, query: query,
                likeness: { intent.likeness($0, kind.description) }, known: known)
            isMade = true
            memory.note(.init(.make, subject, made: made.id))
            try await context.journal.settle(intent, .done(id: made.id), in: context.run)
            var object = LiveObject(id: made.id, fields: kind.description.readable(body).merging(made.fields))
            memory.remember(object, of: subject)
            if context.graph.readsAfterCreate.contains(subject) { object = try await complete(object, kind) }
            memory.remember(object, of: subject)
            context.events?.send(.finished(resource.instance, resource.deeds, id: made.id))
        } catch let unsettled as SettledWrites.Unsettled {
            memory.note(.init(.make, subject))
            await context.settle(intent, .unknown(Connector.explain(unsettled.cause).message))
            throw unsettled.cause
        } catch let taken as SettledWrites.NameTaken {
            await context.settle(intent, .notDone("another run or user created \(taken.id)"))
            throw Rival(kind.description, taken.id, resource.instance)
        } catch {
            if !isMade { await context.settle(intent, .notDone(Connector.explain(error).message)) }
            throw error
        }
    }

    /// Reads a created object again. Create responses can be partial, and later steps need some of the fields.
    private func complete(_ made: LiveObject, _ kind: any ResourceKind) async throws -> LiveObject {
        guard let object = try await kind.read(made.id) else {
            throw ZentrunkError(
                .incomplete, "\(kind.description.title) \(made.id) was made and cannot be found",
                at: kind.description.side.place)
        }
        return LiveObject(id: made.id, fields: made.fields.merging(object.fields))
    }

    private func change(_ resource: PlannedResource, _ deed: Deed, _ look: LiveObject?) async throws {
        context.events?.send(.started(resource.instance, resource.deeds))
        let kind = try context.kind(of: resource).description
        let live = try await verified(resource, look)
        let resolver = context.resolver
        let changes = try resolver.update(of: resource, to: resolver.body(of: resource), from: live.fields)
        let comparison = try context.comparison(resource)
        try await context.change(
            resource, by: deed, from: live, with: changes,
            former: resource.isOurs ? nil : resource.formerValues(of: kind)
        ) { object in
            try comparison.changes(from: object.fields, to: resolver.body(of: resource)).isEmpty
        }
        memory.remember(
            LiveObject(id: live.id, fields: live.fields.merging(kind.readable(changes))), of: resource.identity)
        context.events?.send(.finished(resource.instance, resource.deeds, id: live.id))
    }

    private func rename(_ resource: PlannedResource, _ look: LiveObject?) async throws {
        let kind = try context.kind(of: resource).description
        guard let nameField = kind.nameField else { return }
        let live = try await verified(resource, look)
        let name = context.kinds.oldName(resource.instance.key, of: kind, in: plan.connection).description
        let target = live.fields.merging([nameField: .string(name)])
        let changes = try context.resolver.former(of: resource, to: target, from: live.fields, earlier: [])
        try await context.change(resource, by: .rename, from: live, with: changes) { kind.name(of: $0) == name }
    }

    private func restore(_ resource: PlannedResource, _ deed: Deed, _ look: LiveObject?) async throws {
        guard case .values(let values)? = resource.restoration else { return }
        context.events?.send(.started(resource.instance, resource.deeds))
        let live = try await verified(resource, look)
        let kind = try context.kind(of: resource)
        let comparison = try context.comparison(resource)
        let isAsBefore: @Sendable (LiveObject) -> Bool = { comparison.changes(from: $0.fields, to: values).isEmpty }
        do {
            try await context.change(
                resource, by: deed, from: live,
                with: try context.resolver.update(of: resource, to: values, from: live.fields), isDone: isAsBefore)
        } catch let error as APIError where error.isRefusal && deed.isOfRoute {
            // The object that the number was routed to before no longer exists.
            var refusal = error.zentrunkError
            refusal.remedies.append(.route(.nowhere))
            throw refusal
        }
        // The carrier may report success without detaching a number that had no route before. If the number cannot be
        // read, the read-back reports it, and nothing below it is deleted without a check.
        if let now = try await context.readable({ try await kind.read(live.id) }), now.map(isAsBefore) != true {
            throw ZentrunkError(
                .incomplete,
                "\(resource.instance) could not be restored: \(kind.description.title) \(live.id) stays as it is",
                at: kind.description.side.place,
                // The number can be detached together with its trunk. Otherwise it needs an application, whose id only
                // the user knows.
                remedies: deed.isOfRoute && plan.context.blueprint != nil
                    ? [.disconnect(.init(plan.connection.platform, plan.connection.name))] : [])
        }
        await context.removals.note(gone: RecordedObject(kind: resource.kind, id: live.id))
        context.events?.send(.finished(resource.instance, resource.deeds, id: live.id))
    }

    private func remove(_ resource: PlannedResource) async throws {
        let kind = try context.kind(of: resource)
        let title = kind.description.title
        guard let id = resource.id, let ending = resource.object else { return }
        context.events?.send(.started(resource.instance, [.remove]))
        if let reason = memory.deletionsHeld {
            return keep(resource, because: "\(resource.instance) (\(title) \(id)) stays: \(reason)")
        }
        async let reading = kind.read(id)
        // A number's route may be intended to end together with its trunk.
        async let using = context.removals.user(of: ending) { context.removals.ends[$0] == resource.instance }
        let (object, user) = try await (reading, using)
        if object != nil, let user {
            let userTitle = try context.kinds.kind(user.kind).description.title
            return keep(
                resource, because: "\(resource.instance) stays: \(userTitle) \(user.object.id) uses it")
        }
        guard let object else {
            await context.removals.note(gone: ending)
            return memory.note(.init(.remove, resource.identity))
        }
        guard isStillOurs(object, resource, kind.description) else {
            throw Self.moved(title, id, "was taken over by something else")
        }
        let intent = context.intent(.remove, resource, id: id, before: object.fields)
        try await context.journal.intend(intent, in: context.run)
        do {
            try await context.writes.delete(kind, id)
        } catch let unsettled as SettledWrites.Unsettled {
            memory.note(.init(.remove, resource.identity))
            let what = unsettled.isStillThere ? "is still there" : "may still be there"
            memory.noteStanding(
                resource.identity, "\(resource.instance) (\(title) \(id)) was to be deleted and \(what)")
            await context.settle(intent, .unknown(Connector.explain(unsettled.cause).message))
            throw unsettled.cause
        } catch {
            await context.settle(intent, .notDone(Connector.explain(error).message))
            throw error
        }
        memory.note(.init(.remove, resource.identity))
        memory.noteDelete(intent, of: resource.identity)
        await context.removals.note(gone: ending)
        try await context.journal.settle(intent, .done(id: id), in: context.run)
        if resource.deeds == [.remove] { context.events?.send(.finished(resource.instance, [.remove], id: id)) }
    }

    private func keep(_ resource: PlannedResource, because sentence: String) {
        memory.keep(resource.identity, because: sentence)
        context.events?.send(.finished(resource.instance, [], id: resource.id ?? ""))
    }

    // MARK: Checks

    /// Returns the object as it is now.
    ///
    /// - Throws: `moved` if the object has changed since the plan was made.
    private func verified(_ resource: PlannedResource, _ look: LiveObject?) async throws -> LiveObject {
        let now: LiveObject
        if let look { now = look } else { now = try await self.look(resource) }
        let comparison = try context.comparison(resource)
        guard let planned = resource.live, comparison.compared(planned.fields) == comparison.compared(now.fields) else {
            let title = try context.kind(of: resource).description.title
            throw Self.moved(title, resource.id ?? "", "was changed by something else")
        }
        return now
    }

    /// Whether an object that is about to be deleted still has a name of the connection: its own, or the temporary one.
    private func isStillOurs(_ object: LiveObject, _ resource: PlannedResource, _ kind: KindDescription) -> Bool {
        guard let planned = resource.live.flatMap({ kind.name(of: $0) }) else { return true }
        let moved = context.kinds.oldName(resource.instance.key, of: kind, in: plan.connection).description
        return [planned, moved].contains(kind.name(of: object)) && kind.number(of: object) == resource.instance.number
    }
}
