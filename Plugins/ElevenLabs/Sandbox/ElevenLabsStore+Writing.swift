import ZentrunkJSON
import ZentrunkSandbox

extension ElevenLabsStore {
    mutating func importNumber(_ request: SandboxRequest) throws(ElevenLabsRefusal) -> SandboxAnswer {
        let body = try Self.document(of: request)
        let readings = ElevenLabsImport.variants.map {
            ($0.provider, $0.shape.read(body, at: ["body", .string($0.name)]))
        }
        // The live service has no discriminator for this union: if no variant matches, it returns the faults of all.
        guard let (provider, reading) = readings.first(where: { $0.1.faults.isEmpty }) else {
            throw .invalid(readings.flatMap { $0.1.faults })
        }
        let members = reading.members
        try check(members)
        let number = members["phone_number"]?.string ?? ""
        var notes = Self.notes(on: request) + reading.notes
        if members["provider"] == nil { notes.append("without a provider, the import's variant is found by trial") }
        if phoneNumbers.contains(where: { $0.number == number }) {
            switch quirks.duplicateImport {
            case .secondRecord: notes.append("the effect of importing a number twice is undocumented")
            case .conflict409:
                throw ElevenLabsRefusal(
                    409, "conflict", "resource_already_exists", "The phone number was imported already")
            case .badRequest400:
                throw ElevenLabsRefusal(400, "invalid_request", "bad_request", "The phone number was imported already")
            }
        }
        var record = ElevenLabsPhoneNumber(number, label: "", provider: provider)
        record.apply(members, quirks)
        notes += Self.notes(on: record, after: members)
        if provider == .sipTrunk, record.trunks.isEmpty {
            notes.append("whether a number without trunks accepts calls is undocumented")
        }
        if !Self.isE164(number) { notes.append("phone_number is not E.164; calls must use the same notation") }
        phoneNumbers.append(record)
        return .json(200, ["phone_number_id": .string(record.id)]).noting(notes)
    }

    mutating func update(_ id: String, _ request: SandboxRequest) throws(ElevenLabsRefusal) -> SandboxAnswer {
        let reading = ElevenLabsImport.update.read(try Self.document(of: request), at: ["body"])
        guard reading.faults.isEmpty else { throw .invalid(reading.faults) }
        let index = try index(of: id)
        let members = reading.members
        try check(members)
        var notes = Self.notes(on: request) + reading.notes
        for name in ["label", "livekit_stack", "store_sip_messages"] where members[name] == .null {
            notes.append("the effect of null on \(name) is undocumented; it was kept")
        }
        for trunk in ElevenLabsTrunk.allCases {
            guard let sent = members[trunk.field] else { continue }
            guard phoneNumbers[index].provider == .sipTrunk else {
                notes.append("\(trunk.field) has no effect on a number of another provider")
                continue
            }
            if let sent = sent.object, let stored = phoneNumbers[index].trunks[trunk] {
                notes += trunk.ambiguities(stored, updatedWith: sent)
            }
        }
        phoneNumbers[index].apply(members, quirks)
        notes += Self.notes(on: phoneNumbers[index], after: members)
        return .json(200, shown(phoneNumbers[index])).noting(notes)
    }

    /// Checks the rules that the shape cannot express.
    private func check(_ members: JSONObject) throws(ElevenLabsRefusal) {
        for trunk in ElevenLabsTrunk.allCases { try trunk.check(members[trunk.field]?.object ?? [:]) }
        guard quirks.checksAgents, let agent = members["agent_id"]?.string, agents[agent] == nil else { return }
        throw ElevenLabsRefusal(
            404, "not_found", "agent_not_found", "Agent \(agent) was not found", parameter: "agent_id")
    }

    static func document(of request: SandboxRequest) throws(ElevenLabsRefusal) -> JSONValue {
        guard !request.body.isEmpty else {
            throw .invalid([ElevenLabsRefusal.fault("missing", at: ["body"], "Field required", input: .null)])
        }
        guard let document = request.json else {
            throw ElevenLabsRefusal(400, "invalid_request", "malformed_json", "The body is not JSON")
        }
        return document
    }

    // MARK: Notes

    private static func notes(on request: SandboxRequest) -> [String] {
        var notes = request.query.map { "\($0.name) is not a documented parameter" }
        if request.headers["content-type"]?.hasPrefix("application/json") != true {
            notes.append("the Content-Type is not application/json")
        }
        return notes
    }

    /// Returns notes on the trunk configurations that a request has written.
    private static func notes(on record: ElevenLabsPhoneNumber, after members: JSONObject) -> [String] {
        ElevenLabsTrunk.allCases.flatMap { trunk in
            guard members[trunk.field]?.object != nil, let configuration = record.trunks[trunk] else {
                return [String]()
            }
            return trunk.notes(on: configuration, of: record.number)
        }
    }

    private static func isE164(_ number: String) -> Bool { number.wholeMatch(of: /\+[1-9][0-9]{1,14}/) != nil }
}
