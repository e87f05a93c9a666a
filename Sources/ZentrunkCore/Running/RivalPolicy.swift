import Foundation

/// How a run behaves towards another run that creates the same connection without sharing its journal.
///
/// A run notices the other one when the vendor refuses a name that it keeps unique, or when the last look finds a second
/// object with the name of one that this run made. Every run looks after all of its own creates, so of two runs at least
/// one sees the objects of both. What it sees is either about to go, because the other run gives way itself, or will
/// stay, because the other run has ended. So it looks again a few times. Then it gives way: it deletes what it made,
/// except what the other run's objects rest on, and plans again from the live objects, which it takes over.
///
/// This type has the decisions of both parts, without any waiting or reading of its own.
struct RivalPolicy: Sendable, Hashable {
    /// How often a run looks before it gives way.
    var looks = ProcessInfo.processInfo.environment["RIVAL_LOOKS"].flatMap { Int($0) } ?? 5
    /// The pause after the first look. It grows by the same amount after each look, up to ``longestPause``.
    var pause = Duration.milliseconds(250)
    var longestPause = Duration.seconds(1)
    /// How many failed looks end the search.
    var unreadableLooks = 2
    /// The limit of plans in one run.
    var plans = ProcessInfo.processInfo.environment["RIVAL_PLANS"].flatMap { Int($0) } ?? 6
    /// The pause before the second plan. It is random, so that two runs that gave way to each other do not meet again,
    /// and it grows by the same amount before each further plan.
    var pauseBeforePlan = Duration.milliseconds(500)...Duration.milliseconds(1500)

    // MARK: The last look

    /// How far the last look has come.
    struct Search: Sendable, Hashable {
        /// The completed looks.
        var looks = 0
        /// The looks that could not be read.
        var unreadable = 0
        /// Whether a look saw an object of another run.
        var hasSeen = false
    }

    /// What one look found.
    enum Sight: Sendable, Hashable, CaseIterable { case alone, rival, unreadable }

    /// What follows a look.
    enum Decision: Sendable, Hashable {
        /// The run is alone and goes on.
        case proceed
        /// The run goes on and deletes nothing, because whether it is alone could not be read.
        case proceedWithoutDeleting
        case look(after: Duration)
        case giveWay
    }

    /// Returns what follows a look, and records it.
    func decide(_ sight: Sight, _ search: inout Search) -> Decision {
        switch sight {
        case .alone: return .proceed
        case .unreadable:
            search.unreadable += 1
            if search.unreadable < unreadableLooks { return .look(after: pause) }
            return search.hasSeen ? .giveWay : .proceedWithoutDeleting
        case .rival:
            search.looks += 1
            search.hasSeen = true
            return search.looks < looks ? .look(after: min(pause * search.looks, longestPause)) : .giveWay
        }
    }

    // MARK: Planning again

    /// Returns the range of the pause before the next plan; nil if there is none.
    ///
    /// Until both runs have ended, either one may delete objects that the other depends on. Therefore every failure that
    /// depends on live objects leads to a new plan.
    ///
    /// - Parameter plans: The number of plans so far.
    func pause(afterPlans plans: Int, failure: ZentrunkError.Code) -> ClosedRange<Duration>? {
        guard plansAgain(afterPlans: plans), failure.dependsOnLiveObjects else { return nil }
        return pauseBeforePlan.lowerBound * plans...pauseBeforePlan.upperBound * plans
    }

    /// Whether a run that gives way plans again.
    ///
    /// - Parameter plans: The number of plans so far.
    func plansAgain(afterPlans plans: Int) -> Bool { plans < self.plans }
}

extension ZentrunkError.Code {
    /// Whether the error may disappear once another run has ended.
    fileprivate var dependsOnLiveObjects: Bool {
        [.moved, .collision, .oneSided, .refused, .incomplete, .invalid, .noNumber, .consent].contains(self)
    }
}
