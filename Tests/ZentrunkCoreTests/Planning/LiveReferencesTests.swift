import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Which live objects use which others")
struct LiveReferencesTests {
    private static let domain = "trunk-1.carrier.example.com"
    private static let trunk = found(MemoryCarrier.trunk, "trunk-1", ["domain": .string(domain)])
    private static let gateway = found(MemoryAdapter.gateway, "gateway-1", [:])

    private static func found(_ kind: String, _ id: String, _ fields: JSONObject) -> LiveState.Found {
        LiveState.Found(kind: kind, object: LiveObject(id: id, fields: fields.merging(["id": .string(id)])))
    }

    private static func gateway(_ fields: JSONObject) -> LiveState.Found {
        found(MemoryAdapter.gateway, "gateway-9", fields)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var user: LiveState.Found
        var used: LiveState.Found
        var isUsed: Bool
    }

    private static func uri(_ text: String, _ what: String, _ isUsed: Bool) -> Case {
        Case(
            testDescription: what, user: found(MemoryCarrier.uri, "uri-1", ["uri": .string(text)]), used: gateway,
            isUsed: isUsed)
    }

    static let cases = [
        Case(
            testDescription: "a domain in a list of hosts",
            user: gateway(["hosts": [["host": "192.0.2.1"], ["host": .string(domain)]]]), used: trunk, isUsed: true),
        Case(
            testDescription: "a domain that another one begins with",
            user: gateway(["hosts": [["host": .string("\(domain).org")]]]), used: trunk, isUsed: false),
        Case(
            testDescription: "a domain in a display name", user: gateway(["name": .string("calls \(domain)")]),
            used: trunk, isUsed: false),
        Case(
            testDescription: "an id in a display name", user: gateway(["name": "like trunk-1"]), used: trunk,
            isUsed: false),
        Case(
            testDescription: "an id where the template has a domain", user: gateway(["hosts": [["host": "trunk-1"]]]),
            used: trunk, isUsed: false),
        Case(testDescription: "the opposite direction", user: trunk, used: gateway(["hosts": []]), isUsed: false),
        uri("gateway-1.sip.memory.example.com", "an id with the text around it", true),
        uri("gateway-1.sip.elsewhere.example.com;transport=tls", "an id and another host", true),
        uri("gateway-10.sip.memory.example.com", "an id that another one begins with", false),
        uri("my-gateway-1.sip.memory.example.com", "an id that another one ends with", false),
        uri("sip.memory.example.com/gateway-1.", "an id in another place", false),
        Case(
            testDescription: "an id in the kind's field",
            user: found(MemoryAdapter.line, "line-1", ["gateway": "gateway-1"]),
            used: gateway, isUsed: true),
        Case(
            testDescription: "an id in a field of a kind that the template does not have",
            user: found(MemoryAdapter.pool, "pool-1", ["gateway": "gateway-1"]), used: gateway, isUsed: true),
        Case(
            testDescription: "one of several ids",
            user: found(MemoryAdapter.pool, "pool-1", ["lines": ["line-1", "line-2"]]),
            used: found(MemoryAdapter.line, "line-2", [:]), isUsed: true),
        Case(
            testDescription: "an id of another kind", user: found(MemoryAdapter.line, "line-1", ["gateway": "trunk-1"]),
            used: trunk, isUsed: false),
    ]

    @Test("An object uses another one if a member for it has the whole id or domain", arguments: cases)
    func uses(_ test: Case) throws {
        let references = try EngineBench().connector().engine.planner.references
        #expect(references.uses(test.user, test.used) == test.isUsed)
        #expect(references.areRelated(test.used, test.user) == test.isUsed)
        #expect(!LiveReferences().uses(test.user, test.used))
    }

    @Test("Values that no text separates are compared as far as possible")
    func neighbours() throws {
        let text = String(decoding: MemoryAdapter.template, as: UTF8.self).replacing(
            "\"${gateway.id}.${platform.host}\"", with: "\"sip:${out.domain}${gateway.id}@${out.domain}\"")
        let template = try Template(parsing: Array(text.utf8), file: "test")
        let references = LiveReferences(template, try EngineBench().kinds())
        let used = Self.found(MemoryCarrier.uri, "uri-1", ["uri": .string("sip:anythinggateway-1@\(Self.domain)")])
        #expect(references.uses(used, Self.gateway))
        #expect(references.uses(used, Self.trunk))
        let other = Self.found(MemoryCarrier.uri, "uri-1", ["uri": .string("sip:gateway-10@x.\(Self.domain)")])
        #expect(!references.uses(other, Self.gateway))
        #expect(!references.uses(other, Self.trunk))
    }
}
