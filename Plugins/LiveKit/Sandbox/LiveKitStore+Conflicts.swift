import ZentrunkJSON
import ZentrunkSandbox

/// Finds objects that cannot coexist because one call would match both.
///
/// The server reads all objects that share a number, or a trunk, with the new members. It then looks for two of them,
/// including the new object, that match the same call. So it also refuses because of two other objects. An update only
/// considers its own object if the stored and the new values share a number; otherwise the conflict is missed.
extension LiveKitStore {
    /// - Parameters:
    ///   - id: The id of the object itself, if it exists already.
    ///   - overlooked: An object that the server does not see yet.
    func refuseConflict(of members: JSONObject, _ kind: LiveKitKind, id: String?, overlooking overlooked: String? = nil)
        throws(LiveKitRefusal)
    {
        // Duplicate outbound trunks are allowed.
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

    /// Refuses two trunks that share a called number, or both have none, and whose callers overlap. Addresses and
    /// credentials do not distinguish trunks.
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

    /// Refuses two rules that share a combination of trunk, number and PIN, including a combination that occurs twice
    /// in one rule. An empty list counts as one value of its own.
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

    /// Returns the normalised numbers of a list; one empty string for an empty list.
    private static func slots(_ list: JSONValue?) -> [String] {
        let numbers = list.texts.map(LiveKitNumber.normalised)
        return numbers.isEmpty ? [""] : numbers
    }
}
