import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// A combination of options of a pairing.
struct Combination: Sendable, Hashable, CustomTestStringConvertible {
    var pairing: Pairing
    var direction: String
    var authentication: String
    var isSecure: Bool
    var asksInbound: Bool
    var hasFailover: Bool
    var count: Int
    var hasAgent: Bool
    var name = ConnectionName.main
    /// Further parameters.
    var values: [String: String] = [:]

    init(
        pairing: Pairing, direction: String = "both", authentication: String? = nil, isSecure: Bool = false,
        asksInbound: Bool = false, hasFailover: Bool = false, count: Int = 1, hasAgent: Bool? = nil
    ) {
        self.pairing = pairing
        self.direction = direction
        self.authentication = authentication ?? pairing.authentications.first ?? ""
        self.isSecure = isSecure
        self.asksInbound = asksInbound
        self.hasFailover = hasFailover
        self.count = count
        self.hasAgent = hasAgent ?? (pairing.needsAgent && direction != "outbound")
    }

    /// Returns the name of the platform's object with this key.
    func platformName(_ key: String) -> String {
        let platform = pairing.adapter.platform.id
        return OwnedName(platform: platform, connection: name, key: key, tag: AccountTag(of: PlivoService.authID))
            .description
    }

    static let failover = "backup.example.com:5060;transport=tcp"

    /// Returns all combinations of direction, authentication, secure, inbound authentication and failover that are
    /// valid.
    static func states(_ pairing: Pairing) -> [Combination] {
        ((try? pairing.choices("direction")) ?? []).flatMap { direction in
            let goesOut = direction != "inbound"
            let comesIn = direction != "outbound"
            return (goesOut ? pairing.authentications : Array(pairing.authentications.prefix(1))).flatMap { method in
                [false, true].flatMap { isSecure in
                    (comesIn && pairing.canAskInbound ? [false, true] : [false]).flatMap { asksInbound in
                        (comesIn ? [false, true] : [false]).map { hasFailover in
                            Combination(
                                pairing: pairing, direction: direction, authentication: method, isSecure: isSecure,
                                asksInbound: asksInbound, hasFailover: hasFailover)
                        }
                    }
                }
            }
        }
    }

    /// Every state with each number count, with and without agent, for every platform.
    static let all: [Combination] = Pairing.all.flatMap { pairing in
        states(pairing).flatMap { state in
            [1, 3].flatMap { count in
                (state.hasAgent ? [true] : [false, true]).map { hasAgent in
                    var asked = state
                    asked.count = count
                    asked.hasAgent = hasAgent
                    return asked
                }
            }
        }
    }

    /// Every pairing with all features, which creates the most objects.
    static let fullest: [Combination] = Pairing.all.map {
        Combination(
            pairing: $0, authentication: "credentials", isSecure: true, asksInbound: $0.canAskInbound, count: 1,
            hasAgent: true)
    }

    var numbers: [PhoneNumber] { get throws { try (0..<count).map { try PhoneNumber("+1415555010\($0)") } } }
    var goesOut: Bool { direction != "inbound" }
    var comesIn: Bool { direction != "outbound" }
    var agent: String? { hasAgent ? pairing.agent.value : nil }

    var request: ConnectionRequest {
        get throws {
            var values = pairing.needed
            values["direction"] = direction
            values["authentication"] = authentication
            values["secure"] = String(isSecure)
            if pairing.canAskInbound { values["inbound-authentication"] = asksInbound ? "digest" : "none" }
            if hasFailover { values["failover"] = Self.failover } else { values["failover"] = .some(nil) }
            values[pairing.agent.name] = .some(agent)
            if let name = pairing.withoutAgent { values[name] = String(agent == nil) }
            for (name, value) in self.values { values[name] = value }
            return ConnectionRequest(name: name, numbers: try numbers, values: values)
        }
    }

    /// The same, as an imitation sees it.
    var connection: AskedConnection {
        get throws {
            AskedConnection(
                platform: pairing.id, name: name.description, tag: AccountTag(of: PlivoService.authID).description,
                numbers: try numbers.map(\.e164), goesOut: goesOut, comesIn: comesIn, authentication: authentication,
                isSecure: isSecure, asksInbound: asksInbound, failover: hasFailover ? Self.failover : nil,
                agent: agent, values: values)
        }
    }

    var testDescription: String {
        "\(pairing.id) \(direction) \(authentication)\(isSecure ? " secure" : "")\(asksInbound ? " digest" : "")"
            + "\(hasFailover ? " failover" : "") \(count) numbers" + (hasAgent ? " with an agent" : "")
            + values.map { " \($0)=\($1)" }.sorted().joined()
    }

    static func == (left: Combination, right: Combination) -> Bool { left.testDescription == right.testDescription }
    func hash(into hasher: inout Hasher) { hasher.combine(testDescription) }
}
