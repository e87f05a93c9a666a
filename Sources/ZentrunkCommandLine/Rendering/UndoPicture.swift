@_spi(Adapter) import ZentrunkCore

/// What undoing a run would do, for people.
struct UndoPicture {
    let plan: UndoPlan

    init(_ plan: UndoPlan) { self.plan = plan }

    /// One line per object, and a summary.
    var lines: [String] {
        let style = Style()
        guard !plan.isUndone else { return ["  run \(plan.run.record.id) was already undone"] }
        let steps = plan.steps.map { step -> String in
            let id = step.id.map { "  \(style.faint($0))" } ?? ""
            let object = "\(step.instance)  \(style.faint(step.kind))\(id)"
            return switch step.word {
            case "create": "  \(style.good("+")) \(object)"
            case "delete": "  \(style.bad("-")) \(object)"
            case "restore": "  \(style.warning("~")) \(object)"
            default: "  \(style.faint("=")) \(object)  \(style.faint("(\(step.reason ?? ""))"))"
            }
        }
        return steps + [
            "Undo: \(creations > 0 ? "\(creations) to create again, " : "")\(deletions) to delete, \(restorations) to restore, \(left) unchanged."
        ]
    }

    /// The action to confirm.
    var action: String {
        let parts = [(creations, "create again"), (deletions, "delete"), (restorations, "restore")].filter { $0.0 > 0 }
            .map { "\($0.1) \($0.0) \($0.0 == 1 ? "object" : "objects")" }
        return parts.isEmpty ? "close the run" : parts.joined(separator: " and ")
    }

    private var creations: Int { count("create") }
    private var deletions: Int { count("delete") }
    private var restorations: Int { count("restore") }
    private var left: Int { count("keep") }

    private func count(_ word: String) -> Int { plan.steps.count { $0.word == word } }
}
