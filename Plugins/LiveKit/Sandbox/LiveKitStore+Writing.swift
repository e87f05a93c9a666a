import ZentrunkJSON
import ZentrunkSandbox

extension LiveKitStore {
    /// - Parameter overlooked: An object that this request does not see yet.
    mutating func create(_ kind: LiveKitKind, _ sent: JSONObject, overlooking overlooked: String?)
        throws(LiveKitRefusal) -> LiveKitReply
    {
        // A rule may be flat, which is deprecated.
        let flat = kind == .dispatchRule ? sent : nil
        guard let members = sent[kind.wrapper]?.object ?? flat else {
            throw LiveKitRefusal(.invalidArgument, "missing \(kind.word)")
        }
        guard members[kind.idField]?.string ?? "" == "" else {
            throw LiveKitRefusal(.invalidArgument, "\(kind.word) id must not be set")
        }
        var described = settled(members, kind)
        if kind == .dispatchRule, sent[kind.wrapper] != nil { described = withMedia(described) }
        if let complaint = LiveKitCheck.complaint(about: described, kind) {
            throw LiveKitRefusal(.invalidArgument, complaint)
        }
        try refuseConflict(of: described, kind, id: nil, overlooking: overlooked)
        let id = add(described, to: kind)
        latest = id
        var reply = reply(try row(id, of: kind), kind)
        reply.notes = notes(on: members, kind, result: described)
        if sent[kind.wrapper] == nil { reply.notes.append("a rule outside of dispatch_rule is deprecated") }
        return reply
    }

    mutating func update(_ kind: LiveKitKind, _ sent: JSONObject) throws(LiveKitRefusal) -> LiveKitReply {
        let id = try Self.id(kind, sent)
        let members: JSONObject
        let result: JSONObject
        if let replacement = sent["replace"]?.object {
            members = replacement
            result = try replaced(id, kind, by: replacement)
        } else if let change = sent["update"]?.object {
            members = change
            result = try changed(id, kind, by: change)
        } else {
            throw LiveKitRefusal(.invalidArgument, "missing or unsupported update action")
        }
        try refuseConflict(of: result, kind, id: id)
        replace(id, of: kind, by: result)
        var reply = reply(try row(id, of: kind), kind)
        reply.notes = notes(on: members, kind, result: result)
        return reply
    }

    /// Resets all omitted members, including the password.
    private func replaced(_ id: String, _ kind: LiveKitKind, by members: JSONObject)
        throws(LiveKitRefusal) -> JSONObject
    {
        let inner = members[kind.idField]?.string ?? ""
        guard inner.isEmpty || inner == id else {
            throw LiveKitRefusal(
                .invalidArgument, "\(kind.word) id in the info must be empty or match the id in the update")
        }
        let result = settled(members, kind)
        if let complaint = LiveKitCheck.complaint(about: result, kind) {
            throw LiveKitRefusal(.invalidArgument, complaint)
        }
        _ = try row(id, of: kind)
        return result
    }

    /// Applies a partial update. An invalid result is 400 with a wrapped text, or 500 for outbound trunks.
    private func changed(_ id: String, _ kind: LiveKitKind, by change: JSONObject)
        throws(LiveKitRefusal) -> JSONObject
    {
        let lists = kind.change.fields.filter {
            if case .message(let message) = $0.kind { message.isList } else { false }
        }
        for list in lists {
            guard let members = change[list.name]?.object else { continue }
            if let complaint = LiveKitListChange(members).complaint {
                throw LiveKitRefusal(.invalidArgument, complaint)
            }
        }
        var result = try row(id, of: kind)
        for (name, value) in change {
            if let members = value.object, lists.contains(where: { $0.name == name }) {
                result[name] = .array(LiveKitListChange(members).applied(to: result[name].texts).map { .string($0) })
            } else if name == "attributes" {
                var attributes = result[name]?.object ?? [:]
                for (key, text) in value.object ?? [:] { attributes[key] = text == "" ? nil : text }
                result[name] = .object(attributes)
            } else {
                result[name] = value
            }
        }
        result = withMedia(kind.description(quirks).withoutDefaults(settled(result, kind)))
        if quirks.knowsMedia { result["media_encryption"] = result["media"]?["encryption"] }
        result = kind.description(quirks).withoutDefaults(result)
        if let complaint = LiveKitCheck.complaint(about: result, kind) {
            throw kind == .outboundTrunk ? LiveKitRefusal(.unknown, complaint) : .wrapped(complaint)
        }
        return result
    }

