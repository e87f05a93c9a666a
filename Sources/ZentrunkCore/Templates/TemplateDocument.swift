import ZentrunkJSON

/// A template's JSON with everything that it takes over from a base, and the position of each part.
package struct TemplateDocument: Sendable {
    private struct File: Sendable {
        var name: String
        var bytes: [UInt8]

        func parsed() throws(TemplateError) -> JSONValue {
            do { return try JSONValue(parsing: bytes) } catch {
                throw TemplateError(
                    file: name, position: JSONPosition(line: error.line, column: error.column), path: nil,
                    message: error.reason, suggestion: nil)
            }
        }
    }

    /// The expanded document.
    let value: JSONValue
    /// The expanded document as text; the file's own text if it extends nothing.
    let text: String

    private let own: File
    private let base: File?
    /// The entries that were laid over the base's entries of the same keys.
    private let extended: Set<JSONPointer>

    /// Reads a file and expands it.
    ///
    /// - Throws: ``TemplateError`` if it is not JSON, or extends a base that does not exist.
    init(_ bytes: [UInt8], file: String, base: TemplateBase?) throws(TemplateError) {
        own = File(name: file, bytes: bytes)
        let written = try own.parsed()
        guard let name = written["extends"], case .object(let members) = written else {
            (value, text, self.base, extended) = (written, String(decoding: bytes, as: UTF8.self), nil, [])
            return
        }
        guard let base, name.string == base.name else {
            let path = JSONPointer(["extends"])
            throw TemplateError(
                file: file, position: JSONSourceMap(bytes).position(of: path), path: path,
                message: name.string.map { "there is no base \"\($0)\"" }
                    ?? "expected a string, found \(name.kindName)",
                suggestion: base.map { "write \"\($0.name)\"" })
        }
        let file = File(name: base.file, bytes: base.bytes)
        self.base = file
        (value, extended) = try Self.extending(file.parsed(), by: members)
        text = value.text(fitting: 120) + "\n"
    }

    /// The sections that a base can have, each with the member that marks an independent entry.
    private static let sections = [("parameters", "type"), ("secrets", "type"), ("resources", "kind")]

    private static func extending(
        _ base: JSONValue, by members: JSONObject
    ) -> (value: JSONValue, extended: Set<JSONPointer>) {
        var whole = members
        whole["extends"] = .none
        var extended: Set<JSONPointer> = []
        for (section, ownMember) in sections {
            guard case .object(var entries)? = whole[section], let shared = base[section]?.object else { continue }
            for (key, entry) in entries {
                guard let own = entry.object, own[ownMember] == nil, let below = shared[key]?.object else { continue }
                entries[key] = .object(lay(own, over: below))
                extended.insert(JSONPointer([section, key]))
            }
            whole[section] = .object(entries)
        }
        return (.object(whole), extended)
    }

    /// Returns the base's entry with the template's members laid over it; null removes a member.
    private static func lay(_ own: JSONObject, over base: JSONObject) -> JSONObject {
        var entry = base.merging(own)
        if let body = own["body"]?.object, let below = base["body"]?.object, isPlain(body), isPlain(below) {
            entry["body"] = .object(below.merging(body))
        }
        for (name, value) in own where value.isNull { entry[name] = .none }
        return entry
    }

    /// Whether the object is a plain body, without a choice or a condition.
    private static func isPlain(_ body: JSONObject) -> Bool { !body.names.contains { $0.hasPrefix("$") } }
}

extension TemplateDocument {
    /// Returns the findings with files and positions: those of the template, then those of its base, each in order.
    package func located(_ findings: [TemplateFindings.Finding]) -> [TemplateError] {
        guard !findings.isEmpty else { return [] }
        let ownMap = JSONSourceMap(own.bytes)
        let baseMap = base.map { JSONSourceMap($0.bytes) }
        var located: (own: [TemplateError], base: [TemplateError]) = ([], [])
        for finding in findings {
            var error = TemplateError(
                file: own.name, position: ownMap.position(of: finding.path), path: finding.path,
                message: finding.message, suggestion: finding.suggestion)
            if let base, let baseMap, isFromBase(finding.path, ownMap, baseMap) {
                error.file = base.name
                error.position = baseMap.position(of: finding.path)
                located.base.append(error)
            } else {
                located.own.append(error)
            }
        }
        return located.own.sorted(by: Self.isBefore) + located.base.sorted(by: Self.isBefore)
    }

    private static func isBefore(_ first: TemplateError, _ second: TemplateError) -> Bool {
        let start = JSONPosition(line: 1, column: 1)
        return (first.position ?? start, first.message) < (second.position ?? start, second.message)
    }

    /// Whether the value at the path, or its closest existing parent, is in the base.
    private func isFromBase(_ path: JSONPointer, _ own: JSONSourceMap, _ base: JSONSourceMap) -> Bool {
        guard let entry = extended.first(where: { path.tokens.starts(with: $0.tokens) }) else { return false }
        var tokens = path.tokens
        while tokens.count > entry.tokens.count {
            let place = JSONPointer(tokens)
            if own.contains(place) { return false }
            if base.contains(place) { return true }
            tokens.removeLast()
        }
        return false
    }
}
