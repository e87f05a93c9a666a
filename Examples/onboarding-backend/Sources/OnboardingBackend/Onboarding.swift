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
    private let vendors: Vendors

    init(customers: Customers, state: String, metrics: PrometheusMetrics, logger: Logger) throws {
        self.customers = customers
        vendors = try Vendors(state: state, metrics: metrics, logger: logger)
    }

    /// Returns what the order would do. Sends reads only.
    func plan(_ order: Order, for customer: Customer) async throws -> Plan {
        try await plan(order, vendors.connector(customer, order.platform), under: nil)
    }

    /// Claims the order's connection and plans again.
    ///
    /// - Parameter resuming: Whether the order was accepted by a process that died. Then its run is completed, whatever
    ///   the plan says now: half of what the customer agreed to exists.
    /// - Throws: ``ZentrunkError``: `busy` if another run works on the connection, `planChanged` if the plan is not the
    ///   one that the customer agreed to, `collision`, `consent`.
    func prepare(_ order: Order, for customer: Customer, resuming: Bool) async throws -> PreparedRun {
        let connector = try vendors.connector(customer, order.platform)
        let claim = try await connector.claim(order.name)
        let plan = try await plan(order, connector, under: claim)
        if !resuming, plan.digest != order.digest {
            throw ZentrunkError(.planChanged, "the plan is not the one that was agreed to", remedies: [.plan])
        }
        if let collision = plan.collisions.first {
            throw ZentrunkError(.collision, collision.message, remedies: collision.remedies)
        }
        if plan.needsConsent, !order.consent {
            throw ZentrunkError(
                .consent, "live objects would change, which needs consent", remedies: [.allow(.changes)])
        }
        return PreparedRun(connector: connector, plan: plan, claim: claim, order: order)
    }

    private func plan(_ order: Order, _ connector: Connector, under claim: RunClaim?) async throws -> Plan {
        switch order.request {
        case .connect(let request): try await connector.plan(request, under: claim)
        case .disconnect(let request): try await connector.plan(request, under: claim)
        }
    }

    /// Returns the customer's connections.
    func connections(of customer: Customer) async throws -> JSONValue {
        let records = try await vendors.connections(of: customer)
        return ["connections": .array(records.map(Self.json))]
    }

    private static func json(_ connection: Connection) -> JSONValue {
        [
            "platform": .string(connection.platform.description), "connection": .string(connection.name.description),
            "direction": .string(connection.direction),
            "numbers": .array(connection.numbers.map { .string($0.e164) }),
        ]
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
