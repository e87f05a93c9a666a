import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

extension JournalConformance {
    /// What a journal knows of connections whose runs have not ended.
    static let unfinishedRuns: [Case] = [
        Case("A connection is known from its first intent, with the objects that were created") { journal in
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
        },
        Case("A connection without a completed run is the sum of its runs, described by the last connect") { journal in
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
        },
        Case("A connection without a completed run is forgotten once undone or removed") { journal in
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
        },
        Case("An unfinished run does not hide the record of a completed one") { journal in
            let first = try RunRecord.example("run-1")
            try await journal.begin(first)
            try await journal.finish(first, .done(.example(former: [.route("1"): [:]])))
            let dead = try RunRecord.example("run-2", .connect, .example(["+14155550109"]))
            try await journal.begin(dead)
            try await journal.intend(.route(1, "+14155550109", from: "app-9"), in: dead)
            let record = try #require(try await journal.connections().first)
            #expect(record.connection == first.connection)
            #expect(Set(record.former.keys) == [.route("1"), .route("14155550109")])
        },
    ]
}

extension JournalConformance {
    /// How a journal treats the ids of runs.
    static let runIdentifiers: [Case] = [
        Case("Nothing can be recorded for a run that was not begun") { journal in
            let run = try RunRecord.example()
            let intended = await failure { try await journal.intend(.create(1, "trunk"), in: run) }
            let finished = await failure { try await journal.finish(run, .gone) }
            #expect(intended?.code == .journal && finished?.code == .journal)
            try await journal.settle(.create(1, "trunk"), .done(id: "t"), in: run)
            #expect(try await journal.connections().isEmpty)
        },
        Case("A run can be begun only once") { journal in
            let run = try RunRecord.example()
            try await journal.begin(run)
            let error = await failure { try await journal.begin(run) }
            #expect(error?.code == .journal)
        },
    ]
}
