import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// What the platform cannot serve is refused with its reason, and nothing is written.
enum RefusalChecks {
    static func cases(_ pairing: Pairing) throws -> [AdapterConformance.Case] {
        try (pairing.facts.refusals + unknownChoices(pairing)).map { refusal in
            let values = refusal.values.map { "\($0)=\($1 ?? "")" }.sorted().joined(separator: " ")
            return AdapterConformance.Case("\(refusal.number) \(values)") { try await run(pairing, refusal) }
        } + missingSettings(pairing)
    }

    private static func run(_ pairing: Pairing, _ refusal: PlatformFacts.Refusal) async throws {
        try await World.run(for: pairing) { world async throws in
            world.sandbox.own(number: refusal.number)
            let values = pairing.needed.merging(refusal.values.mapValues { ParameterValue($0) }) { $1 }
            let error = await #expect(throws: ZentrunkError.self) {
                let connector = try world.connector(pairing)
                _ = try await connector.plan(
                    ConnectionRequest(numbers: [try PhoneNumber(refusal.number)], values: values))
            }
            for part in refusal.parts { #expect(error?.message.contains(part) == true, "\(error?.message ?? "")") }
            #expect([.unsupported, .invalid].contains(error?.code))
            // An option that was left out may follow from a connection that exists, so reads are allowed.
            #expect(world.writes.isEmpty)
        }
    }

    /// A value that is not among the choices of an option is refused with all of its choices.
    private static func unknownChoices(_ pairing: Pairing) throws -> [PlatformFacts.Refusal] {
        let template = try pairing.template()
        return template.allParameters.compactMap { parameter in
            guard case .choice(let choices) = parameter.type else { return nil }
            return PlatformFacts.Refusal(values: [parameter.name: "neither"], parts: choices)
        }
    }

    /// Without a required setting there is no adapter, and the error names the setting.
    private static func missingSettings(_ pairing: Pairing) -> [AdapterConformance.Case] {
        pairing.adapter.platform.settings.filter(\.isRequired).map { setting in
            AdapterConformance.Case("without \(setting.variable)") {
                let others = pairing.adapter.platform.settings.filter { $0.isRequired && $0 != setting }
                let settings = PlatformSettings(
                    Dictionary(others.map { ($0.variable, Secret($0.example)) }) { first, _ in first },
                    redactor: Redactor())
                let error = #expect(throws: ZentrunkError.self) {
                    _ = try pairing.adapter.init(
                        settings: settings, values: [:], transport: ScriptedTransport([]))
                }
                #expect(error?.code == .invalid)
                #expect(error?.message.contains(setting.variable) == true, "\(error?.message ?? "")")
            }
        }
    }
}
