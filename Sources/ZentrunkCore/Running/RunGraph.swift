/// The steps of a run and their prerequisites: the phases in order, each of them a dataflow.
///
/// First routes are removed, then objects are created and changed, then routes are set, then unused objects are
/// deleted, and finally everything is read back. Gates separate the phases.
struct RunGraph: Sendable {
    struct Step: Sendable {
        var work: Work
        /// Indices of the steps that must be done before.
        var prerequisites: [Int]
    }

    /// The work of a step; indices refer to the plan's resources.
    enum Work: Sendable, Hashable {
        case create(Int)
        /// Gives the old object of a replacement a temporary name.
        case rename(Int)
        case update(Int)
        case setRoute(Int)
        /// Restores the former values of a route or an adopted record.
        case restore(Int)
        case delete(Int)
        case gate
        /// Searches once more by name for what the run created, because another run may be creating the same
        /// connection.
        case lastLook
        case readBack

        var resource: Int? {
            switch self {
            case .create(let index), .rename(let index), .update(let index), .setRoute(let index), .restore(let index),
                .delete(let index):
                index
            case .gate, .lastLook, .readBack: nil
            }
        }
    }

    private(set) var steps: [Step] = []
    /// Resources to re-read after creation, because another resource references a field that the create response may
    /// omit.
    let readsAfterCreate: Set<Int>

    init(_ plan: Plan, kinds: KindTable) throws(ZentrunkError) {
        readsAfterCreate = try Self.resourcesToRead(plan, kinds)
        guard !plan.isEmpty else { return }
        let resources = plan.resources
        var isRoute: [Bool] = []
        for resource in resources { isRoute.append(try kinds.kind(resource.kind).description.role == .route) }

        for index in resources.indices where isRoute[index] && resources[index].isReturn { add(.restore(index), []) }
        // Numbers without a former route are detached by the deletion of their trunk, so it precedes all other
        // deletions.
        let detaching = Set(
            resources.compactMap { if case .byDeleting(let trunk)? = $0.restoration { trunk } else { nil } })
        let restored = addGate()
        let first = resources.indices.filter {
            !isRoute[$0] && resources[$0].action == .delete && detaching.contains(resources[$0].instance)
        }
        for index in first { add(.delete(index), [restored].compactMap { $0 }) }
        let away = first.isEmpty ? restored : addGate()

        var main: [InstanceID: Int] = [:]
        for (index, resource) in resources.enumerated() where !isRoute[index] {
            let waits = [away].compactMap { $0 } + resource.after.compactMap { main[$0] }
            switch resource.action {
            case .create: main[resource.instance] = add(.create(index), waits)
            case .update where resource.restoration != nil: main[resource.instance] = add(.restore(index), waits)
            case .update: main[resource.instance] = add(.update(index), waits)
            case .replace:
                main[resource.instance] = add(.create(index), waits + [add(.rename(index), [away].compactMap { $0 })])
            case .keep, .delete: continue
            }
        }
        let made = addGate()
        // A deletion cannot be undone, so the search for concurrent runs precedes it. Otherwise the search runs
        // concurrently with later steps.
        let makes = resources.indices.contains { !isRoute[$0] && resources[$0].action == .create }
        let deletes = resources.contains { $0.action == .delete || $0.action == .replace }
        if makes, deletes { add(.lastLook, [made].compactMap { $0 }) }

        for (index, resource) in resources.enumerated() where isRoute[index] && resource.restoration == nil {
            if resource.action != .keep { add(.setRoute(index), [made].compactMap { $0 }) }
        }
        let routed = addGate()

        try addDeletions(resources, isRoute, Set(first), routed, kinds)
        let all = addGate()
        add(.readBack, [all].compactMap { $0 })
        if makes, !deletes { add(.lastLook, [made].compactMap { $0 }) }
    }

