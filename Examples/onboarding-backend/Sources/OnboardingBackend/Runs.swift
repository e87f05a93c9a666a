import HTTPTypes
import Logging
import ServiceLifecycle
import Synchronization
import ZentrunkCore
import ZentrunkJSON

/// The runs of all customers: a bounded number at a time, and settled before the process ends.
final class Runs: Service {
    /// An order that waits for its turn.
    private struct Ticket: Sendable {
        let order: Order
        let customer: Customer
        let run: String
        /// Whether a process left the run when it died.
        var isResumed = false
        /// Called once: with the run when it is on disk, or with the reason why there is none.
        let answer: @Sendable (Result<Run, any Error>) -> Void

        func record(_ report: JSONObject? = nil) -> RunRecordFile {
            RunRecordFile(id: run, customer: customer.name, order: order, report: report)
        }
    }

    private enum Phase { case starting, ready, stopping }

    private struct State: Sendable {
        var phase = Phase.starting
        var waiting: [Ticket] = []
        var active: [Int: Task<Void, Never>] = [:]
        var begun = 0
        /// The runs in progress, and the last ones that ended, with their events.
        var runs: [String: Run] = [:]
        var ended: [String] = []
        var idle: AsyncStream<Never>.Continuation?
    }

    /// How many ended runs keep their events; the reports of all are on disk.
    private static let remembered = 500

    private let onboarding: Onboarding
    private let store: RunStore
    private let atOnce: Int
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter atOnce: How many runs work at the same time. Ten times as many wait, before their first request.
    init(_ onboarding: Onboarding, store: RunStore, atOnce: Int, logger: Logger) {
        self.onboarding = onboarding
        self.store = store
        self.atOnce = atOnce
        self.logger = logger
    }

    /// Whether new orders are taken: after the runs of a process that died have been continued, and until shutdown; and
    /// how many runs work and wait.
    var health: (isReady: Bool, json: JSONObject) {
        let (isReady, active, waiting) = locked { ($0.phase == .ready, $0.active.count, $0.waiting.count) }
        return (
            isReady,
            [
                "live": true, "ready": .bool(isReady), "active": .integer(Int64(active)),
                "waiting": .integer(Int64(waiting)),
            ]
        )
    }

    /// Plans the order again under the connection's claim, and starts the run if the plan is the one that the customer
    /// agreed to.
    ///
    /// - Returns: The run, when it is on disk.
    /// - Throws: ``Problem``, ``ZentrunkError``: why nothing was started, and nothing was changed.
    func start(_ order: Order, for customer: Customer) async throws -> Run {
        guard order.digest != nil else {
            throw ZentrunkError(.invalid, "/digest is missing: it is in the plan", remedies: [.plan])
        }
        return try await withCheckedThrowingContinuation { continuation in
            submit(Ticket(order: order, customer: customer, run: RunID.make()) { continuation.resume(with: $0) })
        }
    }

    /// Returns a customer's run, for those who follow it.
    ///
    /// - Throws: ``ZentrunkError`` `notFound`, also for another customer's run.
    func run(_ id: String, of customer: Customer) throws -> Run {
        if let run = locked({ $0.runs[id] }), run.customer == customer.name { return run }
        let report = try record(id, of: customer).report ?? Self.interrupted
        let events = RunEvents()
        events.finish()
        return Run(id: id, customer: customer.name, events: events, report: Task { report })
    }

    /// Returns the state of a customer's run: `running`, or `ended` with its report.
    ///
    /// - Throws: ``ZentrunkError`` `notFound`, also for another customer's run.
    func state(of id: String, _ customer: Customer) throws -> JSONObject {
        let isActive = locked { $0.runs[id] != nil }
        let report = try record(id, of: customer).report ?? (isActive ? nil : Self.interrupted)
        return [
            "run": .string(id), "state": report == nil ? "running" : "ended",
            "report": report.map { .object($0) } ?? .null,
        ]
    }

    private func record(_ id: String, of customer: Customer) throws -> RunRecordFile {
        guard let record = try store.read(id), record.customer == customer.name else {
            throw ZentrunkError(.notFound, "there is no run \(id)")
        }
        return record
    }

    /// Instead of the report of a run that a process left when it died, and that could not be continued yet.
    private static let interrupted: JSONObject = ["outcome": "interrupted"]

    // MARK: Life

    /// Continues the runs of a process that died, then serves until shutdown, then settles.
    func run() async throws {
        try await withGracefulShutdownHandler {
            for record in try store.unfinished() { resume(record) }
            await idle()
            locked { if $0.phase == .starting { $0.phase = .ready } }
            logger.info("ready")
            try? await gracefulShutdown()
            await idle()
        } onGracefulShutdown: { [self] in
            stop()
        }
        // The time limit is over. What is open now is continued by the next start, as after a crash.
        try Task.checkCancellation()
    }

