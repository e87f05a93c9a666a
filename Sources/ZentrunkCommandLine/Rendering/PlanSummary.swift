@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// The counts of objects that a plan creates, changes and keeps.
struct PlanSummary {
    private let counts: [String: Int]
    private let obstacles: Int

    init(_ plan: Plan) {
        counts = Dictionary(grouping: plan.resources, by: \.deeds.plannedWord).mapValues(\.count)
        obstacles = plan.collisions.count
    }

    /// `Plan: 2 to create, 1 to change, 0 to delete, 4000 unchanged`
    var line: String {
        guard ["create", "update", "replace", "delete"].contains(where: { self[$0] > 0 }) else {
            if obstacles > 0 {
                return "\(obstacles.counted("conflict")); \(self["keep"].counted("object")) up to date"
            }
            return self["keep"] == 0 ? "No changes" : "No changes: \(self["keep"].counted("object")) up to date"
        }
        let replaced = self["replace"] > 0 ? ", \(self["replace"]) to replace" : ""
        return
            "Plan: \(self["create"]) to create, \(self["update"]) to change\(replaced), \(self["delete"]) to delete, "
            + "\(self["keep"]) unchanged"
    }

    var members: JSONObject {
        func count(_ word: String) -> JSONValue { .integer(Int64(self[word])) }
        return [
            "create": count("create"), "change": count("update"), "replace": count("replace"),
            "delete": count("delete"), "unchanged": count("keep"),
        ]
    }

    private subscript(_ word: String) -> Int { counts[word] ?? 0 }
}
