import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkJournal
import ZentrunkSandbox

@Suite("Any call may fail in any way: the connection is complete, or the accounts are as before", .sweep(.fault))
struct FaultSweep {
    @Test("Each write of a connect may fail", arguments: Journey.connects, FaultForm.all)
    func connectWrites(_ journey: Journey, _ form: FaultForm) async throws {
        try await sweep(journey, form, .writes, step: 3)
    }

    @Test("Each read of a connect may fail", arguments: Journey.connects, FaultForm.all)
    func connectReads(_ journey: Journey, _ form: FaultForm) async throws {
        try await sweep(journey, form, .reads, step: 7)
    }

    @Test("Each write of a connect with several numbers may fail", arguments: Journey.manyNumbers, FaultForm.all)
    func manyNumbers(_ journey: Journey, _ form: FaultForm) async throws {
        try await sweep(journey, form, .writes, step: 10)
    }

    @Test("Each write of a change may fail", arguments: Journey.changes, FaultForm.all)
    func changeWrites(_ journey: Journey, _ form: FaultForm) async throws {
        try await sweep(journey, form, .writes, step: 3)
    }

    @Test("Each read of a change may fail", arguments: Journey.changes, FaultForm.all)
    func changeReads(_ journey: Journey, _ form: FaultForm) async throws {
        try await sweep(journey, form, .reads, step: 11)
    }

    @Test("Each write of a change that replaces objects may fail", arguments: Journey.replacements, FaultForm.all)
    func replacementWrites(_ journey: Journey, _ form: FaultForm) async throws {
        try await sweep(journey, form, .writes, step: 5)
    }

    @Test("Each write of a disconnect may fail", arguments: Journey.disconnects, FaultForm.all)
    func disconnectWrites(_ journey: Journey, _ form: FaultForm) async throws {
        try await sweep(journey, form, .writes, step: 4)
    }

    @Test("Each read of a disconnect may fail", arguments: Journey.disconnects, FaultForm.all)
    func disconnectReads(_ journey: Journey, _ form: FaultForm) async throws {
        try await sweep(journey, form, .reads, step: 8)
    }

    /// Lets the first call fail, then the second, and so on until all calls are covered.
    ///
    /// - Parameter step: The distance between failing calls, unless every case is wanted. The forms start at different
    ///   calls, so that each call fails in some form.
    private func sweep(
        _ journey: Journey, _ form: FaultForm, _ calls: FaultPlace.Calls, step: Int = 1
    ) async throws {
        // There are many forms of a missing route, and they all mean the same.
        let step = Sweep.isFull ? 1 : form.isNoRoute ? step * 3 : step
        let offset = (FaultForm.all.firstIndex { $0.testDescription == form.testDescription } ?? 0) % step
        try await World.run { world async throws in
            var index = 1 + offset
            while try await strike(journey, form, FaultPlace(calls: calls, index: index), world) {
                Sweep.count()
                index += step
            }
            // There is at least one call.
            #expect(index > 1)
        }
    }

    /// - Returns: Whether there was such a call.
    private func strike(
        _ journey: Journey, _ form: FaultForm, _ place: FaultPlace, _ world: World
    ) async throws -> Bool {
        var wasStruck = false
        try await withFolder { folder async throws in
            let journal: any Journal =
                place.calls == .writes ? try SQLiteJournal(directory: folder) : InMemoryJournal()
            let beginning = try await world.begin(journey, journal)
            let listening = Listening()
            let (connector, struck) = try world.disturbed(
                journey.pairing, [(form, place)], journal: journal, events: listening.events)
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

    private func check(
        _ report: Report, _ form: FaultForm, _ place: FaultPlace, _ beginning: Beginning, _ world: World
    ) throws {
        guard let error = report.error else { return try world.isThere(beginning.journey, beginning) }
        #expect(!form.isSurvivable, "\(place): \(error.message)")
        #expect(report.outcome == .failed, "\(place)")
        #expect(error.place != .local || error.code == .moved, "\(place): \(error.message)")
        #expect(world.silenced() == [], "\(place)")
        if report.undone == false {
            // Only irrevocable deletions are not restored. Then the same command completes the run.
            #expect(beginning.journey.before != nil, "\(place): \(report.left)")
            #expect(report.left.contains { $0.contains("run the same command again") }, "\(place): \(report.left)")
        } else {
            #expect(report.left == [], "\(place)")
            #expect(beginning.difference(world.sandbox.state) == [], "\(place)")
        }
        if form.testDescription == FaultForm.unauthorized.testDescription {
            #expect(error.code == .unauthenticated, "\(place)")
            #expect(error.message.contains("PLIVO_AUTH_TOKEN") || error.message.contains("API_KEY"), "\(place)")
        }
    }

    /// Without the fault, runs the same command, which must succeed, and disconnects, which must leave nothing.
    private func recover(
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
