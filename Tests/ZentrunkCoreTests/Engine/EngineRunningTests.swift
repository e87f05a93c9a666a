import Synchronization
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Engine: carrying a plan out")
struct EngineRunningTests {
    private static let number = EngineBench.number

    /// The writes so far: `create in`, by key where the object has a name.
    private func writes(_ bench: EngineBench) -> [String] {
        let names = bench.journal.runs.flatMap(\.intents)
        return names.map { "\($0.deed.word) \($0.instance.key)" }
    }

    private func place(_ text: String, in writes: [String]) throws -> Int { try #require(writes.firstIndex(of: text)) }

    // MARK: Order

    @Test("Each object is made after those that it refers to, and the route is set last")
    func creation() async throws {
        let bench = EngineBench()
        #expect(try await bench.connect(["agent": "a1", "authentication": "credentials"]).outcome == .connected)
        let writes = writes(bench)
        for (first, second) in [
            ("login", "out"), ("out", "gateway"), ("gateway", "uri"), ("uri", "in"), ("gateway", "line"),
        ] {
            #expect(try place("create \(first)", in: writes) < place("create \(second)", in: writes))
        }
        #expect(writes.last == "update route")
    }

    @Test(
        "A disconnect gives routes back first, and deletes the platform's objects before the carrier's, users before used"
    )
    func deletion() async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "authentication": "credentials"])
        #expect(try await bench.disconnect().outcome == .disconnected)
        let writes = Array(writes(bench).drop { $0 != "restore route" })
        #expect(writes.first == "restore route")
        for (first, second) in [
            ("line", "gateway"), ("gateway", "in"), ("gateway", "out"), ("in", "uri"), ("out", "login"),
        ] {
            #expect(try place("delete \(first)", in: writes) < place("delete \(second)", in: writes))
        }
        #expect(Set(bench.vendor.objects.keys) == [MemoryCarrier.route])
    }

    @Test("A trunk whose end detaches numbers goes before everything that calls may still reach")
    func detaching() async throws {
        let bench = EngineBench(application: nil)
        try await bench.connect()
        #expect(try await bench.disconnect().outcome == .disconnected)
        #expect(writes(bench).drop { !$0.hasPrefix("delete") }.first == "delete in")
        #expect(bench.vendor.route(of: Self.number) == nil)
    }

    @Test("A replacement renames the old object, makes the new one, moves its users and deletes the old one at the end")
    func replacement() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let old = try bench.id("in", of: MemoryCarrier.trunk)
        bench.vendor.change(MemoryCarrier.trunk, old, ["direction": "outbound"])
        bench.vendor.clearCalls()
        #expect(try await bench.connect(ConnectionRequest()).outcome == .connected)
        #expect(
            bench.vendor.writes.map(\.description) == [
                "update carrier.trunk \(old)", "create carrier.trunk", "update carrier.route 14155550100",
                "delete carrier.trunk \(old)",
            ])
        #expect(bench.vendor.writes.first?.fields["name"] == "zc_memory_main_old-in")
    }

    @Test("Objects that do not need one another are written side by side, and no more than 64 at once")
    func sideBySide() async throws {
        let bench = EngineBench()
        for digit in 1...90 { bench.vendor.own("+14155551\(200 + digit)") }
        let counts = Mutex((now: 0, most: 0))
        let numbers = (1...90).map { "+14155551\(200 + $0)" }
        for nth in 1...90 {
            bench.vendor.before(.call(.create, of: MemoryAdapter.line, nth: nth)) {
                counts.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                }
                for _ in 0..<50 { await Task.yield() }
                counts.withLock { $0.now -= 1 }
            }
        }
        #expect(try await bench.connect(["agent": "a1"], numbers: numbers).outcome == .connected)
        let most = counts.withLock { $0.most }
        #expect(most > 1 && most <= 64)
    }

    @Test("Only what a create leaves out and others quote is read again at once")
    func readAfterCreate() async throws {
        let bench = EngineBench()
        let plan = try await bench.plan(EngineBench.request())
        bench.vendor.clearCalls()
        #expect(await bench.applies(plan) == [])
        let calls = bench.vendor.calls.map(\.description)
        let out = try bench.id("out", of: MemoryCarrier.trunk)
        let made = try #require(
            bench.vendor.calls.firstIndex { $0.operation == .create && $0.fields["direction"] == "outbound" })
        #expect(calls[made + 1] == "read carrier.trunk \(out)")
        // The read-back at the end reads every object once more.
        #expect(calls.count { $0 == "read carrier.trunk \(out)" } == 2)
        let uri = try bench.only(MemoryCarrier.uri)
        #expect(calls.count { $0 == "read carrier.uri \(uri)" } == 1)
    }

    // MARK: Second look

    @Test(
        "An object that changed, or went, between plan and write stops the run, and all is as before",
        arguments: [false, true])
    func secondLook(_ isGone: Bool) async throws {
        let bench = EngineBench()
        try await bench.connect()
        let plan = try await bench.plan(EngineBench.request(["agent": "a2", "secure": "true"], numbers: []))
        let line = try bench.only(MemoryAdapter.line)
        if isGone {
            bench.vendor.remove(MemoryAdapter.line, line)
        } else {
            bench.vendor.change(MemoryAdapter.line, line, ["agent": "other"])
        }
        let before = bench.vendor.text
        let report = await (try bench.connector()).apply(plan, consent: true)
        #expect(report.error?.code == .moved)
        #expect(report.outcome == .failed)
        #expect(report.left == [])
        #expect(report.left == [])
        #expect(bench.vendor.text == before)
    }

    @Test("A change of a member that the plan does not compare stops nothing, and survives")
    func uncompared() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let plan = try await bench.plan(EngineBench.request(["secure": "true"], numbers: []))
        let gateway = try bench.only(MemoryAdapter.gateway)
        bench.vendor.change(MemoryAdapter.gateway, gateway, ["prefix": "9"])
        #expect(await bench.applies(plan) == [])
        #expect(bench.vendor[MemoryAdapter.gateway, gateway]?["prefix"] == "9")
    }

    @Test("Before a delete, a new user of the object keeps it, and a foreign name stops the run")
    func lookBeforeDelete() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let plan = try await bench.plan(DisconnectionRequest())
        let uri = try bench.only(MemoryCarrier.uri)
        bench.vendor.insert(MemoryCarrier.trunk, ["name": "theirs", "direction": "inbound", "uri": .string(uri)])
        let report = await (try bench.connector()).apply(plan, consent: true)
        #expect(report.outcome == .disconnected)
        #expect(report.warnings.filter { $0.code == .kept }.map(\.object?.id) == [uri])
        #expect(bench.vendor[MemoryCarrier.uri, uri] != nil)
        let remembered = try await bench.journal.connections().flatMap { $0.objects.values.map(\.id) }
        #expect(remembered == [uri])

        let other = EngineBench()
        try await other.connect()
        let second = try await other.plan(DisconnectionRequest())
        let line = try other.only(MemoryAdapter.line)
        other.vendor.change(MemoryAdapter.line, line, ["name": "theirs"])
        let before = other.vendor.text
        let stopped = await (try other.connector()).apply(second, consent: true)
        #expect(stopped.error?.code == .moved)
        // Nothing had been deleted, so the route came back.
        #expect(stopped.aftermath == .undone)
        #expect(other.vendor.text == before)
    }

    @Test("An object that is gone when it is about to be deleted is as good as deleted")
    func goneAlready() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let plan = try await bench.plan(DisconnectionRequest())
        bench.vendor.remove(MemoryAdapter.line, try bench.only(MemoryAdapter.line))
        #expect(await bench.applies(plan) == [])
        #expect(Set(bench.vendor.objects.keys) == [MemoryCarrier.route])
    }

    @Test("A list of users is read once for all that goes, and its users are read again by their ids")
    func usersOnce() async throws {
        let bench = EngineBench()
        try await bench.connect(["agent": "a1", "failover": .text(EngineBench.failover)])
        let plan = try await bench.plan(DisconnectionRequest())
        bench.vendor.clearCalls()
        #expect(await bench.applies(plan) == [])
        let lists = bench.vendor.calls.filter { $0.operation == .list && $0.kind == MemoryCarrier.trunk }
        #expect(lists.count == 1)
        // The answer is old after 30 seconds.
        let kinds = try bench.kinds()
        let uri = RecordedObject(kind: MemoryCarrier.uri, id: "uri-9999")
        let removals = Removals([uri], kinds: kinds, clock: bench.clock)
        bench.vendor.clearCalls()
        for (advance, count) in [(Duration.zero, 1), (.seconds(30), 1), (.seconds(1), 2)] {
            bench.clock.advance(by: advance)
            #expect(try await removals.user(of: uri, unless: { _ in false }) == nil)
            #expect(bench.vendor.calls.count == count)
        }
    }

    // MARK: Read-back

    @Test(
        "What does not read back as it was written fails the run; a replica that lags behind is waited for",
        arguments: [(1, true), (9, false)])
    func readBack(_ looks: Int, _ succeeds: Bool) async throws {
        let bench = EngineBench()
        try await bench.connect()
        let line = try bench.only(MemoryAdapter.line)
        let before = bench.vendor.text
        // After the write, the old value shows up as often as that.
        let place = MemoryPlace.call(.update, of: MemoryAdapter.line)
        bench.vendor.after(place) {
            bench.vendor.change(MemoryAdapter.line, line, ["agent": "a1"])
            if succeeds {
                bench.vendor.after(.call(.read, of: MemoryAdapter.line)) {
                    bench.vendor.change(MemoryAdapter.line, line, ["agent": "a2"])
                }
            }
        }
        let report = try await bench.connect(["agent": "a2"], numbers: [])
        #expect(report.verified == succeeds)
        #expect(report.error?.code == (succeeds ? nil : .incomplete))
        #expect(report.aftermath == (succeeds ? nil : .undone))
        if !succeeds { #expect(bench.vendor.text == before) }
    }

    @Test("What cannot be read back is done but not verified: nothing is put back because of it")
    func unreadable() async throws {
        let bench = EngineBench()
        bench.vendor.after(.call(.update, of: MemoryCarrier.route)) {
            bench.vendor.fail(.unavailable, at: .call(.read, of: MemoryAdapter.gateway), times: .max)
        }
        let report = try await bench.connect()
        #expect(report.outcome == .connected)
        #expect(!report.verified)
        #expect(report.warnings.map(\.code) == [.notVerified])
        bench.vendor.heal()
        #expect(try await bench.plan(ConnectionRequest()).deeds == [])
    }

    @Test(
        "A deleted object that is still there afterwards is named, and the same command goes on",
        arguments: [MemoryAdapter.gateway, MemoryCarrier.uri])
    func survivor(_ kind: String) async throws {
        let bench = EngineBench()
        try await bench.connect()
        let id = try bench.only(kind)
        let fields = try #require(bench.vendor[kind, id])
        bench.vendor.after(.call(.delete, of: kind)) { bench.vendor.insert(kind, fields, id: id) }
        let report = try await bench.disconnect()
        #expect(report.outcome == .failed)
        #expect(report.error?.code == .incomplete)
        #expect(!report.left.isEmpty)
        #expect(report.left.contains { $0.contains(id) })
        #expect(bench.journal.runs.last?.ending?.outcome == .left)
        #expect(try await bench.disconnect(DisconnectionRequest(mayBeOneSided: true)).outcome == .disconnected)
        #expect(Set(bench.vendor.objects.keys) == [MemoryCarrier.route])
    }

    @Test("An object of the platform that is back under its name and another id survived as well")
    func survivorByName() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let fields = try #require(bench.vendor[MemoryAdapter.gateway, bench.only(MemoryAdapter.gateway)])
        bench.vendor.after(.call(.delete, of: MemoryAdapter.gateway)) {
            bench.vendor.insert(MemoryAdapter.gateway, fields)
        }
        let report = try await bench.disconnect()
        #expect(report.error?.code == .incomplete)
        #expect(report.left.contains { $0.contains("gateway-0002") })
    }

    @Test("A number whose route cannot be cleared is reported, and nothing below it is deleted")
    func stubbornRoute() async throws {
        let bench = EngineBench(application: nil)
        try await bench.connect(["agent": "a1"], numbers: [Self.number, EngineBench.second])
        let trunk = try bench.id("in", of: MemoryCarrier.trunk)
        bench.vendor.after(.call(.update, of: MemoryCarrier.route)) {
            bench.vendor.change(MemoryCarrier.route, "14155550100", ["trunk": .string(trunk)])
        }
        let before = bench.vendor.text
        let request = DisconnectionRequest(numbers: try EngineBench.numbers([Self.number]), routeTo: .nothing)
        let report = try await bench.disconnect(request)
        #expect(report.error?.code == .incomplete)
        #expect(bench.vendor.text == before)
    }

    // MARK: Consent and claims

    @Test("What changes something live needs consent; without it nothing is sent")
    func consent() async throws {
        let bench = EngineBench()
        try await bench.connect()
        let request = try EngineBench.request(["agent": "a2"], numbers: [])
        let before = bench.vendor.text
        let refused = try await bench.connect(request, consent: false)
        #expect(refused.error?.code == .consent)
        #expect(refused.aftermath == .nothingWritten && refused.run == nil)
        #expect(bench.vendor.text == before)
        #expect(try await bench.connect(request, consent: true).outcome == .connected)
        // Nothing live changes.
        let fresh = EngineBench(application: nil)
        #expect(try await fresh.connect(EngineBench.request(), consent: false).outcome == .connected)
    }

    @Test("A plan that another run overtook is not carried out, and a connection that is claimed is busy")
    func overtaken() async throws {
        let bench = EngineBench()
        let connector = try bench.connector()
        let plan = try await connector.plan(EngineBench.request())
        try await bench.connect()
        #expect(await connector.apply(plan, consent: true).error?.code == .moved)
        let change = try await connector.plan(EngineBench.request(["agent": "a2"], numbers: []))
        let claim = try await connector.claim(.main)
        #expect(await connector.apply(change, consent: true).error?.code == .busy)
        #expect(try await connector.plan(ConnectionRequest()).warnings.map(\.code) == [.busy])
        #expect(await connector.apply(change, consent: true, under: claim).outcome == .connected)
        let other = try await connector.claim(ConnectionName("sales"))
        #expect(await connector.apply(change, consent: true, under: other).error?.code == .invalid)
        claim.release()
        #expect(try await bench.disconnect().outcome == .disconnected)
    }
}
