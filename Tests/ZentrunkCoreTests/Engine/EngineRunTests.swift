import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: the parts of a run and of an undo")
struct EngineRunTests {
    private func context(_ bench: EngineBench, _ plan: Plan) throws -> RunContext {
        let run = RunRecord(
            id: "run-1", identity: plan.identity, operation: plan.operation, connection: plan.connection)
        return try RunContext(plan, in: bench.connector().engine, run: run, stop: StopSignal(), events: nil)
    }

    private func past(_ bench: EngineBench) async throws -> PastRun {
        try #require(try await bench.journal.runs(of: nil).first)
    }

    // MARK: Runs

    @Test("A context finds the plan's resources by identity, and reports a foreign one as a bug")
    func identities() async throws {
        let bench = EngineBench()
        let context = try context(bench, await bench.plan(EngineBench.request()))
        for resource in context.plan.resources {
            #expect(try context.resource(resource.identity).instance == resource.instance)
        }
        let foreign = PlannedResource.Identity(instance: InstanceID("gateway"), id: "gateway-9999")
        #expect(await code { try context.resource(foreign) } == .internalFault)
    }

    @Test("A context chooses a username for each secret that has none")
    func usernames() async throws {
        let bench = EngineBench()
        let request = try EngineBench.request(["agent": "a1", "authentication": "credentials"])
        let context = try context(bench, await bench.plan(request))
        let secrets = try #require(context.plan.context.blueprint?.secrets)
        #expect(!secrets.isEmpty)
        #expect(Set(context.memory.usernames.keys) == Set(secrets))
    }

