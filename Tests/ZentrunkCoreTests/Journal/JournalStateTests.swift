import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@Suite("What the entries of a connection's runs say")
struct JournalStateTests {
    /// A rule of the fold, and entries that show it.
    struct Example: Sendable, CustomTestStringConvertible {
        let rule: String
        let entries: [JournalEntry]
        /// What is known; nil for nothing.
        let record: ConnectionRecord?

        var testDescription: String { rule }

        init(_ rule: String, _ entries: [[JournalEntry]], _ record: ConnectionRecord?) {
            (self.rule, self.entries, self.record) = (rule, entries.flatMap { $0 }, record)
        }
    }

    @Test("Every rule", arguments: Self.examples)
    func rule(example: Example) {
        #expect(JournalState(folding: example.entries).record == example.record)
    }

    @Test("The decisive runs alone say the same, and milestones are sufficient to know them", arguments: Self.examples)
    func decisive(example: Example) {
        let decisive = JournalState(folding: example.entries.filter(\.isMilestone)).decisiveRuns
        #expect(decisive == JournalState(folding: example.entries).decisiveRuns)
        let entries = example.entries.filter { decisive.contains($0.run) }
        #expect(JournalState(folding: entries).record == example.record)
    }

    @Test("Runs and writes are those that began, with their last outcomes")
    func runs() {
        let entries = [
            Self.began("1"), [Self.entry("2", .ended(.done, nil))], Self.created("1", 2, "trunk", "t"),
            [Self.entry("1", .intended(.create(1, "acl"))), Self.entry("1", .ended(.left, "stopped"))],
            [Self.entry("1", .settled(1, .unknown("late"))), Self.entry("1", .settled(9, .done(id: "x")))],
        ].flatMap { $0 }
        let state = JournalState(folding: entries)
        #expect(state.runs.map(\.record.id) == ["1"])
        #expect(state.runs.map(\.outcome) == [.left])
        #expect(state.runs.map(\.remark) == ["stopped"])
        #expect(
            state.writes(of: "1")
                == [PastWrite(.create(1, "acl"), .unknown("late")), PastWrite(.create(2, "trunk"), .done(id: "t"))])
        #expect(state.writes(of: "2") == [])
        let reopened = JournalState(folding: entries + [Self.entry("1", .reopened)])
        #expect(reopened.runs.map(\.outcome) == [nil])
        #expect(reopened.runs.map(\.remark) == [nil])
    }
}

// MARK: Examples

extension JournalStateTests {
    private static let numbers = ["1": ["+14155550101"], "2": ["+14155550102"], "3": ["+14155550103"]]
    private static let theirs: JSONObject = ["app_id": "theirs", "alias": .null]
    private static let ours: JSONObject = ["app_id": "ours", "alias": .null]
    private static let first = RecordedObject.route("14155550101")
    private static let second = RecordedObject.route("14155550102")

    private static let examples: [Example] = completed + undone + unfinished

    private static let completed: [Example] = [
        Example("Nothing is known of nothing", [], nil),
        Example("A run that has written nothing says nothing", [began("1")], nil),
        Example(
            "A completed run replaces everything",
            [
                began("1"), routed("1", 1, "+14155550101", "theirs"),
                done("1", known("1", ["trunk": "t"], [first: theirs])),
                began("2"), routed("2", 1, "+14155550102", "theirs"),
                done("2", known("2", ["acl": "a"], [second: theirs])),
            ], known("2", ["acl": "a"], [second: theirs])),
        Example(
            "A removed connection is forgotten",
            [
                began("1"), done("1", known("1", ["trunk": "t"], [first: theirs])),
                began("2"), routed("2", 1, "+14155550102", "theirs"), ended("2", .gone),
            ], nil),
        Example(
            "What comes after a removed connection counts",
            [
                began("1"), done("1", known("1", ["trunk": "t"])), began("2"), ended("2", .gone),
                began("3"), created("3", 1, "acl", "a"),
            ], known("3", ["acl": "a"])),
        Example(
            "A run that left something replaces description and hints, and former values are kept",
            [
                began("1"), done("1", known("1", ["trunk": "t"], [first: theirs])),
                began("2"), routed("2", 1, "+14155550102", "theirs"), left("2", known("2", ["acl": "a"])),
            ], known("2", ["acl": "a"], [first: theirs, second: theirs])),
        Example(
            "A description without an end does not count yet",
            [
                began("1"), done("1", known("1", ["trunk": "t"])),
                began("2"), [entry("2", .described(known("2", ["acl": "a"])))],
            ], known("1", ["trunk": "t"])),
        Example(
            "What an instance rests on is kept",
            [
                began("1"),
                done("1", known("1", ["trunk": "t"], after: [InstanceID("trunk"): [InstanceID("acl")]])),
                began("2"), created("2", 1, "uri", "u", after: [InstanceID("sip")]), ended("2", .left),
            ],
            known(
                "1", ["trunk": "t", "uri": "u"],
                after: [InstanceID("trunk"): [InstanceID("acl")], InstanceID("uri"): [InstanceID("sip")]])),
    ]

