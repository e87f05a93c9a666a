@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkPairings

/// A plan as one JSON object: the core's form, with options and commands of this program.
struct PlanDocument {
    let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    var members: JSONObject {
        let form = plan.json
        var members = plan.connection.head
        members["outcome"] = plan.isUnchanged ? "unchanged" : "planned"
        members["digest"] = form["digest"]
        members["depth"] = form["depth"]
        members["summary"] = .object(PlanSummary(plan).members)
        members["resources"] = .array(plan.resources.map { .object($0.json) })
        members["collisions"] = .array(
            plan.collisions.map { collision in
                collision.json.document(
                    adding: [
                        "option": collision.remedies.first.flatMap(RemedyText.options).map(Self.line) ?? .null,
                        "command": collision.remedies.first.flatMap(RemedyText.command).map(Self.line) ?? .null,
                    ])
            })
        members["warnings"] = .array(plan.warnings.map(\.document))
        members["not_restored"] = form["not_restored"]
        return members
    }

    private static func line(_ words: [String]) -> JSONValue {
        .string(words.map(\.shellWord).joined(separator: " "))
    }

    /// The same for `show`, with the connection's options and live objects.
    var shown: JSONObject {
        let form = plan.json
        var members = plan.connection.head
        members["outcome"] = plan.isUnchanged ? "unchanged" : "drift"
        members["carrier_account"] = form["carrier_account"]
        members["platform_account"] = form["platform_account"]
        members["options"] = form["options"]
        members["resources"] = .array(
            plan.resources.map { resource in
                var members = resource.instance.json
                members["kind"] = .string(resource.kind)
                members["id"] = resource.id.map { .string($0) } ?? .null
                members["live"] = resource.liveFields.map { .object($0) } ?? .null
                members["changes"] = .array(resource.changes.map(\.json))
                return .object(members)
            })
        members["warnings"] = .array((plan.warnings + plan.collisions.map { Warning($0) }).map(\.document))
        return members
    }
}

/// A run's result as one JSON object: the core's form, with commands of this program.
struct ReportDocument {
    let report: Report

    init(_ report: Report) { self.report = report }

    var members: JSONObject {
        var members = report.json
        members["warnings"] = .array(report.warnings.map(\.document))
        members["error"] = report.error?.document ?? .null
        return members
    }
}

extension JSONObject {
    /// Adds members in front of the remedies.
    func document(adding more: JSONObject) -> JSONValue {
        var members = self
        let remedies = members["remedies"]
        members["remedies"] = nil
        members = members.merging(more)
        members["remedies"] = remedies
        return .object(members)
    }
}

extension ZentrunkError {
    /// `code`, `message`, `where`, and other known members.
    var document: JSONValue {
        var members = json
        members["message"] = .string(sentence)
        return members.document(adding: ["next": .array(nextSteps.map { .string($0) })])
    }

    /// The message, which names a parameter by its option.
    var sentence: String {
        guard let cause = cause as? ParameterError else { return message }
        return Terminal.visible(cause.sentence(naming: TemplateParameter.option(cause.parameter)))
    }

    /// The steps, each as it can be pasted.
    var nextSteps: [String] { RemedyText.current.steps(self) }
}
