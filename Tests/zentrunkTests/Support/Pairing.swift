import Testing
import ZentrunkCore
import ZentrunkElevenLabs
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkLiveKit
import ZentrunkLiveKitSandbox
import ZentrunkPlatforms
import ZentrunkSandbox
import ZentrunkVapi
import ZentrunkVapiSandbox

/// A platform in the tables of this target, derived from its adapter and its imitation.
struct Pairing: Sendable, CustomTestStringConvertible {
    let adapter: any PlatformAdapter.Type
    let service: any PlatformService.Type

    init(_ platform: Platform) {
        adapter = platform.adapter
        service = platform.sandbox
    }

    static let all = Platforms.all.map(Pairing.init)

    // For tests of a specific platform.
    static let elevenLabs = Pairing(Platform(ElevenLabsAdapter.self, sandbox: ElevenLabsService.self))
    static let liveKit = Pairing(Platform(LiveKitAdapter.self, sandbox: LiveKitService.self))
    static let vapi = Pairing(Platform(VapiAdapter.self, sandbox: VapiService.self))

    var id: String { adapter.platform.id.description }
    var testDescription: String { id }

    // MARK: Facts

    /// The sandbox's name of the platform.
    var vendor: String { service.vendor }
    var facts: PlatformFacts { service.facts }
    /// The parameter for an agent's id, which accepts any text.
    var agent: (name: String, value: String) { (facts.agent.option, facts.agent.value) }
    var needsAgent: Bool { facts.needsAgent }
    var withoutAgent: String? { facts.withoutAgent }
    /// Parameters that a connection to the sandbox requires.
    var needed: [String: String?] { facts.needed.mapValues { $0 } }
    var authentications: [String] { facts.authentications }
    var adoption: String? { facts.adoption }
    var tables: [String] { facts.tables }
    /// Changes by hand to a connection of ``Combination/fullest``: the instance's key and the fields.
    var drifts: [(key: String, fields: JSONObject)] { PlivoService.handChanges + facts.handChanges }

    /// The variable with the platform's address.
    var addressVariable: String? {
        let url = "http://127.0.0.1:1"
        return service.init().environment(at: url).first { $0.value == url }?.key
    }

    /// Expects that both vendors' objects agree and match the request.
    func check(_ state: JSONValue, _ asked: Combination) throws {
        #expect(service.disagreements(in: state, with: try asked.connection) == [])
    }

    /// Returns the platform's imitation in a sandbox.
    func service(in sandbox: Sandbox) -> (any PlatformService)? {
        sandbox.services.all.first { $0.vendor == vendor } as? any PlatformService
    }

    /// Adds another user's record of the number.
    func addForeignRecord(_ sandbox: Sandbox, _ number: PhoneNumber, named name: String = "someone else's") {
        service(in: sandbox)?.addForeignRecord(of: number.e164, named: name)
    }

    /// Returns the choices of a template parameter.
    func choices(_ parameter: String) throws -> [String] {
        let template = try Template(parsing: adapter.template, file: id)
        guard let found = template.allParameters.first(where: { $0.name == parameter }) else { return [] }
        guard case .choice(let choices) = found.type else { return [] }
        return choices
    }

    /// Whether the platform can require digest authentication from the carrier on inbound calls.
    var canAskInbound: Bool { (try? choices("inbound-authentication").contains("digest")) ?? false }

    /// Returns the arguments of a command for the first number, with the options that inbound calls require.
    func command(_ verb: String, _ more: String...) -> [String] {
        [verb, id, "--number", "+14155550100"] + answer + more
    }

    /// The options that say what answers inbound calls.
    var answer: [String] { needsAgent ? ["--\(agent.name)", agent.value] : withoutAgent.map { ["--\($0)"] } ?? [] }

    /// Returns a table of the platform in a sandbox's state.
    func rows(_ state: JSONValue, _ table: String) -> [JSONValue] { state[vendor]?[table]?.array ?? [] }
}

extension PlivoState {
    /// Returns the path of the number's route; null for none.
    func route(of number: PhoneNumber) -> JSONValue { route(of: number.e164) }
}
