import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: undoing a run")
struct EngineUndoTests {
    private static let number = EngineBench.number

    private func undo(_ bench: EngineBench, _ run: String?, mayBeOneSided: Bool = false) async throws -> Report {
        let id = try #require(run)
        return try await bench.connector().undo(id, mayBeOneSided: mayBeOneSided)
    }

    // MARK: What a run did

    @Test(
        "Undoing a connect leaves nothing, in the reverse order",
        arguments: [
            ["agent": "a1"], ["agent": "a1", "failover": .text(EngineBench.failover)],
            ["agent": "a1", "authentication": "credentials"], ["direction": "inbound"], ["direction": "outbound"],
        ] as [[String: ParameterValue]], ["4711", nil])
    func connect(_ values: [String: ParameterValue], _ application: String?) async throws {
        let bench = EngineBench(application: application)
        let before = bench.vendor.text
        let made = try await bench.connect(values)
        let plan = try await bench.connector().planUndo(try #require(made.run))
        #expect(plan.steps.allSatisfy { $0.deed == ($0.instance.key == "route" ? .giveBackRoute : .remove) })
        #expect(plan.steps.count == made.resources.count)
        bench.vendor.clearCalls()
        let report = try await undo(bench, made.run)
        #expect(report.outcome == .undone, "\(report.error?.message ?? "")")
        #expect(report.left == [] && report.verified)
        #expect(bench.vendor.text == before)
        if values["direction"] != "outbound", application != nil {
            #expect(bench.vendor.writes.first?.kind == MemoryCarrier.route)
        }
        #expect(bench.journal.runs.map(\.ending?.outcome) == [.undone])
        #expect(try await bench.journal.connections().isEmpty)
        // A second time there is nothing to do.
        #expect(try await undo(bench, made.run).outcome == .unchanged)
        #expect(try await bench.connector().planUndo(made.run ?? "").isUndone)
    }

    @Test(
        "Undoing a change brings every member back; what it deleted is created again",
        arguments: [
            (["agent": "a2"], true), (["note": "m"], true), (["note": nil], true), (["secure": "true"], true),
            (["failover": .text(EngineBench.failover)], true),
            (["agent": nil], false), (["direction": "inbound"], false),
        ] as [([String: ParameterValue], Bool)])
    func change(_ values: [String: ParameterValue], _ isExact: Bool) async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "note": "n"])
        bench.vendor.change(MemoryAdapter.gateway, try bench.only(MemoryAdapter.gateway), ["prefix": "9"])
        let (before, picture) = (bench.vendor.text, bench.vendor.picture)
        let changed = try await bench.connect(values, numbers: [])
        #expect(changed.outcome == .connected, "\(changed.error?.message ?? "")")
        let report = try await undo(bench, changed.run)
        #expect(report.outcome == .undone, "\(report.error?.message ?? "")")
        #expect(bench.vendor.picture == picture)
        if isExact { #expect(bench.vendor.text == before) }
        let plan = try await bench.plan(ConnectionRequest())
        #expect(plan.deeds == [])
        #expect(plan.connection.values["agent"] == "a1")
        #expect(try await bench.disconnect().outcome == .disconnected)
        #expect(bench.vendor.route(of: Self.number) == "application 4711")
    }

    @Test("What nothing takes away again is left and named, with what it uses, and another connect ends it")
    func notCleared() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let changed = try await bench.connect(["authentication": "credentials"], numbers: [])
        let report = try await undo(bench, changed.run)
        #expect(!report.left.isEmpty)
        #expect(report.left.contains { $0.hasPrefix("out ") })
        #expect(bench.vendor.ids(MemoryCarrier.login).count == 1)
        #expect(try await bench.connect(["authentication": "none"], numbers: []).outcome == .connected)
        #expect(bench.vendor.ids(MemoryCarrier.login) == [])
    }

    @Test("A login keeps its username through a change and its undo")
    func login() async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "authentication": "credentials"])
        let before = bench.vendor.text
        let changed = try await bench.connect(["agent": "a1", "authentication": "none"], numbers: [])
        #expect(changed.outcome == .connected, "\(changed.error?.message ?? "")")
        let picture = try await undo(bench, changed.run)
        #expect(picture.outcome == .undone, "\(picture.error?.message ?? "")")
        #expect(bench.vendor.text.count == before.count)
        #expect(try await bench.plan(ConnectionRequest()).deeds == [])
    }

    @Test("An adopted record goes back to what it was; what cannot is a loss, and the undo ends well")
    func adopted() async throws {
        let bench = EngineBench()
        let id = bench.vendor.insert(
            MemoryAdapter.line, ["number": .string(Self.number), "name": "theirs", "type": "sip", "agent": "a0"])
        let made = try await bench.connect(EngineBench.request(mayAdopt: true))
        #expect(made.outcome == .connected)
        let report = try await undo(bench, made.run)
        // The line had no gateway, and nothing takes one away.
        #expect(report.outcome == .undone || !report.left.isEmpty)
        let line = bench.vendor[MemoryAdapter.line, id]
        #expect(line?["agent"] == "a0")
        #expect(line?["name"] == "theirs")
    }

    // MARK: What came since

    struct Since: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var act: @Sendable (EngineBench) async throws -> Void

        init(_ description: String, _ act: @escaping @Sendable (EngineBench) async throws -> Void) {
            testDescription = description
            self.act = act
        }
    }

    @Test(
        "A run on which something rests is not undone, and nothing is written",
        arguments: [
            Since("a later run") { _ = try await $0.connect(["agent": "a2"], numbers: []) },
            Since("a foreign trunk uses the URI") {
                $0.vendor.insert(
                    MemoryCarrier.trunk, ["name": "theirs", "uri": .string(try $0.only(MemoryCarrier.uri))])
            },
            Since("a foreign line uses the gateway") {
                $0.vendor.insert(
                    MemoryAdapter.line,
                    ["name": "x", "number": "+1", "gateway": .string(try $0.only(MemoryAdapter.gateway))])
            },
            Since("another machine added a number") {
                let elsewhere = try $0.connector(journal: InMemoryJournal())
                _ = try await $0.connect(
                    EngineBench.request([:], numbers: [EngineBench.second]), by: elsewhere)
            },
            Since("a number was routed to the trunk by hand") {
                let trunk = try $0.id("in", of: MemoryCarrier.trunk)
                $0.vendor.change(MemoryCarrier.route, "14155550102", ["trunk": .string(trunk)])
            },
            Since("a gateway of the connection dials the trunk") {
                let trunk = try $0.id("out", of: MemoryCarrier.trunk)
                let name = "zc_memory_main_more_\(AccountTag(of: "ACCOUNT1"))"
                $0.vendor.insert(
                    MemoryAdapter.gateway,
                    ["name": .string(name), "hosts": [["host": .string("\(trunk).carrier.example.com")]]])
            },
        ])
    func rests(_ since: Since) async throws {
        let bench = EngineBench()
        let made = try await bench.connect()
        try await since.act(bench)
        let before = bench.vendor.text
        bench.vendor.clearCalls()
        #expect(try await undo(bench, made.run).error?.code == .refused)
        #expect(await code { try await bench.connector().planUndo(made.run ?? "") } == .refused)
        #expect(bench.vendor.writes == [])
        #expect(bench.vendor.text == before)
    }

    @Test("An object that has the trunk's domain in a text does not dial it")
    func mentions() async throws {
        let bench = EngineBench()
        let made = try await bench.connect()
        let domain = "\(try bench.id("out", of: MemoryCarrier.trunk)).carrier.example.com"
        let name = "zc_memory_main_more_\(AccountTag(of: "ACCOUNT1"))"
        let other = bench.vendor.insert(
            MemoryAdapter.gateway,
            ["name": .string(name), "prefix": .string(domain), "hosts": [["host": .string("\(domain).org")]]])
        #expect(try await undo(bench, made.run).outcome == .undone)
        #expect(bench.vendor.ids(MemoryAdapter.gateway) == [other])
    }

    @Test(
        "What was changed or deleted by hand since is left as it is and named; the rest goes back",
        arguments: ["route", "line", "gone"])
    func changedSince(_ what: String) async throws {
        let bench = EngineBench()
        try await bench.connect()
        let before = bench.vendor.text
        let changed = try await bench.connect(
            ["agent": "a2", "secure": "true"], numbers: [])
        let line = try bench.only(MemoryAdapter.line)
        switch what {
        case "route": bench.vendor.change(MemoryCarrier.route, "14155550100", ["trunk": .null, "application": "99"])
        case "line": bench.vendor.change(MemoryAdapter.line, line, ["agent": "hand"])
        default: bench.vendor.remove(MemoryAdapter.line, line)
        }
        let report = try await undo(bench, changed.run)
        #expect(report.outcome == .undone)
        #expect(report.warnings.map(\.code) == (what == "route" ? [] : [.changedSince]))
        let differing = Set(bench.vendor.text).symmetricDifference(before)
        #expect(differing.allSatisfy { $0.hasPrefix(what == "route" ? "carrier.route" : "memory.line") })
    }

    @Test("A number that was routed nowhere is not taken out by undo while its trunk stays")
    func routedNowhere() async throws {
        let bench = EngineBench(application: nil)
        try await bench.connect()
        let added = try await bench.connect([:], numbers: [EngineBench.second])
        let before = bench.vendor.text
        #expect(try await undo(bench, added.run).error?.code == .refused)
        #expect(bench.vendor.text == before)
    }

    @Test("A number whose former trunk is gone is not given back to it")
    func formerTrunkGone() async throws {
        let bench = EngineBench(application: nil)
        let trunk = bench.vendor.insert(MemoryCarrier.trunk, ["name": "theirs", "direction": "inbound"])
        bench.vendor.change(MemoryCarrier.route, "14155550100", ["trunk": .string(trunk)])
        let made = try await bench.connect()
        bench.vendor.remove(MemoryCarrier.trunk, trunk)
        let before = bench.vendor.text
        #expect(try await undo(bench, made.run).error?.code == .refused)
        #expect(bench.vendor.text == before)
    }

    @Test("A disconnect that is done has no way back, and one that stopped has")
    func disconnect() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let picture = bench.vendor.picture
        let plan = try await bench.plan(DisconnectionRequest())
        bench.vendor.fail(.refused, at: .call(.delete, of: MemoryCarrier.uri))
        let stopped = await (try bench.connector()).apply(plan, consent: true)
        #expect(!stopped.left.isEmpty)
        let report = try await undo(bench, stopped.run)
        #expect(report.outcome == .undone, "\(report.error?.message ?? "")")
        #expect(bench.vendor.picture == picture)
        let end = try await bench.disconnect()
        #expect(try await undo(bench, end.run).error?.code == .refused)
    }

    @Test("An unknown run, and a run of another account, are not undone")
    func unknown() async throws {
        let bench = EngineBench()
        let made = try await bench.connect()
        #expect(await code { try await bench.connector().undo("run-0") } == .invalid)
        let other = try bench.connector(platformAccount: "two")
        #expect(await other.undoes(made.run ?? "") == .invalid)
    }

    @Test("With a key to another account of the platform nothing is undone, unless the objects are said to be gone")
    func oneSided() async throws {
        let bench = EngineBench()
        let made = try await bench.connect()
        bench.vendor.removeAll(of: MemoryVendor.platformKinds)
        #expect(try await undo(bench, made.run).error?.code == .oneSided)
        #expect(try await undo(bench, made.run, mayBeOneSided: true).outcome == .undone)
        #expect(Set(bench.vendor.objects.keys) == [MemoryCarrier.route])
    }

    // MARK: Failures of undo

    static let failures = MemoryFailure.allCases.flatMap { failure in (1...6).map { (failure, $0) } }

    @Test("A failure while undoing leaves what it must, names it, and the next undo goes on", arguments: failures)
    func failing(_ failure: MemoryFailure, _ write: Int) async throws {
        let bench = EngineBench()
        let before = bench.vendor.text
        let made = try await bench.connect()
        bench.vendor.clearCalls()
        bench.vendor.fail(failure, at: .write(write))
        let first = try await undo(bench, made.run)
        bench.vendor.heal()
        if first.error != nil {
            #expect(first.error?.code == .incomplete)
            #expect(!first.left.isEmpty)
            #expect(!first.left.isEmpty)
            #expect(bench.journal.runs.last?.ending?.outcome == .left)
            // Nothing that is still used was removed.
            for (kind, id, field) in [
                (MemoryCarrier.trunk, "in", "uri"), (MemoryAdapter.line, "line", "gateway"),
            ] {
                guard let user = bench.find(id, of: kind), let used = bench.vendor[kind, user]?[field]?.string else {
                    continue
                }
                #expect(bench.vendor[field == "uri" ? MemoryCarrier.uri : MemoryAdapter.gateway, used] != nil)
            }
            #expect(try await undo(bench, made.run, mayBeOneSided: true).outcome == .undone)
        }
        #expect(bench.vendor.text == before)
    }

    @Test("Where a route does not go back, nothing that it needs is deleted")
    func routeHeld() async throws {
        let bench = EngineBench()
        let made = try await bench.connect()
        let before = bench.vendor.text
        bench.vendor.fail(.refused, at: .call(.update, of: MemoryCarrier.route), times: .max)
        let report = try await undo(bench, made.run)
        #expect(!report.left.isEmpty)
        #expect(report.left.count == made.resources.count)
        #expect(bench.vendor.text == before)
    }

    @Test("An undo that is cancelled stops before the next write and goes on later")
    func cancelled() async throws {
        let bench = EngineBench()
        let before = bench.vendor.text
        let made = try await bench.connect()
        let connector = try bench.connector()
        let id = try #require(made.run)
        bench.vendor.before(.call(.delete, of: MemoryAdapter.line)) { withUnsafeCurrentTask { $0?.cancel() } }
        let (start, go) = AsyncStream.makeStream(of: Void.self)
        let running = Task {
            for await _ in start {}
            return try await connector.undo(id)
        }
        bench.vendor.before(.call(.delete, of: MemoryCarrier.trunk)) { running.cancel() }
        go.finish()
        let report = try await running.value
        if report.outcome != .undone { #expect(try await undo(bench, id, mayBeOneSided: true).outcome == .undone) }
        #expect(bench.vendor.text == before)
    }
}

extension Connector {
    /// How an undo fails.
    fileprivate func undoes(_ run: String) async -> ZentrunkError.Code? { try? await undo(run).error?.code }
}
