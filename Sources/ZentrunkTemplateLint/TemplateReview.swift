public import ZentrunkCore
public import ZentrunkJSON

/// Everything that is wrong with a template file, and what deserves a look, in the order of the file.
///
/// ``Template`` stops at the first mistake, which is enough to refuse it; this is for whoever writes one.
public struct TemplateReview: Sendable {
    /// What the review has to know of the template's pairing.
    public struct Pairing {
        /// The kinds of both sides.
        public var kinds: [KindDescription]
        /// Names of parameters that the adapter reads itself, whether or not a template refers to them.
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

    /// The template; nil when it cannot be used.
    public var template: Template?
    /// Why it cannot be used; empty when it can.
    public var errors: [TemplateError]
    /// What works and is probably not meant.
    public var warnings: [TemplateError]

    /// - Parameters:
    ///   - bytes: The file.
    ///   - base: What the file can extend.
    ///   - today: The day on which the facts' age is judged.
    ///   - platforms: The names of the platforms that there are.
    ///   - pairing: What is to be known of one of them.
    public init(
        _ bytes: [UInt8], file: String, base: TemplateBase? = nil, today: Day, platforms: [String],
        pairing: (PlatformID) throws -> Pairing
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
            // Trying out choices says something only about a template that means what it says.
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
