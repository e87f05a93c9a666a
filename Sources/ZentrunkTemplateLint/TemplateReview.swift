@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// All errors and warnings of a template file, in the order of the file.
///
/// `Template` stops at the first error, which is enough to refuse a file; the review is for authors of templates.
@_spi(Adapter) public struct TemplateReview: Sendable {
    /// What the review needs to know about the template's pairing.
    public struct Pairing {
        /// The kinds of both sides.
        public var kinds: [KindDescription]
        /// Names of parameters that the adapter reads, even if no template refers to them.
        public var parameters: Set<String>
        /// Facts of platform and carrier for a connection.
        public var facts: (Connection) throws -> (platform: JSONValue, carrier: JSONValue)

        public init(
            kinds: [KindDescription], parameters: Set<String>,
            facts: @escaping (Connection) throws -> (platform: JSONValue, carrier: JSONValue)
        ) {
            self.kinds = kinds
            self.parameters = parameters
            self.facts = facts
        }
    }

    /// The template; nil if it has errors.
    public var template: Template?
    /// The errors; empty for a valid template.
    public var errors: [TemplateError]
    /// Parts that work and are probably not intended.
    public var warnings: [TemplateError]

    /// - Parameters:
    ///   - bytes: The contents of the file.
    ///   - base: The base that the file can extend.
    ///   - today: The day from which the age of the facts is counted.
    ///   - platforms: The names of all platforms.
    ///   - carrier: The carrier's kinds. A template of an unknown platform is checked against them alone.
    ///   - pairing: Returns what the review needs to know about a platform's pairing.
    public init(
        _ bytes: [UInt8], file: String, base: TemplateBase? = nil, today: Day, platforms: [String],
        carrier: [KindDescription] = [], pairing: (PlatformID) throws -> Pairing
    ) rethrows {
        template = nil
        warnings = []
        let reader: TemplateReader
        do { reader = try TemplateReader(bytes, file: file, base: base) } catch {
            errors = [error]
            return
        }
        var language = LanguageCheck(reader)
        language.run()
        let read = reader.template
        var found = language.findings.errors
        var doubts = language.findings.warnings
        let name = read.pairing.description
        if platforms.contains(name) {
            let pairing = try pairing(read.pairing)
            var kinds = KindCheck(read, kinds: pairing.kinds, after: language.findings)
            kinds.run()
            found += kinds.findings.errors
            // Choices are tried only for a template without errors; otherwise the results would be consequences.
            if found.isEmpty {
                var reach = ReachCheck(read, adapterParameters: pairing.parameters) { try? pairing.facts($0) }
                reach.run()
                found += reach.findings.errors
                doubts += reach.findings.warnings
            }
        } else if !name.isEmpty {
            var findings = TemplateFindings()
            findings.error(
                JSONPointer(["pairing"]), "unknown platform \"\(name)\"",
                Spelling.suggestion(for: name, among: platforms) ?? "choose \(platforms.joined(separator: ", "))")
            found += findings.errors
            // The rest of the template needs no adapter.
            if !carrier.isEmpty {
                var kinds = KindCheck(read, kinds: carrier, isPartial: true, after: language.findings)
                kinds.run()
                found += kinds.findings.errors
            }
        }
        if let staleness = read.staleness(on: today) {
            var findings = TemplateFindings()
            findings.warn(JSONPointer(["verified"]), staleness)
            doubts += findings.warnings
        }
        errors = read.document.located(found)
        warnings = read.document.located(doubts)
        if errors.isEmpty { template = read }
    }
}
