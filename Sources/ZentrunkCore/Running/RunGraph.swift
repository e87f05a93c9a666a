/// The steps of a plan and what each waits for: the four phases, each by dataflow within.
///
/// Routes are taken away, then objects are made and changed, then routes are set, then what nothing uses any more goes, and at
/// last everything is read back. Between the phases stand gates.
struct RunGraph: Sendable {
    struct Step: Sendable {
        var work: Work
        /// Indices of steps.
        var prerequisites: [Int]
    }

    /// Indices are those of the plan's resources.
    enum Work: Sendable, Hashable {
        case create(Int)
        /// The old one of a replacement makes room for the name.
        case rename(Int)
        case update(Int)
        case setRoute(Int)
        /// A route or an adopted record goes back to what it was.
        case restore(Int)
        case delete(Int)
        case gate
        /// What the run made is looked for by name once more: somebody else may make the same connection.
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
    /// Resources of whose fresh object a field is referred to that a create need not answer: they are read once more.
    let readsAfterCreate: Set<Int>

    init(_ plan: Plan, kinds: KindTable) throws(ZentrunkError) {
        readsAfterCreate = try Self.resourcesToRead(plan, kinds)
        guard !plan.isEmpty else { return }
        let resources = plan.resources
        var isRoute: [Bool] = []
        for resource in resources { isRoute.append(try kinds.kind(resource.kind).description.role == .route) }

        for index in resources.indices where isRoute[index] && resources[index].isReturn { add(.restore(index), []) }
        // Numbers that were routed nowhere leave with their trunk, so it goes before anything that calls may still reach.
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
        // What is deleted does not come back, so nobody may be in the way before; otherwise the look runs beside the rest.
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
        // Users before what they use, by kind: kinds never point at one another in a circle within one vendor. A platform
        // calls through trunks, and no call reaches it any more by now, so its objects go before the carrier's.
        let sides = Dictionary(kinds.all.map { ($0.description.name, $0.description.side) }) { first, _ in first }
        // What has to go before an object depends on its kind alone.
        let byKind = Dictionary(grouping: doomed) { resources[$0].kind }
        let order = doomed.map { resources[$0].kind }.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        var placed: [String: [Int]] = [:]
        var waiting = order
        while !waiting.isEmpty {
            var next: [String] = []
            for kind in waiting {
                let users = Set(kinds.users(of: kind).map(\.kind.description.name))
                let isCarrier = sides[kind] == .carrier
                // The platform's kinds go one after another: when the first delete fails, nothing is gone, and all can be put back.
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

    /// A gate behind everything so far that nothing else waits for; nil when there is nothing.
    private mutating func addGate() -> Int? {
        let awaited = Set(steps.flatMap(\.prerequisites))
        let open = steps.indices.filter { !awaited.contains($0) }
        return open.isEmpty ? nil : add(.gate, open)
    }

    private static func resourcesToRead(_ plan: Plan, _ kinds: KindTable) throws(ZentrunkError) -> Set<Int> {
        var wanted: Set<Int> = []
        let fresh = plan.resources.indices.filter { [.create, .replace].contains(plan.resources[$0].action) }
        for resource in plan.resources {
            for reference in resource.body?.references ?? [] {
                guard case .resource(let key, let field) = reference.source else { continue }
                for index in fresh where plan.resources[index].instance.key == key {
                    let kind = try kinds.kind(plan.resources[index].kind).description
                    if let name = field.first, name != kind.idField { wanted.insert(index) }
                }
            }
        }
        return wanted
    }

    /// The longest chain of round trips, by the rules by which the provisioner works.
    ///
    /// - Parameter start: Round trips that the reads for the plan took.
    func depth(after start: Int) -> Int {
        var ends: [Int] = []
        var starts: [Int] = []
        for step in steps {
            let ready = step.prerequisites.map { ends[$0] }.max() ?? start
            // A second look is sent as soon as the last prerequisite has started, beside it.
            let look = step.prerequisites.map { starts[$0] }.max() ?? start
            let cost: Int
            switch step.work {
            case .gate:
                starts.append(look)
                ends.append(ready)
                continue
            case .create(let index): cost = readsAfterCreate.contains(index) ? 2 : 1
            case .update, .setRoute, .restore, .rename:
                // What is put back is read again at once.
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
    /// Whether a route goes back to what it was by a write of its own.
    var isReturn: Bool { if case .values? = restoration { true } else { false } }
}
