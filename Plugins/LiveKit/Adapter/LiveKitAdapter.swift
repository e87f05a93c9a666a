@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// LiveKit, Cloud and self-hosted: an inbound trunk with a dispatch rule, and an outbound trunk.
/// <https://docs.livekit.io/telephony/start/providers/plivo/>
@_spi(Adapter) public struct LiveKitAdapter: PlatformAdapter {
    private static let url = Setting(
        "LIVEKIT_URL", help: "the project's URL from its settings page, as in wss://name.livekit.cloud",
        example: "wss://name.livekit.cloud", pages: ["cloud.livekit.io", "livekit.io", "docs.livekit.io"])
    private static let apiKey = Setting("LIVEKIT_API_KEY", help: "an API key of the project, from its settings page")
    private static let apiSecret = Setting("LIVEKIT_API_SECRET", secret: true, help: "the secret of the API key")

    static let sipHost = Setting(
        "LIVEKIT_SIP_HOST", required: false,
        help: "the project's SIP host, as the parameter sip-host takes it; needed for inbound calls")

    public static let platform = PlatformDescription(
        id: "livekit", title: "LiveKit", settings: [url, apiKey, apiSecret, sipHost], verified: "2026-11-22",
        example: [.init("sip-host", .placeholder("ID.sip.livekit.cloud")), .init("agent", .placeholder("NAME"))])

    public static var template: [UInt8] { PackageResources.template_json }

    public let kinds: [any ResourceKind]
    public let calls: (any PlatformCalls)?
    /// The host of the project or server: a key does not identify its project.
    public let account: String

