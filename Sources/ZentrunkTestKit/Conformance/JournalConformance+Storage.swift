import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

extension JournalConformance {
    /// How a journal keeps entries, whatever they mean.
    static let storage: [Case] = [
        Case("Entries of every kind are returned as they were added, in order") { journal in
            let entries = try JournalEntry.examples()
            for entry in entries { try await journal.append([entry]) }
            try await #expect(journal.entries(of: "run-1").map(\.timeless) == entries)
            #expect(try await journal.entries(of: "run-9") == [])
        },
        Case("Entries that ride are read at once, and come before those that are appended after them") { journal in
            let entries = try JournalEntry.examples()
            for entry in entries.dropLast() { await journal.ride(entry) }
            #expect(try await journal.entries(of: "run-1").map(\.timeless) == Array(entries.dropLast()))
            #expect(
                try await journal.milestones(of: .example()).map(\.timeless) == entries.dropLast().filter(\.isMilestone)
            )
            #expect(try await journal.identities(of: nil) == [.example()])
            try await journal.append(entries.suffix(1))
            #expect(try await journal.entries(of: "run-1").map(\.timeless) == entries)
        },
        Case("Milestones are those of one connection, or of all, in the order in which they were added") { journal in
            let names: [(String, ConnectionName)] = [
                ("run-b", .main), ("run-a", try ConnectionName("other")), ("run-c", .main),
            ]
            var all: [JournalEntry] = []
            for (id, name) in names {
                let run = try RunRecord.example(id, of: name)
                let entries = [
                    JournalEntry.example(run, .began(run.operation, run.connection)),
                    .example(run, .intended(.create(1, "trunk"))), .example(run, .ended(.left, "stopped")),
                    .example(run, .reopened), .example(run, .settled(1, .unknown("no answer"))),
                ]
                try await journal.append(entries)
                all += entries
            }
            let last = JournalEntry.example(try RunRecord.example("run-b"), .ended(.undone, nil))
            try await journal.append([last])
            let milestones = (all + [last]).filter(\.isMilestone)
            #expect(try await journal.milestones(of: nil).map(\.timeless) == milestones)
            for (_, name) in names {
                let own = milestones.filter { $0.identity.name == name }
                #expect(try await journal.milestones(of: .example(name)).map(\.timeless) == own)
            }
            #expect(try await journal.milestones(of: .example(ConnectionName("third"))) == [])
        },
        Case("Connections are known by the carrier's account from their first run on, each once") { journal in
            #expect(try await journal.identities(of: nil) == [])
            var identities: [ConnectionIdentity] = []
            for (index, account) in ["MA1", "MA2", "MA1", "MA1"].enumerated() {
                var identity = ConnectionIdentity.example(try ConnectionName("c\(index % 3)"))
                identity.carrierAccount = account
                identities.append(identity)
                try await journal.append([
                    JournalEntry(run: "run-\(index)", identity: identity, .began(.connect, .example())),
                    JournalEntry(run: "run-\(index)", identity: identity, .ended(.gone, nil)),
                ])
            }
            try await journal.append([
                JournalEntry(run: "run-9", identity: identities[0], .began(.disconnect, .example()))
            ])
            let first = try await journal.identities(of: "MA1")
            #expect(first.count == 2)
            #expect(Set(first) == Set(identities.filter { $0.carrierAccount == "MA1" }))
            #expect(try await journal.identities(of: "MA2") == [identities[1]])
            #expect(try await journal.identities(of: "MA3") == [])
            let all = try await journal.identities(of: nil)
            #expect(all.count == 3)
            #expect(Set(all) == Set(identities))
        },
        Case("An append is added as a whole or not at all") { journal in
            let run = try RunRecord.example()
            let stranger = try RunRecord.example("never begun")
            try await journal.append([.example(run, .began(run.operation, run.connection))])
            let error = await failure {
                try await journal.append([
                    .example(run, .intended(.create(1, "trunk"))), .example(stranger, .intended(.create(1, "trunk"))),
                ])
            }
            #expect(error?.code == .journal)
            #expect(try await journal.entries(of: run.id).count == 1)
            await journal.ride(.example(stranger, .settled(1, .done(id: "t"))))
            await journal.ride(.example(stranger, .reopened))
            #expect(try await journal.entries(of: stranger.id) == [])
            try await journal.append([.example(run, .intended(.create(1, "trunk")))])
            #expect(try await journal.entries(of: stranger.id) == [])
            #expect(try await journal.runs(of: nil).map(\.record.id) == [run.id])
        },
        Case("Concurrent appends and riders are all kept, and those of each task stay in order") { journal in
            let runs = try (0..<8).map { try RunRecord.example("run-\($0)", of: ConnectionName("c\($0 % 3)")) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for run in runs {
                    group.addTask {
                        try await journal.begin(run)
                        for sequence in 1...20 {
                            try await journal.intend(.create(sequence, "k"), in: run)
                            try await journal.settle(.create(sequence, "k"), .done(id: "\(sequence)"), in: run)
                        }
                        try await journal.finish(run, .left("stopped", nil))
                    }
                }
                try await group.waitForAll()
            }
            for run in runs {
                let events = try await journal.entries(of: run.id).map(\.event)
                let writes = (1...20).flatMap { sequence -> [JournalEntry.Event] in
                    [.intended(.create(sequence, "k")), .settled(sequence, .done(id: "\(sequence)"))]
                }
                #expect(
                    events == [.began(run.operation, run.connection)] + writes + [.ended(.left, "stopped")])
            }
            #expect(try await journal.milestones(of: nil).count == 16)
        },
    ]
}

