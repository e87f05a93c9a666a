import Synchronization
@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// A platform whose account lives in a ``MemoryVendor``: gateways that call the carrier's trunks, lines for numbers, and
/// pools of numbers.
///
/// Its template uses what the language has: references, conditions, cases, lists, secrets, refusals and warnings.
@_spi(Adapter) public struct MemoryAdapter: PlatformAdapter {
    /// The kind of gateways: `memory.gateway`.
    public static let gateway = "memory.gateway"
    /// The kind of lines, one for each number: `memory.line`.
    public static let line = "memory.line"
    /// The kind of pools, which share numbers: `memory.pool`. The built-in template has none.
    public static let pool = "memory.pool"
    /// The kind of desks, with the number as their id and the login flat beside the other members: `memory.desk`. The
    /// built-in template has none.
    public static let desk = "memory.desk"

    private static let key = Setting("MEMORY_API_KEY", secret: true, help: "any text")

    public static let platform = PlatformDescription(
        id: "memory", title: "Memory", settings: [key], verified: "2026-11-30", accountParameters: ["account"])

    public let kinds: [any ResourceKind]
    public let account: String

    public init(settings: PlatformSettings, values: [String: JSONValue], transport: any HTTPTransport) throws {
        _ = try settings.secret(Self.key)
        try self.init(account: values["account"]?.string ?? "one", transport: transport)
    }

    /// - Parameters:
    ///   - account: Identifies the account of the platform.
    ///   - transport: From ``MemoryVendor/transport(to:wrap:)``.
    ///   - conflict: What the platform makes of two objects of one kind.
    public init(
        account: String = "one", transport: any HTTPTransport,
        conflict: @escaping MemoryKind.Judge = { _, _, _ in nil }
    ) throws {
        self.account = account
        let client = try MemoryKind.client("Memory", side: .platform, transport: transport)
        kinds = Self.rules.map { MemoryKind($0.description, client: client, conflict: conflict) }
    }

    public func facts(for connection: Connection, carrier: JSONValue) throws -> JSONValue {
        let hosts = (carrier["hosts"]?.array ?? []).map { host -> JSONValue in ["host": host, "calls": false] }
        return ["host": "sip.memory.example.com", "carrier_hosts": .array(hosts)]
    }

    /// What the vendor does with the platform's objects.
    public static let rules = [
        MemoryRules(
            KindDescription(
                gateway, title: "gateway", side: .platform, idField: "id",
                fields: [
                    "id": .string.readOnly(), "type": .string.fixed(), "name": .string,
                    "hosts": .list(
                        of: .object([
                            "host": .string, "port": .integer.defaulting(to: 5060),
                            "calls": .boolean.defaulting(to: true),
                        ]), unordered: true, key: "host"),
                    "login": .object(["username": .string, "password": .string.writeOnly()]),
                    "prefix": .string.removed(.byWriting("")),
                ],
                diversions: [Diversion("/prefix", "it is put before every number that is called")]),
            removal: .isRefused),
        MemoryRules(
            KindDescription(
                line, title: "line", side: .platform, idField: "id", numberField: "number",
                fields: [
                    "id": .string.readOnly(), "type": .string.fixed(), "number": .string, "name": .string,
                    "gateway": .string.referring(to: gateway), "agent": .string,
                    "note": .string.removed(.byWriting(.null)), "status": .string.readOnly(),
                ],
                diversions: [Diversion("/status", "no call reaches the line", values: ["blocked"])])),
        MemoryRules(
            KindDescription(
                pool, title: "pool", side: .platform, idField: "id", numberField: "numbers",
                fields: [
                    "id": .string.readOnly(), "name": .string, "numbers": .list(of: .string, unordered: true),
                    "gateway": .string.referring(to: gateway), "note": .string.removed(.byWriting(.null)),
                    "lines": .list(of: .string, unordered: true).referring(to: line),
                ])),
        MemoryRules(
            KindDescription(
                desk, title: "desk", side: .platform, idField: "id", identity: .number, numberField: "number",
                fields: [
                    "id": .string.readOnly(), "number": .string.fixed(), "name": .string, "agent": .string,
                    "user": .string.removed(.byWriting(.null)),
                    "password": .string.writeOnly().sent(with: "user").removed(.byWriting(.null)),
                ])),
    ]

