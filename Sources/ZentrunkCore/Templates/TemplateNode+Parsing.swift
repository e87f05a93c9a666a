import ZentrunkJSON

extension TemplateNode {
    /// Parses a part of a body.
    ///
    /// - Throws: ``JSONDecodingError``, the first one; its `expected` says what the language allows.
    init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        var problems: [JSONDecodingError] = []
        self = Self.read(cursor, &problems)
        if let first = problems.first { throw first }
    }

    /// Parses a part of a body and continues after errors; invalid parts become null.
    static func read(
        _ cursor: JSONCursor, inArray: Bool = false, _ problems: inout [JSONDecodingError]
    ) -> TemplateNode {
        do throws(JSONDecodingError) {
            switch cursor.value {
            case .null, .bool, .integer, .double: return .literal(cursor.value)
            case .string(let text): return try Self.text(text, cursor)
            case .array:
                return .array(try cursor.elements().map { read($0, inArray: true, &problems) })
            case .object(let members): return try object(members, cursor, inArray: inArray, &problems)
            }
        } catch {
            problems.append(error)
            return .literal(.null)
        }
    }

    private static func object(
        _ members: JSONObject, _ cursor: JSONCursor, inArray: Bool, _ problems: inout [JSONDecodingError]
    ) throws(JSONDecodingError) -> TemplateNode {
        let forms = members.names.filter { $0.hasPrefix("$") }
        let plain = members.names.filter { !$0.hasPrefix("$") }
        if let unknown = forms.first(where: { !["$when", "$value", "$select", "$spread"].contains($0) }) {
            throw JSONDecodingError(
                path: cursor.path.appending(unknown), expected: "one of $when, $value, $select, $spread",
                found: "\"\(unknown)\"")
        }
        let node: TemplateNode
        if forms.contains("$select") {
            node = try select(cursor, plain: plain, forms: forms, &problems)
        } else if forms.contains("$spread") {
            node = try spread(cursor, plain: plain, forms: forms, inArray: inArray)
        } else if forms.contains("$value") {
            guard plain.isEmpty, forms.contains("$when") else {
                throw cursor.mismatch("$value next to $when and nothing else")
            }
            node = read(try cursor.member("$value"), &problems)
        } else {
            var kept: [Member] = []
            for name in plain { kept.append(Member(name: name, node: read(try cursor.member(name), &problems))) }
            node = .object(kept)
        }
        guard forms.contains("$when") else { return node }
        return .when(try TemplateCondition(cursor.member("$when")), node)
    }

    private static func select(
        _ cursor: JSONCursor, plain: [String], forms: [String], _ problems: inout [JSONDecodingError]
    ) throws(JSONDecodingError) -> TemplateNode {
        guard plain == ["cases"], Set(forms).isSubset(of: ["$select", "$when"]) else {
            throw cursor.mismatch("$select with cases and nothing else")
        }
        let cases = try cursor.member("cases")
        var nodes: [String: TemplateNode] = [:]
        for name in try cases.members().names { nodes[name] = read(try cases.member(name), &problems) }
        return .select(try cursor.member("$select").string(), nodes)
    }

    private static func spread(
        _ cursor: JSONCursor, plain: [String], forms: [String], inArray: Bool
    ) throws(JSONDecodingError) -> TemplateNode {
        let place = try cursor.member("$spread")
        guard inArray, plain.isEmpty, Set(forms).isSubset(of: ["$spread", "$when"]) else {
            throw cursor.mismatch("$spread as an array's element, with $when at most")
        }
        guard case .reference(let reference) = try text(place.string(), place) else {
            throw place.mismatch("one reference, as in \"${platform.networks}\"")
        }
        return .spread(reference)
    }

    private static func text(_ text: String, _ cursor: JSONCursor) throws(JSONDecodingError) -> TemplateNode {
        var parts: [TextPart] = []
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            if start.lowerBound > rest.startIndex { parts.append(.verbatim(String(rest[..<start.lowerBound]))) }
            guard let end = rest[start.upperBound...].firstIndex(of: "}"),
                let reference = TemplateReference(rest[start.upperBound..<end])
            else {
                throw JSONDecodingError(
                    path: cursor.path, expected: "references such as ${assistant?}, ${sip.id}, ${secrets.sip.username}",
                    found: "\"\(text)\"")
            }
            parts.append(.reference(reference))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.verbatim(String(rest))) }
        switch (parts.count, parts.first) {
        case (1, .reference(let reference)): return .reference(reference)
        case (_, _) where parts.contains(where: { if case .reference = $0 { true } else { false } }):
            return .text(parts)
        default: return .literal(.string(text))
        }
    }
}
