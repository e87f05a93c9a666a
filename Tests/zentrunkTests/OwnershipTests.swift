import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("An object is owned if its name and account match")
struct OwnershipTests {
    private static let other = "MATESTACCOUNT000002"

    /// Connects the first number to a trunk of this sandbox's account.
    private func connect(
        _ world: World, _ asked: Combination, _ journal: any Journal, number: PhoneNumber? = nil
    ) async throws -> Report {
        let number = try number ?? #require(asked.numbers.first)
        world.sandbox.own(number: number.e164, application: "4711")
        var request = try asked.request
        request.numbers = [number]
        request.mayReroute = true
        let connector = try world.connector(asked.pairing, journal: journal)
        let report = try await world.connect(connector, request)
        #expect(report.error == nil, "\(report.error?.message ?? "")")
        return report
    }

    @Test("Another account of the carrier finds nothing to disconnect", arguments: Combination.fullest)
    func otherCarrierAccount(_ asked: Combination) async throws {
        try await World.runTwo { here, there async throws in
            _ = try await connect(here, asked, InMemoryJournal())
            let before = here.sandbox.state
            let stranger = try there.connector(asked.pairing, platform: here, account: Self.other)
            let plan = try await stranger.plan(DisconnectionRequest())
            #expect(plan.isEmpty && plan.resources.isEmpty)
            #expect(try await stranger.liveConnections().isEmpty)
            #expect(await stranger.apply(plan, consent: true).error == nil)
            #expect(here.sandbox.state == before)
        }
    }

    @Test(
        "Another account of the platform stops every command, with and without the journal",
        arguments: Combination.fullest)
    func otherPlatformAccount(_ asked: Combination) async throws {
        try await World.runTwo { here, there async throws in
            let journal = InMemoryJournal()
            let report = try await connect(here, asked, journal)
            let run = try #require(report.run)
            let (before, elsewhere) = (here.sandbox.state, there.sandbox.state)
            for memory in [journal, InMemoryJournal()] {
                let mistaken = try here.connector(asked.pairing, journal: memory, platform: there)
                let request = try asked.request
                for error in [
                    await #expect(throws: ZentrunkError.self) { try await mistaken.plan(DisconnectionRequest()) },
                    await #expect(throws: ZentrunkError.self) { try await mistaken.plan(request) },
                ] {
                    #expect(error?.code == .oneSided)
                    let variable = try #require(asked.pairing.adapter.platform.settings.first).variable
                    #expect(error?.message.contains(variable) == true, "\(error?.message ?? "")")
                }
                if memory === journal {
                    #expect(try await mistaken.undo(run).error?.code == .oneSided)
                    await #expect(throws: ZentrunkError.self) { try await mistaken.planUndo(run) }
                }
            }
            #expect(here.sandbox.state == before)
            #expect(there.sandbox.state == elsewhere)
        }
    }

