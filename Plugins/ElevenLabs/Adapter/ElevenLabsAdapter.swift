@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// ElevenLabs: a number is imported together with both directions' trunk configuration and its agent.
/// <https://elevenlabs.io/docs/agents-platform/phone-numbers/sip-trunking>
@_spi(Adapter) public struct ElevenLabsAdapter: PlatformAdapter {
    private static let apiKey = Setting(
        "ELEVENLABS_API_KEY", secret: true,
        help: "a key of the workspace with the right ElevenAgents: Write, from the API keys page")
    private static let apiURL = Setting(
        "ELEVENLABS_API_URL", required: false,
        help: "scheme, host and port of the API; the region's own when it is not set",
        example: "https://api.elevenlabs.io", pages: ["elevenlabs.io", "www.elevenlabs.io"])

    public static let platform = PlatformDescription(
        id: "elevenlabs", title: "ElevenLabs", settings: [apiKey, apiURL], verified: "2026-11-22",
        accountParameters: ["region"], example: [.init("agent", .placeholder("ID"))])

    public static var template: [UInt8] { PackageResources.template_json }

    public let kinds: [any ResourceKind]
    public let calls: (any PlatformCalls)?
    /// The workspace. Each residency region has its own; `default` and `us` are the same one.
    public let account: String
    private let region: Region