    private static let undone: [Example] = [
        Example("An undone run says nothing", [began("1"), created("1", 1, "acl", "a"), ended("1", .undone)], nil),
        Example(
            "The state is that of the other runs",
            [
                began("1"), done("1", known("1", ["trunk": "t"], [first: theirs])),
                began("2"), done("2", known("2", ["acl": "a"], [first: theirs, second: theirs])), ended("2", .undone),
            ], known("1", ["trunk": "t"], [first: theirs])),
        Example(
            "An undone run in front of others takes its former values with it",
            [
                began("1"), routed("1", 1, "+14155550101", "theirs"), ended("1", .undone),
                began("2"), routed("2", 1, "+14155550102", "theirs"),
            ], known("2", [:], [second: theirs])),
        Example(
            "A completed run that is being undone counts until its end",
            [
                began("1"), done("1", known("1", ["trunk": "t"], [first: theirs])),
                began("2"), done("2", known("2", ["acl": "a"])), [entry("2", .reopened)],
                [entry("2", .intended(.delete(2, "acl", id: "a")))],
            ], known("2", ["acl": "a"])),
        Example(
            "A completed run that was undone in part keeps its description, and the objects that it created are hints",
            [
                began("1"), created("1", 1, "sip", "s"), created("1", 2, "acl", "b"),
                done("1", known("1", ["acl": "a"], [first: theirs])), [entry("1", .reopened)], ended("1", .left),
            ], known("1", ["acl": "a", "sip": "s"], [first: theirs])),
        Example(
            "A run that was undone and then left something counts by its writes",
            [
                began("1"), done("1", known("1", ["trunk": "t"])),
                began("2"), created("2", 1, "acl", "a"), routed("2", 2, "+14155550102", "theirs"),
                done("2", known("2", ["acl": "a"], [second: theirs])), ended("2", .undone), ended("2", .left),
            ], known("1", ["trunk": "t", "acl": "a"], [second: theirs])),
    ]

