import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox

/// Whatever call fails in whatever way, the connection stands or everything is as before.
enum FaultChecks {
    /// Calls of a journey that fail one by one: every `step`-th, unless every case is wanted.
    private struct Row {
        var journey: Journey
        var calls: FaultPlace.Calls
        var step: Int
    }

    private static func rows(_ pairing: Pairing) -> [Row] {
        [
            Row(journey: .connect(pairing), calls: .writes, step: 3),
            Row(journey: .connect(pairing), calls: .reads, step: 7),
            Row(journey: .manyNumbers(pairing), calls: .writes, step: 10),
            Row(journey: .change(pairing), calls: .writes, step: 3),
            Row(journey: .change(pairing), calls: .reads, step: 11),
            Row(journey: .disconnect(pairing), calls: .writes, step: 4),
            Row(journey: .disconnect(pairing), calls: .reads, step: 8),
        ] + (Journey.replacement(pairing).map { [Row(journey: $0, calls: .writes, step: 5)] } ?? [])
    }

    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        rows(pairing).flatMap { row in
            FaultForm.all.map { form in
                AdapterConformance.Case("\(row.calls.rawValue) of \(row.journey.name): \(form.testDescription)") {
                    try await sweep(row.journey, form, row.calls, step: row.step)
                }
            }
        }
    }

    /// Lets the first call fail, the second, and so on until there is none left to fail.
    ///
    /// - Parameter step: The distance between the calls that fail, unless every case is wanted. The forms begin at different
    ///   calls, so that each call fails in some way.
    private static func sweep(
        _ journey: Journey, _ form: FaultForm, _ calls: FaultPlace.Calls, step: Int
    ) async throws {
        // The answers to an unknown path are many and mean the same.
        let step = Sweep.isFull ? 1 : form.isNoRoute ? step * 3 : step
        let offset = (FaultForm.all.firstIndex { $0.testDescription == form.testDescription } ?? 0) % step
        try await World.run(for: journey.pairing) { world async throws in
            var index = 1 + offset
            while try await strike(journey, form, FaultPlace(calls: calls, index: index), world) {
                Sweep.count()
                index += step
            }
            // There is a first call at least.
            #expect(index > 1)
        }
    }

    /// - Returns: Whether there was such a call.
    private static func strike(
        _ journey: Journey, _ form: FaultForm, _ place: FaultPlace, _ world: World
    ) async throws -> Bool {
        var wasStruck = false
        try await withFolder { folder async throws in
            let journal: any Journal =
                place.calls == .writes ? try SQLiteJournal(directory: folder) : InMemoryJournal()
            let beginning = try await world.begin(journey, journal)
            let listening = Listening()
            let (connector, struck) = try world.disturbed(
                journey.pairing, [(form, place)], journal: journal)
            let report = try await world.travel(journey, connector, events: listening.events)
            wasStruck = struck() > 0
            world.sandbox.setFaults([])
            guard wasStruck else { return }
            try check(report, form, place, beginning, world)
            let canary = Canary(world.sandbox, journey.pairing)
            #expect(await canary.found(in: listening.text(report)) == [], "\(place)")
            #expect(try canary.found(inFolder: folder) == [], "\(place)")
            try await recover(journey, report, place, beginning, journal, world)
        }
        return wasStruck
    }

    private static func check(
        _ report: Report, _ form: FaultForm, _ place: FaultPlace, _ beginning: Beginning, _ world: World
    ) throws {
        guard let error = report.error else { return try world.isThere(beginning.journey, beginning) }
        #expect(!form.isSurvivable, "\(place): \(error.message)")
        #expect(report.outcome == .failed, "\(place)")
        #expect(error.place != .local || error.code == .moved, "\(place): \(error.message)")
        #expect(world.silenced() == [], "\(place)")
        if !report.left.isEmpty {
            // Only what is gone for good is not put back, and then the same command goes on.
            #expect(beginning.journey.before != nil, "\(place): \(report.left)")
            #expect(report.left.contains { $0.contains("Run the same command again") }, "\(place): \(report.left)")
        } else {
            #expect(report.left == [], "\(place)")
            #expect(beginning.difference(world.sandbox.state) == [], "\(place)")
        }
        if form.testDescription == FaultForm.unauthorized.testDescription {
            #expect(error.code == .unauthenticated, "\(place)")
            #expect(error.message.contains("PLIVO_AUTH_TOKEN") || error.message.contains("API_KEY"), "\(place)")
        }
    }

    /// With the fault gone, the same command gets there, and disconnecting leaves nothing.
    private static func recover(
        _ journey: Journey, _ report: Report, _ place: FaultPlace, _ beginning: Beginning, _ journal: any Journal,
        _ world: World
    ) async throws {
        let healthy = try world.connector(journey.pairing, journal: journal)
        let clean = try await world.travel(journey, healthy)
        #expect(clean.error == nil, "\(place): \(clean.error?.message ?? "")")
        if journey.after != nil {
            #expect(clean.outcome == (report.error == nil ? .unchanged : .connected), "\(place)")
            try world.isThere(journey, beginning)
            let end = try await world.disconnect(healthy)
            #expect(end.error == nil, "\(place): \(end.error?.message ?? "")")
        }
        #expect(world.sandbox.state == beginning.empty, "\(place)")
        #expect(world.silenced() == [], "\(place)")
        #expect(try world.violations(journey.pairing) == [], "\(place)")
    }
}