    public static let template = Array(
        #"""
        {
          "pairing": "memory",
          "title": "A carrier and a platform in memory",
          "verified": "2026-11-30",
          "parameters": {
            "agent": { "type": "id", "role": "agent", "kept": true, "help": "Id of the agent that answers" },
            "note": { "type": "string", "help": "A note about the connection" },
            "authentication": { "type": "choice", "choices": ["none", "credentials"], "default": "none",
                                "help": "How the carrier recognises the platform's calls" }
          },
          "secrets": { "sip": { "type": "sip-credential",
                                "when": { "direction": ["outbound", "both"], "authentication": "credentials" } } },
          "refuse": [
            { "when": { "number": "+91*" }, "because": "the platform does not take Indian numbers" },
            { "when": { "agent": "*", "direction": "outbound" }, "because": "an agent answers inbound calls only" }
          ],
          "warn": [
            { "code": "no-agent", "when": { "direction": ["inbound", "both"], "agent": null },
              "because": "no agent answers inbound calls", "next": ["--agent ID"] }
          ],
          "resources": {
            "login": {
              "kind": "carrier.login",
              "when": { "direction": ["outbound", "both"], "authentication": "credentials" },
              "body": { "name": "${name}", "username": "${secrets.sip.username}",
                        "password": "${secrets.sip.password}" }
            },
            "out": {
              "kind": "carrier.trunk",
              "when": { "direction": ["outbound", "both"] },
              "body": { "name": "${name}", "direction": "outbound", "secure": "${secure}", "login": "${login.id?}" }
            },
            "gateway": {
              "kind": "memory.gateway",
              "body": {
                "type": "sip",
                "name": "${name}",
                "hosts": [
                  { "$when": { "direction": ["outbound", "both"] }, "host": "${out.domain}",
                    "port": { "$select": "secure", "cases": { "true": 5061, "false": 5060 } }, "calls": true },
                  { "$when": { "direction": ["inbound", "both"] }, "$spread": "${platform.carrier_hosts}" }
                ],
                "login": { "$when": { "direction": ["outbound", "both"], "authentication": "credentials" },
                           "username": "${secrets.sip.username}", "password": "${secrets.sip.password}" }
              }
            },
            "uri": {
              "kind": "carrier.uri",
              "when": { "direction": ["inbound", "both"] },
              "body": { "name": "${name}", "uri": { "$select": "secure", "cases": {
                "true": "${gateway.id}.${platform.host};transport=tls", "false": "${gateway.id}.${platform.host}" } } }
            },
            "failover": {
              "kind": "carrier.uri",
              "when": { "direction": ["inbound", "both"], "failover": "*" },
              "body": { "name": "${name}", "uri": "${failover}" }
            },
            "in": {
              "kind": "carrier.trunk",
              "when": { "direction": ["inbound", "both"] },
              "body": { "name": "${name}", "direction": "inbound", "secure": "${secure}", "uri": "${uri.id}",
                        "fallback": "${failover.id?}" }
            },
            "line": {
              "kind": "memory.line",
              "each": "numbers",
              "body": { "type": "sip", "number": "${number}", "name": "${name}", "gateway": "${gateway.id}",
                        "agent": "${agent?}", "note": "${note?}" }
            },
            "route": {
              "kind": "carrier.route",
              "each": "numbers",
              "when": { "direction": ["inbound", "both"] },
              "body": { "number": "${number}", "trunk": "${in.id}" }
            }
          }
        }
        """#.utf8)
}

extension Platform {
    /// The platform in memory.
    public static let memory = Platform(MemoryAdapter.self)
}

extension MemoryVendor {
    /// A connector that joins this vendor's two sides.
    ///
    /// - Parameters:
    ///   - account: The carrier's account.
    ///   - platform: The vendor that holds the platform's side; this one if left out.
    ///   - platformAccount: The platform's account.
    ///   - template: The built-in one if left out.
    ///   - wrap: Puts another transport around each side's.
    ///   - conflict: What the platform makes of two objects of one kind.
    ///   - instruments: Receive logs, metrics and spans.
    ///   - makeRunID: Unique ids that sort by time; counted up if left out.
    public func connector(
        account: String = "ACCOUNT1", platform: MemoryVendor? = nil, platformAccount: String = "one",
        template: Template? = nil, journal: any Journal, clock: any Clock<Duration>,
        wrap: (any HTTPTransport) -> any HTTPTransport = { $0 },
        conflict: @escaping MemoryKind.Judge = { _, _, _ in nil },
        instruments: Instruments = Instruments(),
        makeRunID: @escaping @Sendable () -> String = { MemoryRunID.next() }
    ) throws -> Connector {
        let transport = (platform ?? self).transport(to: .platform, wrap: wrap)
        let carrier = try MemoryCarrier(account: account, transport: self.transport(to: .carrier, wrap: wrap))
        let setup = EngineSetup(
            platform: .memory, carrier: carrier,
            makeAdapter: { values in
                try MemoryAdapter(
                    account: values["account"]?.string ?? platformAccount, transport: transport, conflict: conflict)
            },
            journal: journal, clock: clock, instruments: instruments, redactor: carrier.redactor, makeRunID: makeRunID)
        return try Connector(setup, settings: PlatformSettings([:], redactor: carrier.redactor), template: template)
    }
}

/// Ids of runs that count up within the process.
public enum MemoryRunID {
    private static let last = Mutex(100_000)

    /// The next id: `run-100001`.
    public static func next() -> String {
        last.withLock { last in
            last += 1
            return "run-\(last)"
        }
    }
}
