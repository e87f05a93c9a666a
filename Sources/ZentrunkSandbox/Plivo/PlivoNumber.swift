import ZentrunkJSON

/// A phone number of the account. <https://www.plivo.com/docs/numbers/api/account-phone-number/update-a-number>
struct PlivoNumber: Sendable {
    /// The id of the account that owns it.
    let account: String
    /// E.164 without the plus sign.
    let digits: String
    var voiceEnabled: Bool
    var route: PlivoService.Route?
    var alias: String?
    var subaccount: String?
    /// Whether the number is not suspended.
    var isActive = true

    static func digits(of number: String) -> String { number.hasPrefix("+") ? String(number.dropFirst()) : number }

    /// The route as the API shows it: the path of the trunk or application; null for no route.
    var application: JSONValue {
        let account = "/v1/Account/\(account)/"
        return switch route {
        case .trunk(let id): .string("\(account)Zentrunk/Trunk/\(id)/")
        case .application(let id): .string("\(account)Application/\(id)/")
        case nil: .null
        }
    }

    /// The row of a list. Plivo does not document `app_id` as a member, so clients that read it take linked numbers for
    /// unlinked.
    var row: JSONObject {
        [
            "number": .string(digits), "alias": alias.map { .string($0) } ?? .null,
            "sub_account": subaccount.map { .string($0) } ?? .null, "added_on": "2026-01-15",
            "application": application, "carrier": "Plivo", "region": "California, UNITED STATES",
            "country": "United States", "number_type": "local", "type": "local", "monthly_rental_rate": "0.50000",
            "renewal_date": "2026-12-15", "voice_enabled": .bool(voiceEnabled), "voice_rate": "0.00550",
            "sms_enabled": false, "sms_rate": .null, "mms_enabled": false, "mms_rate": .null, "active": .bool(isActive),
            "resource_uri": .string("/v1/Account/\(account)/Number/\(digits)/"),
        ]
    }
}

extension PlivoStore {
    private static let numberFilters: Set<String> = ["type", "number_startswith", "alias", "subaccount", "services"]

    mutating func answerNumber(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        guard let item = call.item else {
            guard call.request.method == "GET" else {
                throw call.refusal(405, "\(call.request.method) is not allowed here")
            }
            return try listNumbers(call)
        }
        // Digits only: a number with a plus sign, encoded or not, is not found.
        guard let index = numbers.firstIndex(where: { $0.digits == item }) else { throw call.refusal(404, "not found") }
        switch call.request.method {
        case "GET":
            let members: JSONObject = ["api_id": .string(PlivoAnswer.apiID())]
            return .json(200, .object(members.merging(numbers[index].row)))
        case "POST": return try updateNumber(at: index, call)
        // DELETE gives the number back permanently, which a client that routes numbers never intends.
        default: throw call.refusal(405, "the sandbox does not unrent numbers")
        }
    }

    private func listNumbers(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        let wanted = call.request.query.filter { Self.numberFilters.contains($0.name) }
        let found =
            wanted.isEmpty
            ? numbers
            : numbers.filter { number in
                wanted.allSatisfy { parameter in
                    switch parameter.name {
                    case "number_startswith": number.digits.hasPrefix(parameter.value)
                    case "alias": number.alias == parameter.value
                    case "subaccount": number.subaccount == parameter.value
                    case "type": parameter.value == "local"
                    case "services": number.voiceEnabled || !parameter.value.contains("voice")
                    default: true
                    }
                }
            }
        return try PlivoAnswer.page(found.lazy.map(\.row), of: call, slash: true)
            .noting(call.notes(onParametersBut: Self.numberFilters))
    }

    /// Updates a number. `app_id` accepts the id of an application or a trunk. With an outbound trunk, the number stops
    /// answering.
    private mutating func updateNumber(at index: Int, _ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        var notes = try call.check(["app_id": .textOrNull, "alias": .text, "subaccount": .text])
        switch (call.body["app_id"], call.text("app_id")) {
        case (nil, _):
            notes.append("without app_id, Plivo may assign the account's default application")
        case (_, nil), (_, ""):
            if quirks.unassignUnlinks { numbers[index].route = nil }
        case (_, let id?):
            if let trunk = trunks.first(where: { $0.id == id }) {
                if trunk.direction == "outbound" { notes.append("trunk \(id) is outbound: the number does not answer") }
                numbers[index].route = .trunk(id)
            } else if applications.contains(id) {
                numbers[index].route = .application(id)
            } else {
                throw call.refusal(400, "app_id \(id) does not exist")
            }
        }
        if let alias = call.text("alias") { numbers[index].alias = alias }
        if let subaccount = call.text("subaccount") { numbers[index].subaccount = subaccount }
        return .json(202, ["api_id": .string(PlivoAnswer.apiID()), "message": "changed"]).noting(notes)
    }
}
