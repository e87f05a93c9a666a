import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

extension JournalConformance {
    /// What a journal knows of connections after their runs have ended.
    static let records: [Case] = [
        Case("A new journal is empty") { journal in
            let found = try await journal.connections()
            #expect(found.isEmpty)
        },
        Case("The record of a completed run is returned unchanged, numbers and members in order") { journal in
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
        },
        Case("The record of a later run replaces the earlier one") { journal in
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
        },
        Case("The first former values of an object are kept") { journal in
            for (id, application) in [("run-1", "app-1"), ("run-2", "app-2")] {
                let run = try RunRecord.example(id)
                try await journal.begin(run)
                try await journal.intend(.route(1, "+14155550100", from: application), in: run)
                try await journal.finish(run, .left("stopped", .example()))
            }
            let former = try await journal.connections().first?.former
            #expect(former == [.route("14155550100"): ["app_id": "app-1", "alias": .null]])
        },
        Case("Undoing a run removes the former values that it added, and no others") { journal in
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
        },
        Case("Removing a connection removes its records, and no others") { journal in
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
        },
        Case("The record of an incomplete run replaces the description, and former values are kept") { journal in
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
        },
        Case("Connections differ by each part of their identity") { journal in
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
        },
        Case("400 numbers are returned in order") { journal in
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
        },
        Case("Entries of a cancelled task are recorded") { journal in
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
        },
    ]
}
