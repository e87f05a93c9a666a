import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// One platform as the tables of this target see it. A new one is described in a file beside this and listed in ``all``.
struct Pairing: Sendable, CustomTestStringConvertible {
    var adapter: any PlatformAdapter.Type
    /// The sandbox's name of the platform.
    var vendor: String
    /// The contract of the platform's API.
    var contract: String
    /// A parameter that any text can be given to, and which an agent's id goes to.
    var agent: (name: String, value: String)
    /// Whether inbound calls cannot do without an agent.
    var needsAgent = false
    /// The switch that says knowingly that there is no agent; nil where there is none.
    var withoutAgent: String?
    /// Parameters that a connection to the sandbox cannot do without.
    var needed: [String: String?] = [:]
    /// The authentications that the template does not refuse; the first is its default.
    var authentications = ["credentials"]
    /// The option that takes a number over from somebody else's record; nil where there is none.
    var adoption: String? = "--adopt"
    /// The tables of the platform's objects in a sandbox's state.
    var tables: [String]
    /// Whether what both vendors hold fits together and is what was asked for.
    var check: @Sendable (_ state: JSONValue, _ asked: Combination) throws -> Void
    /// Puts in a record of the number that somebody else made.
    var addForeignRecord: @Sendable (_ sandbox: Sandbox, _ number: PhoneNumber) -> Void
    /// Changes that somebody makes by hand to a connection of ``Combination/fullest``: the instance's key and the fields.
    var drifts: [(key: String, fields: JSONObject)]

    static let all: [Pairing] = [.elevenLabs, .liveKit, .vapi]

    var id: String { adapter.platform.id.description }
    var testDescription: String { id }

    /// What a parameter of the template can be.
    func choices(_ parameter: String) throws -> [String] {
        let template = try template()
        guard let found = template.allParameters.first(where: { $0.name == parameter }) else { return [] }
        guard case .choice(let choices) = found.type else { return [] }
        return choices
    }

    /// Whether the platform can ask the carrier for a username and password on inbound calls.
    var canAskInbound: Bool { (try? choices("inbound-authentication").contains("digest")) ?? false }

    /// Arguments of a command about the first number, with the options without which inbound calls are refused.
    func command(_ verb: String, _ more: String...) -> [String] {
        [verb, id, "--number", "+14155550100"] + answer + more
    }

    /// The option that says what answers inbound calls.
    var answer: [String] { needsAgent ? ["--\(agent.name)", agent.value] : withoutAgent.map { ["--\($0)"] } ?? [] }

    /// The platform's part of a sandbox's state.
    func rows(_ state: JSONValue, _ table: String) -> [JSONValue] { state[vendor]?[table]?.array ?? [] }
}
