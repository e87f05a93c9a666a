@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// The pairings as far as they are known without an account: their kinds and their facts.
package enum PairingCatalog {
    /// The account's id in the paths of ``carrier()``.
    package static let placeholder = PlivoAccount.authID.example

    /// The carrier, with example settings and a transport that sends nothing.
    package static func carrier() throws -> any Carrier {
        try PlivoAccount(settings(PlivoAccount.settings), stack: NoTransport())
    }

    /// The adapter of the account that the values select, with example settings and a transport that sends nothing.
    package static func adapter(
        _ platform: Platform, values: [String: JSONValue] = [:]
    ) throws -> any PlatformAdapter {
        try platform.adapter.init(
            settings: settings(platform.settings), values: values, transport: NoTransport())
    }

    private static func settings(_ settings: [Setting]) -> PlatformSettings {
        let required = settings.filter(\.isRequired).map { ($0.variable, Secret($0.example)) }
        return PlatformSettings(Dictionary(uniqueKeysWithValues: required), redactor: Redactor())
    }

    /// The facts of a pairing about connections. Keeps the adapter of each account.
    package final class Facts {
        private let platform: Platform
        private let carrier: JSONValue
        private var adapters: [[String: JSONValue]: any PlatformAdapter] = [:]

        package init(_ platform: Platform) throws {
            self.platform = platform
            carrier = try PairingCatalog.carrier().facts
        }

        /// Returns the platform's and the carrier's facts.
        package func facts(for connection: Connection) throws -> (platform: JSONValue, carrier: JSONValue) {
            let names = platform.description.accountParameters
            let values = connection.values.filter { names.contains($0.key) }
            let adapter = try adapters[values] ?? PairingCatalog.adapter(platform, values: values)
            adapters[values] = adapter
            return (try adapter.facts(for: connection, carrier: carrier), carrier)
        }
    }

    /// The rules of the kinds of both sides.
    package static func kinds(_ platform: Platform) throws -> [KindDescription] {
        (try carrier().kinds + adapter(platform).kinds).map(\.description)
    }

    /// The vendors' names of the two sides.
    package static func names(_ platform: Platform) -> [Side: String] {
        [.carrier: "Plivo", .platform: platform.title]
    }

    /// A transport that refuses every request.
    private struct NoTransport: HTTPTransport {
        func send(_ request: TransportRequest) async throws -> TransportResponse {
            throw TransportError(code: .refused, delivery: .notSent, message: "nothing is sent here")
        }
    }
}
