import Logging
import ZentrunkCore
import ZentrunkCurl
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkPlatforms
import ZentrunkPlivo

/// What the backend does with zentrunk-connect: a connector for each customer and platform, over one transport, one
/// journal, and one living object for each Plivo account.
struct Onboarding: Sendable {
    let customers: Customers
    private let curl: CurlTransport
    private let accounts: PlivoAccounts
    private let journal: SQLiteJournal
    private let instruments: Instruments

    init(customers: Customers, state: String, metrics: PrometheusMetrics, logger: Logger) throws {
        self.customers = customers
        curl = try CurlTransport()
        accounts = PlivoAccounts(over: curl)
        journal = try SQLiteJournal(directory: state)
        instruments = Instruments(logger: logger, metrics: metrics)
    }

    /// Returns what the order would do. Sends reads only.
    func plan(_ order: Order, for customer: Customer) async throws -> Plan {
        let connector = try connector(customer, order.platform)
        switch order.request {
        case .connect(let request): return try await connector.plan(request)
        case .disconnect(let request): return try await connector.plan(request)
        }
    }
}

/// A run that may start: its plan is the one that the customer agreed to, and no other run works on its connection.
struct PreparedRun: Sendable {
    fileprivate let connector: Connector
    fileprivate let plan: Plan
    fileprivate let claim: RunClaim
    fileprivate let order: Order

    func apply(reporting events: RunEvents) async -> Report {
        defer { claim.release() }
        return await connector.apply(plan, consent: order.consent, under: claim, reporting: events)
    }
}
