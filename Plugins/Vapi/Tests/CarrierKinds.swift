import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

/// A kind that has a description but cannot be called.
struct DescribedKind: ResourceKind {
    struct Called: Error {}
    let description: KindDescription

    func find(_ query: ResourceQuery) async throws -> [LiveObject] { throw Called() }
    func read(_ id: String) async throws -> LiveObject? { throw Called() }
    func create(_ body: JSONObject) async throws -> LiveObject { throw Called() }
    func update(_ live: LiveObject, _ changes: JSONObject) async throws { throw Called() }
    func delete(_ id: String) async throws { throw Called() }
}

/// A carrier with what determines the shape of a run.
struct CarrierKinds: Carrier {
    struct NoSecrets: SIPSecretDeriver {
        func makeUsername() -> String { "user" }
        func isOurs(_ username: String) -> Bool { true }
        func password(for username: String) -> Secret { Secret("password") }
    }

    let account = "MA0000000000000000000"
    var kinds: [any ResourceKind] { Self.all }
    let facts: JSONValue = [:]
    let secrets: any SIPSecretDeriver = NoSecrets()
    let redactor = Redactor()
    let limiters = PlatformLimiters()
    let applicationField = "application_id"
    let domainField = "trunk_domain"

    static let all: [any ResourceKind] = [
        kind("zentrunk.credential", "credential_uuid", ["username": .string, "password": .string.writeOnly()]),
        kind("zentrunk.ip-access-control-list", "ipacl_uuid", ["ip_addresses": .list(of: .string, unordered: true)]),
        kind("zentrunk.origination-uri", "uri_uuid", ["uri": .string, "authentication_needed": .boolean]),
        kind(
            "zentrunk.trunk", "trunk_id",
            [
                "trunk_domain": .string.readOnly(), "trunk_direction": .choice("inbound", "outbound"),
                "trunk_status": .choice("enabled", "disabled"), "secure": .boolean,
                "primary_uri_uuid": .string.referring(to: "zentrunk.origination-uri"),
                "fallback_uri_uuid": .string.referring(to: "zentrunk.origination-uri"),
                "credential_uuid": .string.referring(to: "zentrunk.credential"),
                "ipacl_uuid": .string.referring(to: "zentrunk.ip-access-control-list"),
            ]),
        DescribedKind(
            description: KindDescription(
                "plivo.number-route", title: "route", side: .carrier, role: .route, idField: "number", nameField: nil,
                numberField: "number", fields: ["number": .string, "trunk_id": .string.referring(to: "zentrunk.trunk")])
        ),
    ]

    private static func kind(_ name: String, _ id: String, _ fields: [String: Field]) -> DescribedKind {
        let named = fields.merging([id: .string.readOnly(), "name": .string]) { $1 }
        return DescribedKind(
            description: KindDescription(name, title: name, side: .carrier, idField: id, fields: named))
    }
}
