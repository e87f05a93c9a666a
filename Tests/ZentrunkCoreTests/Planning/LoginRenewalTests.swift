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

    @Test(
        "An interrupted renewal is completed: what it created is kept",
        arguments: [
            // Renamed: the trunk; then the login as well; then both are there anew; then the old trunk is deleted.
            (["old-out"], ["out"], ["login"]), (["old-out", "old-login"], ["out", "login"], []),
            (["old-out", "old-login"], [], []), (["old-login"], [], []),
        ])
    func interrupted(_ former: [String], _ missing: [String], _ replaced: [String]) throws {
        let renewal = try renewal(["authentication": "credentials"]) { example in
            for key in former {
                let kind = key == "old-out" ? MemoryCarrier.trunk : MemoryCarrier.login
                example.state.owned[InstanceID(key)] = .init(kind: kind, object: LiveObject(id: key, fields: [:]))
            }
            for key in missing { example.state.owned[InstanceID(key)] = nil }
        }
        // An object that does not exist is created whether or not it counts as replaced.
        #expect(Set(renewal.replaced.map(\.key)).subtracting(missing) == Set(replaced))
        let isThere = former.contains("old-login") && !missing.contains("login")
        #expect(renewal.usernames.values.map { $0 } == (isThere ? ["user1ofACCOUNT1"] : []))
    }
}
