package import Testing
package import ZentrunkCore
package import ZentrunkJSON
package import ZentrunkSandbox

/// An adapter and its platform's imitation, with what the checks need to know about the platform.
package struct Pairing: Sendable, CustomTestStringConvertible {
    package var adapter: any PlatformAdapter.Type
    /// The sandbox's name of the platform.
    package var vendor: String
    /// The file of the platform's API contract, an OpenAPI document.
    package var contract: String
    /// A parameter that any text can be given to, and which an agent's id goes to.
    package var agent: (name: String, value: String)
    /// Whether inbound calls cannot do without an agent.
    package var needsAgent = false
    /// The switch that says knowingly that there is no agent; nil where there is none.
    package var withoutAgent: String?
    /// Parameters that a connection to the sandbox cannot do without.
    package var needed: [String: String?] = [:]
    /// The authentications that the template does not refuse; the first is its default.
    package var authentications = ["credentials"]
    /// The option that takes a number over from somebody else's record; nil where there is none.
    package var adoption: String? = "--adopt"
    /// The tables of the platform's objects in a sandbox's state.
    package var tables: [String]
    /// Whether what both vendors hold fits together and is what was asked for.
    package var check: @Sendable (_ state: JSONValue, _ asked: Combination) throws -> Void
    /// Puts in a record of the number that somebody else made.
    package var addForeignRecord: @Sendable (_ sandbox: Sandbox, _ number: PhoneNumber) -> Void
    /// Changes by hand to a connection of ``Combination/fullest(_:)``: the instance's key and the fields.
    package var drifts: [(key: String, fields: JSONObject)]
    /// Logins that a person can set by hand on the platform's objects.
    package var logins: [Login] = []
    /// Requests that the platform cannot serve.
    package var refusals: [Refusal] = []
    /// The header field in which the platform's key is sent.
    package var keyField = "authorization"

    /// A login that a person set on an object of a connection.
    package struct Login: Sendable {
        package var kind: String
        package var fields: JSONObject
        /// Where the username is read.
        package var username: JSONPointer

        package init(kind: String, fields: JSONObject, username: JSONPointer) {
            self.kind = kind
            self.fields = fields
            self.username = username
        }
    }

    /// A request that is refused, and what the message has to say.
    package struct Refusal: Sendable {
        package var number: String
        package var values: [String: String?]
        package var parts: [String]

        package init(number: String = "+14155550100", values: [String: String?] = [:], parts: [String]) {
            self.number = number
            self.values = values
            self.parts = parts
        }
    }

    package init(
        adapter: any PlatformAdapter.Type, vendor: String, contract: String, agent: (name: String, value: String),
        needsAgent: Bool = false, withoutAgent: String? = nil, needed: [String: String?] = [:],
        authentications: [String] = ["credentials"], adoption: String? = "--adopt", tables: [String],
        check: @escaping @Sendable (_ state: JSONValue, _ asked: Combination) throws -> Void,
        addForeignRecord: @escaping @Sendable (_ sandbox: Sandbox, _ number: PhoneNumber) -> Void,
        drifts: [(key: String, fields: JSONObject)]
    ) {
        self.adapter = adapter
        self.vendor = vendor
        self.contract = contract
        self.agent = agent
        self.needsAgent = needsAgent
        self.withoutAgent = withoutAgent
        self.needed = needed
        self.authentications = authentications
        self.adoption = adoption
        self.tables = tables
        self.check = check
        self.addForeignRecord = addForeignRecord
        self.drifts = drifts
    }

    package var id: String { adapter.platform.id.description }
    package var testDescription: String { id }

    /// What a parameter of the template can be.
    package func choices(_ parameter: String) throws -> [String] {
        let template = try Template(parsing: adapter.template, file: id)
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
