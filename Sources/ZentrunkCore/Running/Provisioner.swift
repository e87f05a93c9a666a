import ZentrunkJSON

/// Executes a plan: the four phases as a dataflow, a journal entry before and after each write, and a read-back at the
/// end.
struct Provisioner: Sendable {
    let plan: Plan
    let kinds: KindTable
    let journal: any Journal
    let run: RunRecord
    let memory: RunMemory
    let resolver: BodyResolver
    let writes: SettledWrites
    let events: RunEvents?
    let clock: any Clock<Duration>
    let removals: Removals

    /// Returns the error for a live object that has changed since the plan was made.
    static func moved(_ title: String, _ id: String, _ what: String) -> ZentrunkError {
        ZentrunkError(.moved, "\(title) \(id) \(what) since the plan was made", remedies: [.plan])
    }

    func perform(_ work: RunGraph.Work, readsAfterCreate: Bool, look: LiveObject?) async throws {
        switch work {
        case .create(let index): try await create(index, readsAfter: readsAfterCreate)
        case .rename(let index): try await rename(index, look)
        case .update(let index), .setRoute(let index): try await update(index, look, isRoute: work == .setRoute(index))
        case .restore(let index): try await restore(index, look)
        case .delete(let index): try await delete(index)
        case .lastLook: try await lookForRivals()
        case .readBack:
            events?.send(.readingBack)
            async let reading: Void = readBack()
            // A deletion that did not succeed explains a failed read-back, so it is reported first.
            try await lookForDeleted()
            try await reading
        case .gate: break
        }
    }

    /// Reads the object that a step is about to change.
    func look(_ index: Int) async throws -> LiveObject {
        let resource = plan.resources[index]
        let kind = try kinds.kind(resource.kind)
        guard let id = resource.id, let object = try await kind.read(id) else {
            throw Self.moved(kind.description.title, resource.id ?? "", "is gone")
        }
        return object
    }

    // MARK: Writes

