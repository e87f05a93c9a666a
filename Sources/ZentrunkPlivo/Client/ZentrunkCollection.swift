@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// The objects of one kind in an account.
///
/// All methods throw `ZentrunkError` and `CancellationError`. After `incomplete` a write may have left something;
/// after any other error nothing was changed. If the response to a write is lost, its outcome is determined by a read
/// before it is repeated. Cancelling the task does not interrupt a write.
public struct ZentrunkCollection<Object: ZentrunkObject>: Sendable {
    let kind: any PagedKind

    init(_ kind: any PagedKind) { self.kind = kind }

    /// Returns all objects, no matter who created them. Pages after the first are read concurrently.
    public func list() async throws -> [Object] { try await find(.everything) }

    /// Returns the first page only, for suggestions: one request, however long the list is.
    ///
    /// - Parameter filters: Query parameters by which Plivo filters the list.
    public func firstPage(_ filters: [String: String] = [:]) async throws -> [Object] {
        try await explained { try await kind.firstPage(filters) }.map(Object.init)
    }

    /// Returns the object with that id; nil if there is none.
    public func get(id: Object.ID) async throws -> Object? {
        try await explained { try await kind.read(id) }.map(Object.init)
    }

    /// Returns the objects with exactly that name; only the names of trunks are known to be unique.
    public func named(_ name: String) async throws -> [Object] { try await list().filter { $0.name == name } }

    /// Returns the object with that id, or else the one with exactly that name.
    ///
    /// Sends one request if the text is an id, and otherwise reads the entire list.
    ///
    /// - Throws: `ZentrunkError` `notFound` if there is none, with a suggestion, and `collision` if several have the
    ///   name, with their ids.
    public func resolve(_ reference: String) async throws -> Object {
        let id = try Self.id(in: reference)
        if let id, let object = try await get(id: id) { return object }
        let all = try await list()
        if let object = all.first(where: { $0.id == reference }) { return object }
        let found = all.filter { $0.name == reference }
        if let object = found.first, found.count == 1 { return object }
        guard found.isEmpty else {
            throw ZentrunkError(
                .collision, "\(found.count) objects of the kind \(Object.title) are named \"\(reference)\"",
                at: .carrier,
                remedies: [.choose(ids: found.map(\.id).sorted())])
        }
        throw ZentrunkError(
            .notFound, "no \(Object.title) has the id or name \"\(reference)\"\(Self.hint(for: reference, among: all))",
            at: .carrier)
    }

    /// Returns `, did you mean "pbx"?`, or an empty text.
    private static func hint(for reference: String, among all: [Object]) -> String {
        guard Object.self == NumberRecord.self, let number = (try? WrittenNumber(reference))?.number else {
            return Spelling.hint(for: reference, among: all.compactMap(\.name))
        }
        return number.hint(among: all.compactMap { PhoneNumber(vendorSpelling: $0.id) })
    }

    /// Returns the text as an id; nil if it can only be a name.
    private static func id(in reference: String) throws(ZentrunkError) -> Object.ID? {
        guard !reference.isEmpty else { throw ZentrunkError(.invalid, "an empty text names no \(Object.title)") }
        guard Object.self == NumberRecord.self else { return Object.isID(reference) ? reference : nil }
        do { return try WrittenNumber(reference).number.digits } catch {
            // The text may still be an alias, unless it can only be intended as a number.
            guard WrittenNumber.isMeant(by: reference) else { return nil }
            throw ZentrunkError(.invalid, error.description)
        }
    }

    func find(_ query: ResourceQuery) async throws -> [Object] {
        try await explained { try await kind.find(query) }.map(Object.init)
    }

    // MARK: Writes

    var writes: SingleWrites { SingleWrites(kind) }

    /// Creates an object after checking its name. The name identifies the object if the response is lost, and
    /// distinguishes it for users.
    func create(_ body: JSONObject, name: String) async throws -> Object {
        try await checkName(name)
        return Object(try await writes.create(body, name: name))
    }

    func update(_ object: Object, to target: JSONObject) async throws -> Object {
        if let name = target["name"]?.string { try await checkName(name, of: object) }
        return Object(try await writes.update(object.live, to: target))
    }

    static func check(_ name: String) throws(ZentrunkError) {
        guard !name.isEmpty, name.first?.isWhitespace == false, name.last?.isWhitespace == false,
            !name.contains(where: \.isNewline)
        else {
            throw ZentrunkError(.invalid, "\"\(name)\" is not a valid name: it is empty or has blanks at its ends")
        }
    }

    func refuseTwin(of name: String, but id: Object.ID?) async throws {
        guard let twin = try await named(name).first(where: { $0.id != id }) else { return }
        throw ZentrunkError(
            .collision, "the name \"\(name)\" is taken by \(Object.title) \(twin.id)", at: .carrier)
    }

    private func explained<Result: Sendable>(_ work: () async throws -> Result) async throws -> Result {
        do { return try await work() } catch let error as CancellationError { throw error } catch {
            throw ZentrunkError.explaining(error)
        }
    }
}

/// A kind whose first page can be read alone.
protocol PagedKind: ResourceKind {
    /// Returns the first page of the list, narrowed by these query parameters.
    func firstPage(_ filters: [String: String]) async throws -> [LiveObject]
}

extension RESTResource: PagedKind {}
