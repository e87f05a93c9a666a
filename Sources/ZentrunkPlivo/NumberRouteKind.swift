import HTTPTypes
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// A number's route: the trunk or application that its inbound calls go to.
/// <https://www.plivo.com/docs/numbers/api/account-phone-number>
///
/// `app_id` is written, but `application` is read, which is a resource path; its last part alone does not distinguish a
/// trunk from an application. In paths, numbers are digits without a plus.
struct NumberRouteKind: PagedKind {
    private let numbers: RESTResource
    private let client: APIClient
    private let collection: String

    var description: KindDescription { numbers.description }

    init(_ client: APIClient, _ root: String) {
        self.client = client
        collection = root + "Number/"
        let number = Field.string.fixed().normalised { value in
            value.string.flatMap(PhoneNumber.init(vendorSpelling:)).map { .string($0.e164) } ?? value
        }
        numbers = ZentrunkKinds.resource(
            KindDescription(
                "plivo.number-route", title: "route", side: .carrier, role: .route, idField: "number", nameField: nil,
                numberField: "number",
                fields: [
                    "number": number, "trunk_id": .string.referring(to: ZentrunkKinds.trunk).removed(.byWriting(.null)),
                    "application_id": .string.removed(.byWriting(.null)), "voice_enabled": .boolean.readOnly(),
                    "active": .boolean.readOnly(), "alias": .string.readOnly(), "number_type": .string.readOnly(),
                    "country": .string.readOnly(), "region": .string.readOnly(),
                ]), client, at: collection, projection: Self.project)
    }

    /// Routes are never created or deleted.
    var calls: [KindCall] {
        numbers.calls.filter { [.list, .read, .update].contains($0.operation) }.map { call in
            var call = call
            if call.operation == .update { call.members = ["app_id"] }
            return call
        }
    }

    func find(_ query: ResourceQuery) async throws -> [LiveObject] { try await numbers.find(query).map(Self.judged) }

    func firstPage(_ filters: [String: String]) async throws -> [LiveObject] {
        try await numbers.firstPage(filters).map(Self.judged)
    }

    func read(_ id: String) async throws -> LiveObject? { try await numbers.read(id).map(Self.judged) }

    /// Not supported: a route exists as long as its number.
    func create(_ body: JSONObject) async throws -> LiveObject {
        throw ZentrunkError(.unsupported, "a route is set on a number that is on the account already")
    }

    func update(_ live: LiveObject, _ changes: JSONObject) async throws {
        // Omitting app_id may mean "the default application", so it is always sent. Whether an empty one unassigns the
        // number is not confirmed; callers that depend on it must read the number again.
        let target = changes["trunk_id"]?.string ?? changes["application_id"]?.string ?? ""
        _ = try await client.call(
            .post, "\(collection)\(live.id)/", body: ["app_id": .string(target)], access: .write)
    }

    func delete(_ id: String) async throws {
        throw ZentrunkError(.unsupported, "a number is not given back here")
    }

    private static func project(_ record: JSONObject) -> JSONObject {
        var projected = record
        projected["trunk_id"] = .none
        projected["application_id"] = .none
        guard let path = record["application"]?.string, !path.isEmpty else {
            if let id = record["app_id"]?.string, !id.isEmpty { projected["application_id"] = .string(id) }
            return projected
        }
        let parts = path.split(separator: "/")
        guard let id = parts.last.map(String.init) else { return projected }
        let isTrunk = parts.dropLast().last == "Trunk"
        projected[isTrunk ? "trunk_id" : "application_id"] = .string(id)
        return projected
    }

    private static func judged(_ object: LiveObject) -> LiveObject {
        var judged = object
        if object.fields["voice_enabled"] == false {
            judged.objections.append("is not voice-enabled: no call can reach or leave it")
        }
        if object.fields["active"] == false { judged.objections.append("is not active on the account") }
        return judged
    }
}
