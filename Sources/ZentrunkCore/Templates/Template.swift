public import ZentrunkJSON

/// A pairing, told whole: its parameters, its secrets, what it refuses, and the resources that both halves consist of.
public struct Template: Sendable {
    /// A SIP username and password that both halves share.
    public struct SecretDeclaration: Sendable, Hashable {
        public var name: String
        public var condition: TemplateCondition?
    }

    /// A combination that the vendors do not support.
    public struct Refusal: Sendable, Hashable {
        public var condition: TemplateCondition
        public var reason: String
        public var source: String?
    }

    /// One resource, before it is known for which connection.
    public struct Resource: Sendable, Hashable {
        public var key: String
        public var kind: String
        public var condition: TemplateCondition?
        /// Once per number instead of once.
        public var isPerNumber: Bool
        /// Keys of resources that come first although nothing of them is referred to.
        public var after: [String]
        public var body: TemplateNode
        /// Where it stands in the file.
        public var path: JSONPointer
    }

    /// Where it was read from: a file's name, or `vapi (built in)`.
    public var file: String
    public var pairing: PlatformID
    public var title: String
    /// The day on which its facts were checked: `2026-11-22`.
    public var verified: String
    public var guides: [String]
    public var parameters: [TemplateParameter]
    public var secrets: [SecretDeclaration]
    public var refusals: [Refusal]
    public var resources: [Resource]

    /// All parameters, those that every pairing has first.
    public var allParameters: [TemplateParameter] {
        TemplateParameter.builtIn.filter { builtIn in !parameters.contains { $0.name == builtIn.name } } + parameters
    }
}

extension Template {
    /// Reads a template and checks all that can be checked without knowing the kinds.
    ///
    /// - Parameter file: The file's name, for messages.
    /// - Throws: ``TemplateError``.
    public init(parsing bytes: [UInt8], file: String) throws(TemplateError) {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: bytes)
        } catch {
            throw TemplateError(
                file: file, position: .init(line: error.line, column: error.column), path: nil, message: error.reason)
        }
        do {
            try self.init(JSONCursor(document), file: file)
        } catch {
            throw TemplateError(
                file: file, position: nil, path: error.path, message: "expected \(error.expected), found \(error.found)"
            )
        }
        try checkLanguage()
    }

    private init(_ document: JSONCursor, file: String) throws(JSONDecodingError) {
        try document.allow([
            "$schema", "pairing", "title", "verified", "guides", "parameters", "secrets", "refuse", "resources",
        ])
        self.file = file
        pairing = PlatformID(try document.member("pairing").string())
        title = try document.member("title").string()
        verified = try document.member("verified").string()
        guides = try document.memberIfPresent("guides")?.strings() ?? []
        parameters = try document.memberIfPresent("parameters")?.mapMembers(TemplateParameter.init) ?? []
        secrets = try document.memberIfPresent("secrets")?.mapMembers(SecretDeclaration.init) ?? []
        var refusals: [Refusal] = []
        for element in try document.memberIfPresent("refuse")?.elements() ?? [] {
            refusals.append(try Refusal(element))
        }
        self.refusals = refusals
        resources = try document.member("resources").mapMembers(Resource.init)
    }
}

extension TemplateParameter {
    fileprivate init(name: String, _ cursor: JSONCursor) throws(JSONDecodingError) {
        try cursor.allow(["type", "choices", "help", "default", "environment", "required"])
        self.name = name
        help = try cursor.member("help").string()
        let type = try cursor.member("type")
        switch try type.string() {
        case "string": self.type = .string
        case "bool": self.type = .bool
        case "host": self.type = .host
        case "uri": self.type = .uri
        case "choice": self.type = .choice(try cursor.member("choices").strings())
        case let other:
            throw JSONDecodingError(
                path: type.path, expected: "string, bool, choice, host or uri", found: "\"\(other)\"")
        }
        environment = try cursor.memberIfPresent("environment")?.string()
        required = try cursor.memberIfPresent("required").map { (place) throws(JSONDecodingError) in
            try TemplateCondition(place)
        }
        defaultValue = nil
        guard let given = try cursor.memberIfPresent("default") else { return }
        guard let text = given.value.templateText else { throw given.mismatch("a string, true or false") }
        do { defaultValue = try value(text) } catch {
            throw JSONDecodingError(
                path: given.path, expected: "a value that the parameter may have", found: error.message)
        }
    }
}

extension Template.SecretDeclaration {
    fileprivate init(name: String, _ cursor: JSONCursor) throws(JSONDecodingError) {
        try cursor.allow(["type", "when"])
        let type = try cursor.member("type")
        guard try type.string() == "sip-credential" else {
            throw JSONDecodingError(path: type.path, expected: "sip-credential", found: "another type")
        }
        self.name = name
        condition = try cursor.memberIfPresent("when").map { (place) throws(JSONDecodingError) in
            try TemplateCondition(place)
        }
    }
}

extension Template.Refusal {
    fileprivate init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        try cursor.allow(["when", "because", "source"])
        condition = try TemplateCondition(cursor.member("when"))
        reason = try cursor.member("because").string()
        source = try cursor.memberIfPresent("source")?.string()
    }
}

extension Template.Resource {
    fileprivate init(key: String, _ cursor: JSONCursor) throws(JSONDecodingError) {
        try cursor.allow(["kind", "when", "each", "after", "body"])
        self.key = key
        path = cursor.path
        kind = try cursor.member("kind").string()
        condition = try cursor.memberIfPresent("when").map { (place) throws(JSONDecodingError) in
            try TemplateCondition(place)
        }
        after = try cursor.memberIfPresent("after")?.strings() ?? []
        let each = try cursor.memberIfPresent("each")
        if let each, try each.string() != "numbers" {
            throw JSONDecodingError(path: each.path, expected: "\"numbers\"", found: "another text")
        }
        isPerNumber = each != nil
        let body = try cursor.member("body")
        _ = try body.members()
        self.body = try TemplateNode(body)
    }
}

extension JSONCursor {
    fileprivate func strings() throws(JSONDecodingError) -> [String] {
        var strings: [String] = []
        for element in try elements() { strings.append(try element.string()) }
        return strings
    }

    fileprivate func mapMembers<Result>(
        _ transform: (String, JSONCursor) throws(JSONDecodingError) -> Result
    ) throws(JSONDecodingError) -> [Result] {
        var results: [Result] = []
        for name in try members().names { results.append(try transform(name, member(name))) }
        return results
    }

    /// - Throws: When there is a member of another name, which would otherwise be silently without effect.
    fileprivate func allow(_ names: [String]) throws(JSONDecodingError) {
        for name in try members().names where !names.contains(name) {
            throw JSONDecodingError(
                path: path.appending(name), expected: "one of \(names.joined(separator: ", "))",
                found: "\"\(name)\"\(Spelling.hint(for: name, among: names))")
        }
    }
}
