import Synchronization
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: runs that died, and what the journal says of them")
struct EnginePastRunTests {
    enum Victim: String, CaseIterable, Sendable { case connect, change, replace, disconnect, undo }
    enum Way: String, CaseIterable, Sendable { case again, undo }

    @Test(
        "A run that dies at any write or note is taken up by the next command, and by undo", arguments: Victim.allCases,
        Way.allCases)
    func crashes(_ victim: Victim, _ way: Way) async throws {
        let goal = EngineBench()
        try await prepare(victim, goal)
        #expect(try await run(victim, goal, goal.connector()).error == nil)
        for moment in 1... {
            let bench = EngineBench()
            let empty = bench.vendor.text
            try await prepare(victim, bench)
            let (before, picture) = (bench.vendor.text, bench.vendor.picture)
            let death = Death(atMoment: moment)
            let mortal = try bench.connector(
                journal: MortalJournal(base: bench.journal, death: death),
                wrap: { MortalTransport(base: $0, death: death) })
            _ = try await run(victim, bench, mortal)
            guard death.hasCome else { break }
            let died = bench.journal.runs.last { $0.ending == nil }?.record.id
            if way == .again || died == nil {
                let report = try await run(victim, bench, bench.connector(), isAgain: true)
                #expect(report.error == nil, "moment \(moment): \(report.error?.message ?? "")")
                #expect(bench.vendor.picture == goal.vendor.picture, "moment \(moment)")
            } else {
                let report = try await bench.connector().undo(died ?? "", mayBeOneSided: true)
                if victim == .undo {
                    #expect(report.outcome == .undone, "moment \(moment): \(report.error?.message ?? "")")
                    #expect(bench.vendor.text == empty, "moment \(moment)")
                } else if report.outcome == .undone {
                    #expect(bench.vendor.picture == picture, "moment \(moment)")
                    if victim == .connect { #expect(bench.vendor.text == before, "moment \(moment)") }
                } else {
                    // What was deleted does not come back: the way is forward.
                    #expect(victim == .replace || victim == .disconnect, "moment \(moment)")
                    #expect(report.error?.code == .refused, "moment \(moment): \(report.error?.message ?? "")")
                    #expect(try await run(victim, bench, bench.connector(), isAgain: true).error == nil)
                }
            }
            #expect(bench.journal.runs.allSatisfy { $0.ending != nil }, "moment \(moment)")
            let end = try await bench.disconnect(DisconnectionRequest(mayBeOneSided: true))
            #expect(end.error == nil, "moment \(moment): \(end.error?.message ?? "")")
            #expect(bench.vendor.text == empty, "moment \(moment)")
        }
    }

    private func prepare(_ victim: Victim, _ bench: EngineBench) async throws {
        if victim != .connect { try await bench.connect(["agent": "a1", "note": "n"]) }
    }

    private func run(
        _ victim: Victim, _ bench: EngineBench, _ connector: Connector, isAgain: Bool = false
    ) async throws -> Report {
        switch victim {
        case .connect: return try await bench.connect(EngineBench.request(), by: connector)
        case .change:
            return try await bench.connect(
                EngineBench.request(["agent": "a2", "secure": "true"], numbers: [EngineBench.second]), by: connector)
        case .replace: return try await bench.connect(EngineBench.request(["agent": nil], numbers: []), by: connector)
        case .disconnect:
            return try await bench.disconnect(DisconnectionRequest(mayBeOneSided: isAgain), by: connector)
        case .undo:
            let id = try #require(bench.journal.runs.first?.record.id)
            do { return try await connector.undo(id, mayBeOneSided: isAgain) } catch {
                return Report(failed: bench.journal.runs[0].record.connection, Connector.explain(error))
            }
        }
    }

    @Test("A plan reports a crashed run, the next run closes it, and its former values survive")
    func reported() async throws {
        let bench = EngineBench()
        let death = Death(atMoment: 22)
        let mortal = try bench.connector(
            journal: MortalJournal(base: bench.journal, death: death),
            wrap: { MortalTransport(base: $0, death: death) })
        _ = try await bench.connect(EngineBench.request(), by: mortal)
        #expect(death.hasCome)
        let id = try #require(bench.journal.runs.first?.record.id)
        let plan = try await bench.plan(EngineBench.request())
        #expect(plan.warnings.filter { $0.code == .unfinishedRun }.map(\.object?.id) == [id])
        #expect(try await bench.connect().outcome != .failed)
        #expect(bench.journal.runs.map(\.ending?.outcome) == [.left, .done])
        #expect(try await bench.plan(ConnectionRequest()).warnings == [])
        #expect(try await bench.disconnect().outcome == .disconnected)
        #expect(bench.vendor.route(of: EngineBench.number) == "application 4711")
    }

    // MARK: Open writes

    struct Open: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var deed: Deed
        var live: JSONObject?
        var outcome: String
        /// What undo would do with it: a deed, or a reason to leave it; nil: nothing.
        var step: Step?

        enum Step: Equatable, Sendable {
            case deed(Deed)
            case left(String)
        }

        init(
            _ description: String, _ deed: Deed, live: JSONObject?, is outcome: String,
            step: Step?
        ) {
            testDescription = description
            self.deed = deed
            self.live = live
            self.outcome = outcome
            self.step = step
        }
    }

