import Foundation
import ZentrunkJSON

/// A kind of object in the account.
protocol PlivoObject: Sendable {
    static var idField: String { get }
    /// The error for an unknown id.
    static func missing(_ id: String) -> PlivoRefusal
    var id: String { get }
    /// The members in lists.
    var row: JSONObject { get }
}

/// The state of the account.
struct PlivoStore: Sendable {
    let quirks: PlivoQuirks
    var credentials: [PlivoCredential] = []
    var accessLists: [PlivoAccessList] = []
    var uris: [PlivoURI] = []
    var trunks: [PlivoTrunk] = []
    var numbers: [PlivoNumber] = []
    /// What the account can and may do.
    var account: PlivoAccountConditions
    /// The latest call first.
    var calls: [PlivoCallRecord] = []
    /// Ids of the XML applications that numbers can be routed to.
    var applications: Set<String> = []
    /// Arrival times of the counted requests of the last 5 seconds.
    private var recent: [ContinuousClock.Instant] = []

    init(quirks: PlivoQuirks) {
        self.quirks = quirks
        account = PlivoAccountConditions(zentrunkEnabled: quirks.zentrunkEnabled)
        for last in 0...9 { own(number: "1415555010\(last)", voiceEnabled: true, route: nil) }
    }

    mutating func answer(_ request: SandboxRequest) throws(PlivoRefusal) -> SandboxAnswer {
        guard isAuthorized(request) else { throw PlivoCall.unauthorized }
        let call = try PlivoCall(request, account: quirks.authID)
        guard ["GET", "POST", "DELETE"].contains(request.method), request.method != "DELETE" || call.item != nil else {
            throw call.refusal(405, "\(request.method) is not allowed here")
        }
        if call.collection.hasPrefix("Zentrunk"), !account.zentrunkEnabled {
            throw .zentrunk(403, "SIP trunking is not enabled for this account")
        }
        switch call.collection {
        case "Zentrunk/Credential": return try answerCredential(call)
        case "Zentrunk/IPAccessControlList": return try answerAccessList(call)
        case "Zentrunk/URI": return try answerURI(call)
        case "Zentrunk/Trunk": return try answerTrunk(call)
        case PlivoCallRecord.collection: return try answerCallRecord(call)
        case "Number": return try answerNumber(call)
        case "": return try answerAccount(call)
        // A misspelt collection, even in case only, gets this page and not the gateway's 404.
        case let other where other.hasPrefix("Zentrunk/"): return .html(503)
        default: throw PlivoRefusal(answer: .json(404, [:]))
        }
    }

    /// Counts a request. Throws if the limit is exceeded.
    mutating func admit(at now: ContinuousClock.Instant) throws(PlivoRefusal) {
        guard let limit = quirks.requestsPerFiveSeconds else { return }
        recent.removeAll { now - $0 >= .seconds(5) }
        guard recent.count < limit else { throw .classic(429, "Too many requests") }
        recent.append(now)
    }

    func isAuthorized(_ request: SandboxRequest) -> Bool {
        let expected = Data("\(quirks.authID):\(PlivoService.authToken)".utf8).base64EncodedString()
        guard let parts = request.headers["authorization"]?.split(separator: " ", maxSplits: 1), parts.count == 2 else {
            return false
        }
        return parts[0].lowercased() == "basic" && parts[1] == expected
    }

    // MARK: Shared by all collections

    /// Returns a page of the objects in the order of creation: new objects are last, beyond the first page.
    func list<Object: PlivoObject>(_ objects: [Object], _ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        try PlivoAnswer.page(objects.lazy.map(\.row), of: call, slash: false).noting(call.notes(onParametersBut: []))
    }

    /// Returns one object, with its members next to `api_id`.
    func flat<Object: PlivoObject>(_ id: String, among objects: [Object]) throws(PlivoRefusal) -> SandboxAnswer {
        let object = objects[try Self.index(of: id, among: objects)]
        return .json(200, .object(JSONObject([("api_id", .string(PlivoAnswer.apiID()))]).merging(object.row)))
    }

    static func index<Object: PlivoObject>(of id: String, among objects: [Object]) throws(PlivoRefusal) -> Int {
        guard let index = objects.firstIndex(where: { $0.id == id }) else { throw Object.missing(id) }
        return index
    }

    // MARK: For tests

    mutating func addTrunk(name: String, direction: String, uri: String) -> String {
        var trunk = PlivoTrunk(name: name, direction: direction, taken: Set(trunks.map(\.id)))
        if direction == "inbound" {
            let target = PlivoURI(name: name, uri: uri)
            uris.append(target)
            trunk.primaryURI = target.id
        } else {
            let list = PlivoAccessList(name: name, addresses: ["192.0.2.1/32"])
            accessLists.append(list)
            trunk.accessList = list.id
        }
        trunks.append(trunk)
        return trunk.id
    }

    /// Adds inbound trunks with their URIs, and numbers without a route.
    mutating func fill(trunks count: Int, numbers numberCount: Int) {
        var taken = Set(trunks.map(\.id))
        for index in 0..<count {
            let uri = PlivoURI(name: "filler \(index)", uri: "sip.example.com;transport=udp")
            var trunk = PlivoTrunk(name: "filler \(index)", direction: "inbound", taken: taken)
            trunk.primaryURI = uri.id
            taken.insert(trunk.id)
            uris.append(uri)
            trunks.append(trunk)
        }
        let known = Set(numbers.map(\.digits))
        let account = quirks.authID
        numbers += (0..<numberCount).lazy.map { "1212\(5_000_000 + $0)" }.filter { !known.contains($0) }
            .map { PlivoNumber(account: account, digits: $0, voiceEnabled: true, route: nil) }
    }

    mutating func own(number: String, voiceEnabled: Bool, active: Bool = true, route: PlivoService.Route?) {
        let digits = PlivoNumber.digits(of: number)
        if case .application(let id) = route { applications.insert(id) }
        var owned = PlivoNumber(account: quirks.authID, digits: digits, voiceEnabled: voiceEnabled, route: route)
        owned.active = active
        if let index = numbers.firstIndex(where: { $0.digits == digits }) {
            numbers[index] = owned
        } else {
            numbers.append(owned)
        }
    }

    var state: JSONValue {
        [
            "credentials": .array(
                credentials.map { .object($0.row.merging(["password": SandboxMarker.marker(for: $0.password)])) }),
            "ip_access_control_lists": .array(accessLists.map { .object($0.row) }),
            "uris": .array(uris.map { .object($0.row.merging(["password": SandboxMarker.marker(for: $0.password)])) }),
            "trunks": .array(trunks.map { .object($0.row) }),
            "numbers": .array(
                numbers.map { number in
                    [
                        "number": .string(number.digits), "voice_enabled": .bool(number.voiceEnabled),
                        "application": number.application,
                    ]
                }),
            "calls": .array(calls.map { .object($0.row) }),
        ]
    }
}
