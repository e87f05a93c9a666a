extension PlanGraph {
    /// The graph as a Mermaid flowchart. <https://mermaid.js.org/syntax/flowchart.html>
    public var mermaid: String {
        var lines = ["%% \(Self.oneLine(title))", "flowchart LR"]
        for side in Side.allCases where nodes.contains(where: { $0.side == side }) {
            lines.append("  subgraph \(side.rawValue)[\"\(Self.mermaid(names[side] ?? side.rawValue))\"]")
            for (index, node) in nodes.enumerated() where node.side == side {
                let label = "\"\(node.lines.map(Self.mermaid).joined(separator: "<br/>"))\""
                let shape = node.isNumber ? "([\(label)])" : "[\(label)]"
                lines.append("    n\(index)\(shape)" + (node.action.map { ":::\($0.rawValue)" } ?? ""))
            }
            lines.append("  end")
        }
        for edge in edges {
            let label = edge.labels.map(Self.mermaid).joined(separator: ", ")
            lines.append("  n\(edge.from) " + (label.isEmpty ? "-.->" : "-->|\"\(label)\"|") + " n\(edge.to)")
        }
        for action in Self.actions where nodes.contains(where: { $0.action == action }) {
            let paint = Paint(action)
            let dash = paint.isDashed ? ",stroke-dasharray:4 3" : ""
            lines.append(
                "  classDef \(action.rawValue) fill:\(paint.fill),stroke:\(paint.stroke),color:#1f2328\(dash)")
        }
        return lines.joined(separator: "\n")
    }

    /// The graph in the language of Graphviz. <https://graphviz.org/doc/info/lang.html>
    public var dot: String {
        var lines = [
            "// \(Self.oneLine(title))", "digraph plan {", "  rankdir=LR;",
            "  node [shape=box, style=\"rounded,filled\", fillcolor=white, fontname=\"sans-serif\"];",
            "  edge [fontname=\"sans-serif\", fontsize=10];",
        ]
        for side in Side.allCases where nodes.contains(where: { $0.side == side }) {
            lines.append("  subgraph cluster_\(side.rawValue) {")
            lines.append("    label=\"\(Self.dot(names[side] ?? side.rawValue))\";")
            for (index, node) in nodes.enumerated() where node.side == side {
                var attributes = ["label=\"\(node.lines.map(Self.dot).joined(separator: "\\n"))\""]
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
            let label = edge.labels.map(Self.dot).joined(separator: ", ")
            let attributes = label.isEmpty ? "style=dashed" : "label=\"\(label)\""
            lines.append("  n\(edge.from) -> n\(edge.to) [\(attributes)];")
        }
        return (lines + ["}"]).joined(separator: "\n")
    }

    private static let actions: [PlannedResource.Action] = [.create, .update, .replace, .keep, .delete]

    /// Colours that dark text stands on in light and dark pages alike.
    private struct Paint {
        var fill: String
        var stroke: String
        var isDashed = false

        init(_ action: PlannedResource.Action) {
            switch action {
            case .create: (fill, stroke) = ("#dafbe1", "#1a7f37")
            case .update: (fill, stroke) = ("#fff8c5", "#9a6700")
            case .replace: (fill, stroke) = ("#ffe3c9", "#bc4c00")
            case .keep: (fill, stroke) = ("#f6f8fa", "#57606a")
            case .delete: (fill, stroke, isDashed) = ("#ffebe9", "#cf222e", true)
            }
        }
    }

    // MARK: Escaping

    /// Text inside quotes of a flowchart: what Mermaid or the browser would read is written as an entity.
    /// <https://mermaid.js.org/syntax/flowchart.html#entity-codes-to-escape-characters>
    private static func mermaid(_ text: String) -> String {
        oneLine(text).map { character in
            switch character {
            case "\"": "#quot;"
            case "#": "#35;"
            case "&": "#amp;"
            case "<": "#lt;"
            case ">": "#gt;"
            // A backtick at the start would make it Markdown.
            case "`": "#96;"
            default: String(character)
            }
        }
        .joined()
    }

    /// Text inside quotes in Graphviz, where a backslash begins an escape.
    private static func dot(_ text: String) -> String {
        oneLine(text).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    }

    /// Line breaks and control characters would end a label, or a comment.
    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 } ? " " : $0 })
    }
}
