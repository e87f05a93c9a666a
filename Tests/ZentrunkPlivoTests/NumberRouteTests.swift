import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

@Suite("Routes of numbers")
struct NumberRouteTests {
    struct Case: Sendable {
        var fields: JSONObject
        var trunk: String?
        var application: String?
        init(_ fields: JSONObject, trunk: String? = nil, application: String? = nil) {
            self.fields = fields
            self.trunk = trunk
            self.application = application
        }
    }

    private let number: JSONObject = ["number": "14155550100", "voice_enabled": true, "active": true]

    private func read(_ more: JSONObject) async throws -> LiveObject? {
        let record = number.merging(more)
        let transport = AnsweringTransport { _ in (200, .object(record)) }
        return try await Example.kind("plivo.number-route", transport).read("14155550100")
    }

    @Test(
        "The application's path distinguishes trunks from applications; without it, app_id is an application",
        arguments: [
            Case(["application": "/v1/Account/MA/Zentrunk/Trunk/81234567890123456/"], trunk: "81234567890123456"),
            Case(["application": "/v1/Account/MA/Zentrunk/Trunk/7", "app_id": "7"], trunk: "7"),
            Case(["application": "/v1/Account/MA/Application/99/"], application: "99"),
            Case(["application": "/v1/Account/MA/Application/99/", "app_id": "98"], application: "99"),
            Case(["application": ""]), Case(["application": .null]), Case([:]),
            Case(["app_id": "55"], application: "55"), Case(["application": "", "app_id": "55"], application: "55"),
            Case(["application": .null, "app_id": .null]), Case(["app_id": ""]),
            Case(["application": "/v1/Account/MA/Application/99/", "trunk_id": "1"], application: "99"),
        ])
    func projection(_ example: Case) async throws {
        let route = try #require(try await read(example.fields))
        #expect(route.id == "14155550100")
        #expect(route.fields["trunk_id"] == example.trunk.map { .string($0) })
        #expect(route.fields["application_id"] == example.application.map { .string($0) })
        #expect(route.objections.isEmpty)
    }

    @Test("A number that cannot carry calls has objections")
    func objections() async throws {
        #expect(try await read(["voice_enabled": false])?.objections.count == 1)
        #expect(try await read(["active": false, "voice_enabled": false])?.objections.count == 2)
    }

    @Test("A number that is not on the account is nil")
    func notFound() async throws {
        let transport = AnsweringTransport { _ in (404, ["error": "not found", "api_id": "a"]) }
        #expect(try await Example.kind("plivo.number-route", transport).read("14155550100") == nil)
        #expect(transport.sent.map(\.path) == [Example.root + "Number/14155550100/"])
    }

    @Test(
        "A response without a number is an error",
        arguments: [[:], ["error": "x"], ["application": ""]] as [JSONValue])
    func halfAnswer(_ answer: JSONValue) async throws {
        let kind = try Example.kind("plivo.number-route", AnsweringTransport { _ in (200, answer) })
        await #expect(throws: APIError.self) { _ = try await kind.read("14155550100") }
    }

    @Test(
        "Every route is written as app_id, and no route as an empty one",
        arguments: [
            (["trunk_id": "7", "application_id": .null], "7"), (["application_id": "99", "trunk_id": .null], "99"),
            (["trunk_id": .null], ""), ([:], ""),
        ] as [(JSONObject, String)])
    func update(_ changes: JSONObject, _ target: String) async throws {
        let transport = AnsweringTransport { _ in (202, ["message": "changed"]) }
        let route = LiveObject(id: "14155550100", fields: number)
        try await Example.kind("plivo.number-route", transport).update(route, changes)
        #expect(
            transport.sent == [
                .init(method: "POST", path: Example.root + "Number/14155550100/", body: ["app_id": .string(target)])
            ])
    }

    @Test("Numbers can be neither created nor deleted")
    func unsupported() async throws {
        let transport = AnsweringTransport { _ in (200, [:]) }
        let kind = try Example.kind("plivo.number-route", transport)
        await #expect(throws: ZentrunkError.self) { () async throws in _ = try await kind.create([:]) }
        await #expect(throws: ZentrunkError.self) { () async throws in try await kind.delete("14155550100") }
        #expect(transport.sent.isEmpty)
    }
}
