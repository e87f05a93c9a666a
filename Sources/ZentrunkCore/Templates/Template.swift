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
        /// Parameters that make it another combination.
        public var remedies: [Remedy] = []
    }

    /// A combination that works, and that a person may not mean.
    public struct Caution: Sendable, Hashable {
        /// What programs tell it by.
        public var code: String
        public var condition: TemplateCondition
        public var reason: String
        public var source: String?
        /// Parameters that make it another combination.
        public var remedies: [Remedy]
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

    /// The file itself, to tell where something stands.
    let source: [UInt8]

    /// The file's text.
    public var text: String { String(decoding: source, as: UTF8.self) }

    /// All parameters, those that every pairing has first.
    public var allParameters: [TemplateParameter] {
        TemplateParameter.builtIn.filter { builtIn in !parameters.contains { $0.name == builtIn.name } } + parameters
    }
}

extension Template {
    /// Reads a template and checks all that can be checked without knowing the kinds.
    ///
    /// - Parameter file: The file's name, for messages.
    /// - Throws: ``TemplateError``, the first in the file; ``TemplateReview`` tells all of them.
    public init(parsing bytes: [UInt8], file: String) throws(TemplateError) {
        let reader = try TemplateReader(bytes, file: file)
        var check = LanguageCheck(reader)
        check.run()
        if let first = TemplateFindings.located(check.findings.errors, file: file, source: bytes).first { throw first }
        self = reader.template
    }

    /// Checks every body against the rules of its kind: known kinds and fields, shapes, and secrets only where they belong.
    ///
    /// - Throws: ``TemplateError``, the first in the file.
    public func check(kinds: [KindDescription]) throws(TemplateError) {
        var check = KindCheck(self, kinds: kinds)
        check.run()
        if let first = TemplateFindings.located(check.findings.errors, file: file, source: source).first { throw first }
    }
}
