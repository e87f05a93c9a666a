import Testing
import ZentrunkJSON

@testable import ZentrunkCore

@Suite("Behaviour of both journals")
struct JournalConformanceTests {
    @Test("A new journal is empty", arguments: Subject.allCases)
    func empty(subject: Subject) async throws {
        try await subject.with { journal in
            let found = try await journal.connections()
            #expect(found.isEmpty)
        }
    }

    @Test("A completed run's record is returned with numbers and members in order", arguments: Subject.allCases)
    func done(subject: Subject) async throws {
        try await subject.with { journal in
            let run = try RunRecord.example()
            let number = try PhoneNumber("+14155550100")
            let record = try ConnectionRecord.example(
                objects: [
                    InstanceID("trunk"): .object("trunk", "123456789012345678"),
                    InstanceID("line", number: number): .object("line", "line-1"),
                ],
                former: [
                    .route("14155550100"): ["z": "last", "app_id": "app-1", "a": [true, .null]], .route("1"): [:],
                ])
            try await journal.begin(run)
            try await journal.finish(run, .done(record))
            let found = try #require(try await journal.connections().first)
            #expect(found == record)
            #expect(found.connection.numbers.map(\.e164) == ["+14155550101", "+14155550100"])
            #expect(found.former[.route("14155550100")]?.names == ["z", "app_id", "a"])
        }
    }

    @Test("A later run's record replaces the earlier one", arguments: Subject.allCases)
    func doneAgain(subject: Subject) async throws {
        try await subject.with { journal in
            for (id, object) in [("run-1", "old"), ("run-2", "new")] {
                let run = try RunRecord.example(id)
                try await journal.begin(run)
                try await journal.finish(
                    run,
                    .done(.example(objects: [InstanceID(object): .object("x", object)], former: [.route(object): [:]])))
            }
            let record = try #require(try await journal.connections().first)
            #expect(record.objects == [InstanceID("new"): .object("x", "new")])
            #expect(record.former == [.route("new"): [:]])
        }
    }

    @Test("The first former values of an object are kept", arguments: Subject.allCases)
    func firstWins(subject: Subject) async throws {
        try await subject.with { journal in
            for (id, application) in [("run-1", "app-1"), ("run-2", "app-2")] {
                let run = try RunRecord.example(id)
                try await journal.begin(run)
                try await journal.intend(.route(1, "+14155550100", from: application), in: run)
                try await journal.finish(run, .left("stopped", .example()))
            }
            let former = try await journal.connections().first?.former
            #expect(former == [.route("14155550100"): ["app_id": "app-1", "alias": .null]])
        }
    }

    @Test("Undoing a run deletes the former values that it added, and no others", arguments: Subject.allCases)
    func undone(subject: Subject) async throws {
        try await subject.with { journal in
            let first = try RunRecord.example("run-1")
            try await journal.begin(first)
            try await journal.intend(.route(1, "+14155550100", from: "app-1"), in: first)
            try await journal.finish(
                first, .done(.example(former: [.route("14155550100"): ["app_id": "app-1", "alias": .null]])))
            let second = try RunRecord.example("run-2")
            try await journal.begin(second)
            try await journal.intend(.route(1, "+14155550100", from: "ours"), in: second)
            try await journal.intend(.route(2, "+14155550101", from: "app-2"), in: second)
            let during = try await journal.connections().first?.former.count
            #expect(during == 2)
            try await journal.finish(second, .undone("refused"))
            let after = try await journal.connections().first?.former
            #expect(after == [.route("14155550100"): ["app_id": "app-1", "alias": .null]])
        }
    }

    @Test("Ending a run as gone deletes its connection, and only that one", arguments: Subject.allCases)
    func gone(subject: Subject) async throws {
        try await subject.with { journal in
            let other = try ConnectionName("other")
            for (id, name) in [("run-1", ConnectionName.main), ("run-2", other)] {
                let run = try RunRecord.example(id, of: name)
                try await journal.begin(run)
                try await journal.finish(
                    run, .done(.example(name, objects: [InstanceID("x"): .object("x", id)], former: [.route("1"): [:]]))
                )
            }
            let run = try RunRecord.example("run-3", .disconnect)
            try await journal.begin(run)
            try await journal.intend(.route(1, "+14155550100", from: "app-1"), in: run)
            try await journal.finish(run, .gone)
            let names = try await journal.connections().map(\.identity.name)
            #expect(names == [other])
        }
    }

    @Test("A run that left objects replaces the description, and former values stay", arguments: Subject.allCases)
    func left(subject: Subject) async throws {
        try await subject.with { journal in
            let first = try RunRecord.example("run-1")
            try await journal.begin(first)
            try await journal.finish(first, .done(.example(former: [.route("1"): ["app_id": "app-1"]])))
            let second = try RunRecord.example("run-2", .disconnect)
            try await journal.begin(second)
            let rest = try ConnectionRecord.example(objects: [InstanceID("trunk"): .object("trunk", "t")])
            try await journal.finish(second, .left("the trunk is in use", rest))
            let record = try #require(try await journal.connections().first)
            #expect(record.objects == rest.objects)
            #expect(record.former == [.route("1"): ["app_id": "app-1"]])
        }
    }

    @Test("Connections differ in each part of their identity", arguments: Subject.allCases)
    func identities(subject: Subject) async throws {
        try await subject.with { journal in
            var identities = [ConnectionIdentity.example()]
            identities.append(.example(try ConnectionName("other")))
            for change: (inout ConnectionIdentity) -> Void in [
                { $0.carrierAccount = "MAOTHER" }, { $0.platform = "other" }, { $0.platformAccount = "" },
            ] {
                var identity = ConnectionIdentity.example()
                change(&identity)
                identities.append(identity)
            }
            for (index, identity) in identities.enumerated() {
                let run = RunRecord(
                    id: "run-\(index)", identity: identity, operation: .connect, connection: try .example())
                try await journal.begin(run)
                try await journal.finish(run, .done(ConnectionRecord(identity: identity, connection: run.connection)))
            }
            let found = try await journal.connections()
            #expect(found.count == identities.count)
            #expect(Set(found.map(\.identity)) == Set(identities))
        }
    }

    @Test("400 numbers are returned in order", arguments: Subject.allCases)
    func big(subject: Subject) async throws {
        try await subject.with { journal in
            let numbers = (0..<400).map { "+1415555\(1000 + ($0 * 7) % 400)" }
            let connection = try Connection.example(numbers)
            let run = try RunRecord.example("run-1", .connect, connection)
            var record = ConnectionRecord(identity: run.identity, connection: connection)
            for number in connection.numbers {
                record.objects[InstanceID("line", number: number)] = .object("line", "id of \(number)")
                record.former[.route(number.digits)] = ["app_id": .string("app of \(number)")]
            }
            try await journal.begin(run)
            try await journal.finish(run, .done(record))
            let found = try #require(try await journal.connections().first)
            #expect(found == record)
            #expect(found.connection.numbers.map(\.e164) == numbers)
        }
    }

    @Test("A cancelled task's entries are recorded", arguments: Subject.allCases)
    func cancelled(subject: Subject) async throws {
        try await subject.with { journal in
            let run = try RunRecord.example()
            let record = try ConnectionRecord.example()
            let task = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                try await journal.begin(run)
                try await journal.intend(.create(1, "trunk"), in: run)
                try await journal.settle(.create(1, "trunk"), .done(id: "t"), in: run)
                try await journal.finish(run, .left("cancelled", record))
                return try await journal.connections()
            }
            #expect(try await task.value == [record])
        }
    }
}