    private mutating func addDeletions(
        _ resources: [PlannedResource], _ isRoute: [Bool], _ gone: Set<Int>, _ gate: Int?, _ kinds: KindTable
    ) throws(ZentrunkError) {
        let doomed = resources.indices.filter { index in
            !isRoute[index] && !gone.contains(index)
                && (resources[index].action == .delete || resources[index].action == .replace)
        }
        // Users are deleted before what they use, by kind, because kinds of one vendor never reference each other in a
        // cycle. A platform calls through trunks and receives no calls any more, so its objects are deleted before the
        // carrier's.
        let sides = Dictionary(kinds.all.map { ($0.description.name, $0.description.side) }) { first, _ in first }
        // The deletions that must precede an object depend on its kind alone.
        let byKind = Dictionary(grouping: doomed) { resources[$0].kind }
        let order = doomed.map { resources[$0].kind }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        var placed: [String: [Int]] = [:]
        var waiting = order
        while !waiting.isEmpty {
            var next: [String] = []
            for kind in waiting {
                let users = Set(kinds.users(of: kind).map(\.kind.description.name))
                let isCarrier = sides[kind] == .carrier
                // The platform's kinds are deleted one after another: if the first deletion fails, everything can still
                // be restored.
                let before = order.filter {
                    $0 != kind
                        && (users.contains($0) || (sides[$0] == .platform && (isCarrier || placed[$0] != nil)))
                }
                guard before.allSatisfy({ placed[$0] != nil }) else { next.append(kind); continue }
                let waits = [gate].compactMap { $0 } + before.flatMap { placed[$0] ?? [] }
                placed[kind] = (byKind[kind] ?? []).map { add(.delete($0), waits) }
            }
            if next.count == waiting.count { throw ZentrunkError(.invalid, "kinds reference each other in a cycle") }
            waiting = next
        }
    }

    @discardableResult
    private mutating func add(_ work: Work, _ prerequisites: [Int]) -> Int {
        steps.append(Step(work: work, prerequisites: prerequisites))
        return steps.count - 1
    }

    /// Adds a gate behind all steps that no other step waits for; nil if there are none.
    private mutating func addGate() -> Int? {
        let awaited = Set(steps.flatMap(\.prerequisites))
        let open = steps.indices.filter { !awaited.contains($0) }
        return open.isEmpty ? nil : add(.gate, open)
    }

    private static func resourcesToRead(_ plan: Plan, _ kinds: KindTable) throws(ZentrunkError) -> Set<Int> {
        var fresh: [InstanceID: (index: Int, idField: String)] = [:]
        for (index, resource) in plan.resources.enumerated() where [.create, .replace].contains(resource.action) {
            fresh[resource.instance] = (index, try kinds.kind(resource.kind).description.idField)
        }
        let read = plan.resources.flatMap(\.edges).readAfterCreate { fresh[$0]?.idField }
        return Set(read.compactMap { fresh[$0]?.index })
    }

    /// Returns the longest chain of round trips, by the same rules as the provisioner.
    ///
    /// - Parameter start: The number of round trips that planning took.
    func depth(after start: Int) -> Int {
        var ends: [Int] = []
        var starts: [Int] = []
        for step in steps {
            let ready = step.prerequisites.map { ends[$0] }.max() ?? start
            // A look is sent as soon as the last prerequisite has started, and overlaps with it.
            let look = step.prerequisites.map { starts[$0] }.max() ?? start
            let cost: Int
            switch step.work {
            case .gate:
                starts.append(look)
                ends.append(ready)
                continue
            case .create(let index): cost = readsAfterCreate.contains(index) ? 2 : 1
            case .update, .setRoute, .restore, .rename:
                // Restored objects are read again at once.
                let readsAfter = if case .restore = step.work { 1 } else { 0 }
                let isFresh = ready - look <= 1
                cost = (isFresh ? max(0, look + 1 - ready) : 1) + 1 + readsAfter
            case .delete: cost = 2
            case .lastLook, .readBack: cost = 1
            }
            starts.append(ready)
            ends.append(ready + cost)
        }
        return ends.max() ?? start
    }
}

extension PlannedResource {
    /// Whether a route is restored by a write of its own.
    var isReturn: Bool { if case .values? = restoration { true } else { false } }
}
