import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Users that share an account do not change each other's objects", .sweep(.ownership))
struct OwnershipSweep {
    /// The account that two users share. Each has a separate account on the other side.
    enum Shared: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case platform, carrier
        var testDescription: String { "one account of the \(rawValue)" }
    }

    /// The journal that a user's machine has: its own, none, or a shared one.
    enum Memory: String, CaseIterable, Sendable, CustomTestStringConvertible {
        case own, none, oneForBoth
        var testDescription: String { rawValue }
    }

    /// A user with keys, numbers and a journal.
    private struct User {
        var carrier: World
        var platform: World
        var account: String
        var journal: any Journal
        var numbers: [PhoneNumber]
        var name = ConnectionName.main
        var run: String?

        func connector(_ pairing: Pairing) throws -> Connector {
            try carrier.connector(pairing, journal: journal, platform: platform, account: account)
        }
    }

    /// The commands of a user, in order.
    private enum Deed: CaseIterable { case connect, add, change, undo, disconnect }

    @Test(
        "Every order of both users' commands leaves the other user's objects unchanged", arguments: Pairing.all,
        Shared.allCases)
    func everyOrder(_ pairing: Pairing, _ shared: Shared) async throws {
        try await World.runTwo { here, there async throws in
            for (index, order) in Self.orders.enumerated() {
                // Each order is tested with one kind of journal in turn, or with all of them.
                for (place, memory) in Memory.allCases.enumerated()
                where Sweep.isFull || (index + place) % Memory.allCases.count == 0 {
                    here.sandbox.reset()
                    there.sandbox.reset()
                    Sweep.count()
                    try await play(order, pairing, shared, memory, here, there)
                }
            }
        }
    }

    /// Every way to interleave both users' commands, as a list of whose turn it is.
    private static let orders: [[Int]] = {
        let count = Deed.allCases.count
        func interleavings(_ first: Int, _ second: Int) -> [[Int]] {
            if first == 0, second == 0 { return [[]] }
            return (first > 0 ? interleavings(first - 1, second).map { [0] + $0 } : [])
                + (second > 0 ? interleavings(first, second - 1).map { [1] + $0 } : [])
        }
        let all = interleavings(count, count)
        return Sweep.isFull ? all : stride(from: 0, to: all.count, by: 9).map { all[$0] }
    }()

    private func play(
        _ order: [Int], _ pairing: Pairing, _ shared: Shared, _ memory: Memory, _ here: World, _ there: World
    ) async throws {
        let one = InMemoryJournal()
        func journal() -> any Journal { memory == .oneForBoth ? one : InMemoryJournal() }
        let numbers = try (0..<4).map { try PhoneNumber("+1415555012\($0)") }
        var users = [
            User(
                carrier: here, platform: here, account: "MATESTACCOUNT000001", journal: journal(),
                numbers: Array(numbers[..<2])),
            User(
                carrier: shared == .carrier ? here : there, platform: shared == .carrier ? there : here,
                account: shared == .carrier ? "MATESTACCOUNT000001" : "MATESTACCOUNT000002", journal: journal(),
                numbers: Array(numbers[2...])),
        ]
        for user in users {
            for number in user.numbers { user.carrier.sandbox.own(number: number.e164, application: "4711") }
        }
        var next = [0, 0]
        var made: [Set<String>] = [[], []]
        for turn in order {
            let deed = Deed.allCases[next[turn]]
            next[turn] += 1
            if memory == .none { users[turn].journal = InMemoryJournal() }
            let before = Self.rows(here, there)
            let report = try? await perform(deed, &users[turn], pairing)
            let after = Self.rows(here, there)
            made[turn].formUnion(Set(after.keys).subtracting(before.keys))
            let others = made[1 - turn].union(users[1 - turn].numbers.map(\.digits))
            for id in others where before[id] != nil && after[id] != before[id] {
                Issue.record(
                    "\(pairing.id), \(memory), \(order): \(deed) of \(turn) touched \(id): \(before[id] ?? "") → \(after[id] ?? "gone"); \(report?.error?.message ?? "")"
                )
            }
        }
    }

    private func perform(_ deed: Deed, _ user: inout User, _ pairing: Pairing) async throws -> Report? {
        let connector = try user.connector(pairing)
        var request = try Combination(pairing: pairing).request
        request.name = user.name
        request.mayReroute = true
        request.mayAdopt = pairing.adoption != nil
        switch deed {
        case .connect: request.numbers = [user.numbers[0]]
        case .add: request.numbers = [user.numbers[1]]
        case .change:
            request.numbers = []
            request.values["secure"] = "true"
        case .undo:
            guard let run = user.run else { return nil }
            return try await connector.undo(run)
        case .disconnect:
            let plan = try await connector.plan(DisconnectionRequest(name: user.name, routeTo: .application("4711")))
            return await connector.apply(plan, consent: true)
        }
        let report = await connector.apply(try await connector.plan(request), consent: true)
        if report.error == nil { user.run = report.run }
        return report
    }

    /// Returns every row of both sandboxes by its id.
    private static func rows(_ here: World, _ there: World) -> [String: String] {
        var rows: [String: String] = [:]
        for state in [here.sandbox.state, there.sandbox.state] {
            for (_, tables) in state.object ?? [:] {
                for (_, table) in tables.object ?? [:] {
                    for row in table.array ?? [] {
                        guard let id = Self.id(row) else { continue }
                        rows[id] = (rows[id] ?? "") + row.text(.canonical)
                    }
                }
            }
        }
        return rows
    }

    private static func id(_ row: JSONValue) -> String? {
        let fields = [
            "id", "trunk_id", "uri_uuid", "credential_uuid", "ipacl_uuid", "phone_number_id", "sip_dispatch_rule_id",
            "sip_trunk_id", "number",
        ]
        return fields.lazy.compactMap { row[$0]?.string }.first
    }
}
