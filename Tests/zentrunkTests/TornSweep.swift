import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkJournal
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("A damaged journal after a crash is refused, or leads to the correct result", .sweep(.torn))
struct TornSweep {
    @Test(
        "A journal damaged with open intents is refused, or connect and undo succeed", arguments: Journey.connects,
        CrashTests.Way.allCases)
    func torn(_ journey: Journey, _ way: CrashTests.Way) async throws {
        try await World.run { world async throws in
            for seed in 0..<UInt64(Sweep.isFull ? 100 : 12) {
                try await withFolder { folder async throws in
                    try await tear(journey, way, seed, world, folder)
                    Sweep.count()
                }
            }
        }
    }

    private func tear(
        _ journey: Journey, _ way: CrashTests.Way, _ seed: UInt64, _ world: World, _ folder: String
    ) async throws {
        var random = Multiplier(state: seed)
        let (whole, torn) = (folder + "/whole", folder + "/torn")
        let journal = try SQLiteJournal(directory: whole)
        let beginning = try await world.begin(journey, journal)
        // Late enough for some journal entries.
        let death = Death(atMoment: .random(in: 6...30, using: &random))
        let dying = try world.connector(
            journey.pairing, journal: MortalJournal(base: journal, death: death),
            wrap: { MortalTransport(base: $0, death: death) })
        _ = try await world.travel(journey, dying)
        let run = try #require(try await journal.runs(of: nil).first).record.id
        let interrupted = Account(world.sandbox.state)
        try FileManager.default.createDirectory(
            atPath: torn, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        for name in ["zentrunk.sqlite", "zentrunk.sqlite-wal"] {
            try FileManager.default.copyItem(atPath: "\(whole)/\(name)", toPath: "\(torn)/\(name)")
        }
        try spoil("\(torn)/zentrunk.sqlite\(seed.isMultiple(of: 3) ? "" : "-wal")", &random)
        do {
            let connector = try world.connector(journey.pairing, journal: SQLiteJournal(directory: torn))
            var report =
                way == .again ? try await world.travel(journey, connector) : try await connector.undo(run)
            // A journal that lost the run cannot know that the run never reached the platform, so the user must confirm
            // it.
            if way == .again, report.error?.code == .oneSided {
                #expect(Account(world.sandbox.state).difference(from: interrupted) == [], "\(seed)")
                report = try await world.travel(journey, connector, mayBeOneSided: true)
            }
            if let error = report.error {
                // Undo cannot remove what the journal lost: it names the objects in its way, and connect finds the rest
                // by name.
                let codes: [ZentrunkError.Code] = way == .again ? [.journal] : [.journal, .refused, .incomplete]
                #expect(codes.contains(error.code), "\(seed): \(error.message)")
                #expect(report.aftermath != nil, "\(seed)")
            }
            if way == .again, report.error == nil { try world.isThere(journey, beginning) }
            if way == .undo || report.error != nil {
                #expect(strange(world, interrupted, Account(beginning.empty)) == [], "\(seed)")
            }
        } catch let error as ZentrunkError {
            // The journal is refused, or the run itself was lost, so that there is nothing to undo.
            #expect(error.code == .journal || (way == .undo && error.code == .invalid), "\(seed): \(error.message)")
            if error.code == .journal {
                #expect(error.remedies.contains(.withoutJournal), "\(seed): \(error.remedies)")
            }
            #expect(Account(world.sandbox.state).difference(from: interrupted) == [], "\(seed)")
        }
        try await goOn(journey, beginning, world, "\(seed)")
    }

    /// Returns objects that exist now but existed neither when the run was interrupted nor before it.
    ///
    /// A platform's object whose creation the journal lost may stay without its trunk, which undo knew.
    private func strange(_ world: World, _ interrupted: Account, _ before: Account) -> [String] {
        let now = Account(world.sandbox.state)
        let sinceThen = now.difference(from: interrupted).filter {
            $0.hasPrefix("+") && !$0.contains(".zt.plivo.com")
        }
        return sinceThen.filter(now.difference(from: before).contains)
    }

    /// Continues without the journal, like `--no-journal`: all objects are found by name.
    private func goOn(
        _ journey: Journey, _ beginning: Beginning, _ world: World, _ comment: Comment
    ) async throws {
        let connector = try world.connector(journey.pairing)
        var report = try await world.travel(journey, connector)
        if report.error?.code == .oneSided {
            report = try await world.travel(journey, connector, mayBeOneSided: true)
        }
        #expect(report.error == nil, "\(comment): \(report.error?.message ?? "")")
        try world.isThere(journey, beginning)
        let end = try await world.disconnect(
            connector, DisconnectionRequest(routeTo: .application(Journey.application)))
        #expect(end.error == nil, "\(comment): \(end.error?.message ?? "")")
        #expect(world.sandbox.state == beginning.empty, comment)
        #expect(world.silenced() == [], comment)
        #expect(try world.violations(journey.pairing) == [], comment)
    }

    /// Truncates the file, or flips some of its bits.
    private func spoil(_ file: String, _ random: inout Multiplier) throws {
        var bytes = [UInt8](try #require(FileManager.default.contents(atPath: file)))
        if Bool.random(using: &random) {
            bytes.removeLast(Int.random(in: 1..<bytes.count, using: &random))
        } else {
            for _ in 0..<6 {
                bytes[.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
        }
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file)
    }
}