    private static let unfinished: [Example] = [
        Example(
            "A write that was not done has no former values, one that may have been has",
            [
                began("1"), routed("1", 1, "+14155550101", "theirs", .notDone("refused")),
                routed("1", 2, "+14155550102", "theirs", .unknown("no answer")),
                routed("1", 3, "+14155550103", "theirs", nil),
            ], known("1", [:], [second: theirs, .route("14155550103"): theirs])),
        Example(
            "The first former values of an object are kept, within a run and beyond it",
            [
                began("1"), routed("1", 1, "+14155550101", "theirs"), routed("1", 2, "+14155550101", "ours"),
                began("2"), routed("2", 1, "+14155550101", "ours"),
            ], known("2", [:], [first: theirs])),
        Example(
            "If the first write was certainly not done, the values that the next one found are the former ones",
            [
                began("1"), routed("1", 1, "+14155550101", "theirs", .notDone("refused")), ended("1", .left),
                began("2"), routed("2", 1, "+14155550101", "ours"),
            ], known("2", [:], [first: ours])),
        Example(
            "A write that is intended again is open again",
            [
                began("1"), routed("1", 1, "+14155550101", "theirs", .notDone("refused")),
                routed("1", 1, "+14155550101", "theirs", nil),
            ], known("1", [:], [first: theirs])),
        Example(
            "An object that was created and deleted again is not a hint",
            [
                began("1"), created("1", 1, "acl", "a"), created("1", 2, "sip", "s"),
                [entry("1", .intended(.delete(3, "acl", id: "a"))), entry("1", .settled(3, .done(id: "a")))],
            ], known("1", ["sip": "s"])),
        Example(
            "A dead run adds former values to a completed one, and hints only once it is closed",
            [
                began("1"), done("1", known("1", ["trunk": "t"])),
                began("2"), created("2", 1, "acl", "a"), routed("2", 2, "+14155550102", "theirs"),
            ], known("1", ["trunk": "t"], [second: theirs])),
        Example(
            "A closed run adds hints, and known ones stay",
            [
                began("1"), done("1", known("1", ["trunk": "t"])),
                began("2"), created("2", 1, "acl", "a"), created("2", 2, "trunk", "new"), ended("2", .left),
            ], known("1", ["trunk": "t", "acl": "a"])),
        Example(
            "Without a description the last connect that wrote describes the sum of the runs",
            [
                began("1"), created("1", 1, "acl", "a"), ended("1", .left), began("2"), created("2", 1, "sip", "s"),
                began("3", .disconnect), created("3", 1, "trunk", "t"), began("4"),
            ], known("2", ["acl": "a", "sip": "s", "trunk": "t"])),
        Example(
            "Without a connect the last run describes it",
            [began("1", .disconnect), created("1", 1, "acl", "a")], known("1", ["acl": "a"])),
    ]

    // MARK: Entries

    private static func connection(_ run: String) -> Connection {
        Connection(
            platform: "acme", name: .main, numbers: (numbers[run] ?? []).compactMap { PhoneNumber(vendorSpelling: $0) },
            values: ["run": .string(run)])
    }

    /// What is known after the run, with objects by key.
    private static func known(
        _ run: String, _ objects: [String: String], _ former: [RecordedObject: JSONObject] = [:],
        after: [InstanceID: [InstanceID]] = [:]
    ) -> ConnectionRecord {
        let pairs = objects.map { (InstanceID($0.key), RecordedObject.object($0.key, $0.value)) }
        return ConnectionRecord(
            identity: .example(), connection: connection(run), objects: Dictionary(pairs) { first, _ in first },
            former: former, after: after)
    }

    private static func entry(_ run: String, _ event: JournalEntry.Event) -> JournalEntry {
        JournalEntry(run: run, identity: .example(), event)
    }

    private static func began(_ run: String, _ operation: RunOperation = .connect) -> [JournalEntry] {
        [entry(run, .began(operation, connection(run)))]
    }

    private static func ended(_ run: String, _ outcome: PastRun.Outcome) -> [JournalEntry] {
        [entry(run, .ended(outcome, nil))]
    }

    private static func done(_ run: String, _ record: ConnectionRecord) -> [JournalEntry] {
        [entry(run, .described(record)), entry(run, .ended(.done, nil))]
    }

    private static func left(_ run: String, _ record: ConnectionRecord) -> [JournalEntry] {
        [entry(run, .described(record)), entry(run, .ended(.left, "stopped"))]
    }

    private static func created(
        _ run: String, _ sequence: Int, _ key: String, _ id: String, after: [InstanceID] = []
    ) -> [JournalEntry] {
        var intent = WriteIntent.create(sequence, key)
        intent.after = after
        return [entry(run, .intended(intent)), entry(run, .settled(sequence, .done(id: id)))]
    }

    /// The entries of a route that is changed, whose former application is given.
    private static func routed(
        _ run: String, _ sequence: Int, _ number: String, _ application: String,
        _ outcome: WriteOutcome? = .done(id: "")
    ) -> [JournalEntry] {
        guard let intent = try? WriteIntent.route(sequence, number, from: application) else { return [] }
        return [entry(run, .intended(intent))] + (outcome.map { [entry(run, .settled(sequence, $0))] } ?? [])
    }
}
