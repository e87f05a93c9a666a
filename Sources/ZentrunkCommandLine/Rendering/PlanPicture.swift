@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// A plan as a tree for people: each step below the one that it waits for longest, and a summary.
struct PlanPicture {
    let lines: [String]

    /// - Parameter all: Whether to draw unchanged objects, too.
    init(_ plan: Plan, all: Bool = false, style: Style = Style()) {
        var lines = [Self.title(plan, style)]
        let parents = Self.parents(plan, all: all)
        var children: [InstanceID: [Int]] = [:]
        var roots: [Int] = []
        for (index, resource) in plan.resources.enumerated() where all || !resource.deeds.isEmpty {
            if let parent = parents[resource.instance] {
                children[parent, default: []].append(index)
            } else {
                roots.append(index)
            }
        }
        var drawn: Set<Int> = []
        func draw(_ index: Int, _ indent: String, _ isLast: Bool, _ isRoot: Bool) {
            guard drawn.insert(index).inserted else { return }
            let resource = plan.resources[index]
            let branch = isRoot ? "  " : indent + (isLast ? "└─ " : "├─ ")
            lines += Self.lines(resource, branch, style)
            let next = children[resource.instance] ?? []
            let below = isRoot ? "  " : indent + (isLast ? "   " : "│  ")
            for (place, child) in next.enumerated() { draw(child, below, place == next.count - 1, false) }
        }
        for root in roots { draw(root, "", true, true) }
        for loss in plan.losses { lines.append("  \(style.warning("!")) cannot be restored: \(loss)") }
        lines += Self.remarks(plan, style, indent: "  ")
        let digest = "(digest \(plan.digest), \(plan.depth.counted("round trip")))"
        self.lines = lines + ["\(PlanSummary(plan).line) \(style.faint(digest))"]
    }

    /// The plan's warnings and collisions, each with its next steps.
    static func remarks(_ plan: Plan, _ style: Style, indent: String) -> [String] {
        plan.warnings.flatMap { $0.lines(style, indent: indent) }
            + plan.collisions.flatMap { lines($0, style, indent) }
    }

    /// Options that resolve the collision follow the sentence, other commands are below it.
    private static func lines(_ collision: Collision, _ style: Style, _ indent: String) -> [String] {
        let options = collision.remedies.compactMap(RemedyText.options).map {
            $0.map(\.shellWord).joined(separator: " ")
        }
        let hint = options.isEmpty ? "" : " (\(options.joined(separator: " or ")))"
        let steps = RemedyText.current.steps(collision.remedies.filter { RemedyText.options($0) == nil })
        return ["\(indent)\(style.bad("✗")) \(collision.message)\(hint)"] + steps.map { "\(indent)  next: \($0)" }
    }

    private static func title(_ plan: Plan, _ style: Style) -> String {
        let connection = plan.connection
        let what = plan.operation == .connect ? "connect" : "disconnect"
        let numbers = connection.numbers.isEmpty ? nil : connection.shortNumbers
        let details = [
            connection.direction.rawValue, connection.values["authentication"]?.string,
            connection.isSecure ? "secure" : nil, numbers,
        ]
        .compactMap { $0 }.joined(separator: ", ")
        return style.strong("\(what) \(connection.platform)/\(connection.name)") + " (\(details))"
    }

    /// The instance below which each one is drawn: of those it waits for, the deepest one that is drawn itself, or what that
    /// one waits for.
    private static func parents(_ plan: Plan, all: Bool) -> [InstanceID: InstanceID] {
        let depths = depths(plan)
        let drawn = Set(plan.resources.filter { all || !$0.deeds.isEmpty }.map(\.instance))
        var parents: [InstanceID: InstanceID] = [:]
        for resource in plan.resources {
            let above = resource.after.filter { depths[$0] != nil }.max { (depths[$0] ?? 0) < (depths[$1] ?? 0) }
            // Resources are in order, so the parents of those that it waits for are known.
            parents[resource.instance] = above.flatMap { drawn.contains($0) ? $0 : parents[$0] }
        }
        return parents
    }

    private static func depths(_ plan: Plan) -> [InstanceID: Int] {
        var depths: [InstanceID: Int] = [:]
        for resource in plan.resources {
            depths[resource.instance] = 1 + (resource.after.compactMap { depths[$0] }.max() ?? 0)
        }
        return depths
    }

    private static func lines(_ resource: PlannedResource, _ branch: String, _ style: Style) -> [String] {
        let note = resource.note.map { style.faint("  (\($0))") } ?? ""
        let id = resource.id.map { style.faint("  \($0)") } ?? ""
        var lines = [
            "\(branch)\(mark(resource.deeds, style)) \(resource.instance)  \(style.faint(resource.kind))\(id)\(note)"
        ]
        guard ["update", "replace"].contains(resource.deeds.plannedWord) else { return lines }
        for change in resource.changes {
            let to =
                change.knownAfter.isEmpty
                ? short(change.to) : "known after \(change.knownAfter.joined(separator: ", "))"
            lines.append(
                "\(branch.map { $0 == "├" || $0 == "└" || $0 == "─" ? " " : String($0) }.joined())     \(change.path): \(short(change.from)) → \(to)"
            )
        }
        return lines
    }

    private static func short(_ value: JSONValue?) -> String {
        guard let value, !value.isNull else { return "nothing" }
        let text = value.string ?? value.text()
        return text.count > 60 ? text.prefix(59) + "…" : text
    }

    private static func mark(_ deeds: [Deed], _ style: Style) -> String {
        switch deeds.plannedWord {
        case "create": style.good("+")
        case "update": style.warning("~")
        case "replace": style.warning("±")
        case "delete": style.bad("-")
        default: style.faint("=")
        }
    }
}

extension Connection {
    /// The numbers for people: all if they are few, otherwise the first and a count.
    var shortNumbers: String {
        guard numbers.count > 3, let first = numbers.first else {
            return numbers.map(\.e164).joined(separator: ", ")
        }
        return "\(first.e164) and \(numbers.count - 1) more"
    }
}
