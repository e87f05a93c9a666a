public import ZentrunkCore
public import ZentrunkJSON

/// One object of a Zentrunk account, as it was read.
///
/// What Plivo returns beyond the documented members is left out; members that it leaves out are nil. Nothing secret is ever
/// among them, since Plivo does not return passwords.
public protocol ZentrunkObject: Sendable, Hashable, Identifiable where ID == String {
    /// The object as the kinds read it.
    var live: LiveObject { get }

    init(_ live: LiveObject)

    /// `trunk`: what people call one.
    static var title: String { get }

    /// The name that people know it by, as far as it has one. Only trunks' names are known to be unique.
    var name: String? { get }

    /// The members' names at the API, in the order in which they are shown.
    static var fields: [String] { get }

    /// The object's members under the API's own names, all of ``fields``; null where Plivo has nothing.
    var members: JSONObject { get }

    /// What to call this one in a sentence: `trunk "support" (81234567890123456)`.
    var label: String { get }

    /// Whether a text can be an id of such an object, so that it is worth asking for.
    static func isID(_ text: String) -> Bool
}

extension ZentrunkObject {
    /// Plivo's id; a trunk's has up to 18 digits and is never a number in JSON.
    public var id: String { live.id }

    /// The member `name`.
    public var name: String? { text("name") }

    public var members: JSONObject { JSONObject(Self.fields.map { ($0, live.fields[$0] ?? .null) }) }

    public var label: String { name.map { "\(Self.title) \"\($0)\" (\(id))" } ?? "\(Self.title) \(id)" }

    /// All but trunks and numbers have UUIDs, of which the documentation's own samples are not well-formed.
    public static func isID(_ text: String) -> Bool {
        text.count == 36 && text.count(where: { $0 == "-" }) == 4
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    }

    func text(_ field: String) -> String? { live.fields[field]?.string.flatMap { $0.isEmpty ? nil : $0 } }
    func flag(_ field: String) -> Bool? { live.fields[field]?.bool }
}
