import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// A platform in the tables of this target. To add one, describe it in a file next to this one and list it in ``all``.
struct Pairing: Sendable, CustomTestStringConvertible {
    var adapter: any PlatformAdapter.Type
    /// The sandbox's name of the platform.
    var vendor: String
    /// The file name of the contract of the platform's API.
    var contract: String
    /// The parameter for an agent's id, which accepts any text.
    var agent: (name: String, value: String)
    /// Whether inbound calls require an agent.
    var needsAgent = false
    /// The switch that confirms that there is no agent; nil if there is none.
    var withoutAgent: String?
    /// Parameters that a connection to the sandbox requires.
    var needed: [String: String?] = [:]
    /// The authentications that the template accepts; the first is its default.
    var authentications = ["credentials"]
    /// The option that adopts another user's record of a number; nil if there is none.
    var adoption: String? = "--adopt"
    /// The tables of the platform's objects in a sandbox's state.
    var tables: [String]
    /// Checks that both vendors' objects agree and match the request.
    var check: @Sendable (_ state: JSONValue, _ asked: Combination) throws -> Void
    /// Adds another user's record of the number.
    var addForeignRecord: @Sendable (_ sandbox: Sandbox, _ number: PhoneNumber) -> Void
    /// Changes by hand to a connection of ``Combination/fullest``: the instance's key and the fields.
    var drifts: [(key: String, fields: JSONObject)]

    static let all: [Pairing] = [.elevenLabs, .liveKit, .vapi]

    var id: String { adapter.platform.id.description }
    var testDescription: String { id }

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
