import ZentrunkJSON
import ZentrunkSandbox

/// Selects the objects of a list.
extension LiveKitStore {
    /// The page size if the limit is omitted.
    private static let defaultPage = 1000

    /// Returns the selected objects, ordered by id. Omits ids that do not exist, although the protocol's description
    /// promises an empty item in their place.
    ///
    /// With `page`, the server reads on after the last object that passed the filter, until a page yields nothing. If
    /// no object of a whole page passes, it stops and misses later objects.
    func selected(_ kind: LiveKitKind, _ sent: JSONObject) -> [JSONObject] {
        let ids = Set(sent[kind.idsField].texts)
        let wanted = sent[kind.filterField].texts
        func passes(_ row: JSONObject) -> Bool {
            (ids.isEmpty || ids.contains(row[kind.idField]?.string ?? "")) && Self.passes(row, wanted, kind)
        }
        let all = ordered(kind)
        guard let page = sent["page"]?.object else { return all.filter(passes) }
        let limit = page["limit"]?.integer.map(Int.init) ?? 0
        var after = page["after_id"]?.string ?? ""
        func rest() -> ArraySlice<JSONObject> { all.drop { ($0[kind.idField]?.string ?? "") <= after } }
        guard quirks.followsPages else { return Array(rest().filter(passes).prefix(limit > 0 ? limit : all.count)) }
        var found: [JSONObject] = []
        while true {
            let passed = rest().prefix(limit > 0 ? limit : Self.defaultPage).filter(passes)
            guard let last = passed.last else { return found }
            found += passed
            after = last[kind.idField]?.string ?? ""
        }
    }

    /// Returns all objects of a kind, ordered by id.
    func ordered(_ kind: LiveKitKind) -> [JSONObject] {
        (rows[kind] ?? []).sorted { ($0[kind.idField]?.string ?? "") < ($1[kind.idField]?.string ?? "") }
    }

    /// Whether an object has one of the numbers or trunks. An object without any matches every filter.
    ///
    /// - Parameter wanted: Empty for no filter.
    static func passes(_ row: JSONObject, _ wanted: [String], _ kind: LiveKitKind) -> Bool {
        let held = row[kind.filterField].texts
        guard !wanted.isEmpty, !held.isEmpty else { return true }
        guard kind == .inboundTrunk else { return !Set(wanted).isDisjoint(with: held) }
        return !Set(wanted.map(LiveKitNumber.normalised)).isDisjoint(with: held.map(LiveKitNumber.normalised))
    }

    /// Returns all trunks in the legacy form.
    func legacyTrunks(_ sent: JSONObject) -> [JSONValue] {
        let after = sent["page"]?["after_id"]?.string ?? ""
        return [LiveKitKind.inboundTrunk, .outboundTrunk].flatMap { kind in
            ordered(kind).map { legacy(shown($0, kind), isInbound: kind == .inboundTrunk) }
        }.filter { ($0["sip_trunk_id"]?.string ?? "") > after }
            .sorted { ($0["sip_trunk_id"]?.string ?? "") < ($1["sip_trunk_id"]?.string ?? "") }
            .map { .object($0) }
    }

    /// Converts a trunk to the legacy form, which holds only one number.
    private func legacy(_ row: JSONObject, isInbound: Bool) -> JSONObject {
        var trunk: JSONObject = ["kind": isInbound ? "TRUNK_INBOUND" : "TRUNK_OUTBOUND"]
        for name in ["sip_trunk_id", "name", "metadata"] { trunk[name] = row[name] }
        trunk["outbound_number"] = row["numbers"].texts.first.map { .string($0) }
        let side = isInbound ? "inbound" : "outbound"
        trunk["\(side)_username"] = row["auth_username"]
        trunk["\(side)_password"] = row["auth_password"]
        if isInbound {
            trunk["inbound_addresses"] = row["allowed_addresses"]
            trunk["inbound_numbers"] = row["allowed_numbers"]
        } else {
            trunk["outbound_address"] = row["address"]
            trunk["transport"] = row["transport"]
        }
        return trunk
    }
}