    public init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) throws {
        guard let region = Region(rawValue: values["region"]?.string ?? Region.default.rawValue) else {
            throw ZentrunkError(
                .invalid,
                "ElevenLabs has no region \"\(values["region"]?.string ?? "")\": choose default, us, eu, in or sg")
        }
        self.region = region
        account = region.isResidency ? region.rawValue : Region.default.rawValue
        let key = try settings.secret(Self.apiKey)
        let base = try settings.base(Self.apiURL, own: region.api)
        var client = APIClient(
            "ElevenLabs", base: base, side: .platform, authorization: .init("xi-api-key") { key },
            keyVariable: Self.apiKey.variable, transport: transport, redactor: settings.redactor,
            requestIDKeys: ["request_id"])
        client.missing = Self.missing
        // A missing permission is answered with 401 as well. https://elevenlabs.io/docs/eleven-api/resources/errors
        client.hints = [
            401: .advice(
                "give the key the right ElevenAgents: Write (convai_write) in a workspace of region \(region.rawValue); residency workspaces have keys of their own"
            )
        ]
        kinds = [Self.phoneNumber(client)]
        calls = ElevenLabsCalls(client: client)
    }

    /// Interprets the body of a 404. Both error formats name the missing object; for an unknown path `detail` is a string.
    /// <https://elevenlabs.io/docs/eleven-api/resources/errors>
    private static func missing(_ body: JSONValue) -> APIClient.Missing? {
        guard let detail = body["detail"], let code = (detail["code"] ?? detail["status"])?.string,
            code.hasSuffix("not_found")
        else { return nil }
        return ["phone_number_not_found", "not_found"].contains(code) ? .object : .other
    }

    public func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue {
        ["sip_host": .string(connection.values["sip-host"]?.string ?? region.sipHost)]
    }

    /// Workspaces, their APIs and their SIP hosts.
    /// <https://elevenlabs.io/docs/product-guides/administration/data-residency>
    private enum Region: String {
        case `default`, us, eu, `in`, sg

        var isResidency: Bool { self != .default && self != .us }

        var api: String {
            switch self {
            case .default: "https://api.elevenlabs.io"
            case .us: "https://api.us.elevenlabs.io"
            case .eu, .in, .sg: "https://api.\(rawValue).residency.elevenlabs.io"
            }
        }

        var sipHost: String {
            isResidency ? "sip.rtc.\(rawValue).residency.elevenlabs.io" : "sip.rtc.elevenlabs.io"
        }
    }

    /// A phone number. Its provider and number are fixed. A PATCH may merge or replace a trunk configuration, so each is sent
    /// complete, and null removes a direction. A page has up to 1000 numbers: a list of one page is read once, a longer one
    /// twice. A password that is omitted is kept. `search` matches parts of number or label.
    /// <https://elevenlabs.io/docs/api-reference/phone-numbers/create>
    private static func phoneNumber(_ client: APIClient) -> RESTResource {
        let network = Field.string.normalised { value in
            value.string.flatMap { try? IPNetwork($0) }.map { .string($0.description) } ?? value
        }
        let credentials = Field.object(["username": .string, "password": .string.writeOnly()])
            .removed(.byWriting(.null))
        let encryption = Field.choice("disabled", "allowed", "required").defaulting(to: "allowed")
        let names = Field.list(of: .string, unordered: true).defaulting(to: [])
        let inbound = Field.object([
            "media_encryption": encryption, "credentials": credentials,
            "allowed_addresses": .list(of: network, unordered: true).defaulting(to: []),
            "allowed_numbers": names, "remote_domains": names, "attributes_to_headers": .map.defaulting(to: [:]),
        ])
        let outbound = Field.object([
            "address": .string, "transport": .choice("auto", "udp", "tcp", "tls").defaulting(to: "auto"),
            "media_encryption": encryption, "credentials": credentials,
            "enabled_codecs": names, "headers": .map.defaulting(to: [:]),
            "attributes_to_headers": .map.defaulting(to: [:]),
        ])
        let description = KindDescription(
            "elevenlabs.phone-number", title: "phone number", side: .platform, idField: "phone_number_id",
            nameField: "label", numberField: "phone_number",
            fields: [
                "phone_number_id": .string.readOnly(), "provider": .string.fixed(), "phone_number": .string.fixed(),
                "label": .string, "agent_id": .string.removed(.byWriting(.null)),
                "inbound_trunk_config": inbound.removed(.byWriting(.null)).goingWhole(),
                "outbound_trunk_config": outbound.removed(.byWriting(.null)).goingWhole(),
            ], diversions: diversions)
        return RESTResource(
            description, client: client, collection: "/v1/convai/phone-numbers",
            listing: .cursor(
                path: "/v1/convai/v2/phone-numbers", items: "phone_numbers", pageSize: 1000, limit: "page_size",
                cursor: "cursor", next: .member("next_cursor", while: "has_more")),
            numberFilter: "search", projection: project,
            conflict: {
                // It is not documented which of two records of a number receives a call.
                .secondRecord(
                    of: $0, $1, description, at: "ElevenLabs",
                    delete: ["elevenlabs", "agents", "phone-numbers", "delete"])
            })
    }

    /// Members that people set and templates do not.
    private static let diversions = [
        ("allowed_numbers", "only these callers reach the number, calls of all others are refused"),
        ("allowed_addresses", "only calls from these addresses come in, those from others are refused"),
        ("remote_domains", "only calls from these domains come in, those from others are refused"),
    ].map {
        Diversion("/inbound_trunk_config/\($0)", $1, remedy: .page("https://elevenlabs.io/app/agents/phone-numbers"))
    }

    /// Converts a response to the form of a request. Responses use other names and only say whether there are credentials.
    private static func project(_ record: JSONObject) -> JSONObject {
        var written = record
        if let agent = record["assigned_agent"] { written["agent_id"] = agent["agent_id"] }
        for side in ["inbound", "outbound"] {
            guard var trunk = record["\(side)_trunk"]?.object else { continue }
            // A number without this trunk may have an empty object.
            if side == "outbound", trunk["address"]?.string?.isEmpty != false { continue }
            if trunk["has_auth_credentials"] == true { trunk["credentials"] = ["username": trunk["username"] ?? ""] }
            for name in ["has_auth_credentials", "username", "has_outbound_trunk"] { trunk[name] = .none }
            // Three spellings mean "open to all".
            if let open = trunk["allowed_addresses"]?.array, open.contains("0.0.0.0/0") {
                trunk["allowed_addresses"] = []
            }
            written["\(side)_trunk_config"] = .object(trunk)
        }
        return written
    }
}

extension Platform {
    /// ElevenLabs.
    public static let elevenLabs = Platform(ElevenLabsAdapter.self)
}
