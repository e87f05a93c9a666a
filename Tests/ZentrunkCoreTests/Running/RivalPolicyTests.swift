import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("What a run does about another run that creates the same connection")
struct RivalPolicyTests {
    private static let policy = RivalPolicy(
        looks: 3, pause: .milliseconds(100), longestPause: .milliseconds(150), unreadableLooks: 2, plans: 3,
        pauseBeforePlan: .milliseconds(10)...Duration.milliseconds(20))

    struct Row: Sendable, CustomTestStringConvertible {
        var sights: [RivalPolicy.Sight]
        var decision: RivalPolicy.Decision
        var testDescription: String { "\(sights)" }

        init(_ sights: [RivalPolicy.Sight], _ decision: RivalPolicy.Decision) {
            (self.sights, self.decision) = (sights, decision)
        }
    }

    @Test(
        "Each look has one consequence, whatever was seen before",
        arguments: [
            Row([.alone], .proceed),
            Row([.rival], .look(after: .milliseconds(100))),
            Row([.unreadable], .look(after: .milliseconds(100))),
            // After another run was seen once.
            Row([.rival, .alone], .proceed),
            Row([.rival, .rival], .look(after: .milliseconds(150))),
            Row([.rival, .unreadable], .look(after: .milliseconds(100))),
            // At the last look.
            Row([.rival, .rival, .alone], .proceed),
            Row([.rival, .rival, .rival], .giveWay),
            Row([.rival, .rival, .unreadable], .look(after: .milliseconds(100))),
            // After a look that could not be read.
            Row([.unreadable, .alone], .proceed),
            Row([.unreadable, .rival], .look(after: .milliseconds(100))),
            Row([.unreadable, .unreadable], .proceedWithoutDeleting),
            // What was seen may still be there.
            Row([.rival, .unreadable, .unreadable], .giveWay),
            Row([.unreadable, .rival, .unreadable], .giveWay),
            Row([.unreadable, .rival, .rival, .rival], .giveWay),
        ])
    func looks(_ row: Row) {
        var search = RivalPolicy.Search()
        var decision: RivalPolicy.Decision?
        for sight in row.sights { decision = Self.policy.decide(sight, &search) }
        #expect(decision == row.decision)
    }

    @Test("A search always ends", arguments: RivalPolicy.Sight.allCases)
    func ends(_ sight: RivalPolicy.Sight) {
        let policy = RivalPolicy()
        var search = RivalPolicy.Search()
        var looks = 0
        while case .look = policy.decide(sight, &search) { looks += 1 }
        #expect(looks < policy.looks)
    }

    @Test(
        "A failure that depends on live objects leads to another plan, up to the limit, after a longer pause",
        arguments: [
            (1, .moved, 10...20), (2, .moved, 20...40), (3, .moved, nil), (1, .collision, 10...20),
            (1, .oneSided, 10...20), (1, .refused, 10...20), (1, .incomplete, 10...20), (1, .invalid, 10...20),
            (1, .noNumber, 10...20), (1, .consent, 10...20), (1, .unavailable, nil), (1, .unauthenticated, nil),
            (1, .cancelled, nil), (1, .journal, nil), (1, .rateLimited, nil), (1, .internalFault, nil),
        ] as [(Int, ZentrunkError.Code, ClosedRange<Int>?)])
    func plans(_ plans: Int, _ failure: ZentrunkError.Code, _ pause: ClosedRange<Int>?) {
        let expected = pause.map { Duration.milliseconds($0.lowerBound)...Duration.milliseconds($0.upperBound) }
        #expect(Self.policy.pause(afterPlans: plans, failure: failure) == expected)
        if expected != nil { #expect(Self.policy.plansAgain(afterPlans: plans)) }
    }
}
