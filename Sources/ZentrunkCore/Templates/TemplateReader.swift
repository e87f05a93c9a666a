import ZentrunkJSON

/// A parser of template documents that continues after errors, so that all of them can be reported at once.
package struct TemplateReader {
    /// The parsed template; valid only without findings.
    package private(set) var template: Template
    private(set) var findings = TemplateFindings()
    /// The declared names, even of declarations that could not be read.
    private(set) var names = Names()

    struct Names {
        var parameters: Set<String> = []
        var secrets: Set<String> = []
        var resources: Set<String> = []
    }

    /// Parses a template.
    ///
    /// - Throws: ``TemplateError`` if it is not JSON, or extends a base that does not exist.
    package init(_ bytes: [UInt8], file: String, base: TemplateBase?) throws(TemplateError) {
        let document = try TemplateDocument(bytes, file: file, base: base)
        template = Template(
            file: file, pairing: "", title: "", verified: "", guides: [], parameters: [], secrets: [], refusals: [],
            warnings: [], resources: [], document: document)
        read(JSONCursor(document.value))
    }

    private mutating func read(_ document: JSONCursor) {
        guard case .object = document.value else { return findings.error(document.mismatch("an object")) }
        allow(
            [
                "$schema", "extends", "pairing", "title", "verified", "guides", "parameters", "secrets", "refuse",
                "warn",
                "resources",
            ], in: document)
        template.pairing = PlatformID(text("pairing", of: document) ?? "")
        template.title = text("title", of: document) ?? ""
        template.verified = text("verified", of: document) ?? ""
        template.guides = texts(optional("guides", of: document))
        for (name, cursor) in members(optional("parameters", of: document)) {
            names.parameters.insert(name)
            if let parameter = parameter(name, cursor) { template.parameters.append(parameter) }
        }
        for (name, cursor) in members(optional("secrets", of: document)) {
            names.secrets.insert(name)
            allow(["type", "when"], in: cursor)
            if let type = text("type", of: cursor), type != "sip-credential" {
                findings.error(cursor.path.appending("type"), "expected sip-credential, found \"\(type)\"")
            }
            template.secrets.append(.init(name: name, condition: condition("when", of: cursor)))
        }
        for cursor in elements(optional("refuse", of: document)) {
            allow(["when", "because", "source", "next"], in: cursor)
            guard let condition = condition("when", of: cursor, isRequired: true) else { continue }
            template.refusals.append(
                .init(
                    condition: condition, reason: text("because", of: cursor) ?? "",
                    source: optional("source", of: cursor).flatMap { text($0) },
                    remedies: remedies(optional("next", of: cursor))))
        }
        for cursor in elements(optional("warn", of: document)) {
            allow(["code", "when", "because", "source", "next"], in: cursor)
            guard let condition = condition("when", of: cursor, isRequired: true) else { continue }
            template.warnings.append(
                .init(
                    code: text("code", of: cursor) ?? "", condition: condition,
                    reason: text("because", of: cursor) ?? "",
                    source: optional("source", of: cursor).flatMap { text($0) },
                    remedies: remedies(optional("next", of: cursor))))
        }
        for (key, cursor) in members(member("resources", of: document)) {
            names.resources.insert(key)
            if let resource = resource(key, cursor) { template.resources.append(resource) }
        }
    }

    /// What a template writes as options of the command line.
    private mutating func remedies(_ cursor: JSONCursor?) -> [Remedy] {
        texts(cursor).map { text in
            Remedy.Parameter(option: text, template.parameters).map { .parameter($0) } ?? .advice(text)
        }
    }

    private mutating func parameter(_ name: String, _ cursor: JSONCursor) -> TemplateParameter? {
        allow(["type", "choices", "help", "default", "environment", "required", "kept", "role"], in: cursor)
        let help = text("help", of: cursor)
        let required = condition("required", of: cursor)
        let environment = optional("environment", of: cursor).flatMap { text($0) }
        let choices = optional("choices", of: cursor).map { texts($0) }
        guard let given = text("type", of: cursor) else { return nil }
        let type: TemplateParameter.ValueType
        switch given {
        case "string": type = .string
        case "bool": type = .bool
        case "id": type = .id
        case "country": type = .country
        case "host": type = .host
        case "uri": type = .uri
        case "url": type = .url
        case "choice":
            guard let choices else {
                findings.error(cursor.path.appending("choices"), "a choice needs its choices", "add \"choices\": […]")
                return nil
            }
            type = .choice(choices)
        default:
            let types = ["string", "bool", "choice", "id", "country", "host", "uri", "url"]
            findings.error(
                cursor.path.appending("type"), "unknown type \"\(given)\"",
                Spelling.suggestion(for: given, among: types)
                    ?? "use string, bool, choice, id, country, host, uri or url")
            return nil
        }
        if given != "choice", choices != nil {
            findings.error(
                cursor.path.appending("choices"), "only a choice has choices", "write \"type\": \"choice\"")
        }
        var parameter = TemplateParameter(name: name, type: type, help: help ?? "", environment: environment)
        parameter.required = required
        if let kept = optional("kept", of: cursor) {
            if let isKept = kept.value.bool {
                parameter.isKept = isKept
            } else {
                findings.error(kept.mismatch("true or false"))
            }
        }
        if let role = optional("role", of: cursor) {
            parameter.role = text(role).flatMap(TemplateParameter.Role.init)
            if parameter.role == nil { findings.error(role.mismatch("agent")) }
        }
        guard let place = optional("default", of: cursor) else { return parameter }
        guard let text = place.value.templateText else {
            findings.error(place.mismatch("a string, true or false"))
            return parameter
        }
        do { parameter.defaultValue = try parameter.value(text) } catch {
            findings.error(place.path, "the default cannot be this: \(error.message)")
        }
        return parameter
    }

    private mutating func resource(_ key: String, _ cursor: JSONCursor) -> Template.Resource? {
        guard case .object = cursor.value else {
            findings.error(cursor.mismatch("an object"))
            return nil
        }
        allow(["kind", "when", "each", "after", "body"], in: cursor)
        let kind = text("kind", of: cursor)
        let condition = condition("when", of: cursor)
        let after = texts(optional("after", of: cursor))
        let each = optional("each", of: cursor)
        if let each, each.value != "numbers" {
            findings.error(each.path, "expected \"numbers\", found \(each.value.text())", "write \"each\": \"numbers\"")
        }
        guard let body = member("body", of: cursor) else { return nil }
        guard case .object = body.value else {
            findings.error(body.mismatch("an object"))
            return nil
        }
        var problems: [JSONDecodingError] = []
        let node = TemplateNode.read(body, &problems)
        for problem in problems { findings.error(problem) }
        guard let kind else { return nil }
        return Template.Resource(
            key: key, kind: kind, condition: condition, isPerNumber: each != nil, after: after, body: node,
            path: cursor.path)
    }
}

