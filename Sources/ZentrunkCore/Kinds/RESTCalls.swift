public import HTTPTypes
import ZentrunkJSON

/// The calls of a REST API for one kind: method and path of each operation.
@_spi(Adapter) public struct RESTCalls: Sendable {
    /// A method and a path from the root, percent-encoded; `{id}` stands for the object's id.
    public struct Call: Sendable {
        /// The HTTP method.
        public var method: HTTPRequest.Method
        /// The path, with `{id}` for the object's id.
        public var path: String

        /// Creates a call.
        public init(_ method: HTTPRequest.Method, _ path: String) {
            self.method = method
            self.path = path
        }

        /// A GET.
        public static func get(_ path: String) -> Call { Call(.get, path) }
        /// A POST.
        public static func post(_ path: String) -> Call { Call(.post, path) }
        /// A PUT.
        public static func put(_ path: String) -> Call { Call(.put, path) }
        /// A PATCH.
        public static func patch(_ path: String) -> Call { Call(.patch, path) }
        /// A DELETE.
        public static func delete(_ path: String) -> Call { Call(.delete, path) }

        func path(of id: String) -> String { path.replacing("{id}", with: APIClient.escape(id)) }
    }

    /// The path of the list, which is read by GET.
    public var list: String
    /// Creates an object.
    public var create: Call
    /// Returns an object.
    public var read: Call
    /// Changes an object.
    public var update: Call
    /// Deletes an object.
    public var delete: Call

    /// Creates the calls of an API with a path for each operation.
    public init(list: String, create: Call, read: Call, update: Call, delete: Call) {
        self.list = list
        self.create = create
        self.read = read
        self.update = update
        self.delete = delete
    }

    /// Creates the calls of a conventional API: the collection's path, with the id behind it for a single object.
    ///
    /// - Parameters:
    ///   - collection: The path of the list; a trailing slash is repeated after ids.
    ///   - update: The HTTP method of an update.
    public init(collection: String, update: HTTPRequest.Method = .patch) {
        let item = collection.hasSuffix("/") ? collection + "{id}/" : collection + "/{id}"
        self.init(
            list: collection, create: .post(collection), read: .get(item), update: Call(update, item),
            delete: .delete(item))
    }
}

/// The names that a kind's fields have in requests and records, see ``Field/Names``.
struct WireNames: Sendable {
    private let create: [String: String]
    private let update: [String: String]
    private let read: [(name: String, path: JSONPointer)]

    init(_ fields: [String: Field]) {
        create = fields.compactMapValues { $0.names.create }
        update = fields.compactMapValues { $0.names.update }
        read = fields.compactMap { name, field in field.names.read.map { (name, JSONPointer($0)) } }
    }

    /// Returns the body of a request, from fields by their names in the kind.
    func body(_ fields: JSONObject, isNew: Bool) -> JSONObject {
        let names = isNew ? create : update
        guard !names.isEmpty else { return fields }
        return JSONObject(fields.map { (names[$0.name] ?? $0.name, $0.value) })
    }

    /// Returns a record with its fields by their names in the kind.
    func fields(_ record: JSONObject) -> JSONObject {
        read.reduce(into: record) { fields, place in
            if let value = JSONValue.object(record)[place.path] { fields[place.name] = value }
        }
    }

    /// Returns the members of a request that can write all these fields; nil if they have the fields' names.
    func members(_ fields: [String: Field], isNew: Bool) -> [String]? {
        let names = isNew ? create : update
        guard !names.isEmpty else { return nil }
        return fields.filter { !$0.value.isReadOnly }.map { names[$0.key] ?? $0.key }.sorted()
    }
}
