import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@Suite("Whatever fails, the connection stands or everything is as before")
struct FaultTests {
    /// How a write goes wrong.
    struct Failure: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var effect: SandboxFault.Effect
        /// Whether the run has to get over it.
        var isSurvivable = false

        static let all = [
            Failure(testDescription: "401", effect: .unauthorized),
            Failure(testDescription: "400", effect: .refused("it does not please us")),
            Failure(testDescription: "429 once", effect: .rateLimited(), isSurvivable: true),
            Failure(testDescription: "500 once", effect: .serverError),
            Failure(testDescription: "503 page once", effect: .unavailable),
            Failure(testDescription: "closed before acting", effect: .closeBeforeActing),
            Failure(testDescription: "answer lost", effect: .loseAnswer),
            Failure(testDescription: "broken JSON", effect: .breakJSON),
            Failure(testDescription: "empty answer", effect: .emptyAnswer),
            Failure(testDescription: "truncated answer", effect: .truncateAnswer),
        ]
    }

    /// Several numbers go side by side, so that others are under way when one fails.
    private static let sideBySide = Pairing.all.map { Combination(pairing: $0, count: 3) }

    @Test(
        "Each write of a connect with several numbers in turn", arguments: sideBySide, [Failure.all[1], Failure.all[6]])
    func connectingMany(_ asked: Combination, _ failure: Failure) async throws {
        try await connecting(asked, failure)
    }

    @Test("Each write of a connect in turn", arguments: Combination.fullest, Failure.all)
    func connecting(_ asked: Combination, _ failure: Failure) async throws {
        try await eachWrite(asked) { world, index, before, request in
            world.sandbox.setFaults([.failing(write: index, with: failure.effect)])
            let connector = try world.connector(asked.pairing)
            let report = try await world.connect(connector, request)
            try check(report, failure, asked, world, before, "write \(index)")
            world.sandbox.setFaults([])
            let clean = try await world.connect(connector, request)
            #expect(clean.outcome == (report.outcome == .connected ? .unchanged : .connected), "write \(index)")
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(duplicates(in: world.sandbox.state) == [], "write \(index)")
            try await world.disconnect(connector)
        }
    }

    @Test(
        "Each write of a disconnect in turn, until the same command has done it", arguments: Combination.fullest,
        Failure.all)
    func disconnecting(_ asked: Combination, _ failure: Failure) async throws {
        try await eachWrite(asked) { world, index, _, request in
            let connector = try world.connector(asked.pairing)
            try await world.connect(connector, request)
            let connected = world.sandbox.state
            world.sandbox.setFaults([.failing(write: index, with: failure.effect)])
            let report = try await world.disconnect(connector)
            if report.undone == true { #expect(world.sandbox.state == connected, "write \(index)") }
            world.sandbox.setFaults([])
            let clean = try await world.disconnect(connector)
            #expect(clean.outcome == .disconnected, "write \(index): \(clean.error?.message ?? "")")
        }
    }

    /// Lets the body spoil the first write, the second, and so on until there is none left to spoil; each time the accounts
    /// have to end as they began, with the number at the application that it was routed to.
    private func eachWrite(
        _ asked: Combination, _ body: (World, Int, JSONValue, ConnectionRequest) async throws -> Void
    ) async throws {
        try await World.run { world async throws in
            let number = try #require(asked.numbers.first)
            var request = try asked.request
            request.mayReroute = true
            var index = 0
            var isHit = true
            while isHit {
                index += 1
                world.sandbox.reset()
                world.sandbox.own(number: number.e164, application: "4711")
                let before = world.sandbox.state
                try await body(world, index, before, request)
                #expect(world.sandbox.state == before, "write \(index)")
                #expect(try world.violations(asked.pairing) == [], "write \(index)")
                isHit = world.sandbox.requests.contains { $0.fault != nil }
            }
            #expect(index > 5)
        }
    }

    /// Names that more than one object of a kind carries, or of a kind and number.
    private func duplicates(in state: JSONValue) -> [String] {
        var seen: Set<String> = []
        var twice: [String] = []
        for vendor in state.object ?? [:] {
            for table in vendor.value.object ?? [:] {
                for row in table.value.array ?? [] {
                    guard let name = row["name"]?.string else { continue }
                    let key = "\(vendor.name) \(table.name) \(name) \(row["number"]?.string ?? "")"
                    if !seen.insert(key).inserted { twice.append(key) }
                }
            }
        }
        return twice
    }

    private func check(
        _ report: Report, _ failure: Failure, _ asked: Combination, _ world: World, _ before: JSONValue,
        _ write: Comment
    ) throws {
        if report.outcome == .connected { return try asked.pairing.check(world.sandbox.state, asked) }
        #expect(report.outcome == .failed, write)
        #expect(!failure.isSurvivable, write)
        #expect(report.undone != false, write)
        #expect(report.left == [], write)
        #expect(world.sandbox.state == before, write)
        let error = try #require(report.error, write)
        #expect(error.place != .local, write)
        if failure.testDescription == "401" {
            #expect(error.code == .unauthenticated, write)
            #expect(error.message.contains("PLIVO_AUTH_TOKEN") || error.message.contains("API_KEY"), write)
        }
    }
}
