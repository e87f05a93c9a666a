import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

/// The engine over a vendor in memory, with a journal and a clock of its own.
struct EngineBench {
    static let number = "+14155550100"
    static let second = "+14155550101"
    static let third = "+14155550102"
    static let failover = "backup.example.com"

    /// The platform's own template, read once.
    private static let template = try? Template(parsing: MemoryAdapter.template, file: "memory (built in)")

    let vendor = MemoryVendor()
    let journal = InMemoryJournal()
    let clock = TestClock()
    private let own: Result<Connector, any Error>

    /// - Parameter application: What the three numbers of the account are routed to.
    init(application: String? = "4711") {
        own = Result { [vendor, journal, clock] in
            try vendor.connector(template: Self.template, journal: journal, clock: clock)
        }
        for number in [Self.number, Self.second, Self.third] { vendor.own(number, application: application) }
    }

    // MARK: Requests

    static func numbers(_ texts: [String]) throws -> [PhoneNumber] { try texts.map { try PhoneNumber($0) } }

    /// A connect with these options that may move routes.
    static func request(
        _ values: [String: ParameterValue] = ["agent": "a1"], numbers: [String] = [Self.number],
        mayReroute: Bool = true,
        mayAdopt: Bool = false, replaceable: Set<String> = [], mayBeOneSided: Bool = false,
        fallbacks: [String: String] = [:], name: ConnectionName = .main
    ) throws -> ConnectionRequest {
        ConnectionRequest(
            name: name, numbers: try Self.numbers(numbers), values: values, mayReroute: mayReroute,
            mayAdopt: mayAdopt, fallbacks: fallbacks, replaceable: replaceable, mayBeOneSided: mayBeOneSided)
    }

    // MARK: Commands

    /// A connector of another machine, account or template.
    func connector(
        journal: (any Journal)? = nil, account: String = "ACCOUNT1", platform: MemoryVendor? = nil,
        platformAccount: String = "one", template: Template? = nil,
        wrap: (any HTTPTransport) -> any HTTPTransport = { $0 },
        conflict: @escaping MemoryKind.Judge = { _, _, _ in nil }
    ) throws -> Connector {
        try vendor.connector(
            account: account, platform: platform, platformAccount: platformAccount,
            template: template ?? Self.template, journal: journal ?? self.journal, clock: clock, wrap: wrap,
            conflict: conflict)
    }

    /// The kinds of both sides.
    func kinds() throws -> KindTable { try connector().engine.kinds }

    /// The connector of this machine.
    func connector() throws -> Connector { try own.get() }

    func plan(_ request: ConnectionRequest) async throws -> Plan { try await connector().plan(request) }

    func plan(_ request: DisconnectionRequest) async throws -> Plan { try await connector().plan(request) }

    /// Plans and applies; what the plan refuses is a failed report.
    @discardableResult
    func connect(
        _ request: ConnectionRequest, consent: Bool = true, by connector: Connector? = nil, mayPlanAgain: Bool = true
    ) async throws -> Report {
        let connector = try connector ?? self.connector()
        return await Self.report(request.name) {
            await connector.apply(
                try await connector.plan(request), consent: consent, mayPlanAgain: mayPlanAgain)
        }
    }

    @discardableResult
    func connect(_ values: [String: ParameterValue] = ["agent": "a1"], numbers: [String] = [Self.number]) async throws
        -> Report
    {
        try await connect(Self.request(values, numbers: numbers))
    }

    @discardableResult
    func disconnect(
        _ request: DisconnectionRequest = DisconnectionRequest(), by connector: Connector? = nil
    ) async throws -> Report {
        let connector = try connector ?? self.connector()
        return await Self.report(request.name) {
            await connector.apply(try await connector.plan(request), consent: true)
        }
    }

    private static func report(_ name: ConnectionName, _ work: () async throws -> Report) async -> Report {
        do { return try await work() } catch {
            let connection = Connection(platform: "memory", name: name, numbers: [], values: [:])
            return Report(failed: connection, Connector.explain(error))
        }
    }

    /// The id of the connection's only object of that kind.
    func only(_ kind: String) throws -> String {
        let ids = vendor.ids(kind)
        try #require(ids.count == 1)
        return ids[0]
    }

    /// The id of the object with that key, or of the line of the first number.
    func id(_ key: String, of kind: String) throws -> String { try #require(find(key, of: kind)) }

    /// The id of the object with that key, if there is one.
    func find(_ key: String, of kind: String) -> String? {
        vendor.ids(kind).first { vendor[kind, $0]?["name"]?.string.flatMap(OwnedName.init(parsing:))?.key == key }
    }
}

extension MemoryVendor {
    /// The objects with names in the place of ids, so that two accounts can be compared in which the same was made.
    var picture: [String] {
        var names: [String: String] = [:]
        for (kind, objects) in settled {
            for (id, fields) in objects where kind != MemoryCarrier.route {
                names[id] = "<\(fields["name"]?.string ?? "")\(fields["number"]?.string ?? "")>"
            }
        }
        return settled.flatMap { kind, objects in
            objects.values.map { fields in
                let text = names.reduce(JSONValue.object(fields).text(.canonical)) {
                    $0.replacing($1.key, with: $1.value)
                }
                return "\(kind) " + text.replacing(/user\d+of/, with: "user")
            }
        }.sorted()
    }

    /// The objects; a fallback that equals the first URI is none.
    private var settled: [String: [String: JSONObject]] {
        objects.mapValues { objects in
            objects.mapValues { fields in
                var fields = fields
                if fields["fallback"] == fields["uri"] { fields["fallback"] = .none }
                return fields
            }
        }
    }

    /// Every object, as text.
    var text: [String] {
        settled.flatMap { kind, objects in
            objects.map { "\(kind) \($0.key) \(JSONValue.object($0.value).text(.canonical))" }
        }.sorted()
    }

    /// Removes the objects of one side, as a user of the vendor's console can.
    func removeAll(of kinds: [String]) {
        for kind in kinds { for id in ids(kind) { remove(kind, id) } }
    }

    static let platformKinds = [MemoryAdapter.line, MemoryAdapter.pool, MemoryAdapter.desk, MemoryAdapter.gateway]
    static let carrierKinds = [MemoryCarrier.trunk, MemoryCarrier.uri, MemoryCarrier.login]
}

extension Plan {
    /// `create gateway`, `update line +14155550100`: everything but what is kept.
    var deeds: [String] {
        resources.filter { !$0.deeds.isEmpty }.map { "\($0.deeds.plannedWord) \($0.instance)" }
    }

    subscript(_ key: String) -> PlannedResource? { resources.first { $0.instance.key == key } }
}

/// An answer that an error was expected to be.
func code(_ work: () async throws -> some Sendable) async -> ZentrunkError.Code? {
    do {
        _ = try await work()
        return nil
    } catch { return (error as? ZentrunkError)?.code }
}
