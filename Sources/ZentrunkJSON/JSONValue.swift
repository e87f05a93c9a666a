/// One JSON value, as a pure Swift value.
///
/// Integers and doubles are kept apart: `1` is ``integer(_:)``, `1.0` is ``double(_:)``. Identifiers that look like
/// numbers (trunk ids have up to 18 digits) stay what the vendor wrote, a string.
public enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

extension JSONValue {
    /// The string, or nil when this is something else.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The truth value, or nil when this is something else.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The integer, or nil when this is something else; a double is not turned into one.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// The elements, or nil when this is something else.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// The members in their order, or nil when this is something else.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The member of that name, or nil when this is no object or has none.
    public subscript(_ name: String) -> JSONValue? { object?[name] }

    /// What stands at a JSON Pointer, or nil when nothing does. <https://www.rfc-editor.org/rfc/rfc6901>
    public subscript(_ pointer: JSONPointer) -> JSONValue? {
        pointer.tokens.reduce(self as JSONValue?) { value, token in
            switch value {
            case .object(let members): members[token]
            case .array(let elements): JSONPointer.index(token).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            default: nil
            }
        }
    }

    /// What kind of value this is, as error messages name it: `a string`, `an object`, …
    public var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer: "an integer"
        case .double: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByStringInterpolation
{
    public init(nilLiteral: ()) { self = .null }
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    public init(integerLiteral value: Int64) { self = .integer(value) }
    public init(floatLiteral value: Double) { self = .double(value) }
    public init(stringLiteral value: String) { self = .string(value) }
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    public init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(JSONObject(members)) }
}
