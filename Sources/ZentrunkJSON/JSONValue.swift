/// A JSON value as a pure Swift value.
///
/// Integers and doubles are distinct: `1` is ``integer(_:)``, `1.0` is ``double(_:)``. Identifiers that look like
/// numbers (trunk ids have up to 18 digits) stay strings, as the vendor wrote them.
///
/// Two values are equal if they have the same kind and content. The order of members is ignored. Strings are compared
/// by code points, whereas Swift's own `==` considers two encodings of an accented letter equal.
public enum JSONValue: Sendable {
    /// `null`: a value that is present, unlike a missing member.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number without point and exponent.
    case integer(Int64)
    /// Any other number. Infinity and NaN are written as `null`, because JSON has none.
    case double(Double)
    /// A string, unescaped.
    case string(String)
    /// An array.
    case array([JSONValue])
    /// An object.
    case object(JSONObject)
}

extension JSONValue: Hashable {
    /// Whether both values have the same kind and content.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.integer(let left), .integer(let right)): left == right
        case (.double(let left), .double(let right)): left == right
        case (.string(let left), .string(let right)): left.utf8.elementsEqual(right.utf8)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Hashes kind and content.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(kindName)
        switch self {
        case .null: break
        case .bool(let truth): hasher.combine(truth)
        case .integer(let number): hasher.combine(number)
        case .double(let number): hasher.combine(number)
        case .string(let text): hasher.combine(text)
        case .array(let elements): hasher.combine(elements)
        case .object(let members): hasher.combine(members)
        }
    }
}

extension JSONValue {
    /// The string; nil for other kinds.
    public var string: String? { if case .string(let value) = self { value } else { nil } }

    /// The boolean; nil for other kinds.
    public var bool: Bool? { if case .bool(let value) = self { value } else { nil } }

    /// The integer; nil for other kinds. Doubles are not converted.
    public var integer: Int64? { if case .integer(let value) = self { value } else { nil } }

    /// The elements; nil for other kinds.
    public var array: [JSONValue]? { if case .array(let value) = self { value } else { nil } }

    /// The members in order; nil for other kinds.
    public var object: JSONObject? { if case .object(let value) = self { value } else { nil } }

    /// Whether this is `null`.
    public var isNull: Bool { self == .null }

    /// The member of that name; nil if this is not an object or has no such member.
    public subscript(_ name: String) -> JSONValue? { object?[name] }

    /// The value at a JSON Pointer; nil if there is none. <https://www.rfc-editor.org/rfc/rfc6901>
    public subscript(_ pointer: JSONPointer) -> JSONValue? {
        pointer.tokens.reduce(.some(self)) { value, token in value?.child(token) }
    }

    /// Returns the member or element for one token. The results are spelt `.none`, because `nil` could be read as
    /// `.null` here.
    private func child(_ token: String) -> JSONValue? {
        switch self {
        case .object(let members):
            return members[token]
        case .array(let elements):
            guard let index = JSONPointer.index(token), elements.indices.contains(index) else { return .none }
            return elements[index]
        default:
            return .none
        }
    }

    /// The kind of the value as named in errors: `a string`, `an object`, …
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

// Not by nil: where code mixes values and optionals, a nil would silently become a null.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByStringInterpolation
{
    /// Creates ``bool(_:)`` from `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// Creates ``integer(_:)`` from `1`.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// Creates ``double(_:)`` from `1.0`.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// Creates ``string(_:)`` from `"1"`.
    public init(stringLiteral value: String) { self = .string(value) }
    /// Creates ``array(_:)`` from `[1, "1"]`.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// Creates ``object(_:)`` from `["a": 1]`, in this order; a duplicate name keeps its last value.
    public init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(JSONObject(members)) }
}
