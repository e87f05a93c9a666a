/// Runs that make the same connection at the same time and share no journal.
extension Connector {
    /// How often a run plans at most.
    private static let plans = 6

    /// Plans from what is live by now and carries that out, until nobody comes in between.
    ///
    /// The other run's objects carry the connection's names, so the new plan takes them for its own. Until both are at rest
    /// either may still take away what the other counts on; so from the first meeting on, every failure that comes of what is
    /// live is a reason to plan again.
    func planAgain(
        _ first: Plan, _ consent: Bool, _ claim: RunClaim, after report: Report, _ stop: StopSignal,
        _ events: RunEvents?
    ) async -> Report {
        var report = report
        guard var request = first.context.request else { return report }
        // What is there by halves is the other run's, or what is left of this one: the key has just been used.
        request.mayBeOneSided = true
        for attempt in 1..<Self.plans {
            guard let error = report.error, error.code.comesOfWhatIsLive, !stop.isRaised else { break }
            events?.send(.planningAgain)
            let before = report
            do {
                // The other one may need a moment more, and two that gave way for one another must not meet again.
                try await StopSignal.sleep(for: .milliseconds(Int.random(in: 500...1500) * attempt), clock: clock)
                let plan = try await measured(request.name, claim) { [request] in
                    try await planner.plan(request, after: $0, events)
                }
                try check(plan, consent)
                report = await carryOut(plan, stop, events, plansAgain: attempt + 1 < Self.plans)
            } catch {
                report = failed(emptyReport(first), first, Self.explain(error))
            }
            report.follow(before)
        }
        return report
    }
}

extension ZentrunkError.Code {
    /// Whether it may be otherwise as soon as another run is done.
    fileprivate var comesOfWhatIsLive: Bool {
        [.moved, .collision, .oneSided, .refused, .incomplete, .invalid, .noNumber, .consent].contains(self)
    }
}

extension Report {
    /// Takes in what happened before in the same command.
    fileprivate mutating func follow(_ before: Report) {
        depth += before.depth
        guard error != nil else { return }
        metRival = true
        left = before.left + left
        undone = left.isEmpty ? undone ?? before.undone : false
    }
}
