import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkSandbox

@Suite("If undo fails as well, remaining objects are named, and a later undo removes them", .sweep(.undo))
struct UndoSweep {
    /// Failures that persist from one write of the undo on.
    static let forms = [
        FaultForm.serverError, FaultForm.unauthorized, FaultForm.timeout,
        FaultForm("answer lost", .interrupted, .unknown, isSent: true),
    ]

    @Test(
        "Each write of a connect is refused, then each write of its undo fails, and a later undo succeeds",
        arguments: Journey.connects, forms)
    func connecting(_ journey: Journey, _ form: FaultForm) async throws { try await sweep(journey, form, step: 3) }

    @Test(
        "Each write of a change is refused, then each write of its undo fails, and a later undo succeeds",
        arguments: Journey.changes + Journey.replacements, forms)
    func changing(_ journey: Journey, _ form: FaultForm) async throws { try await sweep(journey, form, step: 3) }

    private func sweep(_ journey: Journey, _ form: FaultForm, step: Int) async throws {
        let step = Sweep.isFull ? 1 : step
        let offset = (Self.forms.firstIndex { $0.testDescription == form.testDescription } ?? 0) % step
        try await World.run { world async throws in
            var cases = 0
            for write in 1... {
                // Until the undo has no such write, at the latest with the run's last write.
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
            // Forms that start at a later write may not occur in a small change.
            #expect(cases > 0 || offset > 0)
        }
    }

    /// - Returns: The number of faults that occurred.
    private func strike(
        _ journey: Journey, _ places: [(form: FaultForm, place: FaultPlace)], _ world: World
    ) async throws -> Int {
        var count = 0
        try await withFolder { folder async throws in
            let journal = try SQLiteJournal(directory: folder)
            let beginning = try await world.begin(journey, journal)
            let listening = Listening()
            let (connector, struck) = try world.disturbed(
                journey.pairing, places, journal: journal, events: listening.events)
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

    /// Checks the report of the failed undo, lets it fail once more, and completes it.
    private func finish(
        _ report: Report, _ beginning: Beginning, _ journal: SQLiteJournal, _ world: World, _ comment: Comment
    ) async throws {
        let journey = beginning.journey
        guard let error = report.error else { return try world.isThere(journey, beginning) }
        let run = try #require(report.run, comment)
        if report.undone == true {
            return #expect(beginning.difference(world.sandbox.state) == [], comment)
        }
        #expect(report.undone == false, comment)
        #expect(!report.left.isEmpty, comment)
        // After an object was deleted, only completing the run is possible.
        if report.left.contains(where: { $0.contains("run the same command again") }) {
            let healthy = try world.connector(journey.pairing, journal: journal)
            #expect(try await world.travel(journey, healthy).error == nil, comment)
            return try world.isThere(journey, beginning)
        }
        #expect(error.next.contains("zentrunk undo \(run)"), comment)
        #expect(try await journal.runs(of: nil).first { $0.record.id == run }?.outcome == .left, comment)
        #expect(try await !journal.writes(of: run).isEmpty, comment)
        let (failing, _) = try world.disturbed(
            journey.pairing, [(FaultForm.refusal, FaultPlace(calls: .writes, index: 1))], journal: journal)
        let again = try await failing.undo(run)
        world.sandbox.setFaults([])
        if again.error != nil {
            #expect(again.undone == false, comment)
            #expect(!again.left.isEmpty, comment)
            #expect(again.error?.next.contains("zentrunk undo \(run)") == true, comment)
        }
        let last = try await world.connector(journey.pairing, journal: journal).undo(run)
        #expect(last.error == nil, "\(comment): \(last.error?.message ?? "") \(last.left)")
        #expect(beginning.difference(world.sandbox.state) == [], comment)
        #expect(try await journal.runs(of: nil).first { $0.record.id == run }?.outcome == .undone, comment)
    }
}
