import Synchronization
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: failures of writes, journals and people")
struct EngineFailureTests {
    /// A command, and what is there before it.
    enum Command: String, CaseIterable, Sendable { case connect, change, replace, disconnect }

    /// Prepares a command and gives its plan.
    static func plan(_ command: Command, _ bench: EngineBench) async throws -> Plan {
        if command != .connect { try await bench.connect(["agent": "a1", "note": "n"]) }
        bench.vendor.clearCalls()
        return switch command {
        case .connect: try await bench.plan(EngineBench.request())
        case .change:
            try await bench.plan(
                EngineBench.request(
                    ["agent": "a2", "secure": "true", "authentication": "credentials"],
                    numbers: [EngineBench.second]))
        case .replace: try await bench.plan(EngineBench.request(["agent": nil], numbers: []))
        case .disconnect: try await bench.plan(DisconnectionRequest())
        }
    }

    /// The deletes of a command begin with this write; nothing is put back after that.
    private static let writes: [Command: Int] = [.connect: 6, .change: 8, .replace: 3, .disconnect: 6]

    struct Case: Sendable, CustomTestStringConvertible {
        var command: Command
        var failure: MemoryFailure
        var write: Int

        var testDescription: String { "\(command.rawValue), \(failure.rawValue) at write \(write)" }
    }

    static let cases = Command.allCases.flatMap { command in
        // What is certainly not done is one case for the engine.
        MemoryFailure.allCases.filter { !$0.isCertainlyNotDone || $0 == .rateLimited }.flatMap { failure in
            (1...(writes[command] ?? 1)).map { Case(command: command, failure: failure, write: $0) }
        }
    }

    @Test("A write that fails once is settled: everything is done, or everything is as before", arguments: cases)
    func once(_ example: Case) async throws {
        let bench = EngineBench()
        let plan = try await Self.plan(example.command, bench)
        let before = bench.vendor.text
        bench.vendor.fail(example.failure, at: .write(example.write))
        let report = await (try bench.connector()).apply(plan, consent: true)
        let isSettled = !example.failure.isCertainlyNotDone && example.failure != .refused
        #expect((report.error == nil) == isSettled, "\(report.error?.message ?? "")")
        let run = try #require(bench.journal.runs.last)
        let outcome = run.ending?.outcome
        if isSettled {
            #expect(report.verified)
            #expect(outcome == (example.command == .disconnect ? .gone : .done))
            if example.command != .disconnect {
                #expect(try await bench.plan(ConnectionRequest()).deeds == [])
            }
        } else if !report.left.isEmpty {
            // An object was deleted: the way is forward.
            #expect(outcome == .left)
            let again = try await Self.again(example.command, bench)
            #expect(again.error == nil, "\(again.error?.message ?? "")")
        } else {
            #expect(report.aftermath == .undone || report.aftermath == .nothingWritten)
            #expect(report.left == [])
            #expect(outcome == .undone)
            #expect(bench.vendor.text == before)
        }
        #expect(run.intents.allSatisfy { run.outcomes[$0.sequence] != nil })
    }

    private static let lasting: [MemoryFailure] = [.refused, .lostBefore, .missingRoute]

    private static func again(_ command: Command, _ bench: EngineBench) async throws -> Report {
        switch command {
        case .connect: try await bench.connect()
        case .change: try await bench.connect(["agent": "a2"], numbers: [])
        case .replace: try await bench.connect(["agent": nil], numbers: [])
        case .disconnect: try await bench.disconnect(DisconnectionRequest(mayBeOneSided: true))
        }
    }

    @Test(
        "A vendor that fails for good leaves nothing behind, or says what is left, and the next command goes on",
        arguments: cases.filter { Self.lasting.contains($0.failure) })
    func forGood(_ example: Case) async throws {
        let bench = EngineBench()
        let plan = try await Self.plan(example.command, bench)
        let before = bench.vendor.text
        bench.vendor.fail(example.failure, at: .write(example.write), times: .max)
        let report = await (try bench.connector()).apply(plan, consent: true)
        bench.vendor.heal()
        let run = try #require(bench.journal.runs.last)
        if report.error != nil {
            #expect(report.outcome == .failed)
            if report.left.isEmpty { #expect(bench.vendor.text == before) } else { #expect(!report.left.isEmpty) }
            #expect(run.ending?.outcome == (report.left.isEmpty ? .undone : .left))
        }
        let again = try await Self.again(example.command, bench)
        #expect(again.error == nil, "\(again.error?.message ?? "")")
        let end = try await bench.disconnect(DisconnectionRequest(mayBeOneSided: true))
        #expect(end.error == nil, "\(end.error?.message ?? "")")
        #expect(Set(bench.vendor.objects.keys) == [MemoryCarrier.route])
        #expect(bench.vendor.route(of: EngineBench.number) == "application 4711")
    }

    // MARK: A create

    @Test("A create whose answer was lost takes what is just as it was to be, and nothing else")
    func lostCreate() async throws {
        let bench = EngineBench()
        let plan = try await bench.plan(EngineBench.request())
        bench.vendor.fail(.lostAfter, at: .call(.create, of: MemoryAdapter.gateway))
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor.ids(MemoryAdapter.gateway).count == 1)
        #expect(bench.vendor.calls.count { $0.operation == .create && $0.kind == MemoryAdapter.gateway } == 1)
    }