    private static let name = "zc_memory_main_line_\(AccountTag(of: "ACCOUNT1"))"
    private static let before: JSONObject = [
        "number": .string(EngineBench.number), "name": .string(name), "agent": "a0", "type": "sip",
    ]
    private static let after = before.merging(["agent": "a1"])

    @Test(
        "What became of a write of a run that died is found out by reads, and noted",
        arguments: [
            Open("a create that is there", .make, live: after, is: "done", step: .deed(.remove)),
            Open("a create that is not there", .make, live: nil, is: "not done", step: nil),
            Open("a create that is otherwise", .make, live: before, is: "unknown", step: .deed(.remove)),
            Open("an update that arrived", .change, live: after, is: "done", step: .deed(.putBack)),
            Open("an update that did not arrive", .change, live: before, is: "not done", step: nil),
            Open(
                "an update, followed by a change by hand", .change, live: before.merging(["agent": "x"]),
                is: "unknown", step: .left("it was changed since the run")),
            Open(
                "an update of what is gone", .change, live: nil, is: "unknown",
                step: .left("it was deleted since the run")),
            Open("a delete that arrived", .remove, live: nil, is: "done", step: nil),
            Open("a delete that did not arrive", .remove, live: before, is: "not done", step: nil),
            Open("a restore that arrived", .putBack, live: after, is: "done", step: .deed(.putBack)),
        ])
    func openWrites(_ open: Open) async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        if let live = open.live { bench.vendor.insert(MemoryAdapter.line, live, id: "line-0001") }
        let planner: Planner = connector.engine.planner
        let connection = Connection(
            platform: "memory", name: .main, numbers: try EngineBench.numbers([EngineBench.number]),
            values: ["direction": "outbound", "secure": false, "authentication": "none"])
        let run = RunRecord(
            id: "run-1", identity: planner.identity(.main), operation: .connect, connection: connection)
        try await bench.journal.begin(run)
        let isCreate = open.deed == .make
        let intent = WriteIntent(
            sequence: 1, deed: open.deed,
            instance: InstanceID("line", number: try PhoneNumber(EngineBench.number)), kind: MemoryAdapter.line,
            id: isCreate ? nil : "line-0001", name: isCreate ? Self.name : nil,
            fields: isCreate ? Self.after : open.deed == .remove ? [:] : ["agent": "a1"], former: nil,
            before: isCreate ? nil : Self.before)
        try await bench.journal.intend(intent, in: run)
        let kinds = try bench.kinds()
        let writes = try await OpenWrites(kinds: kinds, journal: bench.journal).settle(PastRun(run, outcome: nil))
        let outcome = try #require(writes.first?.outcome)
        switch outcome {
        case .done: #expect(open.outcome == "done")
        case .notDone: #expect(open.outcome == "not done")
        case .unknown: #expect(open.outcome == "unknown")
        }
        #expect(bench.journal.runs[0].outcomes[1] == outcome)
        #expect(bench.vendor.writes == [])
        // The run as undo needs it.
        let past = try PastRunPlan(
            run, writes: writes, blueprint: planner.blueprint(connection), former: nil, kinds: kinds,
            applicationField: "application")
        #expect(past.deleted.isEmpty == (open.deed != .remove || open.outcome != "done"))
        #expect(past.hasRestored == (open.deed == .putBack))
        let undo = try Undo(
            past, in: connector.engine, removals: Removals([], kinds: kinds, clock: bench.clock), stop: StopSignal(),
            events: nil)
        #expect(undo.context.run == run)
        let steps = try await undo.steps().map { step in
            step.deed.map { Open.Step.deed($0) } ?? .left(step.reason ?? "")
        }
        #expect(steps == [open.step].compactMap { $0 })
    }

    @Test("Of several writes of one object the last one decides, and the first knows what was before")
    func severalWrites() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let connection = Connection(platform: "memory", name: .main, numbers: [], values: [:])
        let run = RunRecord(
            id: "run-1", identity: connector.engine.planner.identity(.main), operation: .connect, connection: connection
        )
        let writes = [("a0", "a1"), ("a1", "a2")].enumerated().map { index, values in
            PastWrite(
                WriteIntent(
                    sequence: index + 1, deed: .change, instance: InstanceID("line"), kind: MemoryAdapter.line,
                    id: "line-0001", name: nil, fields: ["agent": .string(values.1)], former: nil,
                    before: ["agent": .string(values.0)]), .done(id: "line-0001"))
        }
        let past = try PastRunPlan(
            run, writes: writes, blueprint: nil, former: nil, kinds: bench.kinds(), applicationField: "application")
        #expect(past.plan.resources.map { $0.live?.fields["agent"] } == ["a0"])
        #expect(past.leftAs[.init(instance: InstanceID("line"), id: "line-0001")]?["agent"] == "a2")
        #expect(past.lastSequence == 2)
    }
}
