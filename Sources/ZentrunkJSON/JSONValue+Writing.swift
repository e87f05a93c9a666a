import CJansson

extension JSONValue {
    /// How a document is laid out.
    public enum Style: Sendable, Hashable, CaseIterable {
        /// No white space; members in their order. For the wire.
        case compact
        /// One member or element a line, indented by two spaces; members in their order. For people.
        case pretty
        /// No white space; members sorted by the UTF-8 bytes of their names. For digests, for values that differ never
        /// share this text (but for non-finite doubles, which have none). It is not RFC 8785, which spells numbers its
        /// own way.
        case canonical
    }

    /// How deep a value may be nested to be written: 512, four times what can be read, so that documents that were read
    /// fit into one another.
    public static let maximumWritableDepth = 512

    /// The value as a JSON document in UTF-8, without a line break at the end.
    ///
    /// Reading it back gives an equal value, unless reading refuses it: for its depth or size, or for NUL in a string,
    /// which is written as `\u0000`. JSON cannot say a double that is infinite or not a number: it becomes `null`. Any
    /// other double has a point or an exponent, and the fewest digits of 15, 16 and 17 with which all doubles of the
    /// document survive: 0.1 is `0.1`.
    ///
    /// - Precondition: The value is nested at most ``maximumWritableDepth`` deep.
    public func bytes(_ style: Style = .compact) -> [UInt8] {
        var builder = JanssonBuilder()
        // As everywhere in Swift, running out of memory ends the process; nothing else makes these two fail, for
        // strings are valid UTF-8 and doubles were checked.
        guard let root = builder.tree(of: self, depth: 0) else { fatalError("no memory for a JSON document") }
        defer { json_decref(root) }
        let flags = builder.flags(style)
        // The first call counts, the second writes. <https://jansson.readthedocs.io/en/latest/apiref.html#c.json_dumpb>
        let count = json_dumpb(root, nil, 0, flags)
        guard count > 0 else { fatalError("no memory for a JSON document") }
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            initializedCount = json_dumpb(root, buffer.baseAddress, count, flags)
            guard initializedCount == count else { fatalError("no memory for a JSON document") }
        }
    }

    /// The value as a JSON document; see ``bytes(_:)``.
    ///
    /// - Precondition: The value is nested at most ``maximumWritableDepth`` deep.
    public func text(_ style: Style = .compact) -> String { String(decoding: bytes(style), as: UTF8.self) }
}

/// Builds jansson's tree from ours, and finds out on the way how many digits its doubles need.
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

    /// A new reference to the value's tree, which the caller owns; nil when there is no memory for it.
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
                // Takes the new reference even when it fails, and fails when given none.
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

    /// Deeper values come from a mistake in a program, not from outside, and jansson would recurse until the stack
    /// ends.
    private func checkDepth(_ depth: Int) {
        precondition(depth < JSONValue.maximumWritableDepth, "a JSON value is nested too deep to be written")
    }

    /// Whether the double is read back unchanged when it is written with so many digits.
    private func survives(_ number: Double, _ real: UnsafeMutablePointer<json_t>) -> Bool {
        let flags = Int(JSON_ENCODE_ANY) | zentrunk_json_real_precision(digits)
        return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 100) { buffer in
            let count = json_dumpb(real, buffer.baseAddress, buffer.count, flags)
            guard (1...buffer.count).contains(count) else { return false }
            return Double(String(decoding: buffer.prefix(count), as: UTF8.self)) == number
        }
    }
}
