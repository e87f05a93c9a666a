import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Crashes before or after any journal entry or write", .sweep(.crash))
struct CrashTests {
    /// The action after the crash.
    enum Way: String, CaseIterable, CustomTestStringConvertible {
        case again, undo

        var testDescription: String { rawValue }
    }

    /// A request with all features and with a number that is routed to an application.
    private static func request(_ asked: Combination) throws -> ConnectionRequest {
        var request = try asked.request
        request.mayReroute = true
        return request
    }

    @Test(
        "After a connect died, connecting again completes it, and undo restores the accounts",
        arguments: Combination.fullest, Way.allCases)
    func connecting(_ asked: Combination, _ way: Way) async throws {
        try await eachMoment(asked, before: nil) { world, journal, dying in
            try await world.connect(dying, Self.request(asked))
            return try await finish(way, asked, world, journal)
        }
    }

    @Test(
        "After a change died, connecting again completes it, and undo restores the previous connection",
        arguments: Combination.fullest, Way.allCases)
    func changing(_ asked: Combination, _ way: Way) async throws {
        var plain = asked
        plain.isSecure = false
        plain.asksInbound = false
        try await eachMoment(asked, before: plain) { world, journal, dying in
            try await world.connect(dying, Self.request(asked))
            return try await finish(way, asked, world, journal)
        }
    }