    @Test("If the platform's objects were deleted by hand, an option confirms that", arguments: Combination.fullest)
    func oneSided(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            _ = try await connect(world, asked, journal)
            let connected = Account(world.sandbox.state)
            try await deletePlatformObjects(world, asked)
            let connector = try world.connector(asked.pairing, journal: journal)
            await #expect(throws: ZentrunkError.self) { try await connector.plan(ConnectionRequest()) }
            let again = try await world.connect(connector, ConnectionRequest(mayBeOneSided: true))
            #expect(again.outcome == .connected, "\(again.error?.message ?? "")")
            #expect(Account(world.sandbox.state).difference(from: connected) == [])
            try await deletePlatformObjects(world, asked)
            let end = try await world.disconnect(connector, DisconnectionRequest(mayBeOneSided: true))
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            let number = try #require(asked.numbers.first)
            #expect(world.sandbox.services.plivo.route(of: number.e164) == .application("4711"))
        }
    }

    private func deletePlatformObjects(_ world: World, _ asked: Combination) async throws {
        let settings = PlatformSettings(world.sandbox.environment.mapValues { Secret($0) }, redactor: Redactor())
        for kind in try asked.pairing.adapter.init(settings: settings, values: [:], transport: world.transport).kinds
            .reversed()
        {
            for object in try await kind.find(.everything) { try await kind.delete(object.id) }
        }
    }

    @Test("If every object was deleted by hand, connecting again keeps the options", arguments: Combination.fullest)
    func everythingDeleted(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            _ = try await connect(world, asked, journal)
            let connected = Account(world.sandbox.state)
            let number = try #require(asked.numbers.first)
            world.sandbox.reset()
            world.sandbox.own(number: number.e164, application: "4711")
            let connector = try world.connector(asked.pairing, journal: journal)
            let report = try await world.connect(connector, ConnectionRequest(mayReroute: true))
            #expect(report.outcome == .connected, "\(report.error?.message ?? "")")
            #expect(Account(world.sandbox.state).difference(from: connected) == [])
        }
    }

    @Test("Objects named by version 0.1 keep their names and stay owned", arguments: Combination.fullest)
    func oldNames(_ asked: Combination) async throws {
        try await World.runTwo { world, there async throws in
            let journal = InMemoryJournal()
            // No other account has this number.
            let number = try PhoneNumber("+14155550120")
            _ = try await connect(world, asked, journal, number: number)
            try await renamePlatformObjects(world, asked) { $0.split(separator: "_").prefix(4).joined(separator: "_") }
            let old = world.sandbox.state
            for memory in [journal, InMemoryJournal()] {
                let connector = try world.connector(asked.pairing, journal: memory)
                var request = try asked.request
                request.numbers = [number]
                request.mayReroute = true
                #expect(try await connector.plan(request).isEmpty)
                #expect(try await world.connect(connector, request).outcome == .unchanged)
            }
            #expect(world.sandbox.state == old)
            // Another account of the carrier does not treat them as owned.
            let stranger = try there.connector(asked.pairing, platform: world, account: Self.other)
            let plan = try await stranger.plan(DisconnectionRequest())
            #expect(plan.resources.isEmpty)
            #expect(!plan.warnings.isEmpty)
            #expect(await stranger.apply(plan, consent: true).error == nil)
            #expect(world.sandbox.state == old)
            let end = try await world.disconnect(
                try world.connector(asked.pairing), DisconnectionRequest(routeTo: .application("4711")))
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            for name in asked.pairing.tables { #expect(asked.pairing.rows(world.sandbox.state, name).isEmpty) }
        }
    }

    @Test(
        "An object renamed by hand is recognised by its id and renamed back with consent",
        arguments: Combination.fullest)
    func renamed(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            _ = try await connect(world, asked, journal)
            let connected = world.sandbox.state
            try await renamePlatformObjects(world, asked) { "by hand \($0.suffix(8))" }
            let connector = try world.connector(asked.pairing, journal: journal)
            let plan = try await connector.plan(asked.request)
            #expect(plan.collisions == [])
            #expect(plan.needsConsent)
            #expect(plan.resources.allSatisfy { ["keep", "update"].contains($0.deeds.plannedWord) })
            #expect(await connector.apply(plan, consent: false).error?.code == .consent)
            #expect(await connector.apply(plan, consent: true).outcome == .connected)
            #expect(Account(world.sandbox.state).difference(from: Account(connected)) == [])
            try await renamePlatformObjects(world, asked) { "by hand \($0.suffix(8))" }
            let end = try await world.disconnect(connector)
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            for name in asked.pairing.tables { #expect(asked.pairing.rows(world.sandbox.state, name).isEmpty) }
        }
    }

    private func renamePlatformObjects(
        _ world: World, _ asked: Combination, _ name: (String) -> String
    ) async throws {
        let settings = PlatformSettings(world.sandbox.environment.mapValues { Secret($0) }, redactor: Redactor())
        for kind in try asked.pairing.adapter.init(settings: settings, values: [:], transport: world.transport).kinds {
            let field = try #require(kind.description.nameField)
            for object in try await kind.find(.everything) {
                let old = try #require(object.fields[field]?.string)
                try await kind.changeByHand(object, [field: .string(name(old))])
            }
        }
    }

    @Test("Undo on one machine does not delete the trunk of another machine's number", arguments: Combination.fullest)
    func undoBesideAnother(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let journal = InMemoryJournal()
            let run = try #require(try await connect(world, asked, journal).run)
            world.sandbox.own(number: "+14155550107", application: "4711")
            let second = try world.connector(asked.pairing)
            var request = try asked.request
            request.numbers = [try PhoneNumber("+14155550107")]
            request.mayReroute = true
            #expect(try await world.connect(second, request).error == nil)
            let before = world.sandbox.state
            let first = try world.connector(asked.pairing, journal: journal)
            let report = try await first.undo(run)
            #expect(report.error?.code == .refused, "\(report.error?.message ?? "")")
            #expect(report.error?.message.contains("14155550107") == true, "\(report.error?.message ?? "")")
            #expect(report.aftermath == .nothingWritten)
            await #expect(throws: ZentrunkError.self) { try await first.planUndo(run) }
            #expect(world.sandbox.state == before)
        }
    }

    @Test(
        "With a copied, older journal, disconnect still removes a number that another machine added",
        arguments: Combination.fullest)
    func olderJournal(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let old = InMemoryJournal()
            _ = try await connect(world, asked, old)
            world.sandbox.own(number: "+14155550107", application: "4711")
            var request = try asked.request
            request.numbers = [try PhoneNumber("+14155550107")]
            request.values["secure"] = "true"
            request.mayReroute = true
            #expect(try await world.connect(try world.connector(asked.pairing), request).error == nil)
            let plan = try await world.connector(asked.pairing, journal: old).plan(
                DisconnectionRequest(routeTo: .application("4711")))
            #expect(plan.collisions == [])
            #expect(plan.connection.numbers.map(\.e164).sorted() == ["+14155550100", "+14155550107"])
            let report = await (try world.connector(asked.pairing, journal: old)).apply(plan, consent: true)
            #expect(report.outcome == .disconnected, "\(report.error?.message ?? "")")
            for name in asked.pairing.tables { #expect(asked.pairing.rows(world.sandbox.state, name).isEmpty) }
            #expect(world.sandbox.state["plivo"]?["trunks"] == [])
        }
    }

    @Test("A former route whose target is gone is reported in the plan", arguments: Combination.fullest)
    func formerTargetGone(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let number = try #require(asked.numbers.first)
            let plivo = world.sandbox.services.plivo
            let trunk = plivo.addTrunk(name: "theirs", direction: "inbound")
            plivo.own(number: number.e164, route: .trunk(trunk))
            var request = try asked.request
            request.mayReroute = true
            let connector = try world.connector(asked.pairing)
            #expect(try await world.connect(connector, request).error == nil)
            try await world.kind("zentrunk.trunk", of: asked.pairing).delete(trunk)
            let connected = world.sandbox.state
            let refused = try await connector.plan(DisconnectionRequest())
            #expect(refused.collisions.first?.message.contains(trunk) == true)
            #expect(refused.collisions.first?.remedies.first == .route(.nowhere))
            #expect(world.sandbox.state == connected)
            let end = try await world.disconnect(connector, DisconnectionRequest(routeTo: .nothing))
            #expect(end.outcome == .disconnected, "\(end.error?.message ?? "")")
            #expect(end.numbers == [NumberEnd(number: number, target: .chosen(nil))])
        }
    }

    @Test(
        "A number that had no route is not removed alone without --route-to",
        arguments: Combination.fullest)
    func nowhere(_ asked: Combination) async throws {
        try await World.run { world async throws in
            var request = try asked.request
            let second = try PhoneNumber("+14155550105")
            request.numbers.append(second)
            let connector = try world.connector(asked.pairing)
            let plan = try await connector.plan(request)
            #expect(plan.resources.contains { $0.note?.contains("not routed so far") == true })
            #expect(await connector.apply(plan, consent: false).error == nil)
            let alone = try await connector.plan(DisconnectionRequest(numbers: [second]))
            #expect(alone.collisions.first?.remedies.first == .route(.nowhere))
            world.sandbox.own(number: "+14155550109", application: "888")
            let report = try await world.disconnect(
                connector, DisconnectionRequest(numbers: [second], routeTo: .application("888")))
            #expect(report.outcome == .disconnected, "\(report.error?.message ?? "")")
            #expect(report.numbers == [NumberEnd(number: second, target: .chosen("application 888"))])
            #expect(try await world.disconnect(connector).outcome == .disconnected)
        }
    }

    @Test("A leftover whose key is not in the template is named before it is deleted", arguments: Combination.fullest)
    func leftover(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let connector = try world.connector(asked.pairing)
            #expect(try await world.connect(connector, asked.request).error == nil)
            world.sandbox.services.plivo.addTrunk(
                name: "zc_\(asked.pairing.id)_main_uri2", direction: "inbound")
            let kept = try await connector.plan(asked.request)
            #expect(kept.isEmpty)
            let end = try await world.connector(asked.pairing).plan(DisconnectionRequest(routeTo: .nothing))
            let planned = try #require(end.resources.first { $0.instance.key == "uri2" })
            #expect(planned.note?.contains("not in the template") == true)
            #expect(end.needsConsent)
        }
    }
}
