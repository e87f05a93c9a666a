import Testing
@_spi(Adapter) package import ZentrunkCore
import ZentrunkJSON
package import ZentrunkSandbox

/// A connection as a check requests it: one choice for each option.
package struct Combination: Sendable, Hashable, CustomTestStringConvertible {
    package var pairing: Pairing
    package var direction: String
    package var authentication: String
    package var isSecure: Bool
    package var asksInbound: Bool
    package var hasFailover: Bool
    package var count: Int
    package var hasAgent: Bool
    package var name = ConnectionName.main
    /// Further parameters.
    package var values: [String: String] = [:]

    package init(
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

    /// The name that the platform's object with this key carries.
    package func platformName(_ key: String) -> String {
        let platform = pairing.adapter.platform.id
        return OwnedName(platform: platform, connection: name, key: key, tag: AccountTag(of: PlivoService.authID))
            .description
    }

    package static let failover = "backup.example.com:5060;transport=tcp"

    /// Direction × authentication × secure × inbound authentication × failover, as far as each means something.
    package static func states(_ pairing: Pairing) -> [Combination] {
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

    /// Every state × number count × agent.
    package static func matrix(_ pairing: Pairing) -> [Combination] {
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

    /// Everything on, which makes the most objects.
    package static func fullest(_ pairing: Pairing) -> Combination {
        Combination(
            pairing: pairing, authentication: "credentials", isSecure: true, asksInbound: pairing.canAskInbound,
            count: 1, hasAgent: true)
    }

    package var numbers: [PhoneNumber] { get throws { try (0..<count).map { try PhoneNumber("+1415555010\($0)") } } }
    package var goesOut: Bool { direction != "inbound" }
    package var comesIn: Bool { direction != "outbound" }
    package var agent: String? { hasAgent ? pairing.agent.value : nil }

    package var request: ConnectionRequest {
        get throws {
            var values = pairing.needed
            values["direction"] = .text(direction)
            values["authentication"] = .text(authentication)
            values["secure"] = .flag(isSecure)
            if pairing.canAskInbound { values["inbound-authentication"] = asksInbound ? "digest" : "none" }
            if hasFailover { values["failover"] = .text(Self.failover) } else { values["failover"] = .unset }
            values[pairing.agent.name] = ParameterValue(agent)
            if let name = pairing.withoutAgent { values[name] = .flag(agent == nil) }
            for (name, value) in self.values { values[name] = .text(value) }
            return ConnectionRequest(name: name, numbers: try numbers, values: values)
        }
    }

    package var testDescription: String { "\(pairing.id) \(title)" }

    /// What was asked, as an imitation sees it.
    package var connection: AskedConnection {
        get throws {
            AskedConnection(
                platform: pairing.id, name: name.description, tag: AccountTag(of: PlivoService.authID).description,
                numbers: try numbers.map(\.e164), goesOut: goesOut, comesIn: comesIn, authentication: authentication,
                isSecure: isSecure, asksInbound: asksInbound, failover: hasFailover ? Self.failover : nil,
                agent: agent, values: values)
        }
    }

    /// The options, without the platform.
    package var title: String {
        "\(direction) \(authentication)\(isSecure ? " secure" : "")\(asksInbound ? " digest" : "")"
            + "\(hasFailover ? " failover" : "") \(count) numbers" + (hasAgent ? " with an agent" : "")
            + values.map { " \($0)=\($1)" }.sorted().joined()
    }

    package static func == (left: Combination, right: Combination) -> Bool {
        left.testDescription == right.testDescription
    }
    package func hash(into hasher: inout Hasher) { hasher.combine(testDescription) }
}
