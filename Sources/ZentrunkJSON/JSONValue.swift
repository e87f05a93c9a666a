/// One JSON value, as a pure Swift value.
///
/// Integers and doubles are kept apart: `1` is ``integer(_:)``, `1.0` is ``double(_:)``. Identifiers that look like
/// numbers (trunk ids have up to 18 digits) stay what the vendor wrote, a string.
///
/// Values are equal when they are of one kind and say the same: the order of members does not count, every code point
/// of a string does (Swift's own `==` takes two spellings of one accented letter for the same).
public enum JSONValue: Sendable {
    /// `null`: a value that is there, unlike a member that is missing.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A number written without point and exponent.
    case integer(Int64)
    /// Any other number. Infinite ones and NaN can be made here, but JSON has none: they are written as `null`.
    case double(Double)
    /// A string, escapes resolved.
    case string(String)
    /// An array's elements.
    case array([JSONValue])
    /// An object's members.
    case object(JSONObject)
}

extension JSONValue: Hashable {
    /// Whether both are of one kind and say the same.
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
        pointer.tokens.reduce(.some(self)) { value, token in value?.child(token) }
    }

    /// One step inwards. Its results are spelt `.none`, since `nil` can be read as `.null` here.
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

// Not by nil: in code that mixes values and optionals a nil would silently become a null.
extension JSONValue: ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByFloatLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral,
    ExpressibleByStringInterpolation
{
    /// `true` is ``bool(_:)``.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// `1` is ``integer(_:)``.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// `1.0` is ``double(_:)``.
    public init(floatLiteral value: Double) { self = .double(value) }
    /// `"1"` is ``string(_:)``.
    public init(stringLiteral value: String) { self = .string(value) }
    /// `[1, "1"]` is ``array(_:)``.
    public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
    /// `["a": 1]` is ``object(_:)``, in this order; of two values for one name the later stays.
    public init(dictionaryLiteral members: (String, JSONValue)...) { self = .object(JSONObject(members)) }
}
