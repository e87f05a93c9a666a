import ZentrunkCore
import ZentrunkJSON

/// What undoing a run would do, for people and for programs.
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

    /// `run`, `outcome`, and `resources` with `action`: `create`, `delete`, `restore`, or `keep` with a `note`.
    var json: JSONObject {
        var members = plan.run.record.connection.head
        members["run"] = .string(plan.run.record.id)
        members["outcome"] = plan.isUndone ? "unchanged" : "planned"
        members["resources"] = .array(
            plan.steps.map { step in
                var members = step.instance.members
                members["kind"] = .string(step.kind)
                members["id"] = step.id.map { .string($0) } ?? .null
                members["action"] = .string(step.word)
                if let reason = step.reason { members["note"] = .string(reason) }
                return .object(members)
            })
        return members
    }
}
