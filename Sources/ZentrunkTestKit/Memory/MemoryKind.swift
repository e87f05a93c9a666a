@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// A kind whose objects live in a ``MemoryVendor``, made from a description alone.
@_spi(Adapter) public struct MemoryKind: ResourceKind {
    /// What a vendor makes of two objects of one kind.
    public typealias Judge = @Sendable (_ kind: String, _ body: JSONObject, _ other: LiveObject) -> Conflict?

    private let base: RESTResource
    private let objections: @Sendable (JSONObject) -> [String]
    private let judge: Judge

    public var description: KindDescription { base.description }
    public var calls: [KindCall] { base.calls }

    /// - Parameters:
    ///   - description: Name, fields and identifying members of the kind.
    ///   - client: The way to the vendor, from ``client(_:side:transport:keyVariable:)``.
    ///   - objections: Why an object cannot serve a connection.
    ///   - conflict: What the vendor makes of two objects of the kind.
    public init(
        _ description: KindDescription, client: APIClient,
        objections: @escaping @Sendable (JSONObject) -> [String] = { _ in [] },
        conflict: @escaping Judge = { _, _, _ in nil }
    ) {
        base = RESTResource(
            description, client: client, collection: "/\(description.name)",
            listing: .creationDate(pageSize: 100_000, limit: "limit", before: "before", created: "created"))
        self.objections = objections
        judge = conflict
    }

    /// A client of the vendor's API.
    ///
    /// - Throws: Nothing in practice: the address is a constant.
    public static func client(
        _ title: String, side: Side, transport: any HTTPTransport, keyVariable: String = "MEMORY_API_KEY"
    ) throws -> APIClient {
        var client = APIClient(
            title, base: try APIBase("https://memory.example.com", setting: "MEMORY_API_URL"), side: side,
            authorization: .init { Secret("Bearer key") }, keyVariable: keyVariable, transport: transport,
            redactor: Redactor())
        client.missing = { $0["missing"] == true ? .object : nil }
        return client
    }

    public func find(_ query: ResourceQuery) async throws -> [LiveObject] {
        try await base.find(query).map(judged)
    }

    public func read(_ id: String) async throws -> LiveObject? { try await base.read(id).map(judged) }

    public func create(_ body: JSONObject) async throws -> LiveObject { try await base.create(body) }

    public func update(_ live: LiveObject, _ changes: JSONObject) async throws {
        try await base.update(live, changes)
    }

    public func delete(_ id: String) async throws { try await base.delete(id) }

    public func conflict(of body: JSONObject, with other: LiveObject) -> Conflict? {
        judge(description.name, body, other)
    }

    private func judged(_ object: LiveObject) -> LiveObject {
        LiveObject(id: object.id, fields: object.fields, objections: objections(object.fields))
    }
}
