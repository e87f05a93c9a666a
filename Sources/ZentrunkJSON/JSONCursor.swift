/// A value and its path in a document, for reading documents of a known shape with precise errors.
public struct JSONCursor: Sendable {
    /// The value.
    public let value: JSONValue
    /// The path of the value in the document.
    public let path: JSONPointer

    /// Creates a cursor, by default on an entire document.
    ///
    /// - Parameters:
    ///   - value: The value to read.
    ///   - path: The path of the value, if it is a part of a document; errors begin with it.
    public init(_ value: JSONValue, at path: JSONPointer = .root) {
        self.value = value
        self.path = path
    }

    /// Returns the member of that name.
    ///
    /// - Throws: ``JSONDecodingError`` if this is not an object or has no such member.
    public func member(_ name: String) throws(JSONDecodingError) -> JSONCursor {
        guard let found = try members()[name] else {
            throw JSONDecodingError(path: path.appending(name), expected: "a value", found: "nothing")
        }
        return JSONCursor(found, at: path.appending(name))
    }

    /// Returns the member of that name; nil if it is missing or null.
    ///
    /// - Throws: ``JSONDecodingError`` if this is not an object.
    public func memberIfPresent(_ name: String) throws(JSONDecodingError) -> JSONCursor? {
        guard let found = try members()[name], !found.isNull else { return nil }
        return JSONCursor(found, at: path.appending(name))
    }

    /// Returns all members in order.
    ///
    /// - Throws: ``JSONDecodingError`` if this is not an object.
    public func members() throws(JSONDecodingError) -> JSONObject {
        guard case .object(let members) = value else { throw mismatch("an object") }
        return members
    }

    /// Returns all elements in order, with their paths.
    ///
    /// - Throws: ``JSONDecodingError`` if this is not an array.
    public func elements() throws(JSONDecodingError) -> [JSONCursor] {
        guard case .array(let elements) = value else { throw mismatch("an array") }
        return elements.enumerated().map { JSONCursor($1, at: path.appending($0)) }
    }

    /// Returns the string.
    ///
    /// - Throws: ``JSONDecodingError`` if this is not a string.
    public func string() throws(JSONDecodingError) -> String {
        guard case .string(let text) = value else { throw mismatch("a string") }
        return text
    }

    /// Returns the boolean.
    ///
    /// - Throws: ``JSONDecodingError`` if this is not a boolean.
    public func bool() throws(JSONDecodingError) -> Bool {
        guard case .bool(let truth) = value else { throw mismatch("a boolean") }
        return truth
    }

    /// Returns the integer. A double is not an integer, not even `1.0`.
    ///
    /// - Throws: ``JSONDecodingError`` if this is not an integer.
    public func integer() throws(JSONDecodingError) -> Int64 {
        guard case .integer(let number) = value else { throw mismatch("an integer") }
        return number
    }

    /// Returns the error for an unexpected value, which it describes by its kind only.
    ///
    /// - Parameter expected: The expected value, to be read after "expected": `a host name`.
    public func mismatch(_ expected: String) -> JSONDecodingError {
        JSONDecodingError(path: path, expected: expected, found: value.kindName)
    }
}

/// An error for well-formed JSON of an unexpected shape.
public struct JSONDecodingError: Error, Sendable, Hashable {
    /// The path of the value.
    public var path: JSONPointer
    /// The expected value: `a string`, `one of …`.
    public var expected: String
    /// The kind of the actual value; never the value itself, which could be a secret.
    public var found: String

    /// Creates an error; with a cursor, use ``JSONCursor/mismatch(_:)``.
    public init(path: JSONPointer, expected: String, found: String) {
        self.path = path
        self.expected = expected
        self.found = found
    }
}

extension JSONDecodingError: CustomStringConvertible {
    /// Path, expected and actual value on one line: `/sip/port: expected an integer, found a string`.
    public var description: String {
        let place = path == .root ? "the document" : path.description
        return "\(place): expected \(expected), found \(found)"
    }
}
