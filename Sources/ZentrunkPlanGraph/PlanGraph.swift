@_spi(Adapter) package import ZentrunkCore

/// A plan as a graph: the objects on both sides and their dependencies.
///
/// Equal plans give equal graphs. A graph contains only keys, kinds, numbers and names of fields, and no secrets.
package struct PlanGraph: Sendable {
    /// Above this count, instances of a resource for several numbers with the same action are drawn as one node.
    static let mostNumbers = 6

    struct Node: Sendable, Hashable {
        /// The lines of the label.
        var lines: [String]
        var side: Side
        /// The word for what is planned; nil for a blueprint.
        var action: String?
        /// Whether the node is a phone number and not an object.
        var isNumber: Bool
    }

    /// An edge from a node to one that depends on it, by their indices.
    struct Edge: Sendable, Hashable {
        var from: Int
        var to: Int
        /// The fields that refer to each other; empty if only the order matters.
        var labels: [String]
    }

    let title: String
    /// The names of the two sides.
    let names: [Side: String]
    private(set) var nodes: [Node] = []
    private(set) var edges: [Edge] = []

    private struct Item {
        var id: InstanceID
        var kind: String
        var action: String?
        var edges: [ResourceEdge]
        var after: [InstanceID]
    }

    /// - Parameters:
    ///   - kinds: The kinds of both sides, for the side and the title of each object.
    ///   - names: The names of the two sides.
    package init(_ plan: Plan, kinds: [KindDescription], names: [Side: String]) {
        let connection = plan.connection
        title = "\(plan.operation.rawValue) \(connection.platform)/\(connection.name), digest \(plan.digest)"
        self.names = names
        add(
            plan.resources.map {
                Item(
                    id: $0.instance, kind: $0.kind, action: $0.deeds.plannedWord, edges: $0.edges, after: $0.after)
            }, kinds)
    }

    /// A graph of a connection's objects, independent of what is live.
    ///
    /// - Parameters: See ``init(_:kinds:names:)-(Plan,_,_)``.
    package init(_ blueprint: Blueprint, kinds: [KindDescription], names: [Side: String]) {
        title = "\(blueprint.connection.platform), \(blueprint.connection.direction.rawValue)"
        self.names = names
        add(
            blueprint.instances.map {
                Item(id: $0.id, kind: $0.kind, action: nil, edges: $0.edges, after: $0.prerequisites)
            }, kinds)
    }

    private mutating func add(_ items: [Item], _ kinds: [KindDescription]) {
        let kinds = Dictionary(kinds.map { ($0.name, $0) }) { first, _ in first }
        /// Instances that may share a node.
        struct Group: Hashable {
            var key: String
            var action: String?
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
            if let action = item.action { lines.append(action) }
            shared[group] = nodes.count
            places[item.id] = nodes.count
            nodes.append(Node(lines: lines, side: kind?.side ?? .platform, action: item.action, isNumber: isRoute))
        }
        var labels: [[Int]: [String]] = [:]
        var order: [[Int]] = []
        for item in items {
            guard let to = places[item.id] else { continue }
            let fields = item.edges.fieldsByKey
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

extension Sequence<ResourceEdge> {
    /// By the key of a used resource, the fields that use it, each with the field whose value it takes.
    fileprivate var fieldsByKey: [String: [String]] {
        reduce(into: [:]) { fields, edge in
            guard let member = edge.member, let key = edge.targets.first?.key else { return }
            let label = edge.field == member ? member : "\(member) ← \(edge.field)"
            if fields[key]?.contains(label) != true { fields[key, default: []].append(label) }
        }
    }
}

// MARK: The languages

extension PlanGraph {
    /// The graph as a Mermaid flowchart. <https://mermaid.js.org/syntax/flowchart.html>
    package var mermaid: String {
        var lines = ["%% \(GraphText.oneLine(title))", "flowchart LR"]
        for side in Side.allCases where nodes.contains(where: { $0.side == side }) {
            lines.append("  subgraph \(side.rawValue)[\"\(GraphText.mermaid(names[side] ?? side.rawValue))\"]")
            for (index, node) in nodes.enumerated() where node.side == side {
                let label = "\"\(node.lines.map(GraphText.mermaid).joined(separator: "<br/>"))\""
                let shape = node.isNumber ? "([\(label)])" : "[\(label)]"
                lines.append("    n\(index)\(shape)" + (node.action.map { ":::\($0)" } ?? ""))
            }
            lines.append("  end")
        }
        for edge in edges {
            let label = edge.labels.map(GraphText.mermaid).joined(separator: ", ")
            lines.append("  n\(edge.from) " + (label.isEmpty ? "-.->" : "-->|\"\(label)\"|") + " n\(edge.to)")
        }
        for action in Self.actions where nodes.contains(where: { $0.action == action }) {
            let paint = Paint(action)
            let dash = paint.isDashed ? ",stroke-dasharray:4 3" : ""
            lines.append(
                "  classDef \(action) fill:\(paint.fill),stroke:\(paint.stroke),color:#1f2328\(dash)")
        }
        return lines.joined(separator: "\n")
    }

    /// The graph in the language of Graphviz. <https://graphviz.org/doc/info/lang.html>
    package var dot: String {
        var lines = [
            "// \(GraphText.oneLine(title))", "digraph plan {", "  rankdir=LR;",
            "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans-serif\"];",
            "  edge [fontname=\"sans-serif\", fontsize=10];",
        ]
        for side in Side.allCases where nodes.contains(where: { $0.side == side }) {
            lines.append("  subgraph cluster_\(side.rawValue) {")
            lines.append("    label=\"\(GraphText.dot(names[side] ?? side.rawValue))\";")
            for (index, node) in nodes.enumerated() where node.side == side {
                var attributes = ["label=\"\(node.lines.map(GraphText.dot).joined(separator: "\\n"))\""]
                if node.isNumber { attributes.append("shape=ellipse") }
                if let action = node.action {
                    let paint = Paint(action)
                    attributes += ["color=\"\(paint.stroke)\"", "fillcolor=\"\(paint.fill)\""]
                    if paint.isDashed { attributes.append("style=\"rounded,filled,dashed\"") }
                }
                lines.append("    n\(index) [\(attributes.joined(separator: ", "))];")
            }
            lines.append("  }")
        }
        for edge in edges {
            let label = edge.labels.map(GraphText.dot).joined(separator: ", ")
            let attributes = label.isEmpty ? "style=dashed" : "label=\"\(label)\""
            lines.append("  n\(edge.from) -> n\(edge.to) [\(attributes)];")
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    private static let actions = ["create", "update", "replace", "keep", "delete"]

    /// Colours on which dark text is readable, on light and dark pages.
    private struct Paint {
        var fill: String
        var stroke: String
        var isDashed = false

        init(_ action: String) {
            switch action {
            case "create": (fill, stroke) = ("#dafbe1", "#1a7f37")
            case "update": (fill, stroke) = ("#fff8c5", "#9a6700")
            case "replace": (fill, stroke) = ("#ffe3c9", "#bc4c00")
            case "delete": (fill, stroke, isDashed) = ("#ffebe9", "#cf222e", true)
            default: (fill, stroke) = ("#f6f8fa", "#57606a")
            }
        }
    }
}
