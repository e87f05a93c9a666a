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

    /// The work of a step.
    enum Work: Sendable, Hashable {
        case deed(Deed, PlannedResource.Identity)
        case gate
        /// Searches once more by name for what the run created, because another run may be creating the same
        /// connection.
        case lastLook
        case readBack

        var deed: Deed? { if case .deed(let deed, _) = self { deed } else { nil } }
        var subject: PlannedResource.Identity? { if case .deed(_, let subject) = self { subject } else { nil } }
    }

    private(set) var steps: [Step] = []
    /// Resources to re-read after creation, because another resource references a field that the create response may
    /// omit.
    let readsAfterCreate: Set<PlannedResource.Identity>

    init(_ plan: Plan, kinds: KindTable) throws(ZentrunkError) {
        readsAfterCreate = try Self.resourcesToRead(plan, kinds)
        guard !plan.isEmpty else { return }
        let resources = Self.ordered(plan.resources)
        for route in resources where route.deeds == [.giveBackRoute] { add(.giveBackRoute, route, after: []) }
        // Numbers without a former route are detached by the deletion of their trunk, so it precedes all other
        // deletions.
        let detaching = Set(
            resources.compactMap { if case .byDeleting(let trunk)? = $0.restoration { trunk } else { nil } })
        let restored = addGate()
        let first = resources.filter { $0.deeds == [.remove] && detaching.contains($0.instance) }
        for resource in first { add(.remove, resource, after: [restored].compactMap { $0 }) }
        let away = first.isEmpty ? restored : addGate()

        var main: [InstanceID: Int] = [:]
        for resource in resources where !resource.isRoute {
            var waits = [away].compactMap { $0 }
            let renames = resource.deeds.contains(.rename) ? [add(.rename, resource, after: waits)] : []
            waits += resource.after.compactMap { main[$0] } + renames
            for deed in resource.deeds where [.make, .change, .putBack].contains(deed) {
                main[resource.instance] = add(deed, resource, after: waits)
            }
        }
        let made = addGate()
        // A deletion cannot be undone, so the search for concurrent runs precedes it. Otherwise the search runs
        // concurrently with later steps.
        let makes = resources.contains { $0.deeds == [.make] }
        let deletes = resources.contains { $0.deeds.contains(.remove) || $0.deeds.contains(.detachRoute) }
        if makes, deletes { add(.lastLook, [made].compactMap { $0 }) }

        for route in resources {
            for deed in route.deeds where deed == .setRoute || deed == .moveRoute {
                add(deed, route, after: [made].compactMap { $0 })
            }
        }
        let routed = addGate()

        let gone = Set(first.map(\.identity))
        try addDeletions(
            of: resources.filter { $0.deeds.contains(.remove) && !gone.contains($0.identity) }, after: routed, kinds)
        let all = addGate()
        add(.readBack, [all].compactMap { $0 })
        if makes, !deletes { add(.lastLook, [made].compactMap { $0 }) }
    }

    /// Returns each resource after those that it depends on. A past run's resources are in the order of their first
    /// writes, and an object can be renamed before what it depends on.
    private static func ordered(_ resources: [PlannedResource]) -> [PlannedResource] {
        let places = Dictionary(grouping: resources.indices) { resources[$0].instance }
        var placed: Set<Int> = []
        var ordered: [PlannedResource] = []
        func place(_ index: Int) {
            guard placed.insert(index).inserted else { return }
            for id in resources[index].after { for earlier in places[id] ?? [] { place(earlier) } }
            ordered.append(resources[index])
        }
        for index in resources.indices { place(index) }
        return ordered
    }

    private mutating func addDeletions(
        of doomed: [PlannedResource], after gate: Int?, _ kinds: KindTable
    ) throws(ZentrunkError) {
        // Users are deleted before what they use, by kind, because kinds of one vendor never reference each other in a
        // cycle. A platform calls through trunks and receives no calls any more, so its objects are deleted before the
        // carrier's.
        let sides = Dictionary(kinds.all.map { ($0.description.name, $0.description.side) }) { first, _ in first }
        // The deletions that must precede an object depend on its kind alone.
        let byKind = Dictionary(grouping: doomed, by: \.kind)
        let order = doomed.map(\.kind).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
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
                placed[kind] = (byKind[kind] ?? []).map { add(.remove, $0, after: waits) }
            }
            if next.count == waiting.count { throw ZentrunkError(.invalid, "kinds reference each other in a cycle") }
            waiting = next
        }
    }

    @discardableResult
    private mutating func add(_ deed: Deed, _ resource: PlannedResource, after prerequisites: [Int]) -> Int {
        add(.deed(deed, resource.identity), prerequisites)
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

    private static func resourcesToRead(
        _ plan: Plan, _ kinds: KindTable
    ) throws(ZentrunkError) -> Set<PlannedResource.Identity> {
        var fresh: [InstanceID: (subject: PlannedResource.Identity, idField: String)] = [:]
        for resource in plan.resources where resource.deeds.contains(.make) {
            fresh[resource.instance] = (resource.identity, try kinds.kind(resource.kind).description.idField)
        }
        let read = plan.resources.flatMap(\.edges).readAfterCreate { fresh[$0]?.idField }
        return Set(read.compactMap { fresh[$0]?.subject })
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
            case .deed(.make, let subject): cost = readsAfterCreate.contains(subject) ? 2 : 1
            case .deed(.remove, _): cost = 2
            case .deed(let deed, _):
                // Restored objects are read again at once.
                let isFresh = ready - look <= 1
                cost = (isFresh ? max(0, look + 1 - ready) : 1) + (deed.restores ? 2 : 1)
            case .lastLook, .readBack: cost = 1
            }
            starts.append(ready)
            ends.append(ready + cost)
        }
        return ends.max() ?? start
    }
}