    /// Returns the members as they are stored: without the id and defaults.
    private func settled(_ members: JSONObject, _ kind: LiveKitKind) -> JSONObject {
        var settled = members
        settled[kind.idField] = nil
        // An empty `media` has no effect on a trunk. A rule without `media` gets one, see `withMedia`.
        let isEmpty = members["media"]?.object.map { LiveKitMessage.media.withoutDefaults($0).isEmpty } ?? true
        if !quirks.knowsMedia || (isEmpty && kind != .dispatchRule) { settled["media"] = nil }
        return kind.description(quirks).withoutDefaults(settled)
    }

    /// Fills in `media`. Its encryption comes from the deprecated `media_encryption`, unless `media` sets its own.
    ///
    /// Each partial update does this; from then on, `media` takes precedence.
    private func withMedia(_ members: JSONObject) -> JSONObject {
        guard quirks.knowsMedia else { return members }
        var media = members["media"]?.object ?? [:]
        if media["encryption"] == nil { media["encryption"] = members["media_encryption"] }
        return members.merging(["media": .object(media)])
    }

    // MARK: Notes that the response does not show

    private func notes(on sent: JSONObject, _ kind: LiveKitKind, result: JSONObject) -> [String] {
        var notes: [String] = []
        if let deprecated = sent["media_encryption"], deprecated != sent["media"]?["encryption"] {
            notes.append("media_encryption is deprecated and only valid together with an equal media.encryption")
        }
        let user = result["auth_username"] != nil
        if sent["auth_username"] ?? sent["auth_password"] != nil, user != (result["auth_password"] != nil) {
            notes.append("auth_username and auth_password are only valid together, and one is missing")
        }
        if sent["allowed_addresses"] != nil,
            result["allowed_addresses"].texts.contains(where: { !LiveKitCheck.isAddress($0) })
        {
            notes.append("allowed_addresses has an entry that is ignored; without any other, every address is allowed")
        }
        if sent["trunk_ids"] != nil {
            let known = Set((rows[.inboundTrunk] ?? []).compactMap { $0[LiveKitKind.inboundTrunk.idField]?.string })
            notes += result["trunk_ids"].texts.filter { !known.contains($0) }.map { "inbound trunk \($0) is unknown" }
        }
        return notes
    }
}

extension LiveKitMessage {
    fileprivate var isList: Bool { name == LiveKitMessage.listChange.name }
}

/// A change of a list.
private struct LiveKitListChange {
    var set: [String]
    var add: [String]
    var remove: [String]
    var clears: Bool

    init(_ members: JSONObject) {
        set = members["set"].texts
        add = members["add"].texts
        remove = members["remove"].texts
        clears = members["clear"] == true
    }

    /// The error of this change; nil if valid. An empty `set` does not empty the list.
    var complaint: String? {
        let changes = !set.isEmpty || !add.isEmpty || !remove.isEmpty
        if !clears, !changes { return "unsupported list update operation" }
        if clears, changes { return "cannot clear and change the list at the same time" }
        if !set.isEmpty, !add.isEmpty || !remove.isEmpty { return "cannot set and change the list at the same time" }
        return (set + add + remove).contains("") ? "empty element in the list" : nil
    }

    func applied(to list: [String]) -> [String] {
        if clears { return [] }
        if !set.isEmpty { return set }
        var result = list.filter { !remove.contains($0) }
        for element in add where !result.contains(element) { result.append(element) }
        return result
    }
}
