import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
import ZentrunkVapi

/// One platform as the tables of this target see it. A new one is described here and listed in ``all``.
struct Pairing: Sendable, CustomTestStringConvertible {
    var adapter: any PlatformAdapter.Type
    /// The sandbox's name of the platform.
    var vendor: String
    /// The contract of the platform's API.
    var contract: String
    /// A parameter that any text can be given to, and which an agent's id goes to.
    var agent: (name: String, value: String)
    /// Whether what both vendors hold fits together and is what was asked for.
    var check: @Sendable (_ state: JSONValue, _ asked: Combination) throws -> Void
    /// Puts in a record of the number that somebody else made.
    var addForeignRecord: @Sendable (_ sandbox: Sandbox, _ number: PhoneNumber) -> Void

    static let all: [Pairing] = [.vapi]

    var id: String { adapter.platform.id.description }
    var testDescription: String { id }

    /// What a parameter of the template can be.
    func choices(_ parameter: String) throws -> [String] {
        let template = try Template(parsing: adapter.template, file: id)
        guard let found = template.allParameters.first(where: { $0.name == parameter }) else { return [] }
        guard case .choice(let choices) = found.type else { return [] }
        return choices
    }
}

/// What is asked of a pairing.
struct Combination: Sendable, CustomTestStringConvertible {
    var pairing: Pairing
    var direction = "both"
    var authentication = "ip-acl"
    var isSecure = false
    var count = 1
    var hasAgent = false
    var name = ConnectionName.main

    /// Platform × direction × authentication × secure × number count × agent.
    static let all: [Combination] = Pairing.all.flatMap { pairing in
        let directions = (try? pairing.choices("direction")) ?? []
        let authentications = (try? pairing.choices("authentication")) ?? []
        return directions.flatMap { direction in
            authentications.flatMap { authentication in
                [false, true].flatMap { isSecure in
                    [1, 3].flatMap { count in
                        [false, true].map { hasAgent in
                            Combination(
                                pairing: pairing, direction: direction, authentication: authentication,
                                isSecure: isSecure, count: count, hasAgent: hasAgent)
                        }
                    }
                }
            }
        }
    }

    /// Every pairing with everything on, which makes the most objects.
    static let fullest: [Combination] = Pairing.all.map {
        Combination(pairing: $0, authentication: "credentials", isSecure: true, count: 1, hasAgent: true)
    }

    var numbers: [PhoneNumber] { get throws { try (0..<count).map { try PhoneNumber("+1415555010\($0)") } } }
    var goesOut: Bool { direction != "inbound" }
    var comesIn: Bool { direction != "outbound" }
    var agent: String? { hasAgent ? pairing.agent.value : nil }

    var request: ConnectionRequest {
        get throws {
            var values: [String: String?] = [
                "direction": direction, "authentication": authentication, "secure": String(isSecure),
            ]
            if hasAgent { values[pairing.agent.name] = pairing.agent.value }
            return ConnectionRequest(name: name, numbers: try numbers, values: values)
        }
    }

    var testDescription: String {
        "\(pairing.id) \(direction) \(authentication)\(isSecure ? " secure" : "") \(count) numbers"
            + (hasAgent ? " with an agent" : "")
    }
}