    public init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) throws {
        let base = try Self.base(settings)
        account = String(base.authority.prefix { $0 != ":" })
        let issuer = try settings.secret(Self.apiKey).reveal()
        let secret = try settings.secret(Self.apiSecret)
        let makeClient: @Sendable (JSONObject) -> APIClient = { grants in
            let token = AccessToken(issuer: issuer, secret: secret, claims: grants, redactor: settings.redactor)
            return Self.client(base, token, over: transport, redactor: settings.redactor)
        }
        let client = makeClient(["sip": ["admin": true]])
        let service = base.path + "/twirp/livekit.SIP/"
        kinds = [
            Self.inboundTrunk(client, service), Self.outboundTrunk(client, service), Self.dispatchRule(client, service),
        ]
        calls = LiveKitCalls(client: makeClient, service: service, rooms: base.path + "/twirp/livekit.RoomService/")
    }

    /// Returns a client that signs in with a token.
    /// <https://docs.livekit.io/home/get-started/authentication/>
    private static func client(
        _ base: APIBase, _ token: AccessToken, over transport: any HTTPTransport, redactor: Redactor
    ) -> APIClient {
        var client = APIClient(
            "LiveKit", base: base, side: .platform, authorization: .init { token.header },
            keyVariable: "LIVEKIT_API_KEY or LIVEKIT_API_SECRET", transport: transport, redactor: redactor)
        // https://twitchtv.github.io/twirp/docs/errors.html: `bad_route` is a method that the server does not have.
        client.missing = { $0["code"] == "not_found" ? .object : nil }
        client.hints = [
            401: .advice(
                "take key and secret from the project at \(base.authority), and check that this machine's clock is right"
            )
        ]
        client.causes = [Self.noSIPService]
        return client
    }

    /// Web sockets and the API share host and port; a path in front of both is kept.
    private static func base(_ settings: PlatformSettings) throws(ZentrunkError) -> APIBase {
        let base = try settings.base(url, spelling: [.webSocket, .path])
        // A project at LiveKit Cloud has its own host, so a path after it is a mistake.
        guard base.host.hasSuffix(".livekit.cloud") else { return base }
        guard !base.host.hasSuffix(".sip.livekit.cloud") else {
            throw ZentrunkError(
                .invalid, "\(url.variable) holds the SIP host \(base.host); it takes \(url.help)",
                remedies: [.set([.init(url.variable, url.example)])])
        }
        guard base.path.isEmpty else {
            throw ZentrunkError(
                .invalid, "\(url.variable) has the path \(base.path), and a project at LiveKit Cloud has none",
                remedies: [.set([.init(url.variable, "wss://\(base.authority)")])])
        }
        return base
    }

    /// <https://docs.livekit.io/transport/self-hosting/sip-server/>
    private static let noSIPService = APIClient.DeclaredCause(
        words: "sip not connected", means: "this LiveKit server has no SIP service (redis is not configured)",
        remedy: .advice("set redis in the configuration of the LiveKit server and of its SIP service, and start both"))

    public func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue {
        if let host = connection.values["sip-host"]?.string, let reason = Self.objection(toSIPHost: host) {
            throw ZentrunkError(
                .invalid,
                "sip-host, or \(Self.sipHost.variable) in the environment, cannot be \"\(host)\": \(reason); take the SIP URI from the project's settings page, it ends in .sip.livekit.cloud",
                remedies: [.page("https://cloud.livekit.io/projects/p_/settings/project")])
        }
        return ["media_encryption": connection.isSecure ? "SIP_MEDIA_ENCRYPT_REQUIRE" : "SIP_MEDIA_ENCRYPT_DISABLE"]
    }

    /// Returns the reason why one of LiveKit's hosts accepts no calls for a project; nil for SIP hosts of projects and other hosts.
    private static func objection(toSIPHost host: String) -> String? {
        if url.pages.contains(host) { return "it serves pages for people, and takes no calls" }
        if ["livekit.cloud", "sip.livekit.cloud"].contains(host) {
            return "it lacks the project, as in name.sip.livekit.cloud"
        }
        guard host.hasSuffix(".livekit.cloud"), !host.hasSuffix(".sip.livekit.cloud") else { return nil }
        return "it looks like the host of \(url.variable), which takes no calls"
    }

    // MARK: Kinds

    /// The encryption has a deprecated name, which is the only one before June 2026, and a newer one in `media`, which later
    /// servers prefer. A change of only one has no effect, so both are always sent with the same value.
    private static let encryption: [String: Field] = {
        let choice = Field.choice("SIP_MEDIA_ENCRYPT_DISABLE", "SIP_MEDIA_ENCRYPT_ALLOW", "SIP_MEDIA_ENCRYPT_REQUIRE")
        let codec = Field.object(["name": .string, "rate": .integer])
        return [
            "mediaEncryption": choice.sent(with: "media"),
            "media": .object([
                "encryption": choice, "onlyListedCodecs": .boolean.defaulting(to: false),
                "codecs": .list(of: codec, key: "name").defaulting(to: []),
            ]).sent(with: "mediaEncryption"),
        ]
    }()

    private static let text = Field.string.defaulting(to: "")
    private static let texts = Field.list(of: .string, unordered: true).defaulting(to: [])
    /// `+1 415…`, `1415…` and `+1415…` are one number to a trunk.
    private static let numbers = Field.list(
        of: .string.normalised { value in
            value.string.flatMap { PhoneNumber(vendorSpelling: $0) }.map { .string($0.e164) } ?? value
        }, unordered: true
    ).defaulting(to: [])
    private static let trunk: [String: Field] = [
        "sipTrunkId": .string.readOnly(), "name": .string, "metadata": text, "numbers": numbers, "authUsername": text,
        "authPassword": text.writeOnly().sent(with: "authUsername"),
    ].merging(encryption) { first, _ in first }

    private static func inboundTrunk(_ client: APIClient, _ service: String) -> TwirpResource {
        let own: [String: Field] = ["allowedAddresses": texts, "allowedNumbers": numbers, "authRealm": text]
        return trunk(
            "inbound", "SIPInboundTrunk", fields: own, client: client, service: service, diversions: trunkDiversions,
            conflict: conflict(ofTrunk:with:))
    }

    private static func outboundTrunk(_ client: APIClient, _ service: String) -> TwirpResource {
        let transports = Field.choice(
            "SIP_TRANSPORT_AUTO", "SIP_TRANSPORT_UDP", "SIP_TRANSPORT_TCP", "SIP_TRANSPORT_TLS")
        let own: [String: Field] = [
            "address": .string, "transport": transports.defaulting(to: "SIP_TRANSPORT_AUTO"), "fromHost": text,
            "destinationCountry": text.normalised { value in value.string.map { .string($0.lowercased()) } ?? value },
        ]
        // Several outbound trunks may have the same number, because it is only their caller id.
        return trunk(
            "outbound", "SIPOutboundTrunk", fields: own, client: client, service: service, diversions: []
        ) { _, _ in nil }
    }

    private static func trunk(
        _ direction: String, _ noun: String, fields own: [String: Field], client: APIClient, service: String,
        diversions: [Diversion], conflict: @escaping @Sendable (JSONObject, LiveObject) -> Conflict?
    ) -> TwirpResource {
        let fields = trunk.merging(own) { first, _ in first }
        var description = KindDescription(
            "livekit.\(direction)-trunk", title: "\(direction) trunk", side: .platform, idField: "sipTrunkId",
            numberField: "numbers", takesWhatItShows: true, fields: fields, diversions: diversions)
        // The open-source server returns passwords. What LiveKit Cloud shows in their place is not known.
        description.showsSecrets = !client.base.host.hasSuffix(".livekit.cloud")
        return TwirpResource(
            description, client: client,
            service: .init(
                path: service, noun: noun, wrapper: "trunk", idsFilter: "trunkIds", delete: "DeleteSIPTrunk"),
            updatable: Set(fields.keys), maps: maps, projection: projectTrunk, conflict: conflict)
    }

    private static func dispatchRule(_ client: APIClient, _ service: String) -> TwirpResource {
        let room: [String: Field] = ["roomPrefix": text, "pin": text]
        let agent = Field.object(["agentName": .string, "metadata": text])
        let fields: [String: Field] = [
            "sipDispatchRuleId": .string.readOnly(), "name": .string, "metadata": text,
            "trunkIds": .list(of: .string, unordered: true).referring(to: "livekit.inbound-trunk").defaulting(to: []),
            "rule": .object([
                // Exactly one of the three is set.
                "dispatchRuleIndividual": .object(
                    room.merging(["noRandomness": .boolean.defaulting(to: false)]) { $1 }
                ).goingWhole(),
                "dispatchRuleDirect": .object(["roomName": .string, "pin": text]).goingWhole(),
                "dispatchRuleCallee": .object(room.merging(["randomize": .boolean.defaulting(to: false)]) { $1 })
                    .goingWhole(),
            ]),
            "roomConfig": .object(["agents": .list(of: agent, key: "agentName")]).removed(.byWriting(.null)),
            "numbers": texts, "inboundNumbers": texts,
        ]
        return TwirpResource(
            KindDescription(
                "livekit.dispatch-rule", title: "dispatch rule", side: .platform, idField: "sipDispatchRuleId",
                numberField: "numbers", takesWhatItShows: true, fields: fields, diversions: ruleDiversions),
            client: client,
            service: .init(
                path: service, noun: "SIPDispatchRule", wrapper: "dispatchRule", idsFilter: "dispatchRuleIds",
                delete: "DeleteSIPDispatchRule"),
            updatable: ["name", "metadata", "trunkIds", "rule"], maps: maps, projection: projectRule,
            conflict: conflict(ofRule:with:))
    }

    private static let maps: Set<String> = [
        "attributes", "headers", "headersToAttributes", "attributesToHeaders", "tags", "metadata",
    ]

    /// Returns the object with its effective encryption under both names.
    @Sendable private static func projectTrunk(_ record: JSONObject) -> JSONObject {
        let record = withoutServersOwn(record)
        let media = record["media"]?.object ?? [:]
        let holds = media["encryption"] ?? record["mediaEncryption"] ?? "SIP_MEDIA_ENCRYPT_DISABLE"
        return record.merging(["mediaEncryption": holds, "media": .object(media.merging(["encryption": holds]))])
    }

    private static func withoutServersOwn(_ record: JSONObject) -> JSONObject {
        var record = record
        for name in ["createdAt", "updatedAt"] { record[name] = .none }
        return record
    }

    /// Omits what only the server sets, and defaults that it shows for settings without a value.
    @Sendable private static func projectRule(_ record: JSONObject) -> JSONObject {
        var rule = withoutServersOwn(record)
        if rule["mediaEncryption"] == "SIP_MEDIA_ENCRYPT_DISABLE" { rule["mediaEncryption"] = .none }
        guard var room = rule["roomConfig"]?.object else { return rule }
        let agents = (room["agents"]?.array ?? []).map { agent -> JSONValue in
            var members = agent.object ?? [:]
            if members["restartPolicy"] == "JRP_ON_FAILURE" { members["restartPolicy"] = .none }
            return .object(members)
        }
        room["agents"] = agents.isEmpty ? .none : .array(agents)
        rule["roomConfig"] = room.isEmpty ? .none : .object(room)
        return rule
    }
}

extension Platform {
    /// LiveKit.
    public static let liveKit = Platform(LiveKitAdapter.self)
}
