import ZentrunkJSON

/// Decides how to undo a past run, after checking everything before the first write.
struct UndoDecision: Sendable {
    /// How to undo a run.
    enum Way {
        /// It has already been undone.
        case done
        /// Undo its writes one by one.
        case back(PastRunPlan)
        /// Restore the former connection by a new run, because this one deleted objects.
        case again(Plan)
    }

    let engine: Engine
    let run: PastRun
    /// Whether to continue although none of the platform's objects exists.
    let mayBeOneSided: Bool
    let removals: Removals

    private var kinds: KindTable { engine.kinds }
    private var journal: any Journal { engine.journal }
    private var planner: Planner { engine.planner }

    /// Returns the way to undo the run. Sends reads only.
    ///
    /// - Throws: ``ZentrunkError`` `refused` if later runs or other objects depend on the run, `oneSided`.
    func way() async throws -> Way {
        let runs = try await journal.runs(of: run.record.identity)
        let now = runs.first { $0.record.id == run.record.id } ?? run
        guard now.outcome != .undone else { return .done }
        try await requireLast(now, runs)
        if !mayBeOneSided { try await checkSides(now, runs) }
        let writes = try await OpenWrites(kinds: kinds, journal: journal).settle(now, alsoUnknown: true)
        let former = runs.prefix { $0.record.id != run.record.id }.last { $0.outcome == .done || $0.outcome == .gone }
            .flatMap { $0.outcome == .done ? $0.record.connection : nil }
        let past = try PastRunPlan(
            run.record, writes: writes, blueprint: try? planner.blueprint(run.record.connection),
            former: former.flatMap { try? planner.blueprint($0) }, kinds: kinds,
            applicationField: engine.carrier.applicationField)
        let isDisconnect = run.record.operation == .disconnect
        // A dead run may have left more than the journal shows: the next connect finds it and continues.
        let isChange =
            !isDisconnect && now.outcome != nil
            && former.map { Set($0.numbers) == Set(run.record.connection.numbers) } == true
        guard past.deleted.isEmpty, now.outcome != .done || !past.hasRestored else {
            guard let former, isChange || (isDisconnect && now.outcome != .done) else {
                throw mustGoForward(past)
            }
            let undo = try Undo(past, in: engine, removals: removals, stop: StopSignal(), events: nil)
            let change = FormerConnection(
                engine: engine, now: run.record.connection, former: former, writes: writes,
                steps: try await undo.steps())
            // A disconnect that was interrupted may have deleted all of the platform's objects.
            return .again(try await change.plan(after: runs, mayBeOneSided: mayBeOneSided || isDisconnect))
        }
        try await requireFree(past)
        try await requireWayBack(past)
        return .back(past)
    }

    // MARK: Conditions for undo

    /// Checks that this is the last run.
    ///
    /// - Throws: ``ZentrunkError`` `refused` if later runs depend on this one, or if it cannot be undone.
    private func requireLast(_ run: PastRun, _ all: [PastRun]) async throws {
        guard run.outcome != .gone else {
            throw ZentrunkError(
                .refused, "run \(run.record.id) removed the connection; connect creates it again")
        }
        for later in all.drop(while: { $0.record.id != run.record.id }).dropFirst() where later.outcome != .undone {
            let isSettled = later.outcome == .done || later.outcome == .gone
            let hasWritten = try await !journal.writes(of: later.record.id).isEmpty
            guard hasWritten || (isSettled && run.outcome != .done) else { continue }
            throw ZentrunkError(
                .refused, "run \(later.record.id) came after run \(run.record.id) and depends on it",
                remedies: [.undo(run: later.record.id), .disconnect(target)])
        }
    }

