import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("What is replaced so that both halves get new logins")
struct LoginRenewalTests {
    private func renewal(
        _ values: [String: JSONValue], _ change: (inout PlanningExample) -> Void = { _ in }
    ) throws -> LoginRenewal {
        var example = try PlanningExample(values)
        change(&example)
        return try LoginRenewal(
            example.blueprint, example.state, example.kinds, example.connector.engine.carrier.secrets)
    }

    @Test("What the platform dials with the login, and the login itself; the other trunk stays")
    func replaced() throws {
        let renewal = try renewal(["authentication": "credentials"])
        #expect(Set(renewal.replaced.map(\.key)) == ["out", "login"])
        #expect(renewal.gaps == [])
    }

    @Test("A username that this account's token did not make stays in place, with a gap: its password is not known")
    func foreign() throws {
        let renewal = try renewal(["authentication": "credentials"]) {
            $0.change("login", ["username": "theirs"])
        }
        #expect(renewal.replaced == [])
        #expect(renewal.gaps.map(\.code) == [.gap])
        #expect(renewal.gaps.first?.object?.kind == MemoryCarrier.login)
    }

    @Test("A connection without a login is refused")
    func none() throws {
        let error = #expect(throws: ZentrunkError.self) { try renewal(["authentication": "none"]) }
        #expect(error?.code == .invalid)
        #expect(error?.remedies == [.show(.init("memory", .main))])
    }
}
