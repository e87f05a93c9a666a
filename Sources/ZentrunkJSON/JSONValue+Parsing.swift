import CJansson

extension JSONValue {
    /// The nesting limit of a parsed document: 128.
    public static let maximumDepth = 128

    /// The size limit of a parsed document in bytes: 16 MiB.
    public static let maximumByteCount = 16 << 20

    /// Parses one JSON document. <https://www.rfc-editor.org/rfc/rfc8259>
    ///
    /// Members keep their order. The parser is stricter than the RFC: it refuses duplicate keys, NUL in strings (also
    /// `\u0000`), integers beyond 64 bits, doubles out of range, a byte order mark, and documents over ``maximumDepth``
    /// or ``maximumByteCount``. Any value may be the document, not only an array or object.
    ///
    /// - Parameter bytes: The document as UTF-8.
    /// - Throws: ``JSONSyntaxError`` at the first error.
    public init(parsing bytes: [UInt8]) throws(JSONSyntaxError) {
        if let refusal = Self.refusalBeforeReading(bytes) { throw refusal }
        // json_loadb does not accept a null pointer.
        guard !bytes.isEmpty else { throw JSONDiagnosis.emptyDocument(bytes) }
        // Without JSON_DISABLE_EOF_CHECK, which would allow bytes after the value.
        // <https://jansson.readthedocs.io/en/latest/apiref.html#decoding>
        let flags = Int(JSON_REJECT_DUPLICATES | JSON_DECODE_ANY)
        var error = json_error_t()
        guard let root = json_loadb(bytes, bytes.count, flags, &error) else {
            throw JSONDiagnosis.explain(error, of: bytes)
        }
        defer { json_decref(root) }
        guard let value = Self.copy(root) else {
            throw JSONSyntaxError(line: 1, column: 1, reason: "the JSON library read a value that it cannot hand over")
        }
        self = value
    }

    /// Parses one JSON document; see ``init(parsing:)-([UInt8])``.
    ///
    /// - Throws: ``JSONSyntaxError`` at the first error.
    public init(parsing text: String) throws(JSONSyntaxError) {
        try self.init(parsing: Array(text.utf8))
    }
}

// MARK: Checks before jansson

extension JSONValue {
    /// Returns the reason to refuse a document before passing it to jansson. jansson recurses up to 2048 levels, and
    /// ignores a NUL byte after a number or a word: it would read `[1\0]` as `[1]`.
    ///
    /// Brackets are counted without regard to the grammar. Up to the first error the count is right, and there jansson
    /// stops.
    private static func refusalBeforeReading(_ bytes: [UInt8]) -> JSONSyntaxError? {
        guard bytes.count <= maximumByteCount else {
            return JSONSyntaxError(
                at: maximumByteCount, of: bytes, reason: "the document is larger than \(maximumByteCount >> 20) MiB")
        }
        let fault = bytes.withUnsafeBufferPointer { firstUnreadable(in: $0) }
        return fault.map { JSONSyntaxError(at: $0.offset, of: bytes, reason: $0.reason) }
    }

    private static func firstUnreadable(in bytes: UnsafeBufferPointer<UInt8>) -> (offset: Int, reason: String)? {
        var depth = 0
        var inString = false
        var isEscaped = false
        for offset in 0..<bytes.count {
            let byte = bytes[offset]
            if byte == 0 { return (offset, "NUL byte; JSON is UTF-8 text without NUL bytes") }
            if isEscaped {
                isEscaped = false
            } else if inString {
                isEscaped = byte == UInt8(ascii: "\\")
                inString = byte != UInt8(ascii: "\"")
            } else {
                switch byte {
                case UInt8(ascii: "\""): inString = true
                case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
                case UInt8(ascii: "]"), UInt8(ascii: "}"): depth -= 1
                default: break
                }
                if depth > maximumDepth { return (offset, "values are nested more than \(maximumDepth) deep") }
            }
        }
        return nil
    }
}

// MARK: Conversion from jansson

extension JSONValue {
    /// Returns the value independent of jansson; nil if jansson violates its own guarantees.
    private static func copy(_ value: UnsafeMutablePointer<json_t>) -> JSONValue? {
        switch zentrunk_json_typeof(value) {
        case JSON_NULL: .null
        case JSON_TRUE: .bool(true)
        case JSON_FALSE: .bool(false)
        case JSON_INTEGER: .integer(Int64(json_integer_value(value)))
        case JSON_REAL: .double(json_real_value(value))
        case JSON_STRING: text(json_string_value(value), json_string_length(value)).map(JSONValue.string)
        case JSON_ARRAY: elements(value).map(JSONValue.array)
        case JSON_OBJECT: members(value).map(JSONValue.object)
        default: nil
        }
    }

    private static func elements(_ array: UnsafeMutablePointer<json_t>) -> [JSONValue]? {
        let count = json_array_size(array)
        var elements: [JSONValue] = []
        elements.reserveCapacity(count)
        for index in 0..<count {
            guard let element = json_array_get(array, index), let copy = copy(element) else { return nil }
            elements.append(copy)
        }
        return elements
    }

    /// Returns the members in the order of the document, which jansson has kept since version 2.8.
    /// <https://jansson.readthedocs.io/en/latest/changes.html#version-2-8>
    private static func members(_ object: UnsafeMutablePointer<json_t>) -> JSONObject? {
        var members = JSONObject()
        var next = json_object_iter(object)
        while let member = next {
            guard let name = text(json_object_iter_key(member), json_object_iter_key_len(member)),
                let value = json_object_iter_value(member), let copy = copy(value)
            else { return nil }
            members[name] = copy
            next = json_object_iter_next(object, member)
        }
        return members.count == json_object_size(object) ? members : nil
    }

    /// Returns a string of the given length; jansson has validated that it is UTF-8.
    private static func text(_ start: UnsafePointer<CChar>?, _ count: Int) -> String? {
        guard let start else { return nil }
        return String(validating: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