extension JournalConformance {
    /// What is known if the process dies, whichever entries that rode are lost with it.
    static let crashes: [Case] = [
        Case("A start that is lost belongs to a run that has written nothing") { base in
            let journal = LossyJournal(base)
            try await journal.begin(.example())
            #expect(try await journal.runs(of: .example()).count == 1)
            journal.crash()
            #expect(try await journal.runs(of: .example()) == [])
            #expect(try await journal.connections() == [])
            try await journal.begin(.example())
        },
        Case("With the first intent the start is durable, and an outcome that is lost leaves the write open") { base in
            let journal = LossyJournal(base)
            let run = try RunRecord.example()
            try await journal.begin(run)
            try await journal.intend(.create(1, "acl"), in: run)
            try await journal.settle(.create(1, "acl"), .done(id: "a"), in: run)
            let route = try WriteIntent.route(2, "+14155550100", from: "app-1")
            try await journal.intend(route, in: run)
            try await journal.settle(route, .notDone("refused"), in: run)
            #expect(try await journal.connection(.example())?.former == [:])
            journal.crash()
            #expect(try await journal.runs(of: .example()).map(\.outcome) == [nil])
            #expect(
                try await journal.writes(of: run.id)
                    == [PastWrite(.create(1, "acl"), .done(id: "a")), PastWrite(route, nil)])
            let record = try #require(try await journal.connection(.example()))
            #expect(record.objects == [InstanceID("acl"): .object("acl", "a")])
            #expect(record.former == [.route("14155550100"): ["app_id": "app-1", "alias": .null]])
        },
        Case("A run whose reopening is lost is as it ended") { base in
            let journal = LossyJournal(base)
            let run = try RunRecord.example()
            try await journal.begin(run)
            try await journal.finish(run, .done(.example()))
            await journal.reopen(run)
            #expect(try await journal.run(run.id)?.outcome == nil)
            journal.crash()
            #expect(try await journal.run(run.id)?.outcome == .done)
        },
    ]
}

/// A journal that loses the entries that ride if its process dies.
private final class LossyJournal: Journal {
    private let base: any Journal
    private let riders = Mutex<[JournalEntry]>([])

    init(_ base: any Journal) { self.base = base }

    var locks: any ConnectionLocks { base.locks }

    /// Loses what rides.
    func crash() { riders.withLock { $0 = [] } }

    func append(_ entries: [JournalEntry]) async throws {
        let riders = riders.withLock { riders in
            defer { riders = [] }
            return riders
        }
        for rider in riders { await base.ride(rider) }
        try await base.append(entries)
    }

    func ride(_ entry: JournalEntry) async { riders.withLock { $0.append(entry) } }

    func identities(of carrierAccount: String?) async throws -> [ConnectionIdentity] {
        let known = try await base.identities(of: carrierAccount)
        let begun = riders.withLock { $0.filter(\.isStart).map(\.identity) }
        return known
            + Set(begun).subtracting(known).filter { carrierAccount == nil || $0.carrierAccount == carrierAccount }
    }

    func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry] {
        try await base.milestones(of: identity)
            + riders.withLock { $0.filter { $0.isMilestone && (identity == nil || $0.identity == identity) } }
    }

    func entries(of run: String) async throws -> [JournalEntry] {
        try await base.entries(of: run) + riders.withLock { $0.filter { $0.run == run } }
    }
}

extension JournalEntry {
    /// The entry without its time, which a journal may set.
    fileprivate var timeless: JournalEntry {
        var entry = self
        entry.time = nil
        return entry
    }

    fileprivate static func example(_ run: RunRecord, _ event: Event) -> JournalEntry {
        JournalEntry(run: run.id, identity: run.identity, event)
    }

    /// One entry of each kind of the run `run-1`, with every member that it can have.
    fileprivate static func examples() throws -> [JournalEntry] {
        let run = try RunRecord.example()
        let line = InstanceID("line", number: try PhoneNumber("+14155550100"))
        var change = try WriteIntent.route(2, "+14155550100", from: "app-1")
        change.before = ["z": [true, .null, 1, 0.5], "a": ["é": "\u{1F600}"]]
        change.after = [InstanceID("trunk"), line]
        var record = try ConnectionRecord.example(
            objects: [line: .object("line", "line-1"), InstanceID("trunk"): .object("trunk", "123456789012345678")],
            former: [.route("14155550100"): ["z": "last", "app_id": "app-1", "a": [true, .null]], .route("1"): [:]])
        record.connection.template = "{\n\"pairing\": \"own\"}"
        record.after = [line: [InstanceID("trunk")]]
        let events: [Event] = [
            .began(.connect, run.connection), .intended(.create(1, "trunk")), .settled(1, .done(id: "t")),
            .intended(change), .settled(2, .notDone("refused: \"400\"\n")), .intended(.delete(3, "acl", id: "a")),
            .settled(3, .unknown("")), .described(record), .ended(.done, nil), .reopened, .ended(.left, "in use"),
            .reopened, .ended(.undone, "undone"),
        ]
        return events.map { .example(run, $0) }
    }
}
