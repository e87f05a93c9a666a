/// Plans again after a run met another one, which creates the same connection without sharing the journal.
///
/// The other run's objects have the connection's names, so the new plan takes them over.
struct Replanning: Sendable {
    let execution: Execution
    let claim: RunClaim
    let consent: Bool
    var policy = RivalPolicy()

    /// Plans again from the live objects and applies the plan, until no other run interferes.
    func `continue`(_ first: Plan, after report: Report) async -> Report {
        var report = report
        guard var request = first.context.request else { return report }
        // If only one half exists, it is the other run's or this one's: the key has just been used, so it is the right
        // one.
        request.mayBeOneSided = true
        let (engine, events) = (execution.engine, execution.events)
        for plans in 1... {
            guard let error = report.error, !execution.stop.isRaised,
                let pause = policy.pause(afterPlans: plans, failure: error.code)
            else { break }
            events?.send(.planningAgain)
            let before = report
            do {
                try await StopSignal.sleep(for: .random(in: pause), clock: engine.clock)
                let plan = try await engine.measured(request.name, claim) { [request] in
                    try await engine.planner.plan(request, after: $0, events)
                }
                try plan.check(consent: consent)
                report = await execution.carryOut(
                    plan, after: plan.context.runs, plansAgain: policy.plansAgain(afterPlans: plans + 1))
            } catch {
                report = Report(first, failed: Connector.explain(error))
            }
            report.follow(before)
        }
        return report
    }
}

extension Duration {
    fileprivate static func random(in range: ClosedRange<Duration>) -> Duration {
        let width = (range.upperBound - range.lowerBound) / .milliseconds(1)
        return range.lowerBound + .milliseconds(Int.random(in: 0...max(0, Int(width))))
    }
}

extension Report {
    /// Adds the results of the previous attempt of the same command.
    fileprivate mutating func follow(_ before: Report) {
        depth += before.depth
        guard error != nil else { return }
        metRival = true
        let left = (before.aftermath?.leftovers ?? []) + (aftermath?.leftovers ?? [])
        if !left.isEmpty {
            aftermath = .left(left)
        } else if aftermath != .undone {
            aftermath = before.aftermath
        }
    }
}
