import Synchronization
@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// A carrier whose account lives in a ``MemoryVendor``: logins, origination URIs, trunks, and the numbers' routes.
///
/// It behaves like a real carrier where that is hard on an engine: a create answers the id alone, trunks have unique
/// names and a fixed direction, deleting a URI deletes the trunks that use it, and deleting a trunk detaches its numbers.
@_spi(Adapter) public struct MemoryCarrier: Carrier {
    /// The kind of SIP logins: `carrier.login`.
    public static let login = "carrier.login"
    /// The kind of origination URIs: `carrier.uri`.
    public static let uri = "carrier.uri"
    /// The kind of trunks: `carrier.trunk`.
    public static let trunk = "carrier.trunk"
    /// The kind of numbers' routes: `carrier.route`.
    public static let route = "carrier.route"

    public let account: String
    public let kinds: [any ResourceKind]
    public let facts: JSONValue = ["hosts": ["a.carrier.example.com", "b.carrier.example.com"]]
    package let secrets: any SIPSecretDeriver
    public let redactor = Redactor()
    package let limiters = PlatformLimiters()
    public let applicationField = "application"
    public let domainField = "domain"

    /// - Parameters:
    ///   - account: The id of the account.
    ///   - transport: From ``MemoryVendor/transport(to:wrap:)``.
    public init(account: String = "ACCOUNT1", transport: any HTTPTransport) throws {
        self.account = account
        secrets = MemorySecrets(account: account)
        let client = try MemoryKind.client("Carrier", side: .carrier, transport: transport)
        kinds = Self.rules.map { rule in
            MemoryKind(
                rule.description, client: client,
                objections: { $0["voice"] == false ? ["is not voice-enabled"] : [] })
        }
    }

    /// What the vendor does with the carrier's objects.
    public static let rules = [
        MemoryRules(
            KindDescription(
                login, title: "login", side: .carrier, idField: "id",
                fields: [
                    "id": .string.readOnly(), "name": .string, "username": .string.alwaysSent(),
                    "password": .string.writeOnly().alwaysSent(),
                ]), removal: .isRefused, answersIDOnly: true),
        MemoryRules(
            KindDescription(
                uri, title: "origination URI", side: .carrier, idField: "id",
                fields: ["id": .string.readOnly(), "name": .string, "uri": .string]),
            removal: .takesUsers, answersIDOnly: true),
        MemoryRules(
            KindDescription(
                trunk, title: "trunk", side: .carrier, idField: "id", hasUniqueNames: true,
                fields: [
                    "id": .string.readOnly(), "domain": .string.readOnly(), "name": .string,
                    "direction": .choice("inbound", "outbound").fixed().alwaysSent(),
                    "secure": .boolean.defaulting(to: false), "uri": .string.referring(to: uri),
                    "fallback": .string.referring(to: uri).removed(.byCopying("uri")),
                    "login": .string.referring(to: login),
                ]), removal: .detachesUsers, answersIDOnly: true,
            added: { ["domain": .string("\($0).carrier.example.com")] }),
        MemoryRules(
            KindDescription(
                route, title: "route", side: .carrier, role: .route, idField: "number", nameField: nil,
                numberField: "number",
                fields: [
                    "number": .string.fixed().normalised { value in
                        value.string.flatMap(PhoneNumber.init(vendorSpelling:)).map { .string($0.e164) } ?? value
                    },
                    "trunk": .string.referring(to: trunk).removed(.byWriting(.null)),
                    "application": .string.removed(.byWriting(.null)), "voice": .boolean.readOnly(),
                ])),
    ]
}

/// SIP usernames that name their account, and passwords that name their username.
struct MemorySecrets: SIPSecretDeriver {
    let account: String
    private static let count = Mutex(0)

    func makeUsername() -> String {
        let number = Self.count.withLock { count in
            count += 1
            return count
        }
        return "user\(number)of\(account)"
    }

    func isOurs(_ username: String) -> Bool { username.hasPrefix("user") && username.hasSuffix("of\(account)") }

    func password(for username: String) -> Secret { Secret("secret-of-\(username)") }
}

extension MemoryVendor {
    /// Puts a number on the carrier's account.
    ///
    /// - Parameters:
    ///   - number: In E.164.
    ///   - application: The application that its calls go to; nil routes it nowhere.
    ///   - isVoice: Whether the number can be called.
    public func own(_ number: String, application: String? = nil, isVoice: Bool = true) {
        var fields: JSONObject = ["voice": .bool(isVoice)]
        if let application { fields["application"] = .string(application) }
        insert(MemoryCarrier.route, fields, id: String(number.drop { $0 == "+" }))
    }

    /// What a number's calls go to: `trunk trunk-0001`, `application 4711`; nil when the number is routed nowhere.
    public func route(of number: String) -> String? {
        let route = self[MemoryCarrier.route, String(number.drop { $0 == "+" })]
        return ["trunk", "application"].lazy.compactMap { name in route?[name]?.string.map { "\(name) \($0)" } }.first
    }
}
