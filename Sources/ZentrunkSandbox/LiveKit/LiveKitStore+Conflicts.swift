import ZentrunkJSON

/// Which objects cannot be beside each other, because a call would fit both.
extension LiveKitStore {
    /// - Parameter id: The object's own, when it is there already.
    func refuseConflict(of members: JSONObject, _ kind: LiveKitKind, id: String?) throws(LiveKitRefusal) {
        let others = (rows[kind] ?? []).filter { id == nil || $0[kind.idField]?.string != id }
        switch kind {
        case .inboundTrunk:
            for other in others { try Self.refuseConflict(of: members, id: id, with: other) }
        case .dispatchRule:
            guard members["rule"]?.object?.isEmpty == false else {
                throw LiveKitRefusal(.unknown, "Unsupported SIP Dispatch Rule: <nil>")
            }
            let keys = Self.keys(members)
            guard let other = others.first(where: { !keys.isDisjoint(with: Self.keys($0)) }) else { return }
            let name = other["name"]?.string ?? ""
            throw LiveKitRefusal(
                .invalidArgument,
                "Dispatch rule for the same trunk, inbound number, number, and PIN combination already exists in "
                    + "dispatch rule \"\(other[kind.idField]?.string ?? "")\" \"\(name.isEmpty ? "<blank name>" : name)\""
            )
        // Twins of an outbound trunk may be.
        case .outboundTrunk: break
        }
    }

    /// Called numbers that both have, or none on both sides, and callers that do not tell the two apart. Addresses and
    /// credentials never do.
    private static func refuseConflict(of trunk: JSONObject, id: String?, with other: JSONObject)
        throws(LiveKitRefusal)
    {
        let called = numbers(trunk["numbers"])
        let otherCalled = numbers(other["numbers"])
        guard called.isEmpty ? otherCalled.isEmpty : !called.isDisjoint(with: otherCalled) else { return }
        let shown =
            called.isEmpty ? "<any>" : "[" + trunk["numbers"].texts.map { "\"\($0)\"" }.joined(separator: " ") + "]"
        let text =
            "Conflicting inbound SIP Trunks: \"\(id ?? "<new>")\" and "
            + "\"\(other[LiveKitKind.inboundTrunk.idField]?.string ?? "")\", using the same number(s) \(shown)"
        let callers = trunk["allowed_numbers"].texts
        let otherCallers = numbers(other["allowed_numbers"])
        if callers.isEmpty, otherCallers.isEmpty {
            throw LiveKitRefusal(.invalidArgument, text + " without AllowedNumbers set")
        }
        if let caller = callers.first(where: { otherCallers.contains(LiveKitNumber.normalised($0)) }) {
            throw LiveKitRefusal(.invalidArgument, text + " and AllowedNumber \"\(caller)\"")
        }
    }

    /// Every combination that a rule stands for; a list that is empty is one combination of its own.
    private static func keys(_ rule: JSONObject) -> Set<[String]> {
        let pin = rule["rule"]?.object?.first { $0.value.object != nil }?.value["pin"]?.string ?? ""
        func slots(_ field: String) -> Set<String> {
            let texts = field == "trunk_ids" ? Set(rule[field].texts) : numbers(rule[field])
            return texts.isEmpty ? [""] : texts
        }
        var keys: Set<[String]> = []
        for trunk in slots("trunk_ids") {
            for caller in slots("inbound_numbers") {
                for called in slots("numbers") { keys.insert([trunk, pin, caller, called]) }
            }
        }
        return keys
    }

    private static func numbers(_ list: JSONValue?) -> Set<String> { Set(list.texts.map(LiveKitNumber.normalised)) }
}
