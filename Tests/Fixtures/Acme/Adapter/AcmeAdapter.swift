import HTTPTypes
@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// Acme, an invented platform with one line per number. PUT replaces a line completely, and lists have their cursor in
/// a header field.
@_spi(Adapter) public struct AcmeAdapter: PlatformAdapter {
    private static let apiKey = Setting(
        "ACME_API_KEY", secret: true, help: "a key with the right lines:write, from the keys page of Acme's console")
    private static let apiURL = Setting(
        "ACME_API_URL", required: false, help: "scheme, host and port of the API", example: "https://api.acme.example",
        pages: ["console.acme.example"])

    public static let platform = PlatformDescription(
        id: "acme", title: "Acme", settings: [apiKey, apiURL], verified: "2026-11-30")

    public static var template: [UInt8] { PackageResources.template_json }

    public let kinds: [any ResourceKind]
    public let account = "default"

    public init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) throws {
        let key = try settings.secret(Self.apiKey)
        var client = APIClient(
            "Acme", base: try settings.base(Self.apiURL, own: "https://api.acme.example"), side: .platform,
            authorization: .init("x-acme-key") { key }, keyVariable: Self.apiKey.variable, transport: transport,
            redactor: settings.redactor)
        client.missing = { $0["error"] == "no_such_line" ? .object : nil }
        kinds = [Self.line(client)]
    }

    public func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue {
        ["sip_host": "sip.acme.example"]
    }

    /// Returns the kind of lines. A PUT replaces a line, but keeps an omitted password.
    /// <https://docs.acme.example/lines#put>
    private static func line(_ client: APIClient) -> RESTResource {
        let login = Field.object(["user": .string, "password": .string.writeOnly()]).removed(.byWriting(.null))
        let calls = Field.object([
            "srtp": .boolean.defaulting(to: false), "login": login,
            "allow": .list(of: .string, unordered: true).defaulting(to: []),
        ])
        let dial = Field.object([
            "host": .string, "transport": .choice("tcp", "tls").defaulting(to: "tcp"),
            "srtp": .boolean.defaulting(to: false), "login": login,
        ])
        let description = KindDescription(
            "acme.line", title: "line", side: .platform, idField: "id", nameField: "title", numberField: "e164",
            longestName: 60,
            fields: [
                "id": .string.readOnly(), "e164": .string.fixed().alwaysSent(), "title": .string.alwaysSent(),
                "bot": .string.removed(.byWriting(.null)).alwaysSent(),
                "answer": calls.removed(.byWriting(.null)).goingWhole().alwaysSent(),
                "dial": dial.removed(.byWriting(.null)).goingWhole().alwaysSent(),
                // The template does not set these, but a PUT without them would remove them.
                "notes": .string.alwaysSent(), "labels": .list(of: .string).alwaysSent(),
                "recording": .object(["mode": .choice("none", "all"), "days": .integer]).alwaysSent(),
            ])
        return RESTResource(
            description, client: client, collection: "/v3/lines",
            listing: .cursor(
                items: nil, pageSize: 50, limit: "limit", cursor: "after", next: .header("acme-next-cursor")),
            updateMethod: .put,
            conflict: { .secondRecord(of: $0, $1, description, at: "Acme", delete: ["acme", "lines", "delete"]) })
    }
}

extension Platform {
    /// Acme.
    public static let acme = Platform(AcmeAdapter.self)
}
