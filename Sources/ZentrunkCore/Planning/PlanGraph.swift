/// A plan as a graph: what there will be on either side, and what waits for what.
///
/// Equal plans give equal graphs. Nothing but keys, kinds, numbers and names of fields is in it, so no secret is.
public struct PlanGraph: Sendable {
    /// Instances of a resource for more numbers than these, with the same action, are drawn as one node.
    static let mostNumbers = 6

    struct Node: Sendable, Hashable {
        /// Shown below one another.
        var lines: [String]
        var side: Side
        /// nil when nothing is known of what is live.
        var action: PlannedResource.Action?
        /// A phone number rather than an object.
        var isNumber: Bool
    }

    /// From what comes first to what waits for it; indices of nodes.
    struct Edge: Sendable, Hashable {
        var from: Int
        var to: Int
        /// Which fields refer to which; empty when only the order is meant.
        var labels: [String]
    }

    let title: String
    /// What the two sides are called.
    let names: [Side: String]
    private(set) var nodes: [Node] = []
    private(set) var edges: [Edge] = []

    private struct Item {
        var id: InstanceID
        var kind: String
        var action: PlannedResource.Action?
        var body: TemplateNode?
        var after: [InstanceID]
    }

    /// - Parameters:
    ///   - kinds: The rules of both sides' kinds, which tell where an object lives and what it is called.
    ///   - names: What the two sides are called.
    public init(_ plan: Plan, kinds: [KindDescription], names: [Side: String]) {
        let connection = plan.connection
        title = "\(plan.operation.rawValue) \(connection.platform)/\(connection.name), digest \(plan.digest)"
        self.names = names
        add(
            plan.resources.map {
                Item(id: $0.instance, kind: $0.kind, action: $0.action, body: $0.body, after: $0.after)
            }, kinds)
    }

    /// What a connection consists of, whatever is live.
    ///
    /// - Parameters: See ``init(_:kinds:names:)-(Plan,_,_)``.
    public init(_ blueprint: Blueprint, kinds: [KindDescription], names: [Side: String]) {
        title = "\(blueprint.connection.platform), \(blueprint.connection.direction)"
        self.names = names
        add(
            blueprint.instances.map {
                Item(id: $0.id, kind: $0.kind, action: nil, body: $0.body, after: $0.prerequisites)
            }, kinds)
    }

    private mutating func add(_ items: [Item], _ kinds: [KindDescription]) {
        let kinds = Dictionary(kinds.map { ($0.name, $0) }) { first, _ in first }
        /// Instances that may share a node.
        struct Group: Hashable {
            var key: String
            var action: PlannedResource.Action?
        }
        let counts = Dictionary(grouping: items.filter { $0.id.number != nil }) {
            Group(key: $0.id.key, action: $0.action)
        }
        .mapValues(\.count)
        var shared: [Group: Int] = [:]
        var places: [InstanceID: Int] = [:]
        for item in items {
            let group = Group(key: item.id.key, action: item.action)
            let count = counts[group] ?? 1
            if count > Self.mostNumbers, let place = shared[group] {
                places[item.id] = place
                continue
            }
            let kind = kinds[item.kind]
            let isRoute = kind?.role == .route
            let number = item.id.number.map { count > Self.mostNumbers ? "\(count) numbers" : $0.e164 }
            let title = kind?.title ?? item.kind
            var lines = item.id.key == title ? [title] : [item.id.key, title]
            if let number { lines = isRoute ? [number, title] : lines + [number] }
            if let action = item.action { lines.append(action.rawValue) }
            shared[group] = nodes.count
            places[item.id] = nodes.count
            nodes.append(Node(lines: lines, side: kind?.side ?? .platform, action: item.action, isNumber: isRoute))
        }
        var labels: [[Int]: [String]] = [:]
        var order: [[Int]] = []
        for item in items {
            guard let to = places[item.id] else { continue }
            let fields = item.body?.fieldsByKey ?? [:]
            for id in item.after {
                guard let from = places[id] else { continue }
                if labels[[from, to]] == nil { order.append([from, to]) }
                let known = labels[[from, to]] ?? []
                labels[[from, to]] = known + (fields[id.key] ?? []).filter { !known.contains($0) }
            }
        }
        edges = order.map { Edge(from: $0[0], to: $0[1], labels: labels[$0] ?? []) }
    }
}

extension TemplateNode {
    /// By the key of the resource that is referred to: the fields that do, each with the field that it takes.
    fileprivate var fieldsByKey: [String: [String]] {
        guard case .object(let members) = self else { return [:] }
        var fields: [String: [String]] = [:]
        for member in members {
            for reference in member.node.references {
                guard case .resource(let key, let path) = reference.source else { continue }
                let taken = path.joined(separator: ".")
                let label = taken == member.name ? taken : "\(member.name) ← \(taken)"
                if fields[key]?.contains(label) != true { fields[key, default: []].append(label) }
            }
        }
        return fields
    }
}
