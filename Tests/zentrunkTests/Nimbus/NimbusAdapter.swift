@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// Nimbus, an invented platform whose API is unlike REST: a path for each operation, members that a create and an update
/// name differently, logins beside the other members, 422 for a missing number, and the number as the id.
@_spi(Adapter) public struct NimbusAdapter: PlatformAdapter {
    private static let apiKey = Setting(
        "NIMBUS_API_KEY", secret: true, help: "a key, from the dashboard's page of keys")
    private static let apiURL = Setting(
        "NIMBUS_API_URL", required: false, help: "scheme, host and port of the API",
        example: "https://api.nimbus.example")

    public static let platform = PlatformDescription(
        id: "nimbus", title: "Nimbus", settings: [apiKey, apiURL], verified: "2026-11-30")

    public let kinds: [any ResourceKind]
    public let account = "default"

    public init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) throws {
        let key = try settings.secret(Self.apiKey)
        var client = APIClient(
            "Nimbus", base: try settings.base(Self.apiURL, own: "https://api.nimbus.example"), side: .platform,
            authorization: .init { Secret("Bearer \(key.reveal())") }, keyVariable: Self.apiKey.variable,
            transport: transport, redactor: settings.redactor)
        client.missingStatuses = [404, 422]
        client.missing = { $0["message"] == "there is no such number" ? .object : nil }
        client.hints = [402: .page("https://dashboard.nimbus.example/billing")]
        kinds = [
            RESTResource(Self.line, client: client, calls: Self.calls, listing: Self.pages, only: ["type": "custom"])
        ]
    }

    public func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue {
        ["sip_host": "sip.nimbus.example", "signalling_networks": ["192.0.2.0/24"]]
    }

    private static let calls = RESTCalls(
        list: "/v2/list-numbers", create: .post("/import-number"), read: .get("/get-number/{id}"),
        update: .patch("/update-number/{id}"), delete: .delete("/delete-number/{id}"))
    private static let pages = CursorPagination(
        items: "items", pageSize: 50, limit: "limit", cursor: "page_key", next: .member("page_key", while: "has_more"))

    private static let text = Field.string.removed(.byWriting(.null))
    private static let line = KindDescription(
        "nimbus.line", title: "line", side: .platform, idField: "phone_number", nameField: "nickname",
        identity: .number, numberField: "phone_number",
        fields: [
            "phone_number": .string.fixed(), "nickname": .string, "fallback": text, "hook": text,
            "host": text.named(read: ["sip", "host"]),
            "user": text.named(create: "sip_user", update: "auth_user", read: ["sip", "user"]),
            "password": text.named(create: "sip_password", update: "auth_password").writeOnly().sent(with: "user"),
            "transport": .choice("TCP", "TLS").defaulting(to: "TCP").named(read: ["sip", "transport"]),
            "agents": .list(of: agent, key: "agent_id").defaulting(to: []),
        ])
    private static let agent = Field.object([
        "agent_id": .string, "weight": .number.defaulting(to: 1), "version": .scalar.removed(.byWriting(.null)),
    ])
}