    private func create(_ index: Int, readsAfter: Bool) async throws {
        let resource = plan.resources[index]
        let kind = try kinds.kind(resource.kind)
        let body = try resolver.newBody(of: index)
        events?.send(.started(resource.instance, resource.action))
        let name = kind.description.nameField.flatMap { body[$0]?.string }
        let intent = intent(.create, index, id: nil, name: name, fields: body)
        try await journal.intend(intent, in: run)
        memory.noteAttempt(intent, of: index)
        let query = ResourceQuery(owner: owner, numbers: Set([resource.instance.number].compactMap { $0 }))
        let known = Set([resource.id, resource.live?.id].compactMap { $0 })
        do {
            let made = try await writes.create(
                kind, body, query: query,
                likeness: { intent.likeness($0, kind.description) }, known: known)
            memory.note(.created(index, id: made.id))
            try await journal.settle(intent, .done(id: made.id), in: run)
            var object = LiveObject(id: made.id, fields: readable(body, kind.description).merging(made.fields))
            memory.remember(object, of: index)
            if readsAfter { object = try await complete(object, kind) }
            memory.remember(object, of: index)
            events?.send(.finished(resource.instance, resource.action == .replace ? .replaced : .created, id: made.id))
        } catch let unsettled as SettledWrites.Unsettled {
            memory.note(.unsettled(index))
            try? await journal.settle(intent, .unknown(Connector.explain(unsettled.cause).message), in: run)
            throw unsettled.cause
        } catch let taken as SettledWrites.NameTaken {
            try? await journal.settle(intent, .notDone("another run or user created \(taken.id)"), in: run)
            throw Rival(kind.description, taken.id, resource.instance)
        } catch {
            if !memory.written.contains(where: { if case .created(index, _) = $0 { true } else { false } }) {
                try? await journal.settle(intent, .notDone(Connector.explain(error).message), in: run)
            }
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

    private func update(_ index: Int, _ look: LiveObject?, isRoute: Bool) async throws {
        let resource = plan.resources[index]
        events?.send(.started(resource.instance, resource.action))
        let live = try await verified(index, look)
        let changes = try resolver.update(of: index, to: resolver.body(of: index), from: live.fields)
        let former = try resource.isOurs ? nil : resource.formerValues(of: kinds.kind(resource.kind).description)
        try await change(index, live, changes, .update, former: former, isRoute ? .routed(index) : .updated(index)) {
            object in
            try comparison(index).changes(from: object.fields, to: resolver.body(of: index)).isEmpty
        }
        memory.remember(
            LiveObject(
                id: live.id, fields: live.fields.merging(readable(changes, try kinds.kind(resource.kind).description))),
            of: index)
        events?.send(.finished(resource.instance, resource.action == .create ? .created : .updated, id: live.id))
    }

    private func rename(_ index: Int, _ look: LiveObject?) async throws {
        let resource = plan.resources[index]
        let kind = try kinds.kind(resource.kind).description
        guard let nameField = kind.nameField else { return }
        let live = try await verified(index, look)
        let name = kinds.oldName(resource.instance.key, of: kind, in: plan.connection).description
        let target = live.fields.merging([nameField: .string(name)])
        let changes = try resolver.former(of: index, to: target, from: live.fields, earlier: [])
        try await change(index, live, changes, .update, former: nil, .renamed(index)) { kind.name(of: $0) == name }
    }

    private func restore(_ index: Int, _ look: LiveObject?) async throws {
        let resource = plan.resources[index]
        guard case .values(let values)? = resource.restoration else { return }
        events?.send(.started(resource.instance, resource.action))
        let live = try await verified(index, look)
        let kind = try kinds.kind(resource.kind)
        do {
            try await change(
                index, live, try resolver.update(of: index, to: values, from: live.fields), .restore, former: nil,
                .restored(index)
            ) {
                try comparison(index).changes(from: $0.fields, to: values).isEmpty
            }
        } catch let error as APIError where error.isRefusal && kind.description.role == .route {
            // The object that the number was routed to before no longer exists.
            var refusal = error.zentrunkError
            refusal.remedies.append(.route(.nowhere))
            throw refusal
        }
        // The carrier may report success without detaching a number that had no route before. If the number cannot be
        // read, the read-back reports it, and nothing below it is deleted without a check.
        if let now = try await readable({ try await kind.read(live.id) }),
            try now.map({ try comparison(index).changes(from: $0.fields, to: values).isEmpty }) != true
        {
            throw ZentrunkError(
                .incomplete,
                "\(resource.instance) could not be restored: \(kind.description.title) \(live.id) stays as it is",
                at: kind.description.side.place,
                // The number can be detached together with its trunk. Otherwise it needs an application, whose id only
                // the user knows.
                remedies: kind.description.role == .route && plan.context.blueprint != nil
                    ? [.disconnect(.init(plan.connection.platform, plan.connection.name))] : [])
        }
        await removals.note(gone: RecordedObject(kind: resource.kind, id: live.id))
        events?.send(.finished(resource.instance, .restored, id: live.id))
    }

    private func delete(_ index: Int) async throws {
        let resource = plan.resources[index]
        let kind = try kinds.kind(resource.kind)
        guard let id = resource.id else { return }
        events?.send(.started(resource.instance, .delete))
        if let reason = memory.deletionsHeld {
            memory.keep(index, because: "\(resource.instance) (\(kind.description.title) \(id)) stays: \(reason)")
            events?.send(.finished(resource.instance, .kept, id: id))
            return
        }
        let ending = RecordedObject(kind: resource.kind, id: id)
        async let reading = kind.read(id)
        // A number's route may be intended to end together with its trunk.
        async let using = removals.user(of: ending) { removals.ends[$0] == resource.instance }
        let (object, user) = try await (reading, using)
        if object != nil, let user {
            let title = try kinds.kind(user.kind).description.title
            memory.keep(index, because: "\(resource.instance) stays: \(title) \(user.object.id) uses it")
            events?.send(.finished(resource.instance, .kept, id: id))
            return
        }
        guard let object else {
            await removals.note(gone: ending)
            return memory.note(.deleted(index))
        }
        guard try isStillOurs(object, resource, kind.description) else {
            throw Self.moved(kind.description.title, id, "was taken over by something else")
        }
        let intent = intent(.delete, index, id: id, name: nil, fields: [:], before: object.fields)
        try await journal.intend(intent, in: run)
        do {
            try await writes.delete(kind, id)
        } catch {
            let unsettled = error as? SettledWrites.Unsettled
            if let unsettled {
                memory.note(.deleted(index))
                let what = unsettled.isStillThere ? "is still there" : "may still be there"
                memory.noteStanding(
                    index, "\(resource.instance) (\(kind.description.title) \(id)) was to be deleted and \(what)")
            }
            let cause = unsettled?.cause ?? error
            try? await journal.settle(
                intent,
                unsettled == nil
                    ? .notDone(Connector.explain(cause).message) : .unknown(Connector.explain(cause).message), in: run)
            throw cause
        }
        memory.note(.deleted(index))
        memory.noteDelete(intent, of: index)
        await removals.note(gone: ending)
        try await journal.settle(intent, .done(id: id), in: run)
        if resource.action == .delete { events?.send(.finished(resource.instance, .deleted, id: id)) }
    }

    // MARK: Parts of a write

    func change(
        _ index: Int, _ live: LiveObject, _ changes: JSONObject, _ operation: WriteIntent.Operation,
        former: JSONObject?, _ written: RunMemory.Written, mustBeNoted: Bool = true,
        isDone: @escaping @Sendable (LiveObject) throws -> Bool
    ) async throws {
        let kind = try kinds.kind(plan.resources[index].kind)
        let intent = intent(
            operation, index, id: live.id, name: nil, fields: changes, former: former, before: live.fields)
        do {
            try await journal.intend(intent, in: run)
        } catch  where !mustBeNoted {
            // Restoring continues without the journal, because it only brings back the former state.
        }
        do {
            try await writes.update(kind, live, changes, hasSecrets: hasSecrets(changes, kind.description)) {
                (try? isDone($0)) ?? false
            }
        } catch let unsettled as SettledWrites.Unsettled {
            memory.noteLeft(intent.seen(kind.description), index)
            memory.note(written)
            try? await journal.settle(intent, .unknown(Connector.explain(unsettled.cause).message), in: run)
            throw unsettled.cause
        } catch {
            try? await journal.settle(intent, .notDone(Connector.explain(error).message), in: run)
            throw error
        }
        memory.noteLeft(intent.seen(kind.description), index)
        memory.note(written)
        do {
            try await journal.settle(intent, .done(id: live.id), in: run)
        } catch  where !mustBeNoted {}
    }

    /// Returns the object as it is now.
    ///
    /// - Throws: `moved` if the object has changed since the plan was made.
    private func verified(_ index: Int, _ look: LiveObject?) async throws -> LiveObject {
        let resource = plan.resources[index]
        let now: LiveObject
        if let look { now = look } else { now = try await self.look(index) }
        let comparison = try comparison(index)
        guard let planned = resource.live, comparison.compared(planned.fields) == comparison.compared(now.fields) else {
            let title = try kinds.kind(resource.kind).description.title
            throw Self.moved(title, resource.id ?? "", "was changed by something else")
        }
        return now
    }

    func comparison(_ index: Int) throws -> Comparison {
        let resource = plan.resources[index]
        return Comparison(
            kind: try kinds.kind(resource.kind).description, managed: resource.managed,
            earlier: resource.earlier.map(\.values))
    }

    /// Whether an object that is about to be deleted still has a name of the connection: its own, or the temporary one.
    private func isStillOurs(
        _ object: LiveObject, _ resource: PlannedResource, _ kind: KindDescription
    ) throws -> Bool {
        guard let planned = resource.live.flatMap({ kind.name(of: $0) }) else { return true }
        let moved = kinds.oldName(resource.instance.key, of: kind, in: plan.connection).description
        return [planned, moved].contains(kind.name(of: object)) && kind.number(of: object) == resource.instance.number
    }

    var owner: ResourceQuery.Owner { kinds.owner(plan.connection.platform, plan.connection.name) }

    private func intent(
        _ operation: WriteIntent.Operation, _ index: Int, id: String?, name: String?, fields: JSONObject,
        former: JSONObject? = nil, before: JSONObject? = nil
    ) -> WriteIntent {
        let resource = plan.resources[index]
        let shown = (try? kinds.kind(resource.kind).description).map { readable(fields, $0) } ?? [:]
        return WriteIntent(
            sequence: memory.nextSequence(), operation: operation, instance: resource.instance, kind: resource.kind,
            id: id,
            name: name, fields: shown.withoutSecretMembers, former: former, before: before?.withoutSecretMembers)
    }

    private func readable(_ fields: JSONObject, _ kind: KindDescription) -> JSONObject {
        Field.object(kind.fields).readable(.object(fields))?.object ?? [:]
    }

    private func hasSecrets(_ fields: JSONObject, _ kind: KindDescription) -> Bool { readable(fields, kind) != fields }
}
