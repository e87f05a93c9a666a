import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// The state of the project.
struct LiveKitStore: Sendable {
    let quirks: LiveKitQuirks
    /// Objects in the order of creation, under the protocol's names, without defaults.
    private(set) var rows: [LiveKitKind: [JSONObject]] = [:]
    /// The id of the object that the last request created, if any.
    var latest: String?
    /// The rooms that calls opened.
    var rooms: [LiveKitRoom] = []
    /// The names under which workers are registered; nil for every name.
    var workers: Set<String>?
    /// What makes a call that was asked for; nil without the SIP service.
    typealias Dial = (LiveKitOrder) -> (Result<LiveKitReply, LiveKitRefusal>, Duration)

    /// The maximum size of a body in bytes: 10 MiB.
    private static let largestBody = 10 << 20

    init(quirks: LiveKitQuirks) { self.quirks = quirks }

    mutating func answer(_ request: SandboxRequest, at now: Date) throws(LiveKitRefusal) -> SandboxAnswer {
        guard request.body.count <= Self.largestBody else { throw .tooLarge }
        var request = request
        // Accepts a double slash, which clients produce by joining a URL with a trailing slash and the path.
        if request.path.hasPrefix("//") { request.path.removeFirst() }
        let grants = try LiveKitToken.grants(of: request, at: now)
        let call = try LiveKitCall(request)
        let form = try LiveKitForm(request)
        var (sent, notes): (JSONObject, [String]) = ([:], [])
        if let message = call.request(quirks) { (sent, notes) = try form.read(request, as: message, quirks) }
        do throws(LiveKitRefusal) {
            guard call.isAllowed(by: grants, sent) else { throw .permissionsDenied }
            return form.answer(try perform(call, sent, at: now), quirks).noting(notes)
        } catch {
            var refusal = error
            refusal.answer.violations += notes
            throw refusal
        }
    }

    private mutating func perform(
        _ call: LiveKitCall, _ sent: JSONObject, at now: Date
    ) throws(LiveKitRefusal) -> LiveKitReply {
        let made = latest
        latest = nil
        switch call {
        case .create(let kind): return try create(kind, sent, overlooking: quirks.overlooksCreatesInFlight ? made : nil)
        case .update(let kind): return try update(kind, sent)
        case .get(let kind):
            let row = try row(try Self.namedID(kind, sent), of: kind)
            return LiveKitReply(message: .one(of: kind, quirks), members: [kind.wrapper: .object(shown(row, kind))])
        case .list(let kind):
            let items = selected(kind, sent).map { JSONValue.object(shown($0, kind)) }
            return LiveKitReply(message: .items(kind.answer(quirks)), members: ["items": .array(items)])
        case .listLegacy:
            return LiveKitReply(message: .items(.legacyTrunk), members: ["items": .array(legacyTrunks(sent))])
        case .deleteTrunk: return try deleteTrunk(sent)
        case .deleteRule:
            let id = try Self.namedID(.dispatchRule, sent)
            let row = try row(id, of: .dispatchRule)
            remove(id, of: .dispatchRule)
            return reply(row, .dispatchRule)
        case .dial:
            _ = try order(sent)
            throw LiveKitRefusal(.unavailable, "twirp error unknown: no response from servers")
        case .listRooms: return listRooms(sent, at: now)
        case .deleteRoom: return try deleteRoom(sent)
        case .listParticipants: return listParticipants(sent, at: now)
        case .removeParticipant: return try removeParticipant(sent, at: now)
        case .notHere: throw LiveKitRefusal(.unimplemented, "the sandbox does not imitate this method")
        }
    }

    /// Deletes a trunk of either kind; unknown ids are accepted. Rules that reference the trunk are left unchanged.
    private mutating func deleteTrunk(_ sent: JSONObject) throws(LiveKitRefusal) -> LiveKitReply {
        let id = try Self.namedID(.inboundTrunk, sent)
        remove(id, of: .inboundTrunk)
        remove(id, of: .outboundTrunk)
        return LiveKitReply(message: .legacyTrunk, members: ["sip_trunk_id": .string(id)])
    }

