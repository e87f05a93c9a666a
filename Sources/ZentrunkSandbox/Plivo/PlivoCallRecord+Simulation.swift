import Foundation
import ZentrunkJSON

extension PlivoCallRecord {
    /// Makes the record of a simulated call.
    init(
        of call: SandboxCall, _ leg: PlivoLeg, _ hangup: SandboxHangup, _ times: SandboxCallTimes, callID: String
    ) {
        let id = UUID().uuidString.lowercased()
        let isInbound = call.direction == .inbound
        let seconds = times.answered == nil ? 0 : max(1, times.seconds)
        let ringing = times.answered == nil ? 0 : max(1, Int((times.answered ?? times.begun).timeIntervalSince(times.begun)))
        let answered = times.ended.addingTimeInterval(-Double(seconds))
        let isAnswered = times.answered != nil
        let end = Self.text(times.ended)
        let amount: JSONValue = isAnswered ? "0.00650" : "0.00000"
        row = [
            Self.idField: .string(id), "call_id": .string(callID), "from_number": .string(call.from),
            "to_number": .string(call.to), "call_direction": .string(call.direction.rawValue),
            "call_duration": .integer(Int64(seconds)), "bill_duration": .integer(Int64(seconds)),
            "billed_duration": .integer(isAnswered ? Int64((seconds + 59) / 60 * 60) : 0),
            "initiation_time": .string(Self.text(answered.addingTimeInterval(-Double(ringing)))),
            // What the live service has here for a call without an answer is not known.
            "answer_time": isAnswered ? .string(Self.text(answered)) : .null, "end_time": .string(end),
            "hangup_cause_name": .string(hangup.name), "hangup_cause_code": .integer(Int64(hangup.code)),
            "hangup_source": .string(hangup.source), "total_rate": "0.00650", "total_amount": amount,
            // Records have a region in the domain, as in Plivo's samples; trunks do not.
            "trunk_domain": .string("\(leg.trunk.id).ap-south-1.zt.plivo.com"), "from_country": "US",
            "to_country": "US", "transport_protocol": leg.invite.map { .string($0.transport.rawValue) } ?? .null,
            "srtp": .bool(leg.invite?.offersSRTP ?? false), "secure_trunking": .bool(leg.trunk.secure),
            "secure_trunking_rate": leg.trunk.secure ? "0.00100" : "0.00000",
            "stir_verification": isInbound ? "Not Applicable" : "Verified",
            "attestation_indicator": isInbound ? "null" : "A", "cnam_lookup": false, "cnam_lookup_rate": "0.00000",
        ]
        func party(_ number: String) -> JSONValue {
            ["carrier": "Example Telecom", "number": .string(number), "region": "US"]
        }
        func figure(_ value: JSONValue) -> JSONValue { isAnswered ? value : .null }
        insights = [
            Self.idField: .string(id), "from": party(call.from), "to": party(call.to),
            "hangup_cause": .string(hangup.name), "hangup_source": .string(hangup.source), "rtt": figure("31"),
            "jitter": figure("4"), "packet_loss": figure("0"), "post_dial_delay": figure(1450.0),
            "plivo_quality_score": figure("4.1"),
        ]
        self.id = id
        self.end = Self.precise(end)
        visible = times.recorded
    }

    private static func text(_ date: Date) -> String { time(ago: -date.timeIntervalSinceNow) }
}

extension PlivoService {
    /// Follows a call from its number to the URIs of its trunk.
    func inboundRoute(of call: SandboxCall, callID: String) -> PlivoInboundRoute {
        reading { $0.inboundRoute(of: call, callID: callID) }
    }

    /// Decides about a request from a platform; see ``PlivoStore/outboundVerdict(on:to:phone:)``.
    func outboundVerdict(
        on invite: SandboxInvite, to wanted: String, phone: (String) -> SandboxExchange.Phone
    ) -> PlivoOutboundVerdict {
        let store = reading { $0 }
        return store.outboundVerdict(on: invite, to: wanted, phone: phone)
    }

    /// Adds the record of a simulated call.
    ///
    /// - Returns: Its id.
    func addRecord(
        of call: SandboxCall, _ leg: PlivoLeg, _ hangup: SandboxHangup, _ times: SandboxCallTimes, callID: String
    ) -> String {
        let record = PlivoCallRecord(of: call, leg, hangup, times, callID: callID)
        add([record])
        return record.id
    }
}
