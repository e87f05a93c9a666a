import ZentrunkCore
import ZentrunkPlatforms

/// The adapters of the platforms that this command knows.
enum AdapterRegistry {
    static let all = Platforms.all.map(\.adapter)

    /// The platform that examples use when none is named.
    static var exemplary: any PlatformAdapter.Type { Platforms.exemplary.adapter }

    /// The platforms' short names.
    static var names: [String] { all.map { $0.platform.id.description } }

    /// - Throws: ``ZentrunkError`` `invalid` that lists the platforms.
    static func adapter(_ name: String) throws(ZentrunkError) -> any PlatformAdapter.Type {
        let name = name.withoutMargins()
        guard let adapter = all.first(where: { $0.platform.id.description == name }) else {
            let hint = Spelling.hint(for: name, among: names)
            throw ZentrunkError(
                .invalid,
                "unknown platform \"\(OriginationURI.masked(name))\"\(hint.isEmpty ? "; choose \(names.joined(separator: ", "))" : hint)",
                remedies: [.command(["zentrunk", "template", "list"])])
        }
        return adapter
    }
}
