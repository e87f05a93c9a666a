import Testing
@_spi(Adapter) import ZentrunkPlivo
@_spi(Adapter) import ZentrunkTestKit
@_spi(Adapter) import ZentrunkVapi

@testable @_spi(Adapter) import ZentrunkCore

@Suite("One process that serves many customers")
struct SharingTests {
    private func connector(_ account: PlivoAccount, key: String) throws -> Connector {
        try Connector(
            account, .vapi, settings: ["VAPI_API_KEY": key], over: ScriptedTransport([]), journal: InMemoryJournal())
    }

    private func id(_ number: Int) -> String { "MA" + String(100_000_000_000_000_000 + number) }

    @Test("A thousand connectors share accounts, limits and the parsed template")
    func many() throws {
        let accounts = PlivoAccounts(over: ScriptedTransport([]))
        _ = try connector(accounts.account(authID: id(0), authToken: "token-0"), key: "key-0")
        let parsed = BuiltInTemplates.parses(of: VapiAdapter.self)
        #expect(parsed > 0)
        // 250 customers, of which each has four connectors, two for each of two keys.
        var connectors: [Connector] = []
        for index in 0..<1000 {
            let customer = index % 250
            let account = try accounts.account(authID: id(customer), authToken: "token-\(customer)")
            connectors.append(try connector(account, key: "key-\(customer)-\(index / 250 % 2)"))
        }
        #expect(accounts.count == 250)
        #expect(accounts.limiterCounts == (carrier: 250, platform: 500))
        #expect(BuiltInTemplates.parses(of: VapiAdapter.self) == parsed)
        // An account that no connector uses any more is forgotten.
        connectors.removeAll { $0.engine.carrier.account != id(7) }
        #expect(connectors.count == 4)
        #expect(accounts.count == 1)
        #expect(accounts.limiterCounts == (carrier: 1, platform: 2))
        connectors = []
        #expect(accounts.count == 0)
    }

    @Test("An account with a changed token is another one with the same pace")
    func changedToken() throws {
        let accounts = PlivoAccounts(over: ScriptedTransport([]))
        let old = try accounts.account(authID: id(1), authToken: "old-token")
        let new = try accounts.account(authID: id(1), authToken: "new-token")
        #expect(old !== new)
        #expect(try accounts.account(authID: id(1), authToken: "old-token") === old)
        #expect(accounts.limiterCounts.carrier == 1)
    }

    @Test("An account knows its token, and not the keys of its connectors")
    func redactors() throws {
        let account = try PlivoAccount(authID: id(1), authToken: "a-token-of-plivo", over: ScriptedTransport([]))
        let known = account.redactor.count
        for index in 0..<100 { _ = try connector(account, key: "key-number-\(index)") }
        #expect(account.redactor.count == known)
        #expect(account.redactor.clean("a-token-of-plivo") == "<redacted>")
        for index in 0..<5000 { _ = account.secrets.password(for: "user\(index)") }
        #expect(account.redactor.count <= known + Redactor.recentLimit)
    }

    @Test("A wrong account is refused")
    func wrong() {
        let accounts = PlivoAccounts(over: ScriptedTransport([]))
        #expect(throws: ZentrunkError.self) { try accounts.account(authID: "", authToken: "token") }
        #expect(throws: ZentrunkError.self) { try accounts.account(authID: id(1), authToken: " ") }
        #expect(accounts.count == 0)
    }

    @Test("A platform knows its parameters without an account")
    func parameters() throws {
        let names = try Platform.vapi.parameters.map(\.name)
        #expect(names.contains("assistant") && names.contains("direction"))
    }
}