    private func resume(_ record: RunRecordFile) {
        guard let customer = onboarding.customers.customer(record.customer) else {
            return logger.error("a run cannot be continued: its customer is gone", metadata: ["run": "\(record.id)"])
        }
        submit(
            Ticket(order: record.order, customer: customer, run: record.id, isResumed: true) { [logger] result in
                switch result {
                case .success(let run): logger.info("run continued", metadata: ["run": "\(run.id)"])
                case .failure(let error):
                    logger.error("run not continued", metadata: ["run": "\(record.id)", "error": "\(error)"])
                }
            })
    }

    /// Takes no more orders, and cancels what is in progress: that settles it.
    private func stop() {
        let (waiting, active) = locked { state in
            state.phase = .stopping
            defer { state.waiting = [] }
            return (state.waiting, state.active.values.map { $0 })
        }
        logger.notice("settling", metadata: ["active": "\(active.count)", "refused": "\(waiting.count)"])
        for ticket in waiting { ticket.answer(.failure(Problem.notReady)) }
        for task in active { task.cancel() }
    }

    /// Waits until nothing is in progress; at once if the task is cancelled.
    private func idle() async {
        let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
        locked { state in
            if state.active.isEmpty { continuation.finish() } else { state.idle = continuation }
        }
        for await _ in stream {}
    }

    /// Not inlined: in optimised code, Swift 6.3.1 on Linux may lock and unlock on different threads around a suspension.
    @inline(never)
    private func locked<Result: Sendable>(_ body: (inout State) -> Result) -> Result { state.withLock { body(&$0) } }

    // MARK: Work

    private func submit(_ ticket: Ticket) {
        let refusal = locked { state -> Problem? in
            guard state.phase == .ready || (state.phase == .starting && ticket.isResumed) else { return .notReady }
            guard state.waiting.count < atOnce * 10 || ticket.isResumed else {
                return Problem(
                    .serviceUnavailable, code: "overloaded", "too many runs wait for their turn", retryAfter: 30)
            }
            state.waiting.append(ticket)
            fill(&state)
            return nil
        }
        if let refusal { ticket.answer(.failure(refusal)) }
    }

    private func fill(_ state: inout State) {
        while state.active.count < atOnce, !state.waiting.isEmpty {
            let ticket = state.waiting.removeFirst()
            state.begun += 1
            state.active[state.begun] = Task { [number = state.begun] in
                await perform(ticket)
                leave(number)
            }
        }
    }

    private func leave(_ number: Int) {
        locked { state in
            state.active[number] = nil
            fill(&state)
            if state.active.isEmpty { state.idle?.finish() }
        }
    }

    private func perform(_ ticket: Ticket) async {
        let run: Run
        do {
            let work = try await onboarding.prepare(
                ticket.order, for: ticket.customer, run: ticket.run, resuming: ticket.isResumed)
            if !ticket.isResumed { try accept(ticket) }
            let events = RunEvents()
            let report = Task {
                defer { work.claim.release() }
                return end(ticket, await work.apply(events))
            }
            run = Run(id: ticket.run, customer: ticket.customer.name, events: events, report: report)
            locked { $0.runs[run.id] = run }
        } catch { return ticket.answer(.failure(error)) }
        ticket.answer(.success(run))
        _ = await withTaskCancellationHandler {
            await run.report.value
        } onCancel: {
            run.report.cancel()
        }
        locked { state in
            state.ended.append(run.id)
            if state.ended.count > Self.remembered { state.runs[state.ended.removeFirst()] = nil }
        }
    }

    /// Writes the order to disk. It takes the place of an order for the same connection that could not be continued.
    private func accept(_ ticket: Ticket) throws {
        for var record in try store.unfinished()
        where record.customer == ticket.customer.name && record.order.isAbout(ticket.order) {
            record.report = Self.interrupted
            try store.write(record)
        }
        try store.write(ticket.record())
    }

    private func end(_ ticket: Ticket, _ report: Report) -> JSONObject {
        // Cancelled once more: the objects of the process that died are still there, for the next start.
        guard !ticket.isResumed || report.error?.code != .cancelled else { return report.json }
        do { try store.write(ticket.record(report.json)) } catch {
            // The run is done, and the next start finds that out.
            logger.error("a report could not be written", metadata: ["run": "\(ticket.run)", "error": "\(error)"])
        }
        return report.json
    }
}
