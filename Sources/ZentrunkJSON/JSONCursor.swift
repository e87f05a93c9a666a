/// A value together with its place, for reading documents whose shape is known: every failure says where it happened.
public struct JSONCursor: Sendable {
    public let value: JSONValue
    public let path: JSONPointer

    public init(_ value: JSONValue, at path: JSONPointer = .root) {
        self.value = value
        self.path = path
    }

    /// The member of that name.
    ///
    /// - Throws: ``JSONDecodingError`` when this is no object or has no such member.
    public func member(_ name: String) throws(JSONDecodingError) -> JSONCursor {
        guard let found = try members()[name] else {
            throw JSONDecodingError(path: path.appending(name), expected: "a value", found: "nothing")
        }
        return JSONCursor(found, at: path.appending(name))
    }

    /// The member of that name, or nil when it is missing or null.
    ///
    /// - Throws: ``JSONDecodingError`` when this is no object.
    public func memberIfPresent(_ name: String) throws(JSONDecodingError) -> JSONCursor? {
        guard let found = try members()[name], !found.isNull else { return nil }
        return JSONCursor(found, at: path.appending(name))
    }

    /// All members, in order. - Throws: ``JSONDecodingError`` when this is no object.
    public func members() throws(JSONDecodingError) -> JSONObject {
        guard case .object(let members) = value else { throw mismatch("an object") }
        return members
    }

    /// All elements, in order. - Throws: ``JSONDecodingError`` when this is no array.
    public func elements() throws(JSONDecodingError) -> [JSONCursor] {
        guard case .array(let elements) = value else { throw mismatch("an array") }
        return elements.enumerated().map { JSONCursor($1, at: path.appending($0)) }
    }

    /// - Throws: ``JSONDecodingError`` when this is no string.
    public func string() throws(JSONDecodingError) -> String {
        guard case .string(let text) = value else { throw mismatch("a string") }
        return text
    }

    /// - Throws: ``JSONDecodingError`` when this is no boolean.
    public func bool() throws(JSONDecodingError) -> Bool {
        guard case .bool(let truth) = value else { throw mismatch("a boolean") }
        return truth
    }

    /// - Throws: ``JSONDecodingError`` when this is no integer.
    public func integer() throws(JSONDecodingError) -> Int64 {
        guard case .integer(let number) = value else { throw mismatch("an integer") }
        return number
    }

    /// The error that says what was expected here; long or nested values are named by kind only.
    public func mismatch(_ expected: String) -> JSONDecodingError {
        JSONDecodingError(path: path, expected: expected, found: value.kindName)
    }
}

/// A document that is well-formed JSON but does not have the shape its reader needs.
public struct JSONDecodingError: Error, Sendable, Hashable {
    /// Where, as a JSON Pointer.
    public var path: JSONPointer
    /// What should stand there: `a string`, `one of …`.
    public var expected: String
    /// What stands there, by kind; never the value itself, which could be a secret.
    public var found: String

    public init(path: JSONPointer, expected: String, found: String) {
        self.path = path
        self.expected = expected
        self.found = found
    }
}

extension JSONDecodingError: CustomStringConvertible {
    public var description: String { "\(path == .root ? "the document" : path.description): expected \(expected), found \(found)" }
}
