import Foundation
import ZentrunkJSON

/// Everything that the project holds.
struct LiveKitStore: Sendable {
    let quirks: LiveKitQuirks
    /// In the order in which they were made, under the protocol's names, without defaults.
    private(set) var rows: [LiveKitKind: [JSONObject]] = [:]

    init(quirks: LiveKitQuirks) { self.quirks = quirks }

    mutating func answer(_ request: SandboxRequest, at now: Date) throws(LiveKitRefusal) -> SandboxAnswer {
        let grants = try LiveKitToken.grants(of: request, at: now)
        let call = try LiveKitCall(request)
        guard let json = request.json else { throw .malformed("the body is not JSON") }
        var reader = LiveKitReader()
        let sent = try call.request.map { message throws(LiveKitRefusal) in try reader.read(json, as: message) } ?? [:]
        do throws(LiveKitRefusal) {
            guard call.isAllowed(by: grants) else { throw .permissionsDenied }
            return try perform(call, sent).noting(reader.notes)
        } catch {
            var refusal = error
            refusal.answer.violations += reader.notes
            throw refusal
        }
    }

    private mutating func perform(_ call: LiveKitCall, _ sent: JSONObject) throws(LiveKitRefusal) -> SandboxAnswer {
        switch call {
        case .create(let kind): return try create(kind, sent)
        case .update(let kind): return try update(kind, sent)
        case .get(let kind):
            let row = try row(try Self.id(kind, sent), of: kind)
            return .json(200, [kind.wrapper: shown(row, kind)])
        case .list(let kind): return .json(200, ["items": .array(selected(kind, sent).map { shown($0, kind) })])
        case .deleteTrunk: return try deleteTrunk(sent)
        case .deleteRule:
            let id = try Self.id(.dispatchRule, sent)
            let row = try row(id, of: .dispatchRule)
            remove(id, of: .dispatchRule)
            return .json(200, shown(row, .dispatchRule))
        case .notHere: throw LiveKitRefusal(.unimplemented, "the sandbox does not imitate this method")
        }
    }

    /// Whatever the id, and whatever names the trunk: rules that do are left as they are.
    private mutating func deleteTrunk(_ sent: JSONObject) throws(LiveKitRefusal) -> SandboxAnswer {
        let id = try Self.id(.inboundTrunk, sent)
        remove(id, of: .inboundTrunk)
        remove(id, of: .outboundTrunk)
        return .json(
            200, LiveKitMessage.legacyTrunk.written(["sip_trunk_id": .string(id)], camelCase: quirks.answersCamelCase))
    }

    // MARK: Rows

    static func id(_ kind: LiveKitKind, _ sent: JSONObject) throws(LiveKitRefusal) -> String {
        guard let id = sent[kind.idField]?.string, !id.isEmpty else {
            throw LiveKitRefusal(.invalidArgument, "\(kind.word) id must be set")
        }
        return id
    }

    func row(_ id: String, of kind: LiveKitKind) throws(LiveKitRefusal) -> JSONObject {
        guard let row = rows[kind]?.first(where: { $0[kind.idField]?.string == id }) else { throw kind.unknown }
        return row
    }

    /// Adds an object, under an id of its own unless it has one.
    ///
    /// - Returns: Its id.
    mutating func add(_ members: JSONObject, to kind: LiveKitKind) -> String {
        let id = members[kind.idField]?.string ?? Self.newID(kind)
        rows[kind, default: []].append(JSONObject([(kind.idField, .string(id))]).merging(members))
        return id
    }

    mutating func replace(_ id: String, of kind: LiveKitKind, by members: JSONObject) {
        guard let index = rows[kind]?.firstIndex(where: { $0[kind.idField]?.string == id }) else { return }
        rows[kind]?[index] = JSONObject([(kind.idField, .string(id))]).merging(members)
    }

    private mutating func remove(_ id: String, of kind: LiveKitKind) {
        rows[kind]?.removeAll { $0[kind.idField]?.string == id }
    }

    private static func newID(_ kind: LiveKitKind) -> String {
        // Without the signs that are taken for each other.
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
        return kind.idPrefix + String((0..<12).map { _ in alphabet.randomElement() ?? "2" })
    }

    // MARK: What is seen

    /// An object as it is answered, password included.
    func shown(_ row: JSONObject, _ kind: LiveKitKind) -> JSONValue {
        var message = kind.description
        if !quirks.knowsMedia { message.fields.removeAll { $0.name == "media" } }
        var row = row
        if !quirks.returnsPasswords { row["auth_password"] = nil }
        return message.written(row, camelCase: quirks.answersCamelCase)
    }

    /// What a list has, ordered by id. Ids that do not exist are left out, although the protocol's description
    /// promises an empty item in their place.
    private func selected(_ kind: LiveKitKind, _ sent: JSONObject) -> [JSONObject] {
        let ids = Set(sent[kind.idsField].texts)
        let normalised = kind == .inboundTrunk
        let wanted = Set(sent[kind.filterField].texts.map { normalised ? LiveKitNumber.normalised($0) : $0 })
        let after = sent["page"]?["after_id"]?.string ?? ""
        var found = (rows[kind] ?? []).filter { row in
            let held = row[kind.filterField].texts.map { normalised ? LiveKitNumber.normalised($0) : $0 }
            return (ids.isEmpty || ids.contains(row[kind.idField]?.string ?? ""))
                && (wanted.isEmpty || held.isEmpty || !wanted.isDisjoint(with: held))
                && (row[kind.idField]?.string ?? "") > after
        }
        found.sort { ($0[kind.idField]?.string ?? "") < ($1[kind.idField]?.string ?? "") }
        if let limit = sent["page"]?["limit"]?.integer, limit > 0, !quirks.followsPages {
            found = Array(found.prefix(Int(limit)))
        }
        return found
    }

    var state: JSONValue {
        .object(
            JSONObject(
                LiveKitKind.allCases.map { kind in
                    (kind.plural, .array((rows[kind] ?? []).map { SandboxMarker.masking(.object($0)) }))
                }))
    }
}

extension JSONValue? {
    /// The strings of a list; none when there is no list.
    var texts: [String] { self?.array?.compactMap(\.string) ?? [] }
}
