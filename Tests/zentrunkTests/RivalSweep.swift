import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Two machines that create the same connection end with one set of objects", .sweep(.rival))
struct RivalSweep {
    private static let clock = HastyClock(haste: 200)

    /// Whether the run adopts objects that another run has just created, or is refused at the first look.
    static let takesUpHalves = [false, true]

    private static func request(_ asked: Combination, takesUpHalves: Bool = true) throws -> ConnectionRequest {
        var request = try asked.request
        request.mayReroute = true
        request.mayBeOneSided = takesUpHalves
        return request
    }

    /// Connects like the command does. A refused plan is a failure as well.
    private func attempt(_ world: World, _ connector: Connector, _ request: ConnectionRequest) async throws -> Report {
        do { return try await world.connect(connector, request, consent: false) } catch let error as ZentrunkError {
            return Report(failed: Connection(platform: "", name: request.name, numbers: [], values: [:]), error)
        }
    }

    /// Resets the accounts and routes the numbers to an application.
    private func begin(_ world: World, _ asked: Combination) throws -> JSONValue {
        world.sandbox.reset()
        for number in try asked.numbers { world.sandbox.own(number: number.e164, application: "4711") }
        return world.sandbox.state
    }

    /// Returns the accounts after an undisturbed connect.
    private func undisturbed(_ world: World, _ asked: Combination) async throws -> Account {
        _ = try begin(world, asked)
        let report = try await world.connect(try world.connector(asked.pairing), Self.request(asked))
        #expect(report.outcome == .connected)
        return Account(world.sandbox.state)
    }

    @Test(
        "One run between any two requests of another leaves one set of objects",
        arguments: Combination.fullest,
        Interruption.Moment.allCases.flatMap { moment in
            takesUpHalves.map { (moment, $0) }
        })
    func nested(_ asked: Combination, _ how: (moment: Interruption.Moment, takesUpHalves: Bool)) async throws {
        let request = try Self.request(asked, takesUpHalves: how.takesUpHalves)
        try await World.run { world async throws in
            let connected = try await undisturbed(world, asked)
            for write in 1... {
                let before = try begin(world, asked)
                Sweep.count()
                let other = try world.connector(asked.pairing, clock: Self.clock)
                let ended = Mutex<Report?>(nil)
                let line = Mutex<Interruption?>(nil)
                let first = try world.connector(asked.pairing, clock: Self.clock) { base in
                    let interruption = Interruption(base, at: write, how.moment) {
                        let report = try await attempt(world, other, request)
                        ended.withLock { $0 = report }
                    }
                    line.withLock { $0 = interruption }
                    return interruption
                }
                let report = try await attempt(world, first, request)
                guard line.withLock({ $0?.hasCome }) == true else { return #expect(write > 5) }
                try expectOne(world, asked, connected, [report, ended.withLock { $0 }], "write \(write)")
                let end = try await world.disconnect(try world.connector(asked.pairing), Self.homeward)
                #expect(end.error == nil, "write \(write): \(end.error?.message ?? "")")
                #expect(Account(world.sandbox.state).difference(from: Account(before)) == [], "write \(write)")
            }
        }
    }

    @Test("Two parallel runs leave one set of objects", arguments: Combination.fullest, [1, 3])
    func atOnce(_ asked: Combination, _ count: Int) async throws {
        var asked = asked
        asked.count = count
        try await World.run { [asked] world async throws in
            let connected = try await undisturbed(world, asked)
            for round in 1...(Sweep.isFull ? 20 : 3) {
                let before = try begin(world, asked)
                Sweep.count()
                // In each round, the other run is the first one.
                world.sandbox.setLatency(.microseconds(100 * (round - 1)))
                let request = try Self.request(asked, takesUpHalves: round.isMultiple(of: 2))
                async let one = attempt(world, try world.connector(asked.pairing, clock: Self.clock), request)
                async let two = attempt(world, try world.connector(asked.pairing, clock: Self.clock), request)
                let reports = try await [one, two]
                world.sandbox.setLatency(.zero)
                try expectOne(world, asked, connected, reports, "round \(round)")
                let end = try await world.disconnect(try world.connector(asked.pairing), Self.homeward)
                #expect(end.error == nil, "round \(round): \(end.error?.message ?? "")")
                #expect(Account(world.sandbox.state).difference(from: Account(before)) == [], "round \(round)")
            }
        }
    }

    @Test("A run that must keep its plan gives way and ends", arguments: Combination.fullest)
    func onePlan(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let connected = try await undisturbed(world, asked)
            _ = try begin(world, asked)
            Sweep.count()
            let other = try world.connector(asked.pairing, clock: Self.clock)
            let first = try world.connector(asked.pairing, clock: Self.clock) { base in
                Interruption(base, at: 1) { try await world.connect(other, Self.request(asked), consent: false) }
            }
            let plan = try await first.plan(Self.request(asked))
            let report = await first.apply(plan, consent: false, mayPlanAgain: false)
            #expect(report.error?.code == .moved)
            #expect(report.error?.message.contains("another run is creating the same connection") == true)
            #expect(Account(world.sandbox.state).difference(from: connected) == [])
        }
    }

    /// No journal knows the former route of the number.
    private static let homeward = DisconnectionRequest(routeTo: .application("4711"))

    /// Expects one set of objects. One run is connected; the other is connected as well or has left nothing.
    private func expectOne(
        _ world: World, _ asked: Combination, _ connected: Account, _ reports: [Report?], _ what: Comment
    ) throws {
        let outcomes = reports.compactMap { $0 }
        let done = outcomes.filter { $0.error == nil }
        #expect(!done.isEmpty, "\(what): \(outcomes.compactMap { $0.error?.message })")
        for report in outcomes where report.error != nil {
            // Objects that it could not remove are used by the other run.
            #expect(report.aftermath != nil, what)
        }
        #expect(Account(world.sandbox.state).difference(from: connected) == [], what)
        try asked.pairing.check(world.sandbox.state, asked)
    }
}
