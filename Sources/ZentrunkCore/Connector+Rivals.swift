/// Concurrent runs of the same connection that do not share a journal.
extension Engine {
    /// The limit of plans in one run.
    private static let plans = 6

    /// Plans again from the live objects and applies the plan, until no other run interferes.
    ///
    /// The other run's objects have the connection's names, so the new plan takes them over. Until both runs have
    /// ended, either one may delete objects that the other depends on. Therefore, after the first encounter, every
    /// failure that depends on live objects leads to a new plan.
    func planAgain(
        _ first: Plan, _ consent: Bool, _ claim: RunClaim, after report: Report, _ stop: StopSignal,
        _ events: RunEvents?
    ) async -> Report {
        var report = report
        guard var request = first.context.request else { return report }
        // If only one half exists, it is the other run's or this one's: the key has just been used, so it is the right
        // one.
        request.mayBeOneSided = true
        for attempt in 1..<Self.plans {
            guard let error = report.error, error.code.comesOfWhatIsLive, !stop.isRaised else { break }
            events?.send(.planningAgain)
            let before = report
            do {
                // The other run may need more time, and two runs that gave way to each other must not collide again.
                try await StopSignal.sleep(for: .milliseconds(Int.random(in: 500...1500) * attempt), clock: clock)
                let plan = try await measured(request.name, claim) { [request] in
                    try await planner.plan(request, after: $0, events)
                }
                try check(plan, consent)
                report = await carryOut(plan, stop, events, plansAgain: attempt + 1 < Self.plans)
            } catch {
                report = failed(emptyReport(first), first, Connector.explain(error))
            }
            report.follow(before)
        }
        return report
    }
}

extension ZentrunkError.Code {
    /// Whether the error may disappear once another run has ended.
    fileprivate var comesOfWhatIsLive: Bool {
        [.moved, .collision, .oneSided, .refused, .incomplete, .invalid, .noNumber, .consent].contains(self)
    }
}

extension Report {
    /// Adds the results of the previous attempt of the same command.
    fileprivate mutating func follow(_ before: Report) {
        depth += before.depth
        guard error != nil else { return }
        metRival = true
        left = before.left + left
        undone = left.isEmpty ? undone ?? before.undone : false
    }
}
