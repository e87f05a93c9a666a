import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit
@_spi(Adapter) import ZentrunkVapi
import ZentrunkVapiSandbox

@testable @_spi(Adapter) import ZentrunkCore

/// A combination of options for a Vapi connection, with its blueprint from the built-in template.
struct VapiConnection: Sendable, CustomStringConvertible {
    var direction = "both"
    var authentication = "ip-acl"
    var isSecure = false
    var failover: String?
    var region = "us"
    var numbers = ["+14155550100"]

    var description: String {
        "\(direction) \(authentication) secure=\(isSecure) failover=\(failover ?? "-") \(region)"
    }

    static let failoverURI = "backup.example.com;transport=udp"

    /// All combinations of direction, authentication, secure and failover.
    static let all: [VapiConnection] = ["outbound", "inbound", "both"].flatMap { direction in
        ["ip-acl", "credentials"].flatMap { authentication in
            [false, true].flatMap { isSecure in
                [nil, failoverURI].map { failover in
                    VapiConnection(
                        direction: direction, authentication: authentication, isSecure: isSecure, failover: failover)
                }
            }
        }
    }

    var isInbound: Bool { direction != "outbound" }
    var isOutbound: Bool { direction != "inbound" }

    /// Networks for the carrier: 14, as many as it signals from.
    static let networks: [JSONValue] = (1...14).map { .string("203.0.113.\($0 * 16)/28") }

    func adapter() throws -> VapiAdapter {
        let settings = PlatformSettings(["VAPI_API_KEY": Secret("a-private-key")], redactor: Redactor())
        return try VapiAdapter(
            settings: settings, values: ["region": .string(region)], transport: NoTransport())
    }

    static func template() throws -> Template { try Pairing(VapiAdapter.self, VapiService.self).template() }

    func blueprint() throws -> Blueprint {
        var values: [String: JSONValue] = [
            "direction": .string(direction), "authentication": .string(authentication), "secure": .bool(isSecure),
            "region": .string(region),
        ]
        if let failover { values["failover"] = .string(failover) }
        let connection = Connection(
            platform: "vapi", name: .main, numbers: try numbers.map { try PhoneNumber($0) }, values: values)
        let carrier: JSONValue = ["signalling_networks": .array(Self.networks)]
        let facts = try adapter().facts(for: connection, carrier: carrier)
        return try Blueprint(Self.template(), connection, platform: facts, carrier: carrier)
    }
}

extension Blueprint {
    /// Returns the body of an instance. References to other objects and secrets appear as `<sip.id>`.
    func body(_ key: String, _ number: String? = nil) throws -> JSONObject? {
        guard let instance = self[InstanceID(key, number: try number.map { try PhoneNumber($0) })] else { return nil }
        return try instance.body.value { reference in
            switch reference.source {
            case .instances(let meant): .string("<\(meant.key).\(meant.field)>")
            case .secret(let name, let part): .string("<\(name) \(part.rawValue)>")
            default: nil
            }
        }?.object
    }
}

/// A transport that sends nothing.
struct NoTransport: HTTPTransport {
    struct Sent: Error {}
    func send(_ request: TransportRequest) async throws -> TransportResponse { throw Sent() }
}
