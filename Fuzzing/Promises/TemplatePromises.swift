import ZentrunkCore
import ZentrunkJSON
import ZentrunkPlatforms
import ZentrunkPlivo
import ZentrunkTemplateLint

/// What holds for any bytes that are read as a template.
enum TemplatePromises {
    static func check(_ input: [UInt8]) throws {
        guard let today = Day("2026-11-22") else { throw BrokenPromise("there is no today") }
        // Without a platform the review does not try out all choices, which takes a hundred times as long as all the rest.
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
            // The loader stops at the first of what the review tells.
            try promise(review.errors.contains { $0.message == error.message }, "the review does not tell \(error)")
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
            // A default is what could have been typed.
            try promise(
                (try? parameter.value(value)) != nil, "the default \(value.debugDescription) of \(parameter.name)")
        }
    }

    /// What a sound template's conditions say can be told to people.
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

    /// The template of the exemplary platform, parts of which come from the input, each on a line; an empty line leaves the part as it
    /// is. So the fuzzer does not spend its time on brackets.
    static func frame(around input: [UInt8]) throws -> [UInt8] {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var template = try JSONValue(parsing: PlivoCarrier.template(of: Platforms.exemplary.adapter).text)
        for (line, place) in zip(lines, places) where !line.isEmpty {
            // JSON where it is JSON, else text.
            let part = (try? JSONValue(parsing: Array(line))) ?? .string(String(decoding: line, as: UTF8.self))
            template = setting(template, place[...], part)
        }
        return template.bytes(.pretty)
    }

    /// An expression, two conditions, a parameter, a part of a list, an order, a repetition.
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

/// The pairings as far as they are known without an account.
enum Pairings {
    static let adapters = Platforms.all.map(\.adapter)
    static let names = adapters.map { $0.platform.id.description }

    /// Both sides over that transport; every setting has its example, or the secret that is never to be seen.
    static func sides(
        _ adapterType: any PlatformAdapter.Type, secret: String? = nil, transport: any HTTPTransport
    ) throws -> (carrier: PlivoCarrier, adapter: any PlatformAdapter) {
        func settings(_ settings: [Setting]) -> PlatformSettings {
            let values = settings.filter(\.isRequired).map { setting in
                (setting.variable, Secret(setting.isSecret ? secret ?? setting.example : setting.example))
            }
            return PlatformSettings(Dictionary(values) { first, _ in first }, redactor: Redactor())
        }
        return (
            try PlivoCarrier(settings: settings(PlivoCarrier.settings), transport: transport),
            try adapterType.init(settings: settings(adapterType.platform.settings), transport: transport)
        )
    }

    /// What the review of a template has to know.
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
