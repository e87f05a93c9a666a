import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox

/// When undo fails as well, what is left is named, and a later undo restores it.
enum UndoChecks {
    /// What fails for good from one write of the undo on.
    private static let forms = [
        FaultForm.serverError, FaultForm.unauthorized, FaultForm.timeout,
        FaultForm("answer lost", .interrupted, .unknown, isSent: true),
    ]

    static func cases(_ pairing: Pairing) -> [AdapterConformance.Case] {
        let journeys = [.connect(pairing), .change(pairing), Journey.replacement(pairing)].compactMap { $0 }
        return journeys.flatMap { journey in
            forms.map { form in
                AdapterConformance.Case("\(journey.name): \(form.testDescription)") {
                    try await sweep(journey, form, step: 3)
                }
            }
        }
    }

    /// Refuses each write of the journey, and then lets each write of its undo fail.
    private static func sweep(_ journey: Journey, _ form: FaultForm, step: Int) async throws {
        let step = Sweep.isFull ? 1 : step
        let offset = (forms.firstIndex { $0.testDescription == form.testDescription } ?? 0) % step
        try await World.run(for: journey.pairing) { world async throws in
            var cases = 0
            for write in 1... {
                // Until the undo has no such write any more, at the latest with the last write of the run.
                var later = 1 + offset
                var isRefused = false
                repeat {
                    let places = [
                        (FaultForm.refusal, FaultPlace(calls: .writes, index: write)),
                        (form, FaultPlace(calls: .writes, index: write + later, isLasting: true)),
                    ]
                    let struck = try await strike(journey, places, world)
                    isRefused = struck > 0
                    guard struck > 1 else { break }
                    Sweep.count()
                    cases += 1
                    later += step
                } while true
                guard isRefused else { break }
            }
            // Forms that begin at a later write may find none in a small change.
            #expect(cases > 0 || offset > 0)
        }
    }

    /// - Returns: How many of the faults struck.
    private static func strike(
        _ journey: Journey, _ places: [(form: FaultForm, place: FaultPlace)], _ world: World
    ) async throws -> Int {
        var count = 0
        try await withFolder { folder async throws in
            let journal = try SQLiteJournal(directory: folder)
            let beginning = try await world.begin(journey, journal)
            let listening = Listening()
            let (connector, struck) = try world.disturbed(
                journey.pairing, places, journal: journal)
            let report = try await world.travel(journey, connector, events: listening.events)
            count = struck()
            world.sandbox.setFaults([])
            guard count > 1 else { return }
            let comment: Comment = "\(places.map(\.place))"
            let text = await listening.text(report)
            try await finish(report, beginning, journal, world, comment)
            let canary = Canary(world.sandbox, journey.pairing)
            #expect(canary.found(in: text) == [], comment)
            #expect(try canary.found(inFolder: folder) == [], comment)
            let end = try await world.disconnect(try world.connector(journey.pairing, journal: journal))
            #expect(end.error == nil, comment)
            #expect(world.sandbox.state == beginning.empty, comment)
            #expect(world.silenced() == [], comment)
            #expect(try world.violations(journey.pairing) == [], comment)
        }
        return count
    }

    /// Checks what is said of the failed undo, lets it fail once more, and ends it.
    private static func finish(
        _ report: Report, _ beginning: Beginning, _ journal: SQLiteJournal, _ world: World, _ comment: Comment
    ) async throws {
        let journey = beginning.journey
        guard let error = report.error else { return try world.isThere(journey, beginning) }
        let run = try #require(report.run, comment)
        if report.aftermath == .undone {
            return #expect(beginning.difference(world.sandbox.state) == [], comment)
        }
        #expect(!report.left.isEmpty, comment)
        #expect(!report.left.isEmpty, comment)
        // Once an object is deleted, the way is forward.
        if report.left.contains(where: { $0.contains("Run the same command again") }) {
            let healthy = try world.connector(journey.pairing, journal: journal)
            #expect(try await world.travel(journey, healthy).error == nil, comment)
            return try world.isThere(journey, beginning)
        }
        #expect(error.remedies.contains(.undo(run: run)), comment)
        #expect(try await journal.runs(of: nil).first { $0.record.id == run }?.outcome == .left, comment)
        #expect(try await !journal.writes(of: run).isEmpty, comment)
        let (failing, _) = try world.disturbed(
            journey.pairing, [(FaultForm.refusal, FaultPlace(calls: .writes, index: 1))], journal: journal)
        let again = try await failing.undo(run)
        world.sandbox.setFaults([])
        if again.error != nil {
            #expect(!again.left.isEmpty, comment)
            #expect(!again.left.isEmpty, comment)
            #expect(again.error?.remedies.contains(.undo(run: run)) == true, comment)
        }
        let last = try await world.connector(journey.pairing, journal: journal).undo(run)
        #expect(last.error == nil, "\(comment): \(last.error?.message ?? "") \(last.left)")
        #expect(beginning.difference(world.sandbox.state) == [], comment)
        #expect(try await journal.runs(of: nil).first { $0.record.id == run }?.outcome == .undone, comment)
    }
}
