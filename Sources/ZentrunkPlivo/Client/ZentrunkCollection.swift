import ZentrunkCore
import ZentrunkJSON

/// The objects of one kind of an account.
///
/// All methods throw `ZentrunkError` and `CancellationError`. Of a write, `incomplete` means that something may be left;
/// with any other error nothing was changed. A write whose answer is lost is looked for before it is sent again, and is not
/// cut off when the task is cancelled.
public struct ZentrunkCollection<Object: ZentrunkObject>: Sendable {
    let kind: any PagedKind

    init(_ kind: any PagedKind) { self.kind = kind }

    /// All objects, whoever made them, to the last page. Pages behind the first are read side by side.
    public func list() async throws -> [Object] { try await find(.everything) }

    /// The first page alone, for suggestions: one request, however long the list is.
    ///
    /// - Parameter filters: Parameters by which Plivo narrows the list.
    public func firstPage(_ filters: [String: String] = [:]) async throws -> [Object] {
        try await explained { try await kind.firstPage(filters) }.map(Object.init)
    }

    /// The object with that id, or nil when there is none.
    public func get(id: Object.ID) async throws -> Object? {
        try await explained { try await kind.read(id) }.map(Object.init)
    }

    /// The objects whose name is exactly that; only trunks' names are known to be unique.
    public func named(_ name: String) async throws -> [Object] { try await list().filter { $0.name == name } }

    /// The object with that id, or else the one with exactly that name.
    ///
    /// One request when the text is an id, the whole list otherwise.
    ///
    /// - Throws: `ZentrunkError` `notFound` when there is none, with what was probably meant, and `collision` when several
    ///   share the name, with their ids.
    public func resolve(_ reference: String) async throws -> Object {
        let id = try Self.id(in: reference)
        if let id, let object = try await get(id: id) { return object }
        let all = try await list()
        if let object = all.first(where: { $0.id == reference }) { return object }
        let found = all.filter { $0.name == reference }
        if let object = found.first, found.count == 1 { return object }
        guard found.isEmpty else {
            throw ZentrunkError(
                .collision, "\"\(reference)\" is the name of \(found.count) objects of the kind \(Object.title)",
                at: .carrier,
                next: ["name one by its id: \(found.map(\.id).sorted().joined(separator: ", "))"])
        }
        throw ZentrunkError(
            .notFound, "there is no \(Object.title) \"\(reference)\"\(Self.hint(for: reference, among: all))",
            at: .carrier)
    }

    /// `, did you mean "pbx"?`, or nothing.
    private static func hint(for reference: String, among all: [Object]) -> String {
        guard Object.self == NumberRecord.self, let number = (try? WrittenNumber(reference))?.number else {
            return Spelling.hint(for: reference, among: all.compactMap(\.name))
        }
        return number.hint(among: all.compactMap { PhoneNumber(vendorSpelling: $0.id) })
    }

    /// The id that the text is, or nil when it can only be a name.
    private static func id(in reference: String) throws(ZentrunkError) -> Object.ID? {
        guard !reference.isEmpty else { throw ZentrunkError(.invalid, "an empty text names no \(Object.title)") }
        guard Object.self == NumberRecord.self else { return Object.isID(reference) ? reference : nil }
        do { return try WrittenNumber(reference).number.digits } catch {
            // It may be an alias all the same, unless it can only be meant as a number.
            guard WrittenNumber.isMeant(by: reference) else { return nil }
            throw ZentrunkError(.invalid, error.description)
        }
    }

    func find(_ query: ResourceQuery) async throws -> [Object] {
        try await explained { try await kind.find(query) }.map(Object.init)
    }

    // MARK: Writes

    var writes: SingleWrites { SingleWrites(kind) }

    /// Names are looked up first: they are how an object is found when the answer to its creation is lost, and how people
    /// tell objects apart.
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
            throw ZentrunkError(.invalid, "\"\(name)\" is no name: it is empty or has blanks at its ends")
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

/// A kind whose list need not be read to its end.
protocol PagedKind: ResourceKind {
    /// The first page of the list, narrowed by these parameters.
    func firstPage(_ filters: [String: String]) async throws -> [LiveObject]
}

extension RESTResource: PagedKind {}
