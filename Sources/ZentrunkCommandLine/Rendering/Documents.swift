import ZentrunkCore
import ZentrunkJSON
import ZentrunkPairings

/// A plan as one JSON object.
struct PlanDocument {
    let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    var members: JSONObject {
        var members = plan.connection.head
        members["outcome"] = plan.isUnchanged ? "unchanged" : "planned"
        members["digest"] = .string(plan.digest)
        members["depth"] = .integer(Int64(plan.depth))
        members["summary"] = .object(PlanSummary(plan).members)
        members["resources"] = .array(plan.resources.map(Self.resource))
        members["collisions"] = .array(
            plan.collisions.map { collision in
                [
                    "what": .string(collision.what), "id": .string(collision.id), "message": .string(collision.message),
                    "option": collision.remedies.first.flatMap(RemedyText.options).map(Self.line) ?? .null,
                    "command": collision.remedies.first.flatMap(RemedyText.command).map(Self.line) ?? .null,
                    "remedies": collision.remedies.json,
                ]
            })
        members["warnings"] = .array(plan.warnings.map(\.json))
        members["not_restored"] = .array(plan.losses.map { .string($0) })
        return members
    }

    private static func line(_ words: [String]) -> JSONValue {
        .string(words.map(\.shellWord).joined(separator: " "))
    }

    /// The same for `show`, with the connection's options and live objects.
    var shown: JSONObject {
        var members = plan.connection.head
        members["outcome"] = plan.isUnchanged ? "unchanged" : "drift"
        members["carrier_account"] = .string(plan.identity.carrierAccount)
        members["platform_account"] = .string(plan.identity.platformAccount)
        members["options"] = .object(
            JSONObject(plan.connection.values.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }))
        members["resources"] = .array(
            plan.resources.map { resource in
                var members = resource.instance.members
                members["kind"] = .string(resource.kind)
                members["id"] = resource.id.map { .string($0) } ?? .null
                members["live"] = resource.liveFields.map { .object($0) } ?? .null
                members["changes"] = .array(resource.changes.map(\.json))
                return .object(members)
            })
        members["warnings"] = .array((plan.warnings + plan.collisions.map { Warning($0) }).map(\.json))
        return members
    }

    private static func resource(_ resource: PlannedResource) -> JSONValue {
        var members = resource.instance.members
        members["kind"] = .string(resource.kind)
        members["action"] = .string(resource.deeds.plannedWord)
        members["id"] = resource.id.map { .string($0) } ?? .null
        members["after"] = .array(resource.after.map { .object($0.members) })
        members["changes"] = .array(resource.changes.map(\.json))
        if let note = resource.note { members["note"] = .string(note) }
        return .object(members)
    }
}

/// A run's result as one JSON object.
struct ReportDocument {
    let report: Report

    init(_ report: Report) { self.report = report }

    var members: JSONObject {
        var members = report.connection.head
        members["run"] = report.run.map { .string($0) } ?? .null
        members["outcome"] = .string(report.outcomeInWords)
        members["trunk_domain"] = report.trunkDomain.map { .string($0) } ?? .null
        members["resources"] = .array(
            report.resources.map { result in
                var members = result.instance.members
                members["kind"] = .string(result.kind)
                members["id"] = result.id.map { .string($0) } ?? .null
                members["action"] = .string(result.deeds.doneWord)
                return .object(members)
            })
        members["depth"] = .integer(Int64(report.depth))
        members["requests"] = .object(
            JSONObject(
                Side.allCases.map { side in
                    (side.rawValue, .integer(Int64(report.requests[side] ?? 0)))
                }))
        members["seconds"] = .double((report.duration.seconds * 1000).rounded() / 1000)
        members["verified"] = .bool(report.verified)
        members["warnings"] = .array(report.warnings.map(\.json))
        members["not_restored"] = .array(report.losses.map { .string($0) })
        members["error"] = report.error?.document ?? .null
        members["undone"] =
            switch report.aftermath {
            case .undone?: true
            case .left?: false
            case .nothingWritten?, nil: .null
            }
        members["left"] = .array(report.left.map { .string($0) })
        return members
    }
}

extension Report {
    /// The outcome; `unchanged` for a disconnect that found no objects.
    var outcomeInWords: String {
        let isIdle = outcome == .disconnected && resources.allSatisfy(\.deeds.isEmpty)
        return (isIdle ? .unchanged : outcome).rawValue
    }
}

extension Connection {
    /// The first members of plans and results.
    var head: JSONObject {
        [
            "connection": .string(name.description), "platform": .string(platform.description),
            "direction": .string(direction),
            "numbers": .array(numbers.map { .string($0.e164) }),
        ]
    }
}

extension InstanceID {
    var members: JSONObject {
        var members: JSONObject = ["key": .string(key)]
        if let number { members["number"] = .string(number.e164) }
        return members
    }
}

extension ZentrunkError {
    /// `code`, `message`, `where`, and other known members.
    var document: JSONValue {
        var members: JSONObject = [
            "code": .string(code.description), "message": .string(sentence), "where": .string(place.rawValue),
            "status": status.map { .integer(Int64($0)) } ?? .null,
            "vendor_message": vendorMessage.map { .string($0) } ?? .null,
        ]
        members["request_id"] = requestID.map { .string($0) } ?? .null
        members["next"] = .array(nextSteps.map { .string($0) })
        members["remedies"] = remedies.json
        return .object(members)
    }

    /// The message, which names a parameter by its option.
    var sentence: String {
        guard let cause = cause as? ParameterError else { return message }
        return Terminal.visible(cause.sentence(naming: TemplateParameter.option(cause.parameter)))
    }

    /// The steps, each as it can be pasted.
    var nextSteps: [String] { RemedyText.current.steps(self) }
}