    @Test("A runner performs each deed of the plan once, in as many round trips as predicted")
    func runner() async throws {
        let bench = EngineBench()
        let plan = try await bench.plan(EngineBench.request())
        let context = try context(bench, plan)
        try await bench.journal.begin(context.run)
        let outcome = await Runner(context).run()
        #expect(outcome.isComplete && outcome.failures.isEmpty)
        #expect(outcome.depth == plan.depth)
        let deeds = context.memory.written.map { "\($0.deed) \($0.subject.instance)" }.sorted()
        #expect(
            deeds == plan.resources.flatMap { resource in resource.deeds.map { "\($0) \(resource.instance)" } }.sorted()
        )
        let writes = try await bench.journal.writes(of: "run-1")
        #expect(writes.map(\.intent.deed.rawValue).sorted() == context.memory.written.map(\.deed.rawValue).sorted())
    }

    @Test("A plan without consent is refused before the connection is claimed")
    func consent() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let plan = try await bench.plan(EngineBench.request(["agent": "a2"]))
        let held = try await bench.connector().claim(.main)
        defer { held.release() }
        let execution = Execution(engine: try bench.connector().engine, stop: StopSignal(), events: nil)
        let refused = await execution.apply(plan, consent: false, mayPlanAgain: true, under: nil)
        #expect(refused.error?.code == .consent)
        #expect(refused.aftermath == .nothingWritten)
        let busy = await execution.apply(plan, consent: true, mayPlanAgain: true, under: nil)
        #expect(busy.error?.code == .busy)
    }

    @Test("A failure that another run cannot have caused ends the planning")
    func replanning() async throws {
        let bench = EngineBench()
        let plan = try await bench.plan(EngineBench.request())
        let claim = try await bench.connector().claim(.main)
        let execution = Execution(engine: try bench.connector().engine, stop: StopSignal(), events: nil)
        let replanning = Replanning(execution: execution, claim: claim, consent: true)
        let broken = Report(plan, failed: ZentrunkError(.unavailable, "it is down"))
        bench.vendor.clearCalls()
        #expect(await replanning.continue(plan, after: broken).error?.code == .unavailable)
        #expect(bench.vendor.calls.isEmpty)
        let moved = Report(plan, failed: ZentrunkError(.moved, "it moved"))
        #expect(await replanning.continue(plan, after: moved).error == nil)
        #expect(bench.clock.sleeps.contains { (.milliseconds(500)...Duration.milliseconds(1500)).contains($0) })
    }

    @Test(
        "The last look waits for the other run's objects to go, and gives way if they stay", arguments: [true, false])
    func look(_ goes: Bool) async throws {
        let bench = EngineBench()
        let context = try context(bench, await bench.plan(EngineBench.request()))
        try await bench.journal.begin(context.run)
        #expect(await Runner(context).run().isComplete)
        let gateway = try bench.only(MemoryAdapter.gateway)
        let fields = try #require(bench.vendor[MemoryAdapter.gateway, gateway])
        bench.vendor.insert(MemoryAdapter.gateway, fields, id: "gateway-9999")
        if goes {
            bench.vendor.after(.call(.list, of: MemoryAdapter.gateway)) {
                bench.vendor.remove(MemoryAdapter.gateway, "gateway-9999")
            }
        }
        let look = RivalLook(context)
        if goes {
            try await look.run()
        } else {
            await #expect(throws: Rival.self) { try await look.run() }
        }
        #expect(bench.clock.sleeps.count == (goes ? 1 : RivalPolicy().looks - 1))
    }

    @Test("Runs without an ending are dead, reported, and closed by the next one")
    func deadRuns() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let plan = try await bench.plan(ConnectionRequest())
        let run = { RunRecord(id: $0, identity: plan.identity, operation: .connect, connection: plan.connection) }
        try await bench.journal.begin(run("run-8"))
        let engine = try bench.connector().engine
        let dead = DeadRuns(engine, among: try await bench.journal.runs(of: nil))
        #expect(dead.runs.map(\.record.id) == ["run-8"])
        #expect(try await dead.warnings(for: plan, isClaimed: true).map(\.code) == [.unfinishedRun])
        let claim = try await bench.connector().claim(.main)
        #expect(try await dead.warnings(for: plan, isClaimed: false).map(\.code) == [.busy])
        claim.release()
        try await dead.close(resumedBy: run("run-9"))
        #expect(try await bench.journal.run("run-8")?.outcome == .left)
    }

    // MARK: Undo

    @Test("A connect is undone write by write, a change that deleted objects by the former connection")
    func ways() async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "authentication": "credentials"])
        let engine = try bench.connector().engine
        let removals = Removals([], kinds: engine.kinds, clock: bench.clock)
        func way(_ run: PastRun) async throws -> UndoDecision.Way {
            try await UndoDecision(engine: engine, run: run, mayBeOneSided: false, removals: removals).way()
        }
        let made = try await past(bench)
        guard case .back(let back) = try await way(made) else { return #expect(Bool(false), "not undone in place") }
        #expect(back.deleted.isEmpty && !back.created.isEmpty)
        #expect(try await bench.connect(["agent": "a1", "authentication": "none"]).outcome == .connected)
        let change = try #require(try await bench.journal.runs(of: nil).last)
        guard case .again(let plan) = try await way(change) else { return #expect(Bool(false), "not made again") }
        #expect(plan.resources.contains { $0.deeds == [.make] && $0.kind == MemoryCarrier.login })
        #expect(await code { try await way(made) } == .refused)
    }

    @Test("The former connection has the values from before the run")
    func former() async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1"])
        try await bench.connect(["agent": "a2"])
        let runs = try await bench.journal.runs(of: nil)
        let writes = try await bench.journal.writes(of: runs[1].record.id)
        let change = FormerConnection(
            engine: try bench.connector().engine, now: runs[1].record.connection, former: runs[0].record.connection,
            writes: writes, steps: [])
        let plan = try await change.plan(after: runs, mayBeOneSided: false)
        #expect(plan.connection.values["agent"] == "a1")
        #expect(plan.resources.flatMap(\.deeds) == [.change])
    }

    @Test("Undoing a run twice changes nothing, and says so")
    func twice() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let undo = PastRunUndo(try bench.connector().engine, try await past(bench), mayBeOneSided: false)
        #expect(try await !undo.plan(under: nil).isUndone)
        let first = await undo.run(under: nil)
        #expect(first.outcome == .undone && first.aftermath == nil)
        #expect(first.resources.allSatisfy { $0.deeds == ($0.instance.key == "route" ? [.giveBackRoute] : [.remove]) })
        #expect(try await undo.plan(under: nil).isUndone)
        #expect(await undo.run(under: nil).outcome == .unchanged)
    }

    @Test("An object that was changed after the run is not restored, and one that was made is deleted")
    func objects() async throws {
        let bench = EngineBench()
        let context = try context(bench, await bench.plan(EngineBench.request()))
        try await bench.journal.begin(context.run)
        #expect(await Runner(context).run().isComplete)
        let record = UndoRecord()
        let objects = ObjectUndo(context, record, rival: nil, leavesChanges: true)
        let route = try #require(context.plan.resources.first { $0.isRoute })
        #expect(try await objects.standing(route).before.fields["application"] == "4711")
        bench.vendor.change(MemoryCarrier.route, "14155550100", ["application": "99", "trunk": .null])
        await #expect(throws: ObjectUndo.ChangedSince.self) { try await objects.standing(route) }
        let line = try #require(context.plan.resources.first { $0.kind == MemoryAdapter.line })
        let id = try bench.only(MemoryAdapter.line)
        try await objects.remove(line, id)
        #expect(bench.vendor.ids(MemoryAdapter.line) == [])
        #expect(record.removed.map(\.object.id) == [id])
    }

    @Test("What a failed run leaves is named with its object")
    func leftovers() async throws {
        let bench = EngineBench()
        bench.vendor.fail(.refused, at: .call(.create, of: MemoryAdapter.line))
        bench.vendor.fail(.unavailable, at: .call(.delete, of: MemoryAdapter.gateway), times: .max)
        let report = try await bench.connect()
        let gateway = try bench.only(MemoryAdapter.gateway)
        guard case .left(let leftovers)? = report.aftermath else { return #expect(Bool(false), "nothing is left") }
        let leftover: Leftover = try #require(leftovers.first { $0.kind == MemoryAdapter.gateway })
        #expect(leftover.instance == InstanceID("gateway") && leftover.id == gateway)
        #expect(leftover.sentence.contains(gateway))
        #expect(report.left == leftovers.map(\.sentence))
        let _: Aftermath? = report.aftermath
    }
}
