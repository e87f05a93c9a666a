import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkCommandLine

@Suite("Changes and leftovers by others")
struct SharedConnectionTests {
    private static let second = "+14155550107"

    private func request(_ asked: Combination, _ numbers: String...) throws -> ConnectionRequest {
        var request = try asked.request
        request.numbers = try numbers.map { try PhoneNumber($0) }
        request.mayReroute = true
        return request
    }

    /// Connects the first number, and a second one from another machine with its own journal.
    private func connectBoth(_ world: World, _ asked: Combination, _ journal: InMemoryJournal) async throws -> String {
        for number in ["+14155550100", Self.second, "+14155550108"] {
            world.sandbox.own(number: number, application: "4711")
        }
        let first = try await world.connect(
            try world.connector(asked.pairing, journal: journal), try request(asked, "+14155550100"))
        #expect(first.error == nil, "\(first.error?.message ?? "")")
        let second = try await world.connect(try world.connector(asked.pairing), try request(asked, Self.second))
        #expect(second.error == nil, "\(second.error?.message ?? "")")
        return try #require(first.run)
    }

    @Test(
        "A number that another machine added stays if this one changes the connection", arguments: Combination.fullest
    )
    func keepsOthersNumbers(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            _ = try await connectBoth(world, asked, journal)
            let connector = try world.connector(asked.pairing, journal: journal)
            let added = try await world.connect(connector, try request(asked, "+14155550108"))
            #expect(added.error == nil, "\(added.error?.message ?? "")")
            var change = ConnectionRequest()
            change.values["secure"] = asked.isSecure ? "false" : "true"
            let changed = try await world.connect(connector, change)
            #expect(changed.error == nil, "\(changed.error?.message ?? "")")
            var wanted = asked
            wanted.isSecure = !asked.isSecure
            wanted.count = 1
            let shown = try await world.connector(asked.pairing).plan(
                DisconnectionRequest(routeTo: .application("4711")))
            #expect(
                Set(shown.connection.numbers.map(\.e164)) == ["+14155550100", Self.second, "+14155550108"])
            guard case .trunk? = world.sandbox.services.plivo.route(of: Self.second) else {
                Issue.record("the other machine's number lost its route")
                return
            }
        }
    }

    @Test(
        "Undo refuses if another machine added a number to the run's objects",
        arguments: Pairing.all.flatMap { pairing in
            ["both", "outbound"].map { Combination(pairing: pairing, direction: $0, hasAgent: true) }
        })
    func undoBeside(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            let run = try await connectBoth(world, asked, journal)
            let before = world.sandbox.state
            let report = try await world.connector(asked.pairing, journal: journal).undo(run)
            #expect(report.error?.code == .refused, "\(asked): \(report.error?.message ?? "undone")")
            #expect(world.sandbox.state == before)
        }
    }

    @Test("Undo keeps a route that was set by hand for a number that had none", arguments: Combination.fullest)
    func handMadeRoute(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(asked.pairing)
            let run = try #require(try await world.connect(connector, asked.request).run)
            world.sandbox.own(number: "+14155550100", application: "5000")
            let report = try await connector.undo(run)
            #expect(report.outcome == .undone, "\(report.error?.message ?? "")")
            #expect(report.warnings.contains { $0.message.contains("changed since") })
            #expect(world.sandbox.services.plivo.route(of: "+14155550100") == .application("5000"))
        }
    }

    @Test(
        "Undo refuses if a number cannot be restored, and names the next command", arguments: Combination.fullest)
    func noWayBack(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(asked.pairing)
            _ = try await world.connect(connector, asked.request)
            let run = try #require(try await world.connect(connector, try request(asked, "+14155550105")).run)
            let before = world.sandbox.state
            let report = try await connector.undo(run)
            #expect(report.error?.code == .refused, "\(report.error?.message ?? "")")
            #expect(
                report.error.map { RemedyText(commandLine: "").steps($0) }?.first?.hasSuffix(
                    "--number +14155550105 --route-to app:ID") == true)
            #expect(world.sandbox.state == before)
        }
    }

    @Test(
        "A leftover at another account of the platform does not claim this carrier's objects",
        arguments: Combination.fullest)
    func leftoverElsewhere(_ asked: Combination) async throws {
        try await World.runTwo { here, there async throws in
            // The user of the other platform account connected once; that user's objects at the carrier were deleted by
            // hand.
            let theirs = InMemoryJournal()
            let other = try here.connector(asked.pairing, journal: theirs, platform: there)
            here.sandbox.own(number: "+14155550101", application: "4711")
            #expect(try await here.connect(other, try request(asked, "+14155550101")).error == nil)
            here.sandbox.reset()
            let elsewhere = there.sandbox.state
            here.sandbox.own(number: "+14155550100", application: "4711")
            let mine = try here.connector(asked.pairing)
            #expect(try await here.connect(mine, try request(asked, "+14155550100")).error == nil)
            let before = here.sandbox.state
            for journal in [theirs, InMemoryJournal()] {
                let mistaken = try here.connector(asked.pairing, journal: journal, platform: there)
                let first = await #expect(throws: ZentrunkError.self) {
                    try await mistaken.plan(DisconnectionRequest(routeTo: .application("4711")))
                }
                #expect(first?.code == .oneSided)
                let again = try request(asked, "+14155550100")
                let second = await #expect(throws: ZentrunkError.self) { try await mistaken.plan(again) }
                #expect(second?.code == .oneSided)
            }
            #expect(here.sandbox.state == before)
            #expect(there.sandbox.state == elsewhere)
        }
    }

    @Test(
        "A number routed to the trunk by hand is detached by disconnect, and the plan says so",
        arguments: Combination.fullest)
    func routedByHand(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let before = world.sandbox.state
            let connector = try world.connector(asked.pairing)
            #expect(try await world.connect(connector, asked.request).error == nil)
            let route = try #require(world.sandbox.services.plivo.route(of: "+14155550100"))
            world.sandbox.services.plivo.own(number: "+14155550106", route: route)
            let asking = try await connector.plan(DisconnectionRequest())
            #expect(asking.collisions.contains { $0.id == "+14155550106" && $0.remedies.contains(.route(.nowhere)) })
            let plan = try await connector.plan(DisconnectionRequest(routeTo: .nothing))
            #expect(plan.warnings.contains { $0.message.contains("+14155550106 is not a number of this connection") })
            let report = await connector.apply(plan, consent: true)
            #expect(report.outcome == .disconnected, "\(report.error?.message ?? "")")
            #expect(world.sandbox.state == before)
        }
    }

    @Test("An adopted record is not replaced by a later change unless it is named")
    func replacedLater() async throws {
        try await World.run { world async throws in
            Pairing.vapi.addForeignRecord(world.sandbox, try PhoneNumber("+14155550100"))
            let connector = try world.connector(.vapi)
            var adopting = try Combination(pairing: .vapi).request
            adopting.values["assistant"] = .none
            adopting.mayAdopt = true
            #expect(try await world.connect(connector, adopting).error == nil)
            var change = ConnectionRequest()
            change.values["assistant"] = .some(nil)
            let plan = try await connector.plan(change)
            #expect(plan.collisions.first?.remedies.first?.code == "allow")
            #expect(!plan.losses.isEmpty)
        }
    }

    @Test(
        "An adoption is undone, with or without passwords",
        arguments: Combination.fullest.filter { $0.pairing.adoption != nil })
    func undoneAdoption(_ asked: Combination) async throws {
        try await World.run { world async throws in
            world.sandbox.own(number: "+14155550100", application: "4711")
            asked.pairing.addForeignRecord(world.sandbox, try PhoneNumber("+14155550100"))
            let before = Account(world.sandbox.state)
            let connector = try world.connector(asked.pairing)
            var adopting = try request(asked, "+14155550100")
            adopting.mayAdopt = true
            let run = try #require(try await world.connect(connector, adopting).run)
            let report = try await connector.undo(run)
            #expect(report.outcome == .undone, "\(report.left) \(report.error?.message ?? "")")
            #expect(Account(world.sandbox.state).difference(from: before) == [])
        }
    }
}
