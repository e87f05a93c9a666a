import ZentrunkJSON
import ZentrunkSandbox

/// Which objects cannot be beside each other, because a call would fit both.
///
/// The server reads the objects that hold a number, or a trunk, of the new description, and looks for two that fit one call,
/// the new description among them. So it refuses for two others as well. And an update meets its own object only where what is
/// stored shares a number with what is new: where nothing is shared, the conflict is not seen.
extension LiveKitStore {
    /// - Parameters:
    ///   - id: The object's own, when it is there already.
    ///   - overlooked: An object that the server does not see yet.
    func refuseConflict(of members: JSONObject, _ kind: LiveKitKind, id: String?, overlooking overlooked: String? = nil)
        throws(LiveKitRefusal)
    {
        // Twins of an outbound trunk may be.
        guard kind != .outboundTrunk else { return }
        if kind == .dispatchRule, members["rule"]?.object?.isEmpty == true {
            throw .wrapped("unsupported SIP Dispatch Rule: <nil>")
        }
        let wanted = members[kind.filterField].texts
        var checked = ordered(kind).filter { Self.passes($0, wanted, kind) }
        if let id {
            let new = JSONObject([(kind.idField, .string(id))]).merging(members)
            checked = checked.map { $0[kind.idField]?.string == id ? new : $0 }
        } else {
            checked.removeAll { overlooked != nil && $0[kind.idField]?.string == overlooked }
            checked.insert(members, at: quirks.meetsNewObjectLast ? checked.endIndex : checked.startIndex)
        }
        try kind == .inboundTrunk ? Self.refuseConflict(ofTrunks: checked) : Self.refuseConflict(ofRules: checked)
    }

    /// Called numbers that both have, or none on both sides, and callers that do not tell the two apart. Addresses and
    /// credentials never do.
    private static func refuseConflict(ofTrunks trunks: [JSONObject]) throws(LiveKitRefusal) {
        var held: [[String]: JSONObject] = [:]
        for trunk in trunks {
            let callers = slots(trunk["allowed_numbers"])
            var keys: Set<[String]> = []
            for called in slots(trunk["numbers"]) {
                for caller in callers {
                    let key = [called, caller]
                    guard keys.insert(key).inserted else { continue }
                    guard let other = held.updateValue(trunk, forKey: key) else { continue }
                    let numbers = trunk["numbers"].texts.map { "\"\($0)\"" }.joined(separator: " ")
                    throw LiveKitRefusal(
                        .invalidArgument,
                        "Conflicting inbound SIP Trunks: \"\(shownID(trunk, .inboundTrunk))\" and "
                            + "\"\(shownID(other, .inboundTrunk))\", using the same number(s) "
                            + (numbers.isEmpty ? "<any>" : "[\(numbers)]")
                            + (caller.isEmpty ? " without AllowedNumbers set" : " and AllowedNumber \"\(caller)\""))
                }
            }
        }
    }

    /// Every combination that a rule stands for, the same twice in one rule included; a list that is empty is one combination of
    /// its own.
    private static func refuseConflict(ofRules rules: [JSONObject]) throws(LiveKitRefusal) {
        var held: [[String]: JSONObject] = [:]
        for rule in rules {
            let pin = rule["rule"]?.object?.first { $0.value.object != nil }?.value["pin"]?.string ?? ""
            let trunks = rule["trunk_ids"].texts
            for trunk in trunks.isEmpty ? [""] : trunks {
                for caller in slots(rule["inbound_numbers"]) {
                    for called in slots(rule["numbers"]) {
                        guard let other = held[[trunk, pin, caller, called]] else {
                            held[[trunk, pin, caller, called]] = rule
                            continue
                        }
                        let name = other["name"]?.string ?? ""
                        throw LiveKitRefusal(
                            .invalidArgument,
                            "Dispatch rule for the same trunk, inbound number, number, and PIN combination already "
                                + "exists in dispatch rule \"\(shownID(other, .dispatchRule))\" "
                                + "\"\(name.isEmpty ? "<blank name>" : name)\"")
                    }
                }
            }
        }
    }

    private static func shownID(_ row: JSONObject, _ kind: LiveKitKind) -> String {
        row[kind.idField]?.string ?? "<new>"
    }

    /// The numbers of a list as they are compared; one empty one for an empty list.
    private static func slots(_ list: JSONValue?) -> [String] {
        let numbers = list.texts.map(LiveKitNumber.normalised)
        return numbers.isEmpty ? [""] : numbers
    }
}
