import Logging
import Synchronization
import ZentrunkCore
import ZentrunkCurl
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkPlatforms
import ZentrunkPlivo

/// What the backend does with zentrunk-connect. All customers share the transport and the journal; each has a living
/// object for its Plivo account, which keeps the account's pace.
struct Onboarding: Sendable {
    let customers: Customers
    private let curl: CurlTransport
    private let journal: SQLiteJournal
    private let accounts: [String: PlivoAccount]
    private let instruments: Instruments

    /// - Throws: ``ZentrunkError`` `invalid` for a customer without valid Plivo keys, `journal`.
    init(customers: Customers, state: String, instruments: Instruments) throws {
        self.customers = customers
        self.instruments = instruments
        let curl = try CurlTransport()
        self.curl = curl
        journal = try SQLiteJournal(directory: state)
        accounts = try Dictionary(
            uniqueKeysWithValues: customers.all.map { customer in
                func setting(_ setting: Setting) -> String? { customer.settings[setting.variable]?.reveal() }
                let account = try PlivoAccount(
                    authID: setting(PlivoAccount.authID) ?? "", authToken: setting(PlivoAccount.authToken) ?? "",
                    apiURL: setting(PlivoAccount.apiURL), over: curl)
                return (customer.name, account)
            })
    }

    /// Returns what the order would do. Sends reads only.
    func plan(_ order: Order, for customer: Customer) async throws -> Plan {
        try await plan(order, connector(customer, order.platform), under: nil)
    }

    /// Claims the order's connection and plans again.
    ///
    /// - Parameters:
    ///   - run: The id under which the journal records the run.
    ///   - resuming: Whether the order was accepted by a process that died. Then its run is completed, whatever the plan
    ///     says now: half of what the customer agreed to exists.
    /// - Throws: ``ZentrunkError``: `busy` if another run works on the connection, `planChanged` if the plan is not the
    ///   one that the customer agreed to, `collision`, `consent`.
    func prepare(
        _ order: Order, for customer: Customer, run: String, resuming: Bool
    ) async throws -> PreparedRun {
        let connector = try connector(customer, order.platform, run: resuming ? nil : run)
        let claim = try await connector.claim(order.name)
        let plan = try await plan(order, connector, under: claim)
        let digest = resuming ? plan.digest : order.digest
        try plan.check(expecting: digest)
        if let collision = plan.collisions.first {
            throw ZentrunkError(.collision, collision.message, remedies: collision.remedies)
        }
        if plan.needsConsent, !order.consent {
            throw ZentrunkError(
                .consent, "live objects would change, which needs consent", remedies: [.allow(.changes)])
        }
        return PreparedRun(claim: claim) { events in
            await connector.apply(
                plan, consent: order.consent, expecting: digest, under: claim, reporting: events)
        }
    }

    /// Returns the customer's connections.
    func connections(of customer: Customer) async throws -> JSONValue {
        guard let account = accounts[customer.name] else { return ["connections": []] }
        var rows: [JSONValue] = []
        for identity in try await journal.identities(of: account.account) {
            guard let connection = try await journal.connection(identity)?.connection else { continue }
            rows.append([
                "platform": .string(connection.platform.description),
                "connection": .string(connection.name.description), "direction": .string(connection.direction.rawValue),
                "numbers": .array(connection.numbers.map { .string($0.e164) }),
            ])
        }
        return ["connections": .array(rows)]
    }

    private func plan(_ order: Order, _ connector: Connector, under claim: RunClaim?) async throws -> Plan {
        switch order.request {
        case .connect(let request): try await connector.plan(request, under: claim)
        case .disconnect(let request): try await connector.plan(request, under: claim)
        }
    }

    /// - Parameter run: The id of the first run; nil for any.
    private func connector(_ customer: Customer, _ platform: PlatformID, run: String? = nil) throws -> Connector {
        guard let platform = Platforms.all.first(where: { $0.platform.id == platform })?.platform,
            let account = accounts[customer.name]
        else { throw ZentrunkError(.notFound, "there is no platform \(platform)") }
        var instruments = instruments
        instruments.logger[metadataKey: "customer"] = "\(customer.name)"
        let first = Mutex(run)
        return try Connector(
            account, platform, settings: customer.settings.mapValues { $0.reveal() }, over: curl, journal: journal,
            instruments: instruments, makeRunID: { first.withLock { $0.take() } ?? RunID.make() })
    }
}

/// A run that may start: its plan is the one that the customer agreed to, and no other run works on its connection.
struct PreparedRun: Sendable {
    let claim: RunClaim
    let apply: @Sendable (_ events: RunEvents) async -> Report
}
