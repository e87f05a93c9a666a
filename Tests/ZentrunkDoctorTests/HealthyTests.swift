import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkDoctor

/// Answers the list of calls with a status.
private final class CallsTransport: HTTPTransport {
    let base: any HTTPTransport
    let status: Int
    /// The requests for the list.
    let count = Mutex(0)

    init(base: any HTTPTransport, status: Int) {
        self.base = base
        self.status = status
    }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        guard request.head.path?.contains("/Zentrunk/Call/") == true else { return try await base.send(request) }
        count.withLock { $0 += 1 }
        return TransportResponse(head: .init(status: .init(code: status)), body: Array(#"{"error": "busy"}"#.utf8))
    }
}

@Suite("A healthy connection is ready")
struct HealthyTests {
    @Test("Every combination of options, with no warning", arguments: Pairing.all.flatMap { Combination.matrix($0) })
    func matrix(_ asked: Combination) async throws {
        try await World.run(for: asked.pairing) { world async throws in
            let journal = InMemoryJournal()
            let connector = try world.connector(asked.pairing, journal: journal)
            let report = try await world.connect(connector, asked.request)
            try #require(report.error == nil)
            let diagnosis = try await world.diagnose(asked.pairing, journal: journal)
            #expect(diagnosis.isFlawless, "\(diagnosis.remarks)")
            #expect(diagnosis.depth <= 4)
            #expect(diagnosis.paths.count == (asked.direction == "both" ? 2 : 1))
        }
    }

    @Test("By the number alone, whoever made it", arguments: Pairing.all.flatMap { Combination.states($0) })
    func byNumber(_ asked: Combination) async throws {
        try await World.run(for: asked.pairing) { world async throws in
            var asked = asked
            asked.hasAgent = asked.comesIn
            try await world.connect(try world.connector(asked.pairing), asked.request)
            let number = try #require(try asked.numbers.first)
            let diagnosis = try await world.doctor(asked.pairing, journal: InMemoryJournal()).diagnose(number)
            #expect(diagnosis.isFlawless, "\(diagnosis.remarks)")
            let inbound = diagnosis.checks.first { $0.id == "agreement.inbound.transport" }
            // A number that only calls out needs no route.
            #expect(asked.comesIn ? inbound?.status == .pass : inbound == nil)
            #expect(diagnosis.paths.count == (asked.direction == "both" ? 2 : 1))
            #expect(diagnosis.depth <= 4, "\(asked.title)")
            let outbound = diagnosis.checks.first { $0.id == "agreement.outbound.encryption" }
            #expect(asked.goesOut ? outbound?.status == .pass : outbound == nil, "\(diagnosis.remarks)")
        }
    }

    @Test(
        "A fallback that leads nowhere is a warning: calls meet it only after the primary has failed",
        arguments: Pairing.all)
    func deadFallback(_ pairing: Pairing) async throws {
        let asked = Combination(pairing: pairing, hasFailover: true, hasAgent: true)
        try await World.run(for: asked.pairing) { world async throws in
            let journal = InMemoryJournal()
            let connector = try world.connector(asked.pairing, journal: journal)
            try await world.connect(connector, asked.request)
            let plan = try await connector.plan(ConnectionRequest())
            let ids = plan.resources.compactMap { $0.liveFields?["fallback_uri_uuid"]?.string }
            let id = try #require(ids.first)
            let resource = try #require(plan.resources.first { $0.id == id })
            let kind = try world.kind(resource.kind, of: asked.pairing)
            let live = try #require(try await kind.read(id))
            try await kind.changeByHand(live, ["uri": "sip.example.invalid;transport=tcp"])
            let diagnosis = try await world.diagnose(asked.pairing, journal: journal)
            #expect(diagnosis.decisive == nil, "\(diagnosis.remarks)")
            #expect(diagnosis.checks.contains { $0.status == .warn && $0.object == id })
        }
    }

