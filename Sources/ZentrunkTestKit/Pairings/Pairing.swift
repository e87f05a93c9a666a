package import Foundation
import Testing
@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
package import ZentrunkSandbox

/// An adapter and the imitation of its platform.
package struct Pairing: Sendable, CustomTestStringConvertible {
    package let adapter: any PlatformAdapter.Type
    package let service: any PlatformService.Type
    /// The file of the platform's API contract, an OpenAPI document; nil for a platform in this repository.
    private let contractFile: URL?

    package init(
        _ adapter: any PlatformAdapter.Type, _ service: any PlatformService.Type, contractFile: URL? = nil
    ) {
        self.adapter = adapter
        self.service = service
        self.contractFile = contractFile
    }

    package var platform: Platform { Platform(adapter) }
    package var id: String { adapter.platform.id.description }
    package var testDescription: String { id }

    // MARK: Facts

    /// The sandbox's name of the platform.
    package var vendor: String { service.vendor }
    package var facts: PlatformFacts { service.facts }
    /// A parameter that takes any text, and an example of an agent's id.
    package var agent: (name: String, value: String) { (facts.agent.option, facts.agent.value) }
    package var needsAgent: Bool { facts.needsAgent }
    package var withoutAgent: String? { facts.withoutAgent }
    /// Parameters that a connection to the sandbox needs.
    package var needed: [String: ParameterValue] { facts.needed.mapValues { .text($0) } }
    package var authentications: [String] { facts.authentications }
    package var adoption: String? { facts.adoption }
    package var tables: [String] { facts.tables }
    /// Changes by hand to a connection of ``Combination/fullest(_:)``: the instance's key and the fields.
    package var drifts: [(key: String, fields: JSONObject)] { PlivoService.handChanges + facts.handChanges }

    /// The variable with the platform's address.
    package var addressVariable: String? {
        let url = "http://127.0.0.1:1"
        return service.init().environment(at: url).first { $0.value == url }?.key
    }

    /// The contract of the platform's API.
    package func contract() throws -> JSONValue {
        if let contractFile { return try Contracts.document(in: contractFile) }
        return try Contracts.document(vendor)
    }

    /// Expects that what both vendors hold fits together and is what was asked for.
    package func check(_ state: JSONValue, _ asked: Combination) throws {
        #expect(service.disagreements(in: state, with: try asked.connection) == [])
    }

    /// The platform's imitation in that sandbox.
    package func service(in sandbox: Sandbox) -> (any PlatformService)? {
        sandbox.services.all.first { $0.vendor == vendor } as? any PlatformService
    }

    /// Adds a foreign record of the number.
    package func addForeignRecord(_ sandbox: Sandbox, _ number: PhoneNumber, named name: String = "someone else's") {
        service(in: sandbox)?.addForeignRecord(of: number.e164, named: name)
    }

    /// The adapter's template, with everything that it takes over from the carrier's base.
    package func template() throws -> Template { try PlivoAccount.template(of: platform) }

    /// The template as `template show` prints it.
    package func templateText() throws -> String { try template().text }

    /// The values of a parameter of the template; empty unless the parameter is a choice.
    package func choices(_ parameter: String) throws -> [String] {
        let template = try template()
        guard let found = template.allParameters.first(where: { $0.name == parameter }) else { return [] }
        guard case .choice(let choices) = found.type else { return [] }
        return choices
    }

    /// Whether the platform can ask the carrier for a username and password on inbound calls.
    package var canAskInbound: Bool { (try? choices("inbound-authentication").contains("digest")) ?? false }

    /// Arguments of a command about the first number, with the options without which inbound calls are refused.
    package func command(_ verb: String, _ more: String...) -> [String] {
        [verb, id, "--number", "+14155550100"] + answer + more
    }

    /// The option that says what answers inbound calls.
    package var answer: [String] {
        needsAgent ? ["--\(agent.name)", agent.value] : withoutAgent.map { ["--\($0)"] } ?? []
    }

    /// The platform's part of a sandbox's state.
    package func rows(_ state: JSONValue, _ table: String) -> [JSONValue] { state[vendor]?[table]?.array ?? [] }
}
