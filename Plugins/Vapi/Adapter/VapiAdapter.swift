@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// Vapi: a SIP trunk credential that lists both gateways, and a number that uses it. <https://docs.vapi.ai/advanced/sip/sip-trunk>
@_spi(Adapter) public struct VapiAdapter: PlatformAdapter {
    private static let apiKey = Setting(
        "VAPI_API_KEY", secret: true,
        help: "a private key of the organisation, from the API keys page of Vapi's dashboard")
    private static let apiURL = Setting(
        "VAPI_API_URL", required: false, help: "scheme, host and port of the API; the region's own when it is not set",
        example: "https://api.vapi.ai", pages: ["dashboard.vapi.ai", "dashboard.eu.vapi.ai", "vapi.ai", "docs.vapi.ai"])

    public static let platform = PlatformDescription(
        id: "vapi", title: "Vapi", settings: [apiKey, apiURL], verified: "2026-11-22",
        accountParameters: ["region"], example: [.init("assistant", .placeholder("ID"))])

    public static var template: [UInt8] { PackageResources.template_json }

    public let kinds: [any ResourceKind]
    public let calls: (any PlatformCalls)?
    /// The region. Organisations in us and eu are separate.
    public let account: String
    private let region: Region

    public init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) throws {
        guard let region = Region(rawValue: values["region"]?.string ?? Region.us.rawValue) else {
            throw ZentrunkError(
                .invalid, "Vapi has no region \"\(values["region"]?.string ?? "")\": choose us or eu")
        }
        self.region = region
        account = region.rawValue
        let key = try settings.secret(Self.apiKey)
        let base = try settings.base(Self.apiURL, own: region.api)
        var client = APIClient(
            "Vapi", base: base, side: .platform, authorization: .init { Secret("Bearer \(key.reveal())") },
            keyVariable: Self.apiKey.variable,
            transport: transport, redactor: settings.redactor)
        client.hints = [
            401: .advice("use a private key, not the public one, of an organisation in the region \(region.rawValue)")
        ]
        client.missing = Self.missing
        kinds = [Self.credential(client), Self.phoneNumber(client)]
        calls = VapiCalls(client: client)
    }

    /// Interprets the body of a 404. The API repeats the status in it. For an unknown path, the message names the method.
    private static func missing(_ body: JSONValue) -> APIClient.Missing? {
        guard body["statusCode"] == 404, let message = body["message"]?.string, !message.hasPrefix("Cannot ") else {
            return nil
        }
        return .object
    }

    public func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue {
        let networks = try (carrier["signalling_networks"]?.array ?? []).compactMap(\.string).map { try IPNetwork($0) }
        return [
            "sip_host": .string(region.sipHost),
            "signalling_networks": .array(region.signallingAddresses.map { "\($0)/32" }),
            // Only addresses in the list of gateways may call in. https://docs.vapi.ai/advanced/sip/twilio
            "carrier_gateways": .array(
                networks.map { network in
                    [
                        "ip": .string(network.address), "netmask": .integer(Int64(network.prefixLength)),
                        "inboundEnabled": true,
                        "outboundEnabled": false,
                    ]
                }),
        ]
    }

    /// A region. API, key and SIP host must belong to the same one. <https://docs.vapi.ai/advanced/sip/sip-networking>
    enum Region: String {
        case us, eu

        var api: String { self == .us ? "https://api.vapi.ai" : "https://api.eu.vapi.ai" }
        var sipHost: String { self == .us ? "sip.vapi.ai" : "sip.eu.vapi.ai" }
        var signallingAddresses: [String] { self == .us ? ["44.229.228.186", "44.238.177.138"] : ["63.182.83.170"] }
    }

    /// A SIP trunk credential. `gateways` is replaced as a whole and returned without defaults; the password is never returned.
    /// No way to remove an authentication plan is known.
    private static func credential(_ client: APIClient) -> RESTResource {
        let gateway = Field.object([
            "ip": .string, "port": .integer.defaulting(to: 5060), "netmask": .integer.defaulting(to: 32),
            "inboundEnabled": .boolean.defaulting(to: true), "outboundEnabled": .boolean.defaulting(to: true),
            "outboundProtocol": .choice("udp", "tcp", "tls", "tls/srtp").defaulting(to: "udp"),
            "optionsPingEnabled": .boolean.defaulting(to: false),
        ])
        let fields: [String: Field] = [
            "id": .string.readOnly(), "provider": .string.fixed(), "name": .string,
            "gateways": .list(of: gateway, unordered: true, key: "ip"),
            "outboundAuthenticationPlan": .object(["authUsername": .string, "authPassword": .string.writeOnly()]),
            "outboundLeadingPlusEnabled": .boolean.defaulting(to: false), "techPrefix": .string,
            "sipDiversionHeader": .string,
        ]
        let diversions = [
            Diversion(
                "/techPrefix",
                "Vapi puts it in front of every number that it calls, and Plivo takes plain numbers only",
                remedy: .page("https://dashboard.vapi.ai/settings/integrations"))
        ]
        return resource(
            "vapi.credential", "SIP trunk credential", number: nil, fields: fields, client: client, path: "/credential",
            diversions: diversions)
    }

    /// A phone number. A PATCH must include `provider`. No documented value removes an assistant, and the schema has no null, so
    /// the number is replaced, with all members that a create accepts.
    private static func phoneNumber(_ client: APIClient) -> RESTResource {
        let fields: [String: Field] = [
            "id": .string.readOnly(), "provider": .string.fixed().alwaysSent(), "number": .string, "name": .string,
            "numberE164CheckEnabled": .boolean.defaulting(to: true),
            "credentialId": .string.referring(to: "vapi.credential"),
            "assistantId": .string, "squadId": .string, "workflowId": .string,
            // An empty server is allowed by the schema and has no URL.
            "server": .object(["url": .string]).defaulting(to: [:]), "fallbackDestination": .map,
            "hooks": .list(of: .map),
            "status": .string.readOnly(),
        ]
        let numbers = Remedy.page("https://dashboard.vapi.ai/phone-numbers")
        let diversions = [
            Diversion(
                "/status", "Vapi has blocked the number, and no call reaches it", values: ["blocked"], remedy: numbers),
            Diversion(
                "/fallbackDestination", "calls go there whenever the server gives no assistant",
                unless: ["assistantId", "squadId", "workflowId"], remedy: numbers),
            Diversion("/hooks", "they run when a call comes in or ends, and may redirect it", remedy: numbers),
        ]
        return resource(
            "vapi.phone-number", "phone number", number: "number", fields: fields, client: client,
            path: "/phone-number",
            diversions: diversions)
    }

    private static func resource(
        _ kind: String, _ title: String, number: String?, fields: [String: Field], client: APIClient,
        path: String, diversions: [Diversion]
    ) -> RESTResource {
        let description = KindDescription(
            kind, title: title, side: .platform, idField: "id", numberField: number, longestName: 40, fields: fields,
            diversions: diversions)
        // Whether Vapi takes the same digits twice, and which record a call gets then, is documented nowhere.
        return RESTResource(
            description, client: client, collection: path,
            listing: .creationDate(pageSize: 1000, limit: "limit", before: "createdAtLt", created: "createdAt"),
            conflict: { .secondRecord(of: $0, $1, description, at: "Vapi", delete: ["vapi", "phone", "delete"]) })
    }
}

extension Platform {
    /// Vapi.
    public static let vapi = Platform(VapiAdapter.self)
}
