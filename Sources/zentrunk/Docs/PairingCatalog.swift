import ZentrunkCore
import ZentrunkJSON
import ZentrunkPlivo

/// The pairings as far as they are known without an account: their kinds and their facts.
enum PairingCatalog {
    /// What stands where a required setting would; a path that holds it holds the account's id there.
    static let placeholder = PlivoCarrier.authID.example

    /// Both sides, made to be looked at and not to be called.
    static func sides(
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
    static func kinds(_ adapterType: any PlatformAdapter.Type) throws -> [KindDescription] {
        let (carrier, adapter) = try sides(adapterType)
        return (carrier.kinds + adapter.kinds).map(\.description)
    }

    /// What people call the two sides.
    static func names(_ adapterType: any PlatformAdapter.Type) -> [Side: String] {
        [.carrier: "Plivo", .platform: adapterType.platform.title]
    }

    /// Sends nothing, since nothing is asked.
    private struct NoTransport: HTTPTransport {
        func send(_ request: TransportRequest) async throws -> TransportResponse {
            throw TransportError(code: .refused, delivery: .notSent, message: "nothing is sent here")
        }
    }
}
