package import ZentrunkCore
import ZentrunkPlivo

/// The pairings as far as they are known without an account: their kinds and their facts.
package enum PairingCatalog {
    /// The account's id in the paths of ``sides(_:region:)``.
    package static let placeholder = PlivoCarrier.authID.example

    /// Both sides, with example settings and a transport that sends nothing.
    package static func sides(
        _ adapterType: any PlatformAdapter.Type, region: String? = nil
    ) throws -> (carrier: any Carrier, adapter: any PlatformAdapter) {
        func settings(_ settings: [Setting], _ region: String?) -> PlatformSettings {
            let required = settings.filter(\.isRequired).map { ($0.variable, Secret($0.example)) }
            return PlatformSettings(
                Dictionary(uniqueKeysWithValues: required), region: region, redactor: Redactor())
        }
        let carrier = try PlivoCarrier(settings: settings(PlivoCarrier.settings, nil), transport: NoTransport())
        let adapter = try adapterType.init(
            settings: settings(adapterType.platform.settings, region), transport: NoTransport())
        return (carrier, adapter)
    }

    /// The rules of the kinds of both sides.
    package static func kinds(_ adapterType: any PlatformAdapter.Type) throws -> [KindDescription] {
        let (carrier, adapter) = try sides(adapterType)
        return (carrier.kinds + adapter.kinds).map(\.description)
    }

    /// The vendors' names of the two sides.
    package static func names(_ adapterType: any PlatformAdapter.Type) -> [Side: String] {
        [.carrier: "Plivo", .platform: adapterType.platform.title]
    }

    /// A transport that refuses every request.
    private struct NoTransport: HTTPTransport {
        func send(_ request: TransportRequest) async throws -> TransportResponse {
            throw TransportError(code: .refused, delivery: .notSent, message: "nothing is sent here")
        }
    }
}
