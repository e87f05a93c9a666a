@_spi(Adapter) import ZentrunkCore
import ZentrunkPlanGraph
@_spi(Adapter) import ZentrunkPlivo

/// An inventory as a graph: the objects of each account, the hosts, and their references. Objects of a finding are marked.
package struct InventoryGraph: Sendable {
    private struct Node {
        var lines: [String]
        var isNumber = false
        var weight: Inventory.Finding.Weight?
    }

    private struct Cluster {
        var title: String
        var nodes: [(index: Int, node: Node)] = []
    }

    private var clusters: [Cluster] = []
    private var edges: [(from: Int, to: Int, label: String)] = []
    private let title: String

    /// Creates a graph. References to objects that do not exist lead to a node that says so.
    package init(_ inventory: Inventory) {
        title = "inventory of the Plivo account \(inventory.carrierAccount)"
        var weights: [String: Inventory.Finding.Weight] = [:]
        for finding in inventory.findings {
            for item in finding.items where weights[item.key] != .problem { weights[item.key] = finding.weight }
        }
        let titles = Dictionary(inventory.places.map { ($0.platform, $0.title) }) { first, _ in first }
        var indexes: [String: Int] = [:]
        var places: [String: Int] = [:]
        func add(_ key: String, _ node: Node, to place: String) {
            guard indexes[key] == nil else { return }
            let cluster = places[place] ?? clusters.count
            if places[place] == nil {
                places[place] = cluster
                clusters.append(Cluster(title: place))
            }
            indexes[key] = indexes.count
            clusters[cluster].nodes.append((indexes.count - 1, node))
        }
        let linked = Set(inventory.links.flatMap { [$0.from, $0.to] })
        for item in inventory.items where linked.contains(item.key) || weights[item.key] != nil {
            let place =
                item.platform.map { "\(titles[$0] ?? $0.description) \(item.account)" } ?? "Plivo \(item.account)"
            let isNumber = item.kind == Inventory.numberKind
            let lines = isNumber ? ["+\(item.id)"] : [item.title, item.name ?? item.id]
            add(item.key, Node(lines: lines, isNumber: isNumber, weight: weights[item.key]), to: place)
        }
        for link in inventory.links {
            for key in [link.from, link.to] {
                let isHost = key.hasPrefix("host/")
                let lines = isHost ? [String(key.dropFirst(5))] : [key, "does not exist"]
                add(key, Node(lines: lines, weight: isHost ? nil : .problem), to: isHost ? "hosts" : "missing")
            }
            guard let from = indexes[link.from], let to = indexes[link.to] else { continue }
            edges.append((from, to, link.label))
        }
    }

    /// The graph as a Mermaid flowchart. <https://mermaid.js.org/syntax/flowchart.html>
    package var mermaid: String {
        var lines = ["%% \(GraphText.oneLine(title))", "flowchart LR"]
        for (index, cluster) in clusters.enumerated() {
            lines.append("  subgraph place\(index)[\"\(GraphText.mermaid(cluster.title))\"]")
            for (index, node) in cluster.nodes {
                let label = "\"\(node.lines.map(GraphText.mermaid).joined(separator: "<br/>"))\""
                let mark = node.weight.map { ":::\($0.rawValue)" } ?? ""
                lines.append("    n\(index)\(node.isNumber ? "([\(label)])" : "[\(label)]")\(mark)")
            }
            lines.append("  end")
        }
        for edge in edges { lines.append("  n\(edge.from) -->|\"\(GraphText.mermaid(edge.label))\"| n\(edge.to)") }
        for weight in Inventory.Finding.Weight.allCases {
            let (fill, stroke) = Self.paint(weight)
            lines.append("  classDef \(weight.rawValue) fill:\(fill),stroke:\(stroke),color:#1f2328")
        }
        return lines.joined(separator: "\n")
    }

    /// The graph in the language of Graphviz. <https://graphviz.org/doc/info/lang.html>
    package var dot: String {
        var lines = [
            "// \(GraphText.oneLine(title))", "digraph inventory {", "  rankdir=LR;",
            "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans-serif\"];",
            "  edge [fontname=\"sans-serif\", fontsize=10];",
        ]
        for (index, cluster) in clusters.enumerated() {
            lines.append("  subgraph cluster_\(index) {")
            lines.append("    label=\"\(GraphText.dot(cluster.title))\";")
            for (index, node) in cluster.nodes {
                var attributes = ["label=\"\(node.lines.map(GraphText.dot).joined(separator: "\\n"))\""]
                if node.isNumber { attributes.append("shape=ellipse") }
                if let weight = node.weight {
                    let (fill, stroke) = Self.paint(weight)
                    attributes += ["color=\"\(stroke)\"", "fillcolor=\"\(fill)\""]
                }
                lines.append("    n\(index) [\(attributes.joined(separator: ", "))];")
            }
            lines.append("  }")
        }
        for edge in edges { lines.append("  n\(edge.from) -> n\(edge.to) [label=\"\(GraphText.dot(edge.label))\"];") }
        return (lines + ["}"]).joined(separator: "\n")
    }

    /// Colours on which dark text is readable, on light and dark pages.
    private static func paint(_ weight: Inventory.Finding.Weight) -> (fill: String, stroke: String) {
        switch weight {
        case .problem: ("#ffebe9", "#cf222e")
        case .note: ("#fff8c5", "#9a6700")
        }
    }
}
