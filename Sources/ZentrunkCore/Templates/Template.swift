public import ZentrunkJSON

/// The complete description of a pairing: its parameters, secrets, refusals, and the resources of both halves.
@_spi(Adapter) public struct Template: Sendable {
    /// A SIP username and password that both halves share.
    public struct SecretDeclaration: Sendable, Hashable {
        /// The name in references: `${secrets.NAME.username}`.
        public var name: String
        /// When a connection has the secret; nil means always.
        public var condition: TemplateCondition?
    }

    /// A combination of parameters that the vendors do not support.
    public struct Refusal: Sendable, Hashable {
        /// When the connection is refused.
        public var condition: TemplateCondition
        /// The reason, one sentence.
        public var reason: String
        /// The address of a page that states it.
        public var source: String?
        /// Parameters that make it another combination.
        public var remedies: [Remedy] = []
    }

    /// A combination of parameters that works, but may not be intended.
    public struct Caution: Sendable, Hashable {
        /// The warning's code, for programs.
        public var code: String
        /// When the warning applies.
        public var condition: TemplateCondition
        /// The reason, one sentence.
        public var reason: String
        /// The address of a page that states it.
        public var source: String?
        /// Parameters that make it another combination.
        public var remedies: [Remedy]
    }

    /// A resource of the template, independent of any connection.
    public struct Resource: Sendable, Hashable {
        /// The key, part of the object's name.
        public var key: String
        /// The kind's name.
        public var kind: String
        /// When a connection has the resource; nil means always.
        public var condition: TemplateCondition?
        /// Whether the resource exists once per number.
        public var isPerNumber: Bool
        /// Keys of resources that must exist first although the body does not reference them.
        public var after: [String]
        /// The object's fields.
        public var body: TemplateNode
        /// The resource's path in the file.
        public var path: JSONPointer
    }

    /// The source of the template: a file's name, or `vapi (built in)`.
    public var file: String
    /// The platform.
    public var pairing: PlatformID
    /// The platform's name.
    public var title: String
    /// The day on which the facts were checked: `2026-11-22`.
    public var verified: String
    /// Addresses of the pages that the facts were checked against.
    public var guides: [String]
    /// The parameters that the template declares.
    public var parameters: [TemplateParameter]
    /// The SIP secrets that both halves share.
    public var secrets: [SecretDeclaration]
    /// Combinations of parameters that are not supported.
    public var refusals: [Refusal]
    /// Combinations of parameters that may not be intended.
    public var warnings: [Caution]
    /// The resources of both halves.
    public var resources: [Resource]

    /// The document and the files that it was read from, to find positions in them.
    package let document: TemplateDocument

    /// The text of the expanded template, independent of any base; the file's own text if it extends nothing.
    public var text: String { document.text }

    /// All parameters, starting with those of every pairing.
    public var allParameters: [TemplateParameter] {
        TemplateParameter.builtIn.filter { builtIn in !parameters.contains { $0.name == builtIn.name } } + parameters
    }
}

extension Template {
    /// Parses a template and checks everything that does not depend on kinds.
    ///
    /// - Parameters:
    ///   - bytes: The contents of the file.
    ///   - file: The file's name, for messages.
    ///   - base: The base that the file can extend, such as the carrier's.
    /// - Throws: ``TemplateError``, the first in the file; the review of `ZentrunkTemplateLint` lists all of them.
    public init(parsing bytes: [UInt8], file: String, base: TemplateBase? = nil) throws(TemplateError) {
        let reader = try TemplateReader(bytes, file: file, base: base)
        var check = LanguageCheck(reader)
        check.run()
        if let first = reader.template.document.located(check.findings.errors).first { throw first }
        self = reader.template
    }

    /// Checks every body against the rules of its kind: known kinds and fields, shapes, and secrets only in write-only
    /// fields.
    ///
    /// - Throws: ``TemplateError``, the first in the file.
    public func check(kinds: [KindDescription]) throws(TemplateError) {
        var check = KindCheck(self, kinds: kinds)
        check.run()
        if let first = document.located(check.findings.errors).first { throw first }
    }
}