    @Test(
        "A create whose outcome cannot be determined counts as done, and undo looks for the object again",
        arguments: [MemoryFailure.lostAfter, .lostBefore])
    func unknownCreate(_ failure: MemoryFailure) async throws {
        let bench = EngineBench()
        let plan = try await bench.plan(EngineBench.request())
        let before = bench.vendor.text
        bench.vendor.fail(failure, at: .call(.create, of: MemoryAdapter.line))
        bench.vendor.fail(.unavailable, at: .call(.list, of: MemoryAdapter.line))
        let report = await (try bench.connector()).apply(plan, consent: true)
        #expect(report.error?.code == .unavailable)
        #expect(report.aftermath == .undone)
        #expect(bench.vendor.text == before)
        let outcomes = try #require(bench.journal.runs.last).outcomes.values
        #expect(outcomes.contains { if case .unknown = $0 { true } else { false } })
    }

    // MARK: The journal

    @Test(
        "A journal that cannot take notes stops the run before the write, and undo goes on without notes",
        arguments: 1...6)
    func journal(_ write: Int) async throws {
        let bench = EngineBench()
        let journal = FilteredJournal.failing(bench.journal, atIntent: write)
        let before = bench.vendor.text
        let report = try await bench.connect(
            EngineBench.request(), by: bench.connector(journal: journal))
        #expect(report.error?.code == .journal)
        #expect(report.left == [])
        #expect(report.aftermath == (write == 1 ? .nothingWritten : .undone))
        #expect(bench.vendor.text == before)
    }

    @Test("At the very end a journal that cannot take notes is a warning")
    func journalAtTheEnd() async throws {
        let bench = EngineBench()
        let journal = FilteredJournal.failing(bench.journal, atIntent: .max, finishes: false)
        let report = try await bench.connect(
            EngineBench.request(), by: bench.connector(journal: journal))
        #expect(report.outcome == .connected)
        #expect(report.verified)
        #expect(report.warnings.map(\.code) == [.journal])
    }

    // MARK: Being stopped

    @Test(
        "A task that is cancelled settles the running write, starts no other and puts everything back",
        arguments: Command.allCases, [1, 2, 3, 5])
    func cancelled(_ command: Command, _ write: Int) async throws {
        let bench = EngineBench()
        let plan = try await Self.plan(command, bench)
        let before = bench.vendor.text
        let connector = try bench.connector()
        let task = Mutex<Task<Report, Never>?>(nil)
        bench.vendor.before(.write(write)) { task.withLock { $0 }?.cancel() }
        let (start, go) = AsyncStream.makeStream(of: Void.self)
        let running = Task {
            for await _ in start {}
            return await connector.apply(plan, consent: true)
        }
        task.withLock { $0 = running }
        go.finish()
        let report = await running.value
        if write <= Self.writes[command] ?? 0, report.error != nil {
            #expect(report.error?.code == .cancelled)
            if !report.left.isEmpty {
                #expect(command != .connect)
                #expect(try await Self.again(command, bench).error == nil)
            } else {
                #expect(bench.vendor.text == before)
            }
        }
    }

    @Test("A run that is cancelled before its first write sends none")
    func cancelledBefore() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let plan = try await connector.plan(EngineBench.request())
        let (start, go) = AsyncStream.makeStream(of: Void.self)
        let running = Task {
            for await _ in start {}
            return await connector.apply(plan, consent: true)
        }
        running.cancel()
        go.finish()
        let report = await running.value
        #expect(report.error?.code == .cancelled)
        #expect(report.aftermath == .nothingWritten)
        #expect(bench.vendor.writes == [])
    }
}
