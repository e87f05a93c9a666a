import CJansson

extension JSONValue {
    /// The layout of a document.
    public enum Style: Sendable, Hashable, CaseIterable {
        /// Without white space, members in order. For requests.
        case compact
        /// One member or element per line, indented by two spaces, members in order. For people.
        case pretty
        /// Without white space, members sorted by the UTF-8 bytes of their names. For digests, because different values
        /// have different texts, except for non-finite doubles. It is not RFC 8785, which spells numbers differently.
        case canonical
    }

    /// The nesting limit of a written value: 512. It is four times the limit of parsing, so that parsed documents can
    /// be embedded in one another.
    public static let maximumWritableDepth = 512

    /// Returns the value as a JSON document in UTF-8, without a trailing line break.
    ///
    /// Parsing it returns an equal value, unless parsing refuses it for its depth or size, or for NUL in a string,
    /// which is written as `\u0000`. JSON has no infinite doubles or NaN: they become `null`. All other doubles have a
    /// point or an exponent, and the smallest number of digits (15, 16 or 17) with which all doubles of the document
    /// survive: 0.1 is `0.1`.
    ///
    /// - Precondition: The value is nested at most ``maximumWritableDepth`` deep.
    public func bytes(_ style: Style = .compact) -> [UInt8] {
        var builder = JanssonBuilder()
        // As everywhere in Swift, running out of memory ends the process. Nothing else makes these two calls fail,
        // because strings are valid UTF-8 and doubles were checked.
        guard let root = builder.tree(of: self, depth: 0) else { fatalError("no memory for a JSON document") }
        defer { json_decref(root) }
        let flags = builder.flags(style)
        // The first call counts, the second one writes.
        // <https://jansson.readthedocs.io/en/latest/apiref.html#c.json_dumpb>
        let count = json_dumpb(root, nil, 0, flags)
        guard count > 0 else { fatalError("no memory for a JSON document") }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            initializedCount = json_dumpb(root, buffer.baseAddress, count, flags)
            guard initializedCount == count else { fatalError("no memory for a JSON document") }
        }
    }

    /// Returns the value as a JSON document; see ``bytes(_:)``.
    ///
    /// - Precondition: The value is nested at most ``maximumWritableDepth`` deep.
    public func text(_ style: Style = .compact) -> String { String(decoding: bytes(style), as: UTF8.self) }
}

/// A builder of jansson's tree that also determines how many digits the doubles need.
private struct JanssonBuilder {
    private var digits = 15

    func flags(_ style: JSONValue.Style) -> Int {
        let layout =
            switch style {
            case .compact: Int(JSON_COMPACT)
            case .pretty: zentrunk_json_indent(2)
            case .canonical: Int(JSON_COMPACT | JSON_SORT_KEYS)
            }
        return Int(JSON_ENCODE_ANY) | layout | zentrunk_json_real_precision(digits)
    }

    /// Returns a new reference to the value's tree, owned by the caller; nil if there is not enough memory.
    mutating func tree(of value: JSONValue, depth: Int) -> UnsafeMutablePointer<json_t>? {
        switch value {
        case .null: return json_null()
        case .bool(let truth): return truth ? json_true() : json_false()
        case .integer(let number): return json_integer(number)
        case .double(let number):
            guard number.isFinite else { return json_null() }
            guard let real = json_real(number) else { return nil }
            while digits < 17, !survives(number, real) { digits += 1 }
            return real
        case .string(let text): return json_stringn(text, text.utf8.count)
        case .array(let elements):
            checkDepth(depth)
            guard let array = json_array() else { return nil }
            for element in elements {
                // Consumes the new reference even if it fails, and fails if it is null.
                guard json_array_append_new(array, tree(of: element, depth: depth + 1)) == 0 else {
                    json_decref(array)
                    return nil
                }
            }
            return array
        case .object(let members):
            checkDepth(depth)
            guard let object = json_object() else { return nil }
            for (name, member) in members {
                let child = tree(of: member, depth: depth + 1)
                guard json_object_setn_new(object, name, name.utf8.count, child) == 0 else {
                    json_decref(object)
                    return nil
                }
            }
            return object
        }
    }

    /// Checks the depth. Deeper values result from a bug in a program, not from input, and jansson would recurse until
    /// the stack overflows.
    private func checkDepth(_ depth: Int) {
        precondition(depth < JSONValue.maximumWritableDepth, "a JSON value is nested too deep to be written")
    }

    /// Whether the double survives being written with the current number of digits.
    private func survives(_ number: Double, _ real: UnsafeMutablePointer<json_t>) -> Bool {
        let flags = Int(JSON_ENCODE_ANY) | zentrunk_json_real_precision(digits)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 100) { buffer in
            let count = json_dumpb(real, buffer.baseAddress, buffer.count, flags)
            guard (1...buffer.count).contains(count) else { return false }
            return Double(String(decoding: buffer.prefix(count), as: UTF8.self)) == number
        }
    }
}
