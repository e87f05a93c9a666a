import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

@testable @_spi(Adapter) import ZentrunkCore

enum Example {
    static let account = "MAXXXXXXXXXXXXXXXXXX"
    static let root = "/v1/Account/\(account)/"

    static func carrier(_ transport: AnsweringTransport, token: String = "an-auth-token") throws -> PlivoAccount {
        let values = ["PLIVO_AUTH_ID": Secret(account), "PLIVO_AUTH_TOKEN": Secret(token)]
        return try PlivoAccount(PlatformSettings(values, redactor: Redactor()), stack: transport)
    }

    static func kind(_ name: String, _ transport: AnsweringTransport) throws -> any ResourceKind {
        try KindTable(carrier: carrier(transport), adapter: NoPlatform()).kind(name)
    }

    /// Returns the body of an update of that object, as the engine computes it.
    static func update(
        _ kind: String, _ transport: AnsweringTransport, body: String, live: JSONObject,
        usernames: [String: String] = [:]
    ) throws -> JSONObject {
        let carrier = try carrier(transport)
        let node = try TemplateNode(JSONCursor(JSONValue(parsing: body)))
        let connection = Connection(platform: "test", name: .main, numbers: [], values: [:])
        let resource = PlannedResource(
            instance: InstanceID("it"), kind: kind, deeds: [.change], id: "1", after: [], changes: [], note: nil,
            needsConsent: false,
            live: LiveObject(id: "1", fields: live), body: node, managed: node.ownMembers)
        let identity = ConnectionIdentity(carrierAccount: account, platform: "test", platformAccount: "", name: .main)
        let plan = Plan(
            operation: .connect, identity: identity, connection: connection, resources: [resource], collisions: [],
            warnings: [], depth: 0,
            digest: "", context: Plan.Context())
        let resolver = BodyResolver(
            plan: plan, kinds: try KindTable(carrier: carrier, adapter: NoPlatform()),
            memory: RunMemory(usernames: usernames),
            secrets: carrier.secrets)
        return try resolver.update(of: resource, to: resolver.body(of: resource), from: live)
    }
}

/// A platform without objects.
struct NoPlatform: PlatformAdapter {
    static let platform = PlatformDescription(id: "test", title: "Test", settings: [], verified: "2026-11-22")
    static let template: [UInt8] = []
    let kinds: [any ResourceKind] = []
    let account = ""

    init() {}
    init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) {}
    func facts(for connection: Connection, carrier: JSONValue) -> JSONValue { [:] }
}