    /// Answers a request for an outbound call.
    func answerDial(_ request: SandboxRequest, at now: Date, _ dial: Dial) throws(LiveKitRefusal) -> SandboxAnswer {
        var request = request
        if request.path.hasPrefix("//") { request.path.removeFirst() }
        let grants = try LiveKitToken.grants(of: request, at: now)
        let form = try LiveKitForm(request)
        let (sent, notes) = try form.read(request, as: .participant, quirks)
        guard grants.call else { throw .permissionsDenied }
        let (result, delay) = dial(try order(sent))
        var answer: SandboxAnswer
        switch result {
        case .success(let reply): answer = form.answer(reply, quirks)
        case .failure(let refusal): answer = refusal.answer
        }
        answer.delay = delay
        return answer.noting(notes)
    }

    /// Checks the members of an outbound call.
    private func order(_ sent: JSONObject) throws(LiveKitRefusal) -> LiveKitOrder {
        if let complaint = LiveKitCheck.complaint(aboutCall: sent) { throw LiveKitRefusal(.invalidArgument, complaint) }
        func text(_ name: String) -> String? { sent[name]?.string.flatMap { $0.isEmpty ? nil : $0 } }
        var trunk: JSONObject
        if let id = text("sip_trunk_id") {
            trunk = try row(id, of: .outboundTrunk)
        } else {
            trunk = sent["trunk"]?.object ?? [:]
            trunk["address"] = trunk["hostname"]
        }
        let called = text("sip_call_to") ?? ""
        // A trunk with several numbers uses a random one; here, the first one.
        let caller = text("sip_number") ?? trunk["numbers"].texts.first ?? ""
        let limit = sent["max_call_duration"]?.string.flatMap { LiveKitDuration($0) }
        return LiveKitOrder(
            call: SandboxCall(.outbound, from: caller, to: called, platform: LiveKitService.vendor), trunk: trunk,
            room: text("room_name") ?? "", identity: text("participant_identity") ?? "sip_\(called)",
            limit: limit.map { Int($0.nanoseconds / 1_000_000_000) }.flatMap { $0 > 0 ? $0 : nil },
            waits: sent["wait_until_answered"] == true)
    }

    // MARK: Rows

    /// Returns the id in an update.
    static func id(_ kind: LiveKitKind, _ sent: JSONObject) throws(LiveKitRefusal) -> String {
        try id(kind, sent, missing: "\(kind.word) id must be set")
    }

    /// Returns the id in a get or a delete, which have their own error text for a missing id.
    private static func namedID(_ kind: LiveKitKind, _ sent: JSONObject) throws(LiveKitRefusal) -> String {
        try id(kind, sent, missing: "\(kind.longWord) ID is required")
    }

    private static func id(_ kind: LiveKitKind, _ sent: JSONObject, missing: String) throws(LiveKitRefusal) -> String {
        guard let id = sent[kind.idField]?.string, !id.isEmpty else { throw LiveKitRefusal(.invalidArgument, missing) }
        return id
    }

    func row(_ id: String, of kind: LiveKitKind) throws(LiveKitRefusal) -> JSONObject {
        guard let row = rows[kind]?.first(where: { $0[kind.idField]?.string == id }) else { throw kind.unknown }
        return row
    }

    /// Adds an object. Assigns an id unless it has one.
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
        // The alphabet omits characters that are easily confused.
        let alphabet = Array("23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz")
        return kind.idPrefix + String((0..<12).map { _ in alphabet.randomElement() ?? "2" })
    }

    // MARK: Responses

    /// Returns a response that shows one object.
    func reply(_ row: JSONObject, _ kind: LiveKitKind) -> LiveKitReply {
        LiveKitReply(message: kind.answer(quirks), members: shown(row, kind))
    }

    /// The object as responses show it, including the password.
    func shown(_ row: JSONObject, _ kind: LiveKitKind) -> JSONObject {
        var row = row
        if !quirks.returnsPasswords { row["auth_password"] = nil }
        return row
    }

    var state: JSONValue {
        .object(
            JSONObject(
                LiveKitKind.allCases.map { kind in
                    (kind.plural, .array((rows[kind] ?? []).map { SandboxMarker.masking(.object($0)) }))
                } + [("rooms", .array(rooms.map { .object($0.row(at: $0.opened)) }))]))
    }
}

extension JSONValue? {
    /// The strings of a list; empty if the value is not a list.
    var texts: [String] { self?.array?.compactMap(\.string) ?? [] }
}
