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
        /// Options that make it another combination, as on the command line.
        public var next: [String] = []
    }

    /// A combination that works, and that a person may not mean.
    public struct Caution: Sendable, Hashable {
        /// What programs tell it by.
        public var code: String
        public var condition: TemplateCondition
        public var reason: String
        public var source: String?
        /// Options that make it another combination, as on the command line.
        public var next: [String]
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
    public var warnings: [Caution]
    public var resources: [Resource]

    /// What it was read from, to tell where something stands.
    package let document: TemplateDocument

    /// The template as text that stands for itself: the file's own, or, where the file extends a base, one with everything
    /// that it takes over.
    public var text: String { document.text }

    /// All parameters, those that every pairing has first.
    public var allParameters: [TemplateParameter] {
        TemplateParameter.builtIn.filter { builtIn in !parameters.contains { $0.name == builtIn.name } } + parameters
    }
}

extension Template {
    /// Reads a template and checks all that can be checked without knowing the kinds.
    ///
    /// - Parameters:
    ///   - file: The file's name, for messages.
    ///   - base: What it can extend: ``Carrier/templateBase``.
    /// - Throws: ``TemplateError``, the first in the file; the review of `ZentrunkTemplateLint` reports all of them.
    public init(parsing bytes: [UInt8], file: String, base: TemplateBase? = nil) throws(TemplateError) {
        let reader = try TemplateReader(bytes, file: file, base: base)
        var check = LanguageCheck(reader)
        check.run()
        if let first = reader.template.document.located(check.findings.errors).first { throw first }
        self = reader.template
    }

    /// Checks every body against the rules of its kind: known kinds and fields, shapes, and secrets only where they belong.
    ///
    /// - Throws: ``TemplateError``, the first in the file.
    public func check(kinds: [KindDescription]) throws(TemplateError) {
        var check = KindCheck(self, kinds: kinds)
        check.run()
        if let first = document.located(check.findings.errors).first { throw first }
    }
}
