import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Ids from vendors")
struct ObjectIDTests {
    private static let kind = KindDescription(
        "test.thing", title: "thing", side: .platform, idField: "id", fields: ["id": .string.readOnly()])

    private func resource(_ transport: ScriptedTransport) throws -> RESTResource {
        let client = APIClient(
            "Test", base: try APIBase("https://api.example.com", setting: "TEST_URL"), side: .platform,
            authorization: .init { Secret("x") }, keyVariable: "TEST_KEY", transport: transport, redactor: Redactor())
        return RESTResource(
            Self.kind, client: client, collection: "/things",
            listing: .creationDate(pageSize: 10, limit: "limit", before: "b", created: "c"))
    }

    @Test("An id that would address all objects of the kind is refused", arguments: ["", ".", ".."])
    func unusable(_ id: String) async throws {
        #expect(Self.kind.object(["id": .string(id)]) == nil)
        let body = JSONValue.object(["id": .string(id)]).text()
        let created = try resource(ScriptedTransport([.response(201, body: body)]))
        let error = await #expect(throws: APIError.self) { () async throws in _ = try await created.create([:]) }
        #expect(try #require(error).zentrunkError.message.contains("expected an id"))
        let listed = try resource(ScriptedTransport([.response(200, body: "[\(body)]")]))
        #expect(try await listed.find(.everything).isEmpty)
    }

    @Test("Every other id is accepted unchanged", arguments: ["0", "...", "a/b", " "])
    func usable(_ id: String) {
        #expect(Self.kind.object(["id": .string(id)])?.id == id)
    }
}
