import Testing
import ZentrunkJSON

@testable import ZentrunkCore

@Suite("A connection whose only runs never finished")
struct UnfinishedRunTests {
    @Test(
        "It is listed as soon as a write was announced, with the known objects",
        arguments: Subject.allCases)
    func dead(subject: Subject) async throws {
        try await subject.with { journal in
            let run = try RunRecord.example()
            try await journal.begin(run)
            #expect(try await journal.connections().isEmpty)
            let outcomes: [(WriteIntent, WriteOutcome?)] = [
                (.create(1, "acl"), .done(id: "acl-1")), (.create(2, "sip"), .notDone("refused")),
                (.create(3, "trunk"), .unknown("no answer")), (.create(4, "line"), nil),
                (.create(5, "old"), .done(id: "old-1")), (.delete(6, "old", id: "old-1"), .done(id: "old-1")),
                (try .route(7, "+14155550100", from: "app-1"), .done(id: "14155550100")),
            ]
            for (intent, outcome) in outcomes {
                try await journal.intend(intent, in: run)
                if let outcome { try await journal.settle(intent, outcome, in: run) }
            }
            let record = try #require(try await journal.connections().first)
            #expect(record.identity == run.identity)
            #expect(record.connection == run.connection)
            #expect(record.objects == [InstanceID("acl"): .object("acl", "acl-1")])
            #expect(record.former == [.route("14155550100"): ["app_id": "app-1", "alias": .null]])
        }
    }

    @Test("It combines those runs and has the description of the last connect", arguments: Subject.allCases)
    func several(subject: Subject) async throws {
        try await subject.with { journal in
            let last = try Connection.example(["+14155550109"])
            let runs = [
                try RunRecord.example("run-1"), try RunRecord.example("run-2", .connect, last),
                try RunRecord.example("run-3", .disconnect, .example([])),
            ]
            for (run, key) in zip(runs, ["acl", "trunk", "line"]) {
                try await journal.begin(run)
                try await journal.intend(.create(1, key), in: run)
                try await journal.settle(.create(1, key), .done(id: key), in: run)
            }
            try await journal.finish(runs[1], .left("half", nil))
            let record = try #require(try await journal.connections().first)
            #expect(record.connection == last)
            #expect(Set(record.objects.keys.map(\.key)) == ["acl", "trunk", "line"])
        }
    }

    @Test("It is not listed once its run is undone or settled by a later run", arguments: Subject.allCases)
    func settled(subject: Subject) async throws {
        try await subject.with { journal in
            let dead = try RunRecord.example("run-1")
            try await journal.begin(dead)
            try await journal.intend(.route(1, "+14155550100", from: "app-1"), in: dead)
            let later = try RunRecord.example("run-2", .disconnect)
            try await journal.begin(later)
            try await journal.finish(later, .gone)
            #expect(try await journal.connections().isEmpty)
            let undone = try RunRecord.example("run-3")
            try await journal.begin(undone)
            try await journal.intend(.route(1, "+14155550100", from: "app-1"), in: undone)
            try await journal.finish(undone, .undone("refused"))
            #expect(try await journal.connections().isEmpty)
        }
    }

    @Test("It does not hide what an earlier run completed", arguments: Subject.allCases)
    func earlier(subject: Subject) async throws {
        try await subject.with { journal in
            let first = try RunRecord.example("run-1")
            try await journal.begin(first)
            try await journal.finish(first, .done(.example(former: [.route("1"): [:]])))
            let dead = try RunRecord.example("run-2", .connect, .example(["+14155550109"]))
            try await journal.begin(dead)
            try await journal.intend(.route(1, "+14155550109", from: "app-9"), in: dead)
            let record = try #require(try await journal.connections().first)
            #expect(record.connection == first.connection)
            #expect(Set(record.former.keys) == [.route("1"), .route("14155550109")])
        }
    }
}

@Suite("A run's id")
struct RunIdentifierTests {
    @Test("A run must have begun before anything is recorded under its id", arguments: Subject.allCases)
    func unknown(subject: Subject) async throws {
        try await subject.with { journal in
            let run = try RunRecord.example()
            let intended = await failure { try await journal.intend(.create(1, "trunk"), in: run) }
            let finished = await failure { try await journal.finish(run, .gone) }
            #expect(intended?.code == .journal && finished?.code == .journal)
            try await journal.settle(.create(1, "trunk"), .done(id: "t"), in: run)
            #expect(try await journal.connections().isEmpty)
        }
    }

    @Test("A run can begin only once", arguments: Subject.allCases)
    func twice(subject: Subject) async throws {
        try await subject.with { journal in
            let run = try RunRecord.example()
            try await journal.begin(run)
            let error = await failure { try await journal.begin(run) }
            #expect(error?.code == .journal)
        }
    }
}
