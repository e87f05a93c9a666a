import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

/// A parameter that selects the platform's account, as a region does.
@Suite("Engine: the platform's account follows from the connection's values")
struct EngineAccountTests {
    private static let number = EngineBench.number

    private static func template() throws -> Template {
        let text = String(decoding: MemoryAdapter.template, as: UTF8.self).replacing(
            #""parameters": {"#,
            with: #"""
                "parameters": {
                    "account": { "type": "choice", "choices": ["one", "two", "three"], "default": "one", "help": "The account" },
                """#)
        return try Template(parsing: Array(text.utf8), file: "accounts")
    }

    private func connector(_ bench: EngineBench, journal: (any Journal)? = nil) throws -> Connector {
        try bench.connector(journal: journal, template: Self.template())
    }

    private func request(_ values: [String: ParameterValue] = [:]) throws -> ConnectionRequest {
        try EngineBench.request(["agent": "a1"].merging(values) { $1 })
    }

    @Test("A new connection takes the requested account, or the parameter's default")
    func new() async throws {
        let bench = EngineBench()
        let connector = try connector(bench)
        #expect(try await connector.plan(request()).identity.platformAccount == "one")
        #expect(try await connector.plan(request(["account": "TWO"])).identity.platformAccount == "two")
        #expect(try await connector.identity(of: .main).platformAccount == "one")
        #expect(try await connector.identity(of: .main, values: ["account": "three"]).platformAccount == "three")
    }

    @Test("A known connection's account comes from the journal: to change, show, disconnect and undo it")
    func known() async throws {
        let bench = EngineBench()
        let connector = try connector(bench)
        let made = await connector.apply(try await connector.plan(request(["account": "two"])), consent: true)
        #expect(made.outcome == .connected)
        let change = try EngineBench.request(["note": "changed"], numbers: [])
        #expect(try await connector.plan(change).identity.platformAccount == "two")
        #expect(try await connector.plan(ConnectionRequest()).isUnchanged)
        #expect(try await connector.identity(of: .main).platformAccount == "two")
        #expect(try await connector.planUndo(made.run ?? "").run.record.identity.platformAccount == "two")
        let end = await connector.apply(try await connector.plan(DisconnectionRequest()), consent: true)
        #expect(end.outcome == .disconnected)
        #expect(bench.vendor.ids(MemoryAdapter.line).isEmpty)
    }

    @Test("A connection cannot be asked for in another account than its own")
    func other() async throws {
        let bench = EngineBench()
        let connector = try connector(bench)
        _ = await connector.apply(try await connector.plan(request(["account": "two"])), consent: true)
        let error = await #expect(throws: ZentrunkError.self) {
            _ = try await connector.plan(request(["account": "one"]))
        }
        #expect(error?.code == .collision)
        #expect(error?.message.contains("lives in two, not in one") == true)
        await #expect(throws: ZentrunkError.self) {
            _ = try await connector.plan(DisconnectionRequest(values: ["account": "three"]))
        }
    }

    @Test("Without the journal, the account is the requested one, and a look at it changes nothing")
    func stranger() async throws {
        let bench = EngineBench()
        let made = try connector(bench)
        _ = await made.apply(try await made.plan(request(["account": "two"])), consent: true)
        let stranger = try connector(bench, journal: InMemoryJournal())
        let plan = try await stranger.plan(ConnectionRequest(values: ["account": "two"]))
        #expect(plan.isUnchanged)
        #expect(plan.connection.values["account"] == "two")
        #expect(plan.identity.platformAccount == "two")
    }

    @Test("The template that a connection was created with is used by connectors without one")
    func ownTemplate() async throws {
        let bench = EngineBench()
        let made = try connector(bench)
        _ = await made.apply(try await made.plan(request(["account": "two"])), consent: true)
        let plain = try bench.vendor.connector(journal: bench.journal, clock: bench.clock)
        let plan = try await plain.plan(ConnectionRequest())
        #expect(plan.isUnchanged)
        #expect(plan.template?.parameters.contains { $0.name == "account" } == true)
        #expect(plan.identity.platformAccount == "two")
    }
}
