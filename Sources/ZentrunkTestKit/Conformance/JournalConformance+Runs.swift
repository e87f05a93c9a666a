import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

extension JournalConformance {
    /// What a journal knows of past runs and their writes.
    static let pastRuns: [Case] = [
        Case("Runs are returned in order with their endings, and writes with former values and outcomes") { journal in
            let other = try ConnectionName("other")
            let first = try RunRecord.example()
            var change = try WriteIntent.route(2, "+14155550100", from: "app-1")
            change.before = ["app_id": "app-1", "z": 1, "a": [true, .null]]
            try await journal.begin(first)
            try await journal.intend(.create(1, "trunk"), in: first)
            try await journal.settle(.create(1, "trunk"), .done(id: "t"), in: first)
            try await journal.intend(change, in: first)
            let open = try await journal.runs(of: nil)
            #expect(open.map(\.record) == [first])
            #expect(open.first?.outcome == nil)
            let writes = try await journal.writes(of: "run-1")
            #expect(writes == [PastWrite(.create(1, "trunk"), .done(id: "t")), PastWrite(change, nil)])
            #expect(writes.last?.intent.before?.names == ["app_id", "z", "a"])

            try await journal.finish(first, .left("stopped", nil))
            for (id, operation, ending) in [
                ("run-2", RunOperation.connect, RunEnding.undone("refused")), ("run-3", .disconnect, .gone),
            ] {
                let run = try RunRecord.example(id, operation, of: other)
                try await journal.begin(run)
                try await journal.intend(.create(1, "trunk"), in: run)
                try await journal.finish(run, ending)
            }
            let all = try await journal.runs(of: nil)
            #expect(all.map(\.record.id) == ["run-1", "run-2", "run-3"])
            #expect(all.map(\.outcome) == [.left, .undone, .gone])
            #expect(all.map(\.remark) == ["stopped", "refused", nil])
            #expect(try await journal.runs(of: .example(other)).map(\.record.id) == ["run-2", "run-3"])
            #expect(try await journal.runs(of: .example(try ConnectionName("third"))) == [])
            #expect(try await journal.writes(of: "run-9") == [])
        },
        Case("A run is found by its id, with its ending and its connection") { journal in
            #expect(try await journal.run("run-1") == nil)
            let other = try ConnectionName("other")
            for (id, name) in [("run-1", ConnectionName.main), ("run-2", other), ("run-3", .main)] {
                let run = try RunRecord.example(id, of: name)
                try await journal.begin(run)
                try await journal.intend(.create(1, "trunk"), in: run)
                if id != "run-3" { try await journal.finish(run, .left("stopped \(id)", nil)) }
            }
            for past in try await journal.runs(of: nil) {
                #expect(try await journal.run(past.record.id) == past)
            }
            #expect(try await journal.run("run-2")?.record.identity == .example(other))
            #expect(try await journal.run("run-3")?.outcome == nil)
            #expect(try await journal.run("run-9") == nil)
        },
        Case("Undoing a completed run keeps earlier hints, without objects that the run created or took over") {
            journal in
            let (trunk, line) = (InstanceID("trunk"), InstanceID("line"))
            let first = try RunRecord.example("run-1", .connect, .example(["+14155550100"]))
            var record = ConnectionRecord(identity: first.identity, connection: first.connection)
            record.objects = [trunk: .object("trunk", "t")]
            try await journal.begin(first)
            try await journal.finish(first, .done(record))

            let second = try RunRecord.example("run-2")
            let taken = RecordedObject(kind: "acme.line", id: "foreign")
            let adoption = WriteIntent(
                sequence: 2, deed: .change, instance: line, kind: taken.kind, id: taken.id, name: nil, fields: [:],
                former: ["label": "theirs"])
            try await journal.begin(second)
            try await journal.intend(.create(1, "rule"), in: second)
            try await journal.settle(.create(1, "rule"), .done(id: "r"), in: second)
            try await journal.intend(adoption, in: second)
            try await journal.settle(adoption, .done(id: taken.id), in: second)
            record.connection = second.connection
            record.objects[InstanceID("rule")] = .object("rule", "r")
            record.objects[line] = taken
            record.former = [taken: ["label": "theirs"]]
            try await journal.finish(second, .done(record))

            await journal.reopen(second)
            try await journal.intend(.delete(3, "rule", id: "r"), in: second)
            try await journal.settle(.delete(3, "rule", id: "r"), .done(id: "r"), in: second)
            try await journal.finish(second, .undone("undone by hand"))
            let after = try #require(try await journal.connections().first)
            #expect(after.connection == first.connection)
            #expect(after.objects == [trunk: .object("trunk", "t")])
            #expect(after.former.isEmpty)
        },
        Case("Undoing a repair keeps no hint to the objects that it created") { journal in
            let objects = [InstanceID("trunk"): RecordedObject.object("trunk", "t")]
            let first = try RunRecord.example("run-1")
            try await journal.begin(first)
            try await journal.finish(first, .done(.example(objects: objects)))
            let repair = try RunRecord.example("run-2")
            try await journal.begin(repair)
            try await journal.intend(.create(1, "rule"), in: repair)
            try await journal.settle(.create(1, "rule"), .done(id: "r"), in: repair)
            try await journal.finish(repair, .left("stopped", nil))
            #expect(try await journal.connections().first?.objects.count == 2)
            try await journal.finish(repair, .undone("undone"))
            #expect(try await journal.connections().first?.objects == objects)
        },
        Case("A write that was not done loses its former values, and no others") { journal in
            let run = try RunRecord.example()
            let intents = [
                try WriteIntent.route(1, "+14155550100", from: "app-1"),
                try WriteIntent.route(2, "+14155550101", from: "app-2"),
                try WriteIntent.route(3, "+14155550102", from: "app-3"),
            ]
            try await journal.begin(run)
            for intent in intents { try await journal.intend(intent, in: run) }
            try await journal.settle(intents[0], .done(id: "14155550100"), in: run)
            try await journal.settle(intents[1], .notDone("refused"), in: run)
            try await journal.settle(intents[2], .unknown("no answer"), in: run)
            let former = try #require(try await journal.connections().first?.former)
            #expect(Set(former.keys) == [.route("14155550100"), .route("14155550102")])
            // A later run that changes the same route does not delete the first run's former values.
            let later = try RunRecord.example("run-2")
            try await journal.begin(later)
            try await journal.intend(.route(1, "+14155550100", from: "ours"), in: later)
            try await journal.settle(.route(1, "+14155550100", from: "ours"), .notDone("refused"), in: later)
            #expect(try await journal.connections().first?.former == former)
        },
        Case("A completed run can be reopened and undone, and the run before it applies again") { journal in
            let (small, large) = (try Connection.example(["+14155550100"]), try Connection.example())
            for (id, connection, number) in [("run-1", small, "+14155550100"), ("run-2", large, "+14155550101")] {
                let run = try RunRecord.example(id, .connect, connection)
                try await journal.begin(run)
                try await journal.intend(.route(1, number, from: "app-\(id)"), in: run)
                var record = ConnectionRecord(identity: run.identity, connection: connection)
                record.former = try await journal.connections().first?.former ?? [:]
                try await journal.finish(run, .done(record))
            }
            let second = try RunRecord.example("run-2", .connect, large)
            await journal.reopen(second)
            try await journal.intend(.delete(2, "trunk", id: "t"), in: second)
            #expect(try await journal.runs(of: nil).map(\.outcome) == [.done, nil])
            try await journal.finish(second, .undone("taken back"))
            let known = try #require(try await journal.connections().first)
            #expect(known.connection == small)
            #expect(Set(known.former.keys) == [.route("14155550100")])
            let first = try RunRecord.example("run-1", .connect, small)
            try await journal.finish(first, .undone("taken back"))
            #expect(try await journal.connections() == [])
        },
        Case("Objects of a dead run become hints in addition to earlier ones") { journal in
            let first = try RunRecord.example("run-1")
            try await journal.begin(first)
            try await journal.finish(
                first, .done(.example(objects: [InstanceID("sip"): .object("sip", "old")])))
            let dead = try RunRecord.example("run-2")
            try await journal.begin(dead)
            for (sequence, key) in [(1, "sip"), (2, "trunk")] {
                try await journal.intend(.create(sequence, key), in: dead)
                try await journal.settle(.create(sequence, key), .done(id: "new"), in: dead)
            }
            try await journal.finish(dead, .left("its process died", nil))
            // The old object may still exist under another name, so its hint is kept and must be verified.
            let objects = try await journal.connections().first?.objects
            #expect(
                objects == [InstanceID("sip"): .object("sip", "old"), InstanceID("trunk"): .object("trunk", "new")])
        },
        Case("A write that is recorded again is open again") { journal in
            let run = try RunRecord.example()
            try await journal.begin(run)
            try await journal.intend(.create(1, "trunk"), in: run)
            try await journal.settle(.create(1, "trunk"), .notDone("refused"), in: run)
            try await journal.intend(.create(1, "trunk"), in: run)
            #expect(try await journal.writes(of: run.id) == [PastWrite(.create(1, "trunk"), nil)])
        },
    ]
}
