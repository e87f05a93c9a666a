import Foundation
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkDoctor

/// Every way to break a connection by hand that the simulated call notices: the diagnosis names who has to act, and its
/// remedy makes the call succeed. `ZENTRUNK_SABOTAGE_TABLE=FILE` writes the score.
@Suite("Sabotaged connections")
struct SabotageTests {
    /// What a case led to.
    struct Row: Sendable {
        var name: String
        var expected: Cause.Owner
        var simulated: String
        var found: Cause.Owner?
        var check: String
        var fix: String
        var isHidden: Bool

        var isRight: Bool { found == expected }
    }

    private static let phone = "+14155550177"

    private static let bases: [Combination] = Pairing.all.flatMap { pairing -> [Combination] in
        pairing.authentications.map { method in
            var asked = Combination.fullest(pairing)
            asked.authentication = method
            asked.values = [:]
            return asked
        }
    }

    @Test(
        "Owner and remedy are right", arguments: bases.flatMap { base in ["inbound", "outbound"].map { (base, $0) } })
    func table(_ asked: Combination, _ direction: String) async throws {
        let pairing = asked.pairing
        var cases: [Sabotage] = []
        try await World.run(for: pairing) { world async throws in
            cases = try await Self.sabotages(world, asked, direction)
        }
        var rows: [Row] = []
        for sabotage in cases {
            if let row = try await Self.run(sabotage, asked, direction) { rows.append(row) }
        }
        // What stops no call is no reason to predict a failure.
        // Which gateway is dialled if several may be is not documented, so the first one of the simulation proves nothing.
        let alarms = rows.filter { $0.expected == .none && !$0.name.contains("outboundEnabled flipped") }
        #expect(alarms.map { "\($0.name) by \($0.check)" } == [])
        rows.removeAll { $0.expected == .none }
        let told = rows.filter { !$0.isHidden }
        let wrong = told.filter { !$0.isRight }
        Self.report(rows, "\(pairing.id) \(asked.authentication) \(direction)")
        #expect(rows.count >= 30, "\(rows.count) cases")
        #expect(
            wrong.count * 20 <= told.count,
            "\(wrong.map { "\($0.name): \($0.found?.rawValue ?? "ready") by \($0.check)" })")
        #expect(told.filter { $0.fix.hasPrefix("fails") }.map { "\($0.name): \($0.fix)" } == [])
        // Where only a call can tell, nothing wrong is said.
        #expect(rows.filter { $0.isHidden && $0.found != nil && !$0.isRight }.map(\.name) == [])
    }

    /// Returns the ways to break the connection.
    private static func sabotages(
        _ world: World, _ asked: Combination, _ direction: String
    ) async throws -> [Sabotage] {
        let connector = try world.connector(asked.pairing)
        try await world.connect(connector, asked.request)
        let plan = try await connector.plan(ConnectionRequest())
        let kinds = try World.allKinds(of: asked.pairing)
        let objects = plan.resources.flatMap { resource -> [Sabotage] in
            guard let kind = kinds.first(where: { $0.description.name == resource.kind }) else { return [] }
            return Sabotage.of(resource, kind, in: asked.pairing)
        }
        return Sabotage.account(of: nil) + Sabotage.surroundings(of: asked.pairing, direction) + objects
    }

    /// Breaks a connection, diagnoses it, follows the remedy, and calls before and after.
    ///
    /// - Returns: nil if calls in both directions succeed in spite of it, and the diagnosis predicts no failure; if the
    ///   other direction alone breaks; or if the vendor refuses the change.
    private static func run(_ sabotage: Sabotage, _ asked: Combination, _ direction: String) async throws -> Row? {
        let pairing = asked.pairing
        var row: Row?
        try await World.run(for: pairing) { world async throws in
            let journal = InMemoryJournal()
            let connector = try world.connector(pairing, journal: journal)
            try await world.connect(connector, asked.request)
            let number = try asked.numbers[0].e164
            func call(_ direction: String) -> SandboxCallOutcome {
                return world.sandbox.call(
                    direction == "inbound"
                        ? .inbound(to: number)
                        : SandboxCall(.outbound, from: number, to: phone, platform: pairing.vendor))
            }
            try #require(call(direction).isAnswered)
            let plan = try await connector.plan(ConnectionRequest())
            let routed = plan.resources.first { $0.kind.hasSuffix("number-route") }?.liveFields?["trunk_id"]?.string
            do {
                try await Self.adjusted(sabotage, asked, plan, routed).apply(world)
            } catch { return }
            let broken = call(direction)
            if broken.isAnswered {
                guard call(direction == "inbound" ? "outbound" : "inbound").isAnswered else { return }
            }
            let diagnosis = try await world.diagnose(pairing, journal: journal, probesWire: sabotage.isOnWire)
            let decisive = diagnosis.decisive
            guard !broken.isAnswered else {
                guard case .willFail = diagnosis.verdict else { return }
                row = Row(
                    name: sabotage.name, expected: .none, simulated: "none", found: decisive?.owner,
                    check: decisive?.id ?? "", fix: "", isHidden: false)
                return
            }
            let fix = try await Self.fix(
                diagnosis, Self.adjusted(sabotage, asked, plan, routed), world, connector, journal, pairing,
                { call(direction) })
            row = Row(
                name: sabotage.name, expected: sabotage.owner, simulated: broken.reply.owner.rawValue,
                found: decisive?.owner, check: decisive?.id ?? diagnosis.sentence, fix: fix,
                isHidden: sabotage.isHidden && decisive == nil)
        }
        return row
    }

    /// The same sabotage for the ids of this world.
    private static func adjusted(
        _ sabotage: Sabotage, _ asked: Combination, _ plan: Plan, _ trunk: String?
    ) throws -> Sabotage {
        let kinds = try World.allKinds(of: asked.pairing)
        let all =
            Sabotage.account(of: trunk)
            + plan.resources.flatMap { resource -> [Sabotage] in
                guard let kind = kinds.first(where: { $0.description.name == resource.kind }) else { return [] }
                return Sabotage.of(resource, kind, in: asked.pairing)
            }
        return all.first { $0.name == sabotage.name } ?? sabotage
    }

    /// Follows the decisive check's first remedy.
    private static func fix(
        _ diagnosis: Diagnosis, _ sabotage: Sabotage, _ world: World, _ connector: Connector, _ journal: any Journal,
        _ pairing: Pairing, _ call: () throws -> SandboxCallOutcome
    ) async throws -> String {
        guard let decisive = diagnosis.decisive else { return "only a call tells" }
        guard let remedy = decisive.remedies.first else { return "fails: no remedy" }
        if case .repair(_, let permissions) = remedy {
            var request = ConnectionRequest()
            request.mayReroute = permissions.contains(.rerouting)
            request.mayAdopt = permissions.contains(.adoption)
            request.mayBeOneSided = permissions.contains(.oneSided)
            do {
                let report = try await world.connect(connector, request, consent: permissions.contains(.changes))
                if let error = report.error { return "fails: \(error.message)" }
            } catch { return "fails: \(error)" }
        } else if let manual = sabotage.remedy {
            try await manual(world)
        } else {
            return "fails: \(remedy.code)"
        }
        let after = try await world.diagnose(pairing, journal: journal, probesWire: sabotage.isOnWire)
        guard after.verdict == .ready else { return "fails: \(after.sentence)" }
        let outcome = try call()
        return outcome.isAnswered ? remedy.code : "fails: the call, \(outcome.reply.reason)"
    }

    // MARK: The score

    private static let lines = Mutex<[String]>([])

    private static func report(_ rows: [Row], _ title: String) {
        let told = rows.filter { !$0.isHidden }
        let right = told.count(where: \.isRight)
        let hidden = rows.count - told.count
        let fixed = told.count { !$0.fix.hasPrefix("fails") }
        let summary =
            "\(title): \(rows.count) cases, \(right) of \(told.count) owners right, \(fixed) of \(told.count) fixed by the remedy, \(hidden) that only a call tells"
        print(summary)
        guard let path = ProcessInfo.processInfo.environment["ZENTRUNK_SABOTAGE_TABLE"] else { return }
        var text =
            "## \(summary)\n\n| Sabotage | Owner | Diagnosis | Check | Remedy | Simulated call |\n|---|---|---|---|---|---|\n"
        for row in rows {
            let found = row.isHidden ? "ready: only a call tells" : row.found?.rawValue ?? "ready"
            text +=
                "| \(row.name) | \(row.expected.rawValue) | \(row.isRight || row.isHidden ? "" : "✗ ")\(found) | \(row.check) | \(row.fix) | \(row.simulated) |\n"
        }
        lines.withLock { lines in
            lines.append(text)
            try? lines.sorted().joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
        }
    }
}