    @Test(
        "The verdict does not wait for the last calls: their list is requested once, whatever it answers",
        arguments: Pairing.all, [429, 500, 503])
    func busyHistory(_ pairing: Pairing, _ status: Int) async throws {
        let asked = Combination.fullest(pairing)
        try await World.run(for: pairing) { world async throws in
            let journal = InMemoryJournal()
            try await world.connect(try world.connector(pairing, journal: journal), asked.request)
            world.sandbox.clearRequests()
            let busy = CallsTransport(base: world.transport, status: status)
            let doctor = Doctor(
                carrier: world.sandbox.environment, platforms: [], over: busy, journal: journal,
                probe: WireFinding.everythingAnswers)
            let diagnosis = try await doctor.diagnose(pairing.platform, settings: world.sandbox.environment)
            #expect(diagnosis.verdict == .ready, "\(diagnosis.remarks)")
            let history = diagnosis.checks.filter { $0.stage == .history }
            #expect(!history.isEmpty && history.allSatisfy { $0.status == .unknown && $0.isInformation })
            #expect(busy.count.withLock { $0 } == 2 * (try asked.numbers.count))
        }
    }

    @Test("A platform with hundreds of other numbers needs no more round trips", arguments: Pairing.all)
    func fullWorkspace(_ pairing: Pairing) async throws {
        try await World.run(for: pairing) { world async throws in
            pairing.service(in: world.sandbox)?.fill(250)
            let journal = InMemoryJournal()
            let asked = Combination.fullest(pairing)
            try await world.connect(try world.connector(pairing, journal: journal), asked.request)
            // Without the journal's ids and numbers the whole list is read, in as many round trips as it has pages.
            let isOnePage = pairing.facts.pageSize > 250
            for known in isOnePage ? [journal, InMemoryJournal()] : [journal] {
                let diagnosis = try await world.diagnose(pairing, journal: known)
                #expect(diagnosis.isFlawless, "\(diagnosis.remarks)")
                #expect(diagnosis.depth <= 4)
            }
            let number = try #require(try asked.numbers.first)
            let byNumber = try await world.doctor(pairing, journal: InMemoryJournal()).diagnose(number)
            #expect(byNumber.depth <= 4)
        }
    }

    @Test("A machine without the journal finds the same", arguments: Pairing.all)
    func withoutJournal(_ pairing: Pairing) async throws {
        let asked = Combination.fullest(pairing)
        try await World.run(for: pairing) { world async throws in
            try await world.connect(try world.connector(pairing), asked.request)
            let diagnosis = try await world.diagnose(pairing, journal: InMemoryJournal())
            #expect(diagnosis.isFlawless, "\(diagnosis.remarks)")
        }
    }

    @Test("Nothing is written, neither to a vendor nor to the journal", arguments: Pairing.all)
    func onlyReads(_ pairing: Pairing) async throws {
        let asked = Combination.fullest(pairing)
        try await World.run(for: pairing) { world async throws in
            let journal = InMemoryJournal()
            try await world.connect(try world.connector(pairing, journal: journal), asked.request)
            world.sandbox.services.plivo.own(number: "+14155550100", route: .application("4711"))
            let (entries, state) = (journal.entries.count, world.sandbox.state)
            world.sandbox.clearRequests()
            let diagnosis = try await world.diagnose(pairing, journal: journal)
            let number = try #require(try asked.numbers.first)
            _ = try await world.doctor(pairing, journal: journal).diagnose(number)
            #expect(diagnosis.verdict != .ready)
            #expect(!world.sandbox.requests.isEmpty && world.writes.isEmpty)
            #expect(journal.entries.count == entries && world.sandbox.state == state)
        }
    }

    @Test("A transport that is asked for a write refuses")
    func refusal() async throws {
        let transport = ReadOnlyTransport(ScriptedTransport([]))
        await #expect(throws: ZentrunkError.self) {
            _ = try await transport.send(
                TransportRequest(
                    head: .init(method: .post, scheme: "https", authority: "example.com", path: "/"), access: .write))
        }
        #expect(transport.count == 0)
    }
}
