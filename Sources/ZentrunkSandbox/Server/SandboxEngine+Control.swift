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
            case ("GET", "wire"):
                return .json(200, try request.parameter("host").map(wire.document(of:)) ?? wire.document())
            case ("POST", "wire"): try wire.set(document(request))
            case ("DELETE", "requests"): recorder.clear()
            case ("POST", "latency"):
                recorder.setLatency(.milliseconds(try document(request).member("milliseconds").integer()))
            case ("POST", "faults"):
                let rules = try document(request).elements()
                recorder.setFaults(try rules.map { cursor throws(JSONDecodingError) in try SandboxFault(cursor) })
            case ("POST", "reset"): reset()
            case ("POST", "numbers"): try own(document(request))
            case ("POST", "records"): return .json(200, ["ids": .array(try addCalls(document(request)))])
            default: return .json(404, ["error": .string("the sandbox has no \(request.method) \(action)")])
            }
            return .json(200, ["done": .string(action)])
        } catch {
            return .json(400, ["error": .string("\(error)")])
        }
    }

    private func document(_ request: SandboxRequest) throws(JSONDecodingError) -> JSONCursor {
        guard let json = request.json else {
            throw JSONDecodingError(path: .root, expected: "JSON", found: "something else")
        }
        return JSONCursor(json)
    }

    /// Reads `{"number": "+14155550123", "voice_enabled": true, "application": "123", "trunk": "456"}`. All members
    /// except the number are optional.
    private func own(_ cursor: JSONCursor) throws(JSONDecodingError) {
        var route: PlivoService.Route?
        if let application = try cursor.memberIfPresent("application") {
            route = .application(try application.string())
        }
        if let trunk = try cursor.memberIfPresent("trunk") { route = .trunk(try trunk.string()) }
        services.plivo.own(
            number: try cursor.member("number").string(),
            voiceEnabled: try cursor.memberIfPresent("voice_enabled")?.bool() ?? true, route: route)
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