    /// Checks that the platform's key belongs to the connection's account.
    ///
    /// - Throws: ``ZentrunkError`` `oneSided` if none of the connection's platform objects exists.
    private func checkSides(_ run: PastRun, _ runs: [PastRun]) async throws {
        var record = try await journal.connection(run.record.identity)
        var unfinished = try await planner.unfinished(runs)
        for write in try await journal.writes(of: run.record.id) where write.mayHaveHappened {
            switch (write.intent.deed, write.outcome) {
            case (.make, .done(let id)?):
                record?.objects[InstanceID("\(write.intent.sequence)")] = .init(kind: write.intent.kind, id: id)
            case (.remove, _): unfinished.add(write)
            default: break
            }
        }
        let check = SideCheck(
            kinds: kinds, platform: engine.platform, record: record, unfinished: unfinished, template: engine.template)
        let objects = Array(check.rememberedPlatformObjects)
        guard !objects.isEmpty else { return }
        // One existing object is sufficient, and usually all of them exist.
        for object in objects.sorted(by: { ($0.kind, $0.id) < ($1.kind, $1.id) }).prefix(1)
        where try await kinds.kind(object.kind).read(object.id) != nil { return }
        let found = try await concurrently(objects) { try await kinds.kind($0.kind).read($0.id) != nil }
        guard found.contains(true) else {
            throw SideCheck.mismatch(
                engine.platform,
                "this account of \(engine.platform.title) has none of the \(objects.count) that were created there")
        }
    }

    /// Checks that no other object uses what the run created.
    ///
    /// - Throws: ``ZentrunkError`` `refused` if one does, because undo must not delete it.
    private func requireFree(_ past: PastRunPlan) async throws {
        let made = past.created
        // The result is used again when the objects are deleted.
        let objects = made.compactMap { resource in resource.id.map { RecordedObject(kind: resource.kind, id: $0) } }
        await removals.add(objects)
        let read = try await concurrently(objects) { try await removals.users(of: $0) }
        let users = Dictionary(zip(objects, read)) { first, _ in first }
        let own = Set(
            (made + past.plan.resources).compactMap { resource in
                resource.id.map { RecordedObject(kind: resource.kind, id: $0) }
            })
        var sentences: [String] = []
        var numbers: Set<PhoneNumber> = []
        for resource in made {
            guard let id = resource.id else { continue }
            let title = try kinds.kind(resource.kind).description.title
            for user in users[RecordedObject(kind: resource.kind, id: id)] ?? []
            where !own.contains(RecordedObject(kind: user.kind, id: user.object.id)) {
                let kind = try kinds.kind(user.kind).description
                sentences.append("\(kind.title) \(user.object.id) uses \(title) \(id)")
                numbers.formUnion(kind.numbers(of: user.object))
            }
        }
        // Another user may have added a number to an object that the run created.
        let shared = try made.filter { try kinds.kind($0.kind).description.sharesNumbers }
        let members = Set(run.record.connection.numbers)
        let found = try await concurrently(shared) { resource -> [(String, PhoneNumber)] in
            let kind = try kinds.kind(resource.kind)
            guard let id = resource.id, let now = try await kind.read(id) else { return [] }
            return kind.description.numbers(of: now).filter { !members.contains($0) }
                .map { ("\($0) is in \(kind.description.title) \(id)", $0) }
        }
        for (sentence, number) in found.joined() {
            sentences.append(sentence)
            numbers.insert(number)
        }
        for (sentence, more) in try await objectsOfOthers(made, own) {
            sentences.append(sentence)
            numbers.formUnion(more)
        }
        guard !sentences.isEmpty else { return }
        let more = sentences.count > 5 ? ", and \(sentences.count - 5) more" : ""
        throw ZentrunkError(
            .refused,
            "run \(run.record.id) cannot be undone, because other objects depend on what it created: \(sentences.sorted().prefix(5).joined(separator: ", "))\(more)",
            remedies: (numbers.isEmpty ? [] : [.disconnect(target, numbers: numbers.sorted().map(\.e164))])
                + [.disconnect(target)])
    }

