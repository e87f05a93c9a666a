import Foundation
import GRDB
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore
@testable @_spi(Adapter) import ZentrunkJournal

@Suite("Runs that died under an older version")
struct OldVersionTests {
    private static let number = "+14155550100"

    /// A vendor whose number is routed to an application.
    private static func makeVendor() -> MemoryVendor {
        let vendor = MemoryVendor()
        vendor.own(number, application: "4711")
        return vendor
    }

    private static func connect(_ connector: Connector) async throws -> Report {
        let request = ConnectionRequest(
            numbers: [try PhoneNumber(number)], values: ["agent": "a1"], mayReroute: true)
        return await connector.apply(try await connector.plan(request), consent: true)
    }

    @Test("The next connect takes them up, and undo undoes them, wherever they died", arguments: [false, true])
    func takenUp(undoes: Bool) async throws {
        for moment in 1... {
            let folder = TemporaryFolder()
            let (vendor, old, death) = (Self.makeVendor(), InMemoryJournal(), Death(atMoment: moment))
            let before = vendor.objects
            let mortal = try vendor.connector(
                journal: MortalJournal(base: old, death: death), clock: TestClock(),
                wrap: { MortalTransport(base: $0, death: death) })
            _ = try await Self.connect(mortal)
            guard death.hasCome else { return #expect(moment > 20) }
            // Versions before this one wrote the start of a run with its first intent.
            guard let died = old.runs.last, died.ending == nil, !died.intents.isEmpty else { continue }
            try await OldFile.write(died, in: folder)
            let journal = try SQLiteJournal(directory: folder.path)
            let connector = try vendor.connector(journal: journal, clock: TestClock())
            if undoes {
                let report = try await connector.undo(died.record.id, mayBeOneSided: true)
                #expect(report.outcome == .undone, "moment \(moment): \(report.error?.message ?? "")")
            } else {
                try await takeUp(connector, vendor, moment)
            }
            #expect(vendor.objects == before, "moment \(moment)")
            #expect(try await journal.runs(of: nil).allSatisfy { $0.outcome != nil }, "moment \(moment)")
        }
    }

    /// Connects once more, and disconnects.
    private func takeUp(_ connector: Connector, _ vendor: MemoryVendor, _ moment: Int) async throws {
        let report = try await Self.connect(connector)
        #expect(report.error == nil, "moment \(moment): \(report.error?.message ?? "")")
        let goal = Self.makeVendor()
        _ = try await Self.connect(goal.connector(journal: InMemoryJournal(), clock: TestClock()))
        #expect(vendor.objects.mapValues(\.count) == goal.objects.mapValues(\.count), "moment \(moment)")
        #expect(try await Self.connect(connector).outcome == .unchanged, "moment \(moment)")
        let end = await connector.apply(try await connector.plan(DisconnectionRequest()), consent: true)
        #expect(end.error == nil, "moment \(moment): \(end.error?.message ?? "")")
    }
}

/// A file of version 3 with one run that has no end.
private enum OldFile {
    static func write(_ run: RecordedRun, in folder: TemporaryFolder) async throws {
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        try FileReading.setMode(folder.path, 0o700)
        let queue = try DatabaseQueue(path: folder.file)
        try JournalSchema.migrator.migrate(queue, upTo: "3: templates of their own")
        try await queue.write { database in
            let identity = run.record.identity
            try ConnectionRow.insert(
                [
                    1.databaseValue, identity.carrierAccount.databaseValue, identity.platform.description.databaseValue,
                    identity.platformAccount.databaseValue, identity.name.description.databaseValue, .null,
                ], into: database)
            try RunRow.insert(
                [
                    1.databaseValue, run.record.id.databaseValue, 1.databaseValue,
                    run.record.operation.rawValue.databaseValue, text(run.record.connection).databaseValue, .null,
                    .null,
                ], into: database)
            for intent in run.intents { try write(intent, run.outcomes[intent.sequence], to: database) }
        }
        try queue.close()
    }

    private static func write(_ intent: WriteIntent, _ outcome: WriteOutcome?, to database: Database) throws {
        let sequence = intent.sequence.databaseValue
        try WriteRow.insert(
            [
                1.databaseValue, sequence, intent.deed.word.databaseValue, intent.instance.key.databaseValue,
                (intent.instance.number?.e164).databaseValue, intent.kind.databaseValue, intent.id.databaseValue,
                intent.name.databaseValue, text(intent.fields).databaseValue, intent.former.map(text).databaseValue,
            ], into: database)
        if let before = intent.before {
            try BeforeRow.insert([1.databaseValue, sequence, text(before).databaseValue], into: database)
        }
        if let outcome {
            let (word, detail) =
                switch outcome {
                case .done(let id): ("done", id)
                case .notDone(let reason): ("not-done", reason)
                case .unknown(let reason): ("unknown", reason)
                }
            try OutcomeRow.insert(
                [1.databaseValue, sequence, word.databaseValue, detail.databaseValue], into: database)
        }
        if let former = intent.former, let id = intent.id {
            if case .notDone? = outcome { return }
            try FormerRow.insert(
                [
                    1.databaseValue, intent.kind.databaseValue, id.databaseValue, text(former).databaseValue,
                    1.databaseValue,
                ], into: database)
        }
    }

    private static func text(_ fields: JSONObject) -> String { JSONValue.object(fields).text() }

    private static func text(_ connection: Connection) -> String {
        text([
            "platform": .string(connection.platform.description), "name": .string(connection.name.description),
            "numbers": .array(connection.numbers.map { .string($0.e164) }),
            "values": .object(JSONObject(connection.values.map { ($0.key, $0.value) })),
        ])
    }
}
