import Foundation
import Logging
import Synchronization
import ZentrunkCore
import ZentrunkCurl
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkPlatforms
import ZentrunkPlivo

// TEMPORARY: until the interface is there.
struct Vendors {
    let curl: CurlTransport
    let journal: SQLiteJournal
    let limiters = Limiters()
    let metrics: PrometheusMetrics
    init(state: String, metrics: PrometheusMetrics, logger: Logger) throws {
        curl = try CurlTransport()
        self.metrics = metrics
        journal = try SQLiteJournal(directory: state)
    }
    final class Limiters: Sendable {
        let all = Mutex<[String: RateLimiter]>([:])
        func of(_ name: String) -> RateLimiter {
            all.withLock { all in
                if let known = all[name] { return known }
                let made = RateLimiter(PlivoCarrier.rateLimit)
                all[name] = made
                return made
            }
        }
    }
    func connector(_ customer: Customer, _ platform: PlatformID) throws -> Connector {
        guard let found = Platforms.all.first(where: { $0.adapter.platform.id == platform }) else {
            throw ZentrunkError(.notFound, "there is no platform \(platform)")
        }
        let redactor = Redactor()
        let meter = TrafficMeter()
        let settings = PlatformSettings(customer.settings, redactor: redactor)
        return try Connector(
            carrier: PlivoCarrier(
                settings: settings,
                transport: RetryingTransport(
                    RateLimitedTransport(
                        MeteredTransport(curl, side: .carrier, meter: meter), limiter: limiters.of(customer.name)))),
            adapter: found.adapter.init(
                settings: settings,
                transport: RetryingTransport(MeteredTransport(curl, side: .platform, meter: meter))),
            journal: journal, meter: meter, makeRunID: { UUID().uuidString })
    }
    func connections(of customer: Customer) async throws -> [Connection] {
        try await journal.connections().filter {
            $0.identity.carrierAccount == customer.settings["PLIVO_AUTH_ID"]?.reveal()
        }.map(\.connection)
    }
}
enum RunID {
    static func make() -> String { "\(Int(Date().timeIntervalSince1970))-\(UUID().uuidString)" }
}
struct RunEvents: AsyncSequence, Sendable {
    let log = Log()
    final class Log: Sendable {
        let state = Mutex<(events: [RunEvent], over: Bool, waiting: [AsyncStream<Void>.Continuation])>(([], false, []))
        func add(_ event: RunEvent?) {
            let due = state.withLock { state in
                if let event { state.events.append(event) } else { state.over = true }
                defer { state.waiting = [] }
                return state.waiting
            }
            for entry in due { entry.finish() }
        }
        func next(_ index: Int) async -> RunEvent? {
            while true {
                let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
                let found = state.withLock { state -> RunEvent?? in
                    if index < state.events.count { return .some(state.events[index]) }
                    if state.over { return .some(nil) }
                    state.waiting.append(continuation)
                    return .none
                }
                if let found { return found }
                for await _ in stream {}
                if Task.isCancelled { return nil }
            }
        }
    }
    struct AsyncIterator: AsyncIteratorProtocol {
        let log: Log
        var index = 0
        mutating func next() async -> RunEvent? {
            defer { index += 1 }
            return await log.next(index)
        }
    }
    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(log: log) }
    func finish() { log.add(nil) }
}
extension Connector {
    func apply(_ plan: Plan, consent: Bool, under claim: RunClaim?, reporting events: RunEvents) async -> Report {
        let inner = ZentrunkCore.RunEvents()
        async let pump: Void = {
            for await event in inner { events.log.add(event) }
            events.finish()
        }()
        let report = await apply(plan, consent: consent, mayPlanAgain: true, under: claim, reporting: inner)
        await pump
        return report
    }
}
extension Plan {
    var json: JSONObject {
        [
            "outcome": .string(isUnchanged ? "unchanged" : "changes"), "digest": .string(digest),
            "resources": .array(resources.map { ["action": .string($0.action.rawValue)] }),
            "collisions": .array(collisions.map { ["message": .string($0.message)] }),
            "warnings": .array(warnings.map { .string($0.message) }),
        ]
    }
}
extension Report {
    var json: JSONObject {
        [
            "outcome": .string(outcome.rawValue), "undone": undone.map { .bool($0) } ?? .null,
            "error": error.map { ["code": .string($0.code.description), "message": .string($0.message)] } ?? .null,
        ]
    }
}
extension ZentrunkError { var retryAfter: Duration? { nil } }
