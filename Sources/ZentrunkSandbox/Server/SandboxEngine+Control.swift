import ZentrunkJSON

/// Paths below `/_sandbox/` on every server, with which other processes control a running sandbox.
///
/// Control requests are not recorded and are not subject to latency or faults.
extension SandboxEngine {
    static let controlPrefix = "/_sandbox/"

    /// Answers a request to the sandbox itself; nil if it is for the vendor.
    func control(_ request: SandboxRequest) -> SandboxAnswer? {
        guard request.path.hasPrefix(Self.controlPrefix) else { return nil }
        let action = String(request.path.dropFirst(Self.controlPrefix.count))
        do {
            switch (request.method, action) {
            case ("GET", "ping"):
                return .json(200, ["sandbox": "zentrunk", "pid": .integer(SandboxLocation.ownProcess)])
            case ("GET", "state"): return .json(200, state)
            case ("GET", "requests"): return .json(200, .array(recorder.requests.map(\.json)))
            case ("GET", "depth"):
                let requests = recorder.requests
                return .json(
                    200, ["depth": .integer(Int64(requests.depth)), "requests": .integer(Int64(requests.count))])
            case ("GET", "faults"): return .json(200, .array(recorder.faults.map(\.json)))
            case ("DELETE", "requests"): recorder.clear()
            case ("POST", "latency"):
                recorder.setLatency(.milliseconds(try document(request).member("milliseconds").integer()))
            case ("POST", "faults"):
                let rules = try document(request).elements()
                recorder.setFaults(try rules.map { cursor throws(JSONDecodingError) in try SandboxFault(cursor) })
            case ("POST", "reset"): reset()
            case ("POST", "numbers"): try own(document(request))
            case ("POST", "calls"): return .json(200, .object(exchange.place(try SandboxCall(document(request))).json))
            case ("POST", "phones"): try setPhones(document(request))
            case ("POST", "pace"): try setPace(document(request))
            case ("POST", "agents"): try setAgents(document(request))
            case ("POST", "account"): try services.plivo.setAccount(document(request))
            case ("POST", "records"): return .json(200, ["ids": .array(try addCalls(document(request)))])
            default: return .json(404, ["error": .string("the sandbox has no \(request.method) \(action)")])
            }
            return .json(200, ["done": .string(action)])
        } catch {
            return .json(400, ["error": .string(error.description)])
        }
    }

    private func document(_ request: SandboxRequest) throws(JSONDecodingError) -> JSONCursor {
        guard let json = request.json else {
            throw JSONDecodingError(path: .root, expected: "JSON", found: "something else")
        }
        return JSONCursor(json)
    }

    /// Reads `{"number": "+14155550123", "voice_enabled": true, "active": true, "application": "123", "trunk": "456"}`.
    /// All members except the number are optional.
    private func own(_ cursor: JSONCursor) throws(JSONDecodingError) {
        var route: PlivoService.Route?
        if let application = try cursor.memberIfPresent("application") {
            route = .application(try application.string())
        }
        if let trunk = try cursor.memberIfPresent("trunk") { route = .trunk(try trunk.string()) }
        services.plivo.own(
            number: try cursor.member("number").string(),
            voiceEnabled: try cursor.memberIfPresent("voice_enabled")?.bool() ?? true,
            active: try cursor.memberIfPresent("active")?.bool() ?? true, route: route)
    }

    /// Reads `{"+14155550177": "busy"}`: what phones do with calls; see ``SandboxExchange/Phone``.
    private func setPhones(_ cursor: JSONCursor) throws(JSONDecodingError) {
        for (number, _) in try cursor.members() {
            let member = try cursor.member(number)
            guard let phone = SandboxExchange.Phone(rawValue: try member.string()) else {
                throw member.mismatch(SandboxExchange.Phone.allCases.map(\.rawValue).joined(separator: " or "))
            }
            exchange.setPhone(number, phone)
        }
    }

    /// Reads `{"ringing_ms": 200, "talking_ms": 500, "record_ms": 100}`; a missing member is 0.
    private func setPace(_ cursor: JSONCursor) throws(JSONDecodingError) {
        func duration(_ name: String) throws(JSONDecodingError) -> Duration {
            .milliseconds(try cursor.memberIfPresent(name)?.integer() ?? 0)
        }
        exchange.setPace(
            SandboxExchange.Pace(
                ringing: try duration("ringing_ms"), talking: try duration("talking_ms"),
                record: try duration("record_ms")))
    }

    /// Reads `{"platform": "vapi", "agents": ["id"]}`: the agents that exist; null for every one that is named.
    private func setAgents(_ cursor: JSONCursor) throws(JSONDecodingError) {
        let member = try cursor.member("platform")
        let name = try member.string()
        guard let platform = services.all.first(where: { $0.vendor == name }) as? any PlatformService else {
            throw member.mismatch("a platform of this sandbox")
        }
        let agents = try cursor.memberIfPresent("agents").map { (agents) throws(JSONDecodingError) in
            try agents.elements().map { (agent) throws(JSONDecodingError) in try agent.string() }
        }
        platform.setAgents(agents.map(Set.init))
    }

    /// Reads an array of call records; see ``PlivoService/addCalls(_:)``.
    ///
    /// - Returns: Their ids.
    private func addCalls(_ cursor: JSONCursor) throws(JSONDecodingError) -> [JSONValue] {
        var records: [JSONObject] = []
        for element in try cursor.elements() { records.append(try element.members()) }
        return try services.plivo.addCalls(records).map { .string($0) }
    }
}
