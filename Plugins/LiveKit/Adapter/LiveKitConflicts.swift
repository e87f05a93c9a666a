@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// LiveKit's behaviour when two objects match the same call. <https://docs.livekit.io/telephony/accepting-calls/inbound-trunk/>
extension LiveKitAdapter {
    /// LiveKit distinguishes two trunks of one number by the callers that they allow, not by addresses or credentials.
    ///
    /// LiveKit then refuses to create or change either trunk. But a trunk can be changed to a number that another one has. Calls
    /// that match both fail from then on. A trunk without numbers receives only calls that match no other trunk.
    @Sendable static func conflict(ofTrunk body: JSONObject, with other: LiveObject) -> Conflict? {
        let ours = Set(numbers(in: body["numbers"]))
        let theirs = numbers(in: other.fields["numbers"])
        let shared = theirs.filter(ours.contains)
        guard !shared.isEmpty else { return nil }
        let callers = (
            ours: Set(numbers(in: body["allowedNumbers"])), theirs: numbers(in: other.fields["allowedNumbers"])
        )
        let both = callers.theirs.filter(callers.ours.contains)
        let list = shared.joined(separator: " ")
        let title = "LiveKit's inbound trunk \(other.id) (\"\(other.fields["name"]?.string ?? "")\")"
        let remedy = freeing(shared, of: other, rest: theirs.filter { !ours.contains($0) }, ours: body)
        switch (callers.ours.isEmpty, callers.theirs.isEmpty) {
        case (true, true):
            let names = "\"\(body["name"]?.string ?? "")\" and \"\(other.id)\""
            return Conflict(
                "\(list) is in \(title) too, and LiveKit takes a number in one only: Conflicting inbound SIP Trunks: \(names), "
                    + "using the same number(s) [\(list)] without AllowedNumbers set; while both have it, every call fails",
                reach: .everyCall, isRefusal: true, remedy: remedy)
        case (true, false):
            return Conflict(
                "\(list) is in \(title) too, for some callers: calls from \(callers.theirs.joined(separator: ", ")) fit both trunks and fail",
                reach: .someCalls, remedy: remedy)
        case (false, true):
            return Conflict(
                "\(list) is in \(title) too: it takes the calls that this connection's trunk does not allow, and those that it allows fit both trunks and fail",
                reach: .everyCall, remedy: remedy)
        case (false, false):
            guard !both.isEmpty else { return nil }
            return Conflict(
                "\(list) is in \(title) too, for the same callers: calls from \(both.joined(separator: ", ")) fit both trunks and fail",
                reach: both.count == callers.ours.count ? .everyCall : .someCalls, isRefusal: true, remedy: remedy)
        }
    }

    /// LiveKit distinguishes rules by trunk, PIN, caller and called number. A rule without trunks applies to all trunks.
    ///
    /// Of two rules for a trunk, LiveKit uses the more specific one. If one of them has a PIN, callers are asked for it.
    @Sendable static func conflict(ofRule body: JSONObject, with other: LiveObject) -> Conflict? {
        let title = "LiveKit's dispatch rule \(other.id) (\"\(other.fields["name"]?.string ?? "")\")"
        guard !other.ids(in: "trunkIds").isEmpty else {
            return Conflict(
                "\(title) names no trunk and so takes calls of every trunk without a rule; this connection's own rule takes precedence",
                reach: .noCall)
        }
        let trunks = Set(ids(in: body["trunkIds"]))
        guard other.ids(in: "trunkIds").contains(where: trunks.contains) else { return nil }
        let remedy = Remedy.command(["lk", "sip", "dispatch", "delete", other.id])
        let key = RuleKey(other.fields)
        if key == RuleKey(body) {
            return Conflict(
                "\(title) answers for the same trunk: Dispatch rule for the same trunk, inbound number, number, and PIN combination already exists",
                reach: .everyCall, isRefusal: true, remedy: remedy)
        }
        var limits: [String] = []
        if !key.called.isEmpty { limits.append("to \(key.called.sorted().joined(separator: ", "))") }
        if !key.callers.isEmpty { limits.append("from \(key.callers.sorted().joined(separator: ", "))") }
        let calls = (["calls"] + limits).joined(separator: " ")
        return Conflict(
            key.pin.isEmpty
                ? "\(title) names this connection's trunk and takes \(calls) instead of this connection's own rule"
                : "\(title) names this connection's trunk and has a PIN: LiveKit asks for it on \(calls), and callers who enter it are redirected",
            reach: .someCalls, remedy: remedy)
    }

    /// What distinguishes a rule from the others of its trunk.
    private struct RuleKey: Equatable {
        var pin: String
        var called: Set<String>
        var callers: Set<String>

        init(_ rule: JSONObject) {
            pin = (rule["rule"]?.object ?? [:]).compactMap { $0.value["pin"]?.string }.first { !$0.isEmpty } ?? ""
            called = Set(LiveKitAdapter.numbers(in: rule["numbers"]))
            callers = Set(LiveKitAdapter.numbers(in: rule["inboundNumbers"]))
        }
    }

    /// The remedy that takes numbers out of a foreign trunk: another connection of this account can be disconnected.
    private static func freeing(
        _ shared: [String], of other: LiveObject, rest: [String], ours body: JSONObject
    ) -> Remedy {
        if let owner = other.fields["name"]?.string.flatMap(OwnedName.init(parsing:)),
            let own = body["name"]?.string.flatMap(OwnedName.init(parsing:)),
            owner.tag == own.tag, owner.platform == own.platform, owner.connection != own.connection
        {
            return owner.disconnecting(shared)
        }
        return rest.isEmpty
            ? .command(["lk", "sip", "inbound", "delete", other.id])
            : .command(["lk", "sip", "inbound", "update", "--id", other.id, "--numbers", rest.joined(separator: ",")])
    }

    private static func ids(in list: JSONValue?) -> [String] { (list?.array ?? []).compactMap(\.string) }

    /// Returns numbers as the server compares them; other texts are unchanged.
    private static func numbers(in list: JSONValue?) -> [String] {
        ids(in: list).map { PhoneNumber(vendorSpelling: $0)?.e164 ?? $0 }
    }
}

/// Members that people set and templates do not.
extension LiveKitAdapter {
    static let trunkDiversions = [
        Diversion(
            "/allowedNumbers", "only these callers reach the connection, calls of all others fail",
            remedy: .command(["lk", "sip", "inbound", "list"])),
        Diversion(
            "/allowedAddresses", "only calls from these addresses come in, those from others fail",
            remedy: .command(["lk", "sip", "inbound", "list"])),
    ]

    static let ruleDiversions =
        [
            Diversion(
                "/numbers", "the rule takes calls to these numbers only",
                remedy: .command(["lk", "sip", "dispatch", "list"])),
            Diversion(
                "/inboundNumbers", "the rule takes calls from these callers only",
                remedy: .command(["lk", "sip", "dispatch", "list"])),
        ]
        + ["dispatchRuleIndividual", "dispatchRuleDirect", "dispatchRuleCallee"].map {
            Diversion(
                "/rule/\($0)/pin", "callers are asked for a PIN, and without it they reach no agent",
                remedy: .command(["lk", "sip", "dispatch", "list"]))
        }
}
