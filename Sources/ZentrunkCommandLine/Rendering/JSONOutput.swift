import Synchronization
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// The one JSON object that a command prints with `--json`: the same members on success and on failure.
enum JSONOutput {
    private static let wasPrinted = Mutex(false)

    /// Prints the document; members that the command always has and that are missing become null.
    static func print(_ members: JSONObject) { Terminal.out(document: text(members)) }

    /// The document, for a caller that prints it at once.
    static func text(_ members: JSONObject) -> String {
        wasPrinted.withLock { $0 = true }
        return JSONValue.object(complete(members, DocumentShape.current)).text(.pretty)
    }

    /// Returns the document of a process that ends at once before it printed one, so that programs always get one.
    static func printWhatIsDue(_ code: Int32) {
        let isWanted = CommandLine.arguments.dropFirst().contains("--json")
        guard isWanted, code == ExitStatus.left.code, !wasPrinted.withLock({ $0 }) else { return }
        let error = ZentrunkError(
            .cancelled, "stopped at once: earlier writes may remain", remedies: [.listRuns])
        print(["outcome": "failed", "error": error.document, "undone": false])
    }

    static func complete(_ members: JSONObject, _ shape: DocumentShape) -> JSONObject {
        var complete: JSONObject = [:]
        for name in shape.members { complete[name] = members[name] ?? .null }
        for (name, value) in members { complete[name] = value }
        if members["outcome"] == nil { complete["outcome"] = members["error"] == nil ? "done" : "failed" }
        return complete
    }
}

/// The members that a command's document always has. `docs/json.md` describes them.
struct DocumentShape {
    let members: [String]

    private static let connection = ["connection", "platform", "direction", "numbers"]
    private static let report =
        ["outcome"] + connection
        + [
            "run", "trunk_domain", "resources", "depth", "requests", "seconds", "verified", "warnings", "not_restored",
            "error",
            "undone",
        ]
        + ["left"]

    /// The shape of the command line that is running.
    static var current: DocumentShape {
        // A signal handler runs outside of tasks, so it uses the process's command line.
        let line = Invocation.commandLine
        let words = line.isEmpty ? CommandLine.arguments : line.split(separator: " ").map(String.init)
        return DocumentShape(words.dropFirst())
    }

    private init(_ words: ArraySlice<String>) {
        // A dry run of any command shows a plan.
        let command = words.first ?? ""
        let isPlan = words.contains("--dry-run") && ["connect", "disconnect", "undo"].contains(command)
        members = Self.members(isPlan ? "plan" : command, words.dropFirst().first ?? "")
    }

    private static func members(_ command: String, _ word: String) -> [String] {
        switch (command, word) {
        case ("connect", _), ("disconnect", _), ("undo", _): report
        case ("plan", _):
            ["outcome"] + connection
                + ["digest", "depth", "summary", "resources", "collisions", "warnings", "not_restored", "error"]
        case ("show", let word) where RunID.isOne(word):
            ["outcome", "run", "begun", "ended", "connection", "platform", "numbers", "operation", "remark"]
                + ["process", "writes", "left", "next", "error"]
        case ("show", _):
            ["outcome"] + connection
                + ["carrier_account", "platform_account", "trunk_domain", "options", "last_run", "unrecorded_numbers"]
                + ["resources", "warnings", "error"]
        case ("list", _): ["outcome", "carrier_account", "connections", "problems", "error"]
        case ("doctor", _): ["outcome", "diagnoses", "error"]
        case ("drift", _): ["outcome", "connections", "error"]
        case ("runs", _): ["outcome", "runs", "error"]
        case ("template", "list"): ["outcome", "templates", "error"]
        case ("template", "validate"): ["outcome", "file", "valid", "errors", "warnings", "error"]
        case ("explain", _): ["outcome", "explanations", "error"]
        case ("probe", _): ["outcome", "probes", "skipped", "sandbox", "error"]
        case ("calls", "get"): ["outcome", "call", "successful", "insights", "causes", "error"]
        case ("calls", "list"): ["outcome", "calls", "error"]
        case ("calls", "stats"):
            [
                "outcome", "period", "total", "connections", "numbers", "series", "durations", "scores", "quality",
                "error",
            ]
        case ("inventory", _):
            [
                "outcome", "carrier_account", "places", "numbers", "dialling", "objects", "links", "findings",
                "problems", "error",
            ]
        case ("test", _):
            ["outcome", "connection", "platform", "direction", "from", "to", "verdict", "owner", "causes"]
                + ["platform_call", "messages", "record", "unread", "answer_lost", "error"]
        case ("sandbox", _): ["outcome", "environment", "control", "process", "error"]
        case ("--version", _): ["outcome", "version", "error"]
        case ("trunk", _), ("credential", _), ("uri", _), ("acl", _), ("number", _): carrier(command, word)
        default: ["outcome", "error"]
        }
    }

    private static func carrier(_ noun: String, _ verb: String) -> [String] {
        switch verb {
        case "list": ["outcome", noun + "s", "error"]
        case "get": ["outcome", noun, "error"]
        case "create": ["outcome", noun, "error", "undone"]
        case "update": ["outcome", noun, "changes", "error", "undone"]
        case "delete": ["outcome", noun, "dependents", "error", "undone"]
        default: ["outcome", "error"]
        }
    }
}
