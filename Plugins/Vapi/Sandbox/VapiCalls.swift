import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// A call as Vapi keeps it. <https://docs.vapi.ai/api-reference/calls/get>
struct VapiCall: Sendable {
    /// The members that do not depend on the time.
    var members: JSONObject
    var times: SandboxCallTimes
    /// Why the call ended.
    var endedReason: String

    /// The call as responses show it.
    func shown(at now: Date) -> JSONObject {
        var shown = members
        let stage = times.stage(at: now)
        switch stage {
        case .ringing: shown["status"] = "ringing"
        case .talking: shown["status"] = "in-progress"
        case .ended: shown["status"] = "ended"
        }
        if stage != .ringing { shown["startedAt"] = times.answered.map { .string($0.formatted(VapiTable.style)) } }
        if stage == .ended {
            shown["endedReason"] = .string(endedReason)
            shown["endedAt"] = .string(times.ended.formatted(VapiTable.style))
            shown["cost"] = .double(Double(times.seconds) / 600)
        } else {
            let id = members["id"]?.string ?? ""
            // Neither address asks for a key, so both are secret.
            shown["monitor"] = [
                "controlUrl": .string("https://control.sandbox.invalid/\(id)/control"),
                "listenUrl": .string("wss://control.sandbox.invalid/\(id)/listen"),
            ]
        }
        return shown
    }
}

extension VapiStore {
    static let callShape: VapiShape = {
        let customer = VapiShape(fields: [
            "number": .text(length: 3...40), "numberE164CheckEnabled": .truth, "extension": .text(length: 0...10),
            "name": .text(length: 0...40), "sipUri": .text(), "email": .text(length: 0...40),
            "externalId": .text(length: 0...40), "assistantOverrides": .anything,
        ])
        return VapiShape(fields: [
            "assistantId": .text(), "squadId": .text(), "workflowId": .text(), "phoneNumberId": .text(),
            "customerId": .text(), "customer": .object(customer), "customers": .list(customer),
            "name": .text(length: 0...40), "schedulePlan": .anything, "assistantVersion": .text(),
            "assistant": .anything, "squad": .anything, "workflow": .anything, "phoneNumber": .anything,
            "workflowOverrides": .anything, "transport": .anything,
            "assistantOverrides": .object(
                VapiShape(fields: ["maxDurationSeconds": .number(10...43200), "variableValues": .anything])),
        ])
    }()

    /// Reads the body of a call.
    ///
    /// - Returns: The id of the phone number, and what was asked for.
    func order(_ request: SandboxRequest) throws(VapiRefusal) -> (number: String, call: SandboxCall, limit: Int) {
        let members = try Self.members(of: request)
        let complaints = Self.callShape.complaints(about: members)
        guard complaints.isEmpty else { throw .invalid(complaints) }
        guard let number = members["phoneNumberId"]?.string else {
            throw VapiRefusal(400, "Need Either `phoneNumberId` Or `phoneNumber`.")
        }
        guard let row = phoneNumbers.row(number) else { throw VapiRefusal(400, "Couldn't get phone number \(number)") }
        guard let customer = members["customer"]?["number"]?.string else {
            throw VapiRefusal(400, "Need Either `customer` Or `customerId`.")
        }
        guard customer.wholeMatch(of: /\+[1-9][0-9]{1,14}/) != nil else {
            throw .invalid(["customer.number must be a valid phone number in the E.164 format"])
        }
        let agent = ["assistantId", "squadId", "workflowId"].lazy.compactMap { members[$0]?.string }.first
        guard agent != nil || members["assistant"] != nil else {
            throw VapiRefusal(400, "Need Either `assistantId`, `assistant`, `squadId`, `squad`, `workflowId` Or `workflow`.")
        }
        let limit = members["assistantOverrides"]?["maxDurationSeconds"]?.number.map { Int($0) }
        let call = SandboxCall(
            .outbound, from: row["number"]?.string ?? "", to: customer, platform: VapiService.vendor, agent: agent)
        return (number, call, limit ?? 600)
    }

    /// Adds a call.
    ///
    /// - Returns: The call as the response to its creation shows it.
    mutating func addCall(
        _ type: String, number: String?, customer: String, agent: String?, times: SandboxCallTimes, reason: String
    ) -> JSONObject {
        var members: JSONObject = [
            "type": .string(type), "phoneCallTransport": "sip", "customer": ["number": .string(customer)],
            // The ids of Vapi's own border controller, which are not SIP Call-IDs of the carrier.
            "transport": [
                "provider": "vapi.sip", "sbcCallSid": .string(UUID().uuidString.lowercased()),
                "callSid": .string(UUID().uuidString.lowercased()),
            ],
            "artifact": [:],
        ]
        members["phoneNumberId"] = number.map { .string($0) }
        members["assistantId"] = agent.map { .string($0) }
        let id = calls.add(members)
        let row = calls.row(id) ?? members
        callRecords[id] = VapiCall(members: row, times: times, endedReason: reason)
        return row.merging(["status": "queued"])
    }

    // MARK: Reading

    func shownCall(_ id: String) throws(VapiRefusal) -> JSONValue {
        guard let call = callRecords[id] else { throw VapiRefusal(404, "No object has the id \(id)") }
        return .object(call.shown(at: Date()))
    }

    func listCalls(_ request: SandboxRequest) throws(VapiRefusal) -> SandboxAnswer {
        let filters = ["id", "assistantId", "phoneNumberId"]
        let now = Date()
        let rows = try calls.selected(by: request).filter { row in
            filters.allSatisfy { name in request.parameter(name).map { row[name]?.string == $0 } ?? true }
        }.prefix(try VapiTable.limit(request))
        let shown = rows.compactMap { row in row["id"]?.string.flatMap { callRecords[$0] }?.shown(at: now) }
        return .json(200, .array(shown.map { .object($0) }))
            .noting(Self.notes(on: request, parameters: VapiTable.parameters.union(filters)))
    }
}