    @Test(
        "After a replacing change died, connecting again leaves no old object, and undo no new one",
        arguments: Pairing.all.filter { $0.authentications.count > 1 }, Way.allCases)
    func replacing(_ pairing: Pairing, _ way: Way) async throws {
        let plain = Combination(pairing: pairing, authentication: "credentials", hasAgent: true)
        let asked = Combination(pairing: pairing, authentication: "ip-acl", hasAgent: true)
        try await eachMoment(asked, before: plain) { world, journal, dying in
            let report = try await world.connect(dying, Self.request(asked))
            if report.error == nil { #expect(report.resources.contains { $0.deeds.isReplacement }) }
            return try await finish(way, asked, world, journal)
        }
    }

    @Test(
        "After a rotation died, connecting again leaves no old object, and undo no new one",
        arguments: Sweep.isFull
            ? Pairing.all.flatMap { pairing in Way.allCases.map { (pairing, $0) } }
            : Pairing.all.map { ($0, .again) } + Pairing.all.suffix(1).map { ($0, .undo) })
    func rotating(_ pairing: Pairing, _ way: Way) async throws {
        let asked = Combination(pairing: pairing, authentication: "credentials", hasAgent: true)
        var rotation = ConnectionRequest(name: asked.name)
        rotation.renewsLogins = true
        try await eachMoment(asked, before: asked) { [rotation] world, journal, dying in
            #expect(world.silent(pairing) == [])
            let report = try await world.connect(dying, rotation)
            if report.error == nil { #expect(report.resources.contains { $0.deeds.isReplacement }) }
            // Wherever it died, no call is refused.
            #expect(world.silent(pairing) == [])
            let isBack = try await finish(way, asked, world, journal)
            #expect(world.silent(pairing) == [])
            return isBack
        }
    }

    @Test(
        "After a switch died, the number is answered by one platform or the other, and switching again completes it",
        arguments: SwitchCommandTests.pairs)
    func switching(_ old: Pairing, _ new: Pairing) async throws {
        let (former, asked) = (Combination(pairing: old, hasAgent: true), Combination(pairing: new, hasAgent: true))
        func answering(_ world: World) -> String? {
            let outcome = world.sandbox.call(.inbound(to: "+14155550100"))
            return outcome.isAnswered ? outcome.platform : nil
        }
        try await World.run { world async throws in
            try await withFolder { folder async throws in
                var moment = 0
                var isAlive = false
                while !isAlive {
                    moment += 1
                    world.sandbox.reset()
                    world.sandbox.own(number: "+14155550100", application: "4711")
                    let empty = world.sandbox.state.withoutCalls
                    let journal = try SQLiteJournal(directory: "\(folder)/\(moment)")
                    let (first, second) = try (
                        world.connector(old, journal: journal), world.connector(new, journal: journal)
                    )
                    try await world.connect(first, Self.request(former))
                    let death = Death(atMoment: moment)
                    let dying = try world.connector(
                        new, journal: MortalJournal(base: journal, death: death),
                        wrap: { MortalTransport(base: $0, death: death) })
                    let report = try await world.connect(dying, Self.request(asked))
                    isAlive = !death.hasCome
                    Sweep.count()
                    let between = answering(world)
                    #expect(between == old.vendor || between == new.vendor, "moment \(moment)")
                    if report.error == nil { #expect(between == new.vendor, "moment \(moment)") }
                    let again = try await world.connect(second, Self.request(asked))
                    #expect(again.error == nil, "moment \(moment): \(again.error?.message ?? "")")
                    #expect(answering(world) == new.vendor, "moment \(moment)")
                    // The way back is the route alone.
                    world.sandbox.clearRequests()
                    let back = try await world.connect(first, Self.request(former))
                    #expect(back.error == nil && world.writes.count == 1, "moment \(moment)")
                    #expect(answering(world) == old.vendor, "moment \(moment)")
                    for connector in [second, first] { try await world.disconnect(connector) }
                    #expect(world.sandbox.state.withoutCalls == empty, "moment \(moment)")
                }
                #expect(moment > 20)
            }
        }
    }

    @Test("After a disconnect died, disconnecting again completes it", arguments: Combination.fullest)
    func disconnecting(_ asked: Combination) async throws {
        try await World.run { world async throws in
            try await withFolder { folder async throws in
                var isAlive = false
                var moment = 0
                while !isAlive {
                    moment += 1
                    world.sandbox.reset()
                    world.sandbox.own(number: try #require(asked.numbers.first).e164, application: "4711")
                    let before = world.sandbox.state
                    let path = "\(folder)/\(moment)"
                    let death = Death(atMoment: moment)
                    do {
                        let journal = try SQLiteJournal(directory: path)
                        try await world.connect(
                            try world.connector(asked.pairing, journal: journal), Self.request(asked))
                        let dying = try world.connector(
                            asked.pairing, journal: MortalJournal(base: journal, death: death),
                            wrap: { MortalTransport(base: $0, death: death) })
                        try await world.disconnect(dying)
                    }
                    isAlive = !death.hasCome
                    Sweep.count()
                    let journal = try SQLiteJournal(directory: path)
                    let report = try await world.disconnect(try world.connector(asked.pairing, journal: journal))
                    #expect(report.error == nil, "moment \(moment): \(report.error?.message ?? "")")
                    #expect(world.sandbox.state == before, "moment \(moment)")
                    #expect(try await journal.runs(of: nil).allSatisfy { $0.outcome != nil }, "moment \(moment)")
                    #expect(try world.violations(asked.pairing) == [], "moment \(moment)")
                }
                #expect(moment > 30)
            }
        }
    }

    /// Lets the run die at its first moment, then at the second, and so on until it survives.
    ///
    /// - Parameters:
    ///   - plain: The connection that exists before.
    ///   - body: Returns whether the account must be as before the run. If not, it must be as after an undisturbed run.
    private func eachMoment(
        _ asked: Combination, before plain: Combination?,
        _ body: (World, SQLiteJournal, Connector) async throws -> Bool
    ) async throws {
        try await World.run { world async throws in
            try await withFolder { folder async throws in
                var undisturbed: Account?
                var isAlive = false
                var moment = 0
                while !isAlive {
                    world.sandbox.reset()
                    world.sandbox.own(number: try #require(asked.numbers.first).e164, application: "4711")
                    let empty = world.sandbox.state.withoutCalls
                    let journal = try SQLiteJournal(directory: "\(folder)/\(moment)")
                    let healthy = try world.connector(asked.pairing, journal: journal)
                    if let plain { try await world.connect(healthy, Self.request(plain)) }
                    guard let after = undisturbed else {
                        try await world.connect(healthy, Self.request(asked))
                        undisturbed = Account(world.sandbox.state.withoutCalls)
                        moment = 1
                        continue
                    }
                    let before = Account(world.sandbox.state.withoutCalls)
                    let death = Death(atMoment: moment)
                    let dying = try world.connector(
                        asked.pairing, journal: MortalJournal(base: journal, death: death),
                        wrap: { MortalTransport(base: $0, death: death) })
                    let isBack = try await body(world, journal, dying)
                    isAlive = !death.hasCome
                    Sweep.count()
                    let difference = Account(world.sandbox.state.withoutCalls).difference(from: isBack ? before : after)
                    #expect(difference == [], "moment \(moment)")
                    #expect(try await journal.runs(of: nil).allSatisfy { $0.outcome != nil }, "moment \(moment)")
                    let end = try await world.disconnect(healthy)
                    #expect(end.error == nil, "moment \(moment): \(end.error?.message ?? "")")
                    #expect(world.sandbox.state.withoutCalls == empty, "moment \(moment)")
                    #expect(try world.violations(asked.pairing) == [], "moment \(moment)")
                    moment += 1
                }
                #expect(moment > 20)
            }
        }
    }

    /// - Returns: Whether the account must be as before the run.
    private func finish(
        _ way: Way, _ asked: Combination, _ world: World, _ journal: SQLiteJournal
    ) async throws -> Bool {
        let connector = try world.connector(asked.pairing, journal: journal)
        let died = try await journal.runs(of: nil).last { $0.outcome == nil }
        if let died, way == .undo {
            let report = try await connector.undo(died.record.id)
            // After an object of the old connection was deleted, only completing the change is possible.
            if report.error?.code != .refused {
                #expect(report.error == nil, "\(report.error?.message ?? "") \(report.left)")
                return true
            }
        }
        let plan = try await connector.plan(Self.request(asked))
        #expect((died != nil) == plan.warnings.contains { $0.message.contains("died") })
        let report = await connector.apply(plan, consent: true)
        #expect(report.error == nil, "\(report.error?.message ?? "")")
        return false
    }
}
