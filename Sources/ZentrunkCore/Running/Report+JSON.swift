public import ZentrunkJSON

extension Report {
    /// The report as JSON, without secrets.
    public var json: JSONObject {
        var members = connection.head
        members["run"] = run.map { .string($0) } ?? .null
        members["outcome"] = .string(outcomeInWords)
        members["trunk_domain"] = trunkDomain.map { .string($0) } ?? .null
        members["resources"] = .array(
            resources.map { result in
                var members = result.instance.json
                members["kind"] = .string(result.kind)
                members["id"] = result.id.map { .string($0) } ?? .null
                members["action"] = .string(result.deeds.doneWord)
                return .object(members)
            })
        members["depth"] = .integer(Int64(depth))
        members["requests"] = .object(
            JSONObject(Side.allCases.map { side in (side.rawValue, .integer(Int64(requests[side] ?? 0))) }))
        members["seconds"] = .double((duration.seconds * 1000).rounded() / 1000)
        members["verified"] = .bool(verified)
        members["warnings"] = .array(warnings.map { .object($0.json) })
        members["not_restored"] = .array(losses.map { .string($0) })
        members["error"] = error.map { .object($0.json) } ?? .null
        members["undone"] =
            switch aftermath {
            case .undone?: true
            case .left?: false
            case .nothingWritten?, nil: .null
            }
        members["left"] = .array(left.map { .string($0) })
        return members
    }

    /// The outcome; `unchanged` for a disconnect that found no objects.
    public var outcomeInWords: String {
        let isIdle = outcome == .disconnected && resources.allSatisfy(\.deeds.isEmpty)
        return (isIdle ? .unchanged : outcome).rawValue
    }
}

extension ZentrunkError {
    /// `code`, `message`, `where`, `status`, `vendor_message`, `request_id` and `remedies`.
    public var json: JSONObject {
        [
            "code": .string(code.description), "message": .string(message), "where": .string(place.rawValue),
            "status": status.map { .integer(Int64($0)) } ?? .null,
            "vendor_message": vendorMessage.map { .string($0) } ?? .null,
            "request_id": requestID.map { .string($0) } ?? .null, "remedies": remedies.json,
        ]
    }

    /// The time after which the same request may succeed; nil if waiting does not help, or if the time is unknown.
    public var retryAfter: Duration? {
        remedies.lazy.compactMap { if case .retry(let pause) = $0 { pause } else { nil } }.first
    }

    /// Creates the error for an address that cannot be used.
    public init(_ error: AddressError) {
        self.init(.invalid, "\(error)", cause: error, remedies: error.remedies)
    }
}

extension UndoPlan {
    /// The plan as JSON: the run's connection, `run`, `outcome`, and `resources` with `action`: `create`, `delete`,
    /// `restore`, or `keep` with a `note`.
    public var json: JSONObject {
        var members = run.record.connection.head
        members["run"] = .string(run.record.id)
        members["outcome"] = isUndone ? "unchanged" : "planned"
        members["resources"] = .array(
            steps.map { step in
                var members = step.instance.json
                members["kind"] = .string(step.kind)
                members["id"] = step.id.map { .string($0) } ?? .null
                members["action"] = .string(step.word)
                if let reason = step.reason { members["note"] = .string(reason) }
                return .object(members)
            })
        return members
    }
}