// MARK: Single steps

extension TemplateReader {
    private mutating func noting<Result>(_ read: () throws(JSONDecodingError) -> Result) -> Result? {
        do { return try read() } catch {
            findings.error(error)
            return nil
        }
    }

    private mutating func member(_ name: String, of cursor: JSONCursor) -> JSONCursor? {
        noting { () throws(JSONDecodingError) in try cursor.member(name) }
    }

    private mutating func optional(_ name: String, of cursor: JSONCursor) -> JSONCursor? {
        // A value that is not an object has already been reported.
        try? cursor.memberIfPresent(name)
    }

    private mutating func text(_ cursor: JSONCursor) -> String? {
        noting { () throws(JSONDecodingError) in try cursor.string() }
    }

    private mutating func text(_ name: String, of cursor: JSONCursor) -> String? {
        member(name, of: cursor).flatMap { text($0) }
    }

    private mutating func texts(_ cursor: JSONCursor?) -> [String] { elements(cursor).compactMap { text($0) } }

    private mutating func elements(_ cursor: JSONCursor?) -> [JSONCursor] {
        guard let cursor else { return [] }
        return noting { () throws(JSONDecodingError) in try cursor.elements() } ?? []
    }

    private mutating func members(_ cursor: JSONCursor?) -> [(String, JSONCursor)] {
        guard let cursor, let members = noting({ () throws(JSONDecodingError) in try cursor.members() }) else {
            return []
        }
        return members.map { ($0, JSONCursor($1, at: cursor.path.appending($0))) }
    }

    private mutating func condition(
        _ name: String, of cursor: JSONCursor, isRequired: Bool = false
    ) -> TemplateCondition? {
        guard let place = isRequired ? member(name, of: cursor) : optional(name, of: cursor) else { return nil }
        return noting { () throws(JSONDecodingError) in try TemplateCondition(place) }
    }

    /// Reports unknown members, which would otherwise be ignored silently.
    private mutating func allow(_ known: [String], in cursor: JSONCursor) {
        guard let members = noting({ () throws(JSONDecodingError) in try cursor.members() }) else { return }
        for name in members.names where !known.contains(name) {
            findings.error(
                cursor.path.appending(name), "\"\(name)\" means nothing here",
                Spelling.suggestion(for: name, among: known) ?? "write one of \(known.joined(separator: ", "))")
        }
    }
}
