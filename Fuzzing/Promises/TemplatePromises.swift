@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlatforms
@_spi(Adapter) import ZentrunkPlivo
@_spi(Adapter) import ZentrunkTemplateLint

/// Promises for all bytes that are read as a template.
enum TemplatePromises {
    static func check(_ input: [UInt8]) throws {
        guard let today = Day("2026-11-22") else { throw BrokenPromise("the day is invalid") }
        // Without platforms, the review skips trying all options, which takes a hundred times as long as the rest.
        let review = TemplateReview(input, file: "input", today: today, platforms: []) { _ in
            TemplateReview.Pairing(kinds: [], parameters: []) { _ in (.null, .null) }
        }
        for finding in review.errors + review.warnings {
            try promiseOneLine(finding.summary, "a finding")
            try promise(finding.position.map { $0.line >= 1 && $0.column >= 1 } ?? true, "\(finding) stands nowhere")
        }
        try promise((review.template == nil) != review.errors.isEmpty, "usable, and why not: \(review.errors)")
        let template: Template
        do { template = try Template(parsing: input, file: "input") } catch {
            // The loader throws the first error that the review reports.
            try promise(review.errors.contains { $0.message == error.message }, "the review does not report \(error)")
            return
        }
        try names(template)
        do {
            try template.check(kinds: Pairings.pairing(template.pairing).kinds)
            try instantiable(template)
        } catch let error as TemplateError {
            try promiseOneLine(error.summary, "a finding")
        }
    }

    private static func names(_ template: Template) throws {
        let keys = template.resources.map(\.key)
        try promise(Set(keys).count == keys.count, "two resources of one key: \(keys)")
        for parameter in template.allParameters {
            guard let value = parameter.defaultValue?.string, parameter.name != "failover" else { continue }
            // A default is a value that a user can enter.
            try promise(
                (try? parameter.value(value)) != nil, "the default \(value.debugDescription) of \(parameter.name)")
        }
    }

    /// Checks that the conditions of a valid template have a description.
    private static func instantiable(_ template: Template) throws {
        for condition in template.refusals.map(\.condition) + template.resources.compactMap(\.condition) {
            _ = condition.description
        }
        for resource in template.resources {
            for reference in resource.body.references {
                try promise(!reference.description.isEmpty, "a reference without words in \(resource.key)")
            }
        }
    }

    /// Returns the example platform's template with parts from the input, one on each line. An empty line keeps the
    /// part. This way, the fuzzer does not spend its time on brackets.
    static func frame(around input: [UInt8]) throws -> [UInt8] {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var template = try JSONValue(parsing: PlivoAccount.template(of: Platforms.exemplary.platform).text)
        for (line, place) in zip(lines, places) where !line.isEmpty {
            // Read as JSON if possible, otherwise as text.
            let part = (try? JSONValue(parsing: Array(line))) ?? .string(String(decoding: line, as: UTF8.self))
            template = setting(template, place[...], part)
        }
        return template.bytes(.pretty)
    }

    /// The replaced parts: an expression, two conditions, a parameter, a list element, an order, a repetition.
    private static let places = [
        ["resources", "uri", "body", "uri"], ["resources", "acl", "when"], ["refuse", "0", "when"],
        ["parameters", "assistant"], ["resources", "sip", "body", "gateways", "0"], ["resources", "route", "after"],
        ["resources", "line", "each"],
    ]

    private static func setting(_ value: JSONValue, _ place: ArraySlice<String>, _ part: JSONValue) -> JSONValue {
        guard let token = place.first else { return part }
        switch value {
        case .object(var members):
            members[token] = setting(members[token] ?? .null, place.dropFirst(), part)
            return .object(members)
        case .array(let elements):
            return .array(
                elements.enumerated().map { String($0) == token ? setting($1, place.dropFirst(), part) : $1 })
        default: return part
        }
    }
}

/// The pairings, without an account.
enum Pairings {
    static let adapters = Platforms.all.map(\.adapter)
    static let names = adapters.map { $0.platform.id.description }

    /// Returns both sides with this transport. Each setting has its example value, or the secret that must never be
    /// shown.
    static func sides(
        _ adapterType: any PlatformAdapter.Type, secret: String? = nil, transport: any HTTPTransport
    ) throws -> (carrier: PlivoAccount, adapter: any PlatformAdapter) {
        func settings(_ settings: [Setting]) -> PlatformSettings {
            let values = settings.filter(\.isRequired).map { setting in
                (setting.variable, Secret(setting.isSecret ? secret ?? setting.example : setting.example))
            }
            return PlatformSettings(Dictionary(values) { first, _ in first }, redactor: Redactor())
        }
        return (
            try PlivoAccount(settings(PlivoAccount.settings), stack: transport),
            try adapterType.init(
                settings: settings(adapterType.platform.settings), values: [:], transport: transport)
        )
    }

    /// Returns the data that the review of a template needs.
    static func pairing(_ platform: PlatformID) throws -> TemplateReview.Pairing {
        // Of a platform that is not there, another's kinds do.
        guard let known = known[platform.description] ?? known[Platforms.exemplary.adapter.platform.id.description]
        else { throw BrokenPromise("no platforms") }
        let (carrier, adapter) = try known.get()
        return TemplateReview.Pairing(kinds: (carrier.kinds + adapter.kinds).map(\.description), parameters: ["region"])
        {
            (try adapter.facts(for: $0, carrier: carrier.facts), carrier.facts)
        }
    }

    private static let known = Dictionary(
        uniqueKeysWithValues: adapters.map { adapter in
            (
                adapter.platform.id.description,
                Result { try sides(adapter, transport: AnswerScript([])) }
            )
        })
}
