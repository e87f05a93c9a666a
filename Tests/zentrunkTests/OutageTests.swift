import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Unknown or unrecorded outcomes are never reported as done", .sweep(.outage))
struct OutageTests {
    /// A connection to both vendors that fails with the response to one write, and for all later requests.
    private final class DyingLine: HTTPTransport {
        private let base: any HTTPTransport
        private let writesLeft: Mutex<Int>

        init(_ base: any HTTPTransport, afterWrites count: Int) {
            self.base = base
            writesLeft = Mutex(count)
        }

        var isDead: Bool { writesLeft.withLock { $0 <= 0 } }

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            guard !isDead else {
                throw TransportError(code: .connect, delivery: .notSent, message: "the line is dead")
            }
            let response = try await base.send(request)
            guard request.access == .write else { return response }
            let isLast = writesLeft.withLock { left in
                left -= 1
                return left <= 0
            }
            guard isLast else { return response }
            throw TransportError(code: .interrupted, delivery: .unknown, message: "the line died")
        }
    }

    @Test(
        "If the connection fails permanently with a write's response, the report says that objects are left",
        arguments: Combination.fullest)
    func connecting(_ asked: Combination) async throws {
        try await World.run { world async throws in
            for count in 1... {
                world.sandbox.reset()
                let journal = InMemoryJournal()
                let connector = try world.connector(
                    asked.pairing, journal: journal, wrap: { DyingLine($0, afterWrites: count) })
                let report = try await world.connect(connector, try asked.request)
                if report.outcome == .connected { return #expect(count > 6) }
                Sweep.count()
                #expect(report.outcome == .failed, "write \(count)")
                #expect(!report.left.isEmpty, "write \(count)")
                #expect(!report.left.isEmpty, "write \(count)")
                // When the connection works again, the same command succeeds and leaves nothing behind.
                let healthy = try world.connector(asked.pairing, journal: journal)
                #expect(try await world.connect(healthy, try asked.request).error == nil, "write \(count)")
                try asked.pairing.check(world.sandbox.state, asked)
            }
        }
    }

    @Test("A disconnect whose connection fails is not reported as undone", arguments: Combination.fullest)
    func disconnecting(_ asked: Combination) async throws {
        try await World.run { world async throws in
            for count in 1... {
                world.sandbox.reset()
                let before = world.sandbox.state
                let journal = InMemoryJournal()
                let healthy = try world.connector(asked.pairing, journal: journal)
                try await world.connect(healthy, try asked.request)
                let dying = try world.connector(
                    asked.pairing, journal: journal, wrap: { DyingLine($0, afterWrites: count) })
                let report = try await world.disconnect(dying)
                if report.outcome == .disconnected { return #expect(count > 5) }
                Sweep.count()
                #expect(report.outcome == .failed, "write \(count)")
                #expect(!report.left.isEmpty, "write \(count)")
                let clean = try await world.disconnect(healthy)
                #expect(clean.outcome == .disconnected, "write \(count): \(clean.error?.message ?? "")")
                #expect(world.sandbox.state == before, "write \(count)")
            }
        }
    }

    @Test(
        "A journal failure during a run stops it, and everything is restored without the journal",
        arguments: Combination.fullest)
    func journalOnTheWay(_ asked: Combination) async throws {
        try await World.run { world async throws in
            let number = try #require(asked.numbers.first)
            world.sandbox.own(number: number.e164, application: "4711")
            let before = world.sandbox.state
            var request = try asked.request
            request.mayReroute = true
            for count in 0... {
                let connector = try world.connector(
                    asked.pairing, journal: FilteredJournal.failing(InMemoryJournal(), atIntent: count + 1))
                let report = try await world.connect(connector, request)
                if report.outcome == .connected { return #expect(count > 5) }
                Sweep.count()
                #expect(report.error?.code == .journal)
                #expect(report.aftermath == (count == 0 ? .nothingWritten : .undone))
                #expect(world.sandbox.state == before)
            }
        }
    }

    @Test("A journal failure during a change restores the live objects", arguments: Combination.fullest)
    func journalWhileChanging(_ asked: Combination) async throws {
        var plain = asked
        plain.isSecure = false
        let request = try plain.request
        try await World.run { world async throws in
            try await world.connect(try world.connector(asked.pairing), request)
            let before = Account(world.sandbox.state)
            for count in 0... {
                let connector = try world.connector(
                    asked.pairing, journal: FilteredJournal.failing(InMemoryJournal(), atIntent: count + 1))
                let report = try await world.connect(connector, asked.request)
                if report.outcome == .connected { return #expect(count > 2) }
                Sweep.count()
                #expect(report.error?.code == .journal)
                #expect(report.aftermath == (count == 0 ? .nothingWritten : .undone))
                #expect(Account(world.sandbox.state).difference(from: before) == [])
            }
        }
    }

    @Test("A journal failure at the very end does not fail a connect")
    func journalAtTheEnd() async throws {
        let asked = try #require(Combination.fullest.first)
        try await World.run { world async throws in
            let connector = try world.connector(
                asked.pairing, journal: FilteredJournal.failing(InMemoryJournal(), atIntent: .max, finishes: false))
            let report = try await world.connect(connector, try asked.request)
            #expect(report.outcome == .connected)
            #expect(report.error == nil)
            #expect(report.warnings.contains { $0.message.contains("the disk is full") })
            try asked.pairing.check(world.sandbox.state, asked)
        }
    }
}
