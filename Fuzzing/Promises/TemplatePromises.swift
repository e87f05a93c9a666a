import ZentrunkCore
import ZentrunkElevenLabs
import ZentrunkJSON
import ZentrunkLiveKit
import ZentrunkPlivo
import ZentrunkVapi

/// What holds for any bytes that are read as a template.
enum TemplatePromises {
    static func check(_ input: [UInt8]) throws {
        guard let today = Day("2026-11-22") else { throw BrokenPromise("there is no today") }
        let review = try TemplateReview(input, file: "input", today: today, platforms: Pairings.names) {
            try Pairings.pairing($0)
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
        guard let pairing = try? Pairings.pairing(template.pairing) else { return }
        do { try template.check(kinds: pairing.kinds) } catch {
            try promise(!review.errors.isEmpty, "the review does not tell \(error)")
            return
        }
        if review.errors.isEmpty { try instantiable(template) }
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

    /// A template whose parts come from the input, each on a line: a value, a condition, a key, a parameter. So the fuzzer does not
    /// spend its time on brackets.
    static func frame(around input: [UInt8]) -> [UInt8] {
        let lines = input.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        func part(_ index: Int, _ other: JSONValue) -> JSONValue {
            guard index < lines.count, !lines[index].isEmpty else { return other }
            // JSON where it is JSON, else text.
            return (try? JSONValue(parsing: Array(lines[index])))
                ?? .string(String(decoding: lines[index], as: UTF8.self))
        }
        let condition = part(1, ["direction": ["inbound", "both"]])
        let template: JSONValue = [
            "pairing": "vapi", "title": "Plivo Zentrunk and Vapi", "verified": "2026-11-22",
            "guides": ["https://docs.vapi.ai"],
            "parameters": [
                "assistant": part(3, ["type": "string", "help": "the assistant", "required": ["direction": "inbound"]])
            ],
            "secrets": ["sip": ["when": condition]], "refuse": [["when": part(4, ["secure": true]), "reason": "no"]],
            "resources": [
                "acl": [
                    "kind": "zentrunk.ip-access-control-list", "when": condition,
                    "body": [
                        "name": "${name}", "ip_addresses": part(5, [["$spread": "platform.signalling_networks"]]),
                    ],
                ],
                "line": [
                    "kind": "vapi.phone-number", "for": part(6, "number"), "after": part(2, ["acl"]),
                    "body": ["provider": "byo-phone-number", "name": "${name}", "number": part(0, "${number}")],
                ],
            ],
        ]
        return template.bytes(.pretty)
    }
}

/// The pairings as far as they are known without an account.
enum Pairings {
    static let adapters: [any PlatformAdapter.Type] = [
        ElevenLabsAdapter.self, LiveKitAdapter.self, VapiAdapter.self,
    ]
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
        guard let known = known[platform.description] else { throw BrokenPromise("there is no platform \(platform)") }
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
