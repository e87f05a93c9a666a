import ZentrunkCore
import ZentrunkElevenLabs
import ZentrunkLiveKit
import ZentrunkVapi

/// The platforms that this command knows. The one place in its code that lists them.
enum AdapterRegistry {
    static let all: [any PlatformAdapter.Type] = [
        ElevenLabsAdapter.self, LiveKitAdapter.self, VapiAdapter.self,
    ]

    /// The one that examples show where no platform is named.
    static let exemplary: any PlatformAdapter.Type = VapiAdapter.self

    /// Their short names.
    static var names: [String] { all.map { $0.platform.id.description } }

    /// - Throws: ``ZentrunkError`` `invalid` that lists the platforms.
    static func adapter(_ name: String) throws(ZentrunkError) -> any PlatformAdapter.Type {
        let name = name.withoutMargins()
        guard let adapter = all.first(where: { $0.platform.id.description == name }) else {
            let hint = Spelling.hint(for: name, among: names)
            throw ZentrunkError(
                .invalid,
                "there is no platform \"\(OriginationURI.masked(name))\"\(hint.isEmpty ? "; choose \(names.joined(separator: ", "))" : hint)",
                remedies: [.command(["zentrunk", "template", "list"])])
        }
        return adapter
    }
}