    /// Returns the connection's platform objects that the run did not create and that dial what it created.
    private func objectsOfOthers(
        _ made: [PlannedResource], _ own: Set<RecordedObject>
    ) async throws -> [(String, [PhoneNumber])] {
        let domainField = kinds.domainField
        let dialled = try made.filter { try kinds.kind($0.kind).description.fields[domainField] != nil }
        let targets = try await concurrently(dialled) { resource -> (String, Marks)? in
            let kind = try kinds.kind(resource.kind)
            guard let id = resource.id, let now = try await kind.read(id) else { return nil }
            return ("\(kind.description.title) \(id)", Marks(now, domainField))
        }.compactMap { $0 }
        guard !targets.isEmpty else { return [] }
        let query = ResourceQuery(owner: kinds.owner(engine.platform.id, run.record.identity.name))
        let platformKinds = kinds.objects.filter { $0.description.side == .platform }
        let found = try await concurrently(platformKinds.indices.map { $0 }) { [platformKinds] index in
            let kind = platformKinds[index].description
            return try await platformKinds[index].find(query).compactMap { object -> (String, [PhoneNumber])? in
                guard !own.contains(RecordedObject(kind: kind.name, id: object.id)) else { return nil }
                let marks = Marks(object, domainField)
                guard let target = targets.first(where: { marks.pointsAt($0.1) }) else { return nil }
                return ("\(kind.title) \(object.id) dials \(target.0)", kind.numbers(of: object))
            }
        }
        return found.flatMap { $0 }
    }

    /// Checks that the former routes can be restored.
    ///
    /// - Throws: ``ZentrunkError`` `refused` if a number had no route and its trunk is kept, or if the trunk of its
    ///   former route no longer exists.
    private func requireWayBack(_ past: PastRunPlan) async throws {
        let made = Set(past.created.compactMap(\.id))
        let kind = kinds.route.description
        let routed = Set(past.written.filter { $0.deed.isOfRoute }.map(\.subject))
        let routes = past.plan.resources.filter { routed.contains($0.identity) }
        let obstacles = try await concurrently(routes) { route -> (PhoneNumber, String)? in
            guard let number = route.instance.number, let before = route.live else { return nil }
            guard PlanDraft.target(of: before, kind, engine.carrier.applicationField) != nil else {
                guard let now = try await kinds.route.read(before.id) else { return nil }
                let trunks = kind.references.compactMap { now.fields[$0.field]?.string }
                // The trunk is deleted with the run's objects, or the number has been routed to something else since.
                guard !trunks.isEmpty, made.isDisjoint(with: trunks) else { return nil }
                return (number, "\(number) was not routed before, and it cannot be unrouted while its trunk stays")
            }
            for (field, target) in kind.references {
                guard let id = before.fields[field]?.string else { continue }
                let title = try kinds.kind(target).description.title
                guard try await kinds.kind(target).read(id) == nil else { continue }
                return (number, "\(title) \(id), to which \(number) was routed before, no longer exists")
            }
            return nil
        }.compactMap { $0 }
        guard let first = obstacles.first else { return }
        let isWhole = obstacles.count == run.record.connection.numbers.count
        throw ZentrunkError(
            .refused, "run \(run.record.id) cannot be undone: \(first.1)",
            remedies: [
                isWhole
                    ? .disconnect(target, to: .nowhere)
                    : .disconnect(target, numbers: obstacles.map(\.0.e164), to: .application)
            ])
    }

    private var target: Remedy.Target { Remedy.Target(run.record.identity.platform, run.record.identity.name) }

    /// Returns the error for a run that cannot be undone because deleted objects cannot be restored with their ids.
    private func mustGoForward(_ past: PastRunPlan) -> ZentrunkError {
        let remedy: Remedy = run.record.operation == .connect ? .connect(target) : .disconnect(target)
        let count = past.deleted.count
        let what =
            past.deleted.isEmpty
            ? "it restored what was there before the connection"
            : "\(count == 1 ? "1 object was" : "\(count) objects were") deleted and cannot be restored"
        return ZentrunkError(.refused, "run \(run.record.id) cannot be undone: \(what)", remedies: [remedy])
    }
}
