/// A value together with its place, for reading documents whose shape is known: every failure says where it happened.
public struct JSONCursor: Sendable {
    /// What stands here.
    public let value: JSONValue
    /// Where that is, seen from the document.
    public let path: JSONPointer

    /// A cursor on a value, by default on a whole document.
    ///
    /// - Parameters:
    ///   - value: What to read.
    ///   - path: Where the value stands, when it is a part of something; error messages begin with it.
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

    /// All members, in order.
    ///
    /// - Throws: ``JSONDecodingError`` when this is no object.
    public func members() throws(JSONDecodingError) -> JSONObject {
        guard case .object(let members) = value else { throw mismatch("an object") }
        return members
    }

    /// All elements, in order, each with its place.
    ///
    /// - Throws: ``JSONDecodingError`` when this is no array.
    public func elements() throws(JSONDecodingError) -> [JSONCursor] {
        guard case .array(let elements) = value else { throw mismatch("an array") }
        return elements.enumerated().map { JSONCursor($1, at: path.appending($0)) }
    }

    /// The string that stands here.
    ///
    /// - Throws: ``JSONDecodingError`` when this is no string.
    public func string() throws(JSONDecodingError) -> String {
        guard case .string(let text) = value else { throw mismatch("a string") }
        return text
    }

    /// The truth value that stands here.
    ///
    /// - Throws: ``JSONDecodingError`` when this is no boolean.
    public func bool() throws(JSONDecodingError) -> Bool {
        guard case .bool(let truth) = value else { throw mismatch("a boolean") }
        return truth
    }

    /// The integer that stands here; a double is none, not even `1.0`.
    ///
    /// - Throws: ``JSONDecodingError`` when this is no integer.
    public func integer() throws(JSONDecodingError) -> Int64 {
        guard case .integer(let number) = value else { throw mismatch("an integer") }
        return number
    }

    /// The error that says what was expected here; what stands here instead is named by its kind only.
    ///
    /// - Parameter expected: What should stand here, to be read after "expected": `a host name`.
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

    /// An error in its parts; a reader that has a cursor gets it from ``JSONCursor/mismatch(_:)``.
    public init(path: JSONPointer, expected: String, found: String) {
        self.path = path
        self.expected = expected
        self.found = found
    }
}

extension JSONDecodingError: CustomStringConvertible {
    /// Place, expectation and what was found in one line: `/sip/port: expected an integer, found a string`.
    public var description: String {
        let place = path == .root ? "the document" : path.description
        return "\(place): expected \(expected), found \(found)"
    }
}
