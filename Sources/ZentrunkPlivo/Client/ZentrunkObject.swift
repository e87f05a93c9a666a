@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// An object of a Zentrunk account, as it was last read.
///
/// Undocumented members in Plivo's responses are dropped; missing members are nil. There are no secrets in it, because
/// Plivo does not return passwords.
public protocol ZentrunkObject: Sendable, Hashable, Identifiable where ID == String {
    /// The object in the form of the kinds.
    @_spi(Adapter) var live: LiveObject { get }

    /// Creates the object from the form of the kinds.
    @_spi(Adapter) init(_ live: LiveObject)

    /// The kind of object in messages: `trunk`.
    static var title: String { get }

    /// The object's name, if it has one. Only the names of trunks are known to be unique.
    var name: String? { get }

    /// The names of the members in the API, in the order in which they are shown.
    static var fields: [String] { get }

    /// All members in ``fields``, with their names in the API; null where Plivo returns nothing.
    var members: JSONObject { get }

    /// The object in messages: `trunk "support" (81234567890123456)`.
    var label: String { get }

    /// Whether a text can be an id of such an object, so that it is worth requesting.
    static func isID(_ text: String) -> Bool
}

// Requirements that only some importers see need an implementation. As these are unavailable, each object has its own.
@_spi(Adapter) extension ZentrunkObject {
    @available(*, unavailable, message: "every object implements this")
    public var live: LiveObject { fatalError() }
    @available(*, unavailable, message: "every object implements this")
    public init(_ live: LiveObject) { fatalError() }
}

extension ZentrunkObject {
    /// Plivo's id. A trunk's id has up to 18 digits and is a string in JSON.
    public var id: String { live.id }

    /// The member `name`.
    public var name: String? { text("name") }

    public var members: JSONObject { JSONObject(Self.fields.map { ($0, live.fields[$0] ?? .null) }) }

    public var label: String { name.map { "\(Self.title) \"\($0)\" (\(id))" } ?? "\(Self.title) \(id)" }

    /// Whether the text has the form of a UUID. All objects except trunks and numbers have UUIDs as ids; some in
    /// Plivo's documentation are not well-formed.
    public static func isID(_ text: String) -> Bool {
        text.count == 36 && text.count(where: { $0 == "-" }) == 4
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }

    func text(_ field: String) -> String? { live.fields[field]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    func flag(_ field: String) -> Bool? { live.fields[field]?.bool }
}
