import ZentrunkCore
import ZentrunkJSON

/// A plan as one JSON object.
struct PlanDocument {
    let plan: Plan

    init(_ plan: Plan) { self.plan = plan }

    var text: String {
        var members = plan.connection.head
        members["outcome"] = plan.isEmpty ? "unchanged" : "planned"
        members["digest"] = .string(plan.digest)
        members["depth"] = .integer(Int64(plan.depth))
        members["resources"] = .array(plan.resources.map(Self.resource))
        members["collisions"] = .array(
            plan.collisions.map { collision in
                [
                    "what": .string(collision.what), "id": .string(collision.id), "message": .string(collision.message),
                    "option": collision.option.map { .string($0) } ?? .null,
                    "command": collision.command.map { .string($0) } ?? .null,
                ]
            })
        members["warnings"] = .array(plan.warnings.map { .string($0) })
        members["not_restored"] = .array(plan.losses.map { .string($0) })
        return JSONValue.object(members).text(.pretty)
    }

    /// The same for a connection that is only looked at: with its options and what is live.
    var shownText: String {
        var members = plan.connection.head
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
        members["warnings"] = .array((plan.warnings + plan.collisions.map(\.message)).map { .string($0) })
        return JSONValue.object(members).text(.pretty)
    }

    private static func resource(_ resource: PlannedResource) -> JSONValue {
        var members = resource.instance.members
        members["kind"] = .string(resource.kind)
        members["action"] = .string(resource.action.rawValue)
        members["id"] = resource.id.map { .string($0) } ?? .null
        members["after"] = .array(resource.after.map { .object($0.members) })
        members["changes"] = .array(resource.changes.map(\.json))
        if let note = resource.note { members["note"] = .string(note) }
        return .object(members)
    }
}

/// How a run ended, as one JSON object.
struct ReportDocument {
    let report: Report

    init(_ report: Report) { self.report = report }

    var text: String {
        var members = report.connection.head
        members["run"] = report.run.map { .string($0) } ?? .null
        members["outcome"] = .string(report.outcome.rawValue)
        members["trunk_domain"] = report.trunkDomain.map { .string($0) } ?? .null
        members["resources"] = .array(
            report.resources.map { result in
                var members = result.instance.members
                members["kind"] = .string(result.kind)
                members["id"] = result.id.map { .string($0) } ?? .null
                members["action"] = .string(result.action.rawValue)
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
        if !report.warnings.isEmpty { members["warnings"] = .array(report.warnings.map { .string($0) }) }
        members["not_restored"] = .array(report.losses.map { .string($0) })
        if let error = report.error {
            members["error"] = error.document
            members["undone"] = report.undone.map { .bool($0) } ?? .null
            members["left"] = .array(report.left.map { .string($0) })
        }
        return JSONValue.object(members).text(.pretty)
    }
}

extension Connection {
    /// What plans and results begin with.
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

extension ConnectionError {
    /// `code`, `message`, `where`, and what is known besides.
    var document: JSONValue {
        var members: JSONObject = [
            "code": .string(code.description), "message": .string(message), "where": .string(place.rawValue),
            "status": status.map { .integer(Int64($0)) } ?? .null,
            "vendor_message": vendorMessage.map { .string($0) } ?? .null,
        ]
        if let requestID { members["request_id"] = .string(requestID) }
        members["next"] = .array(nextSteps.map { .string($0) })
        return .object(members)
    }

    /// The steps with the command as it was typed, where a step is to repeat it.
    var nextSteps: [String] {
        let again = "run the command again with "
        let word = Invocation.commandLine.split(separator: " ").dropFirst().first.map(String.init) ?? ""
        return next.compactMap { step in
            if let place = ProfileFile.place {
                // The library knows no profile; whoever types commands may have one.
                if step.hasPrefix("export ") {
                    return "\(step), or write \(step.dropFirst(7)) into \(place), mode 0600"
                }
                if step.hasPrefix("set "), step.contains(" to a valid key") {
                    return step.replacing(" to a valid key", with: " to a valid key, in the environment or in \(place)")
                }
            }
            guard step.hasPrefix(again), !Invocation.commandLine.isEmpty else { return step }
            if step.hasSuffix("--no-journal"), !JournalOptions.commands.contains(word) { return nil }
            return "\(Invocation.commandLine) \(step.dropFirst(again.count))"
        }
    }
}
