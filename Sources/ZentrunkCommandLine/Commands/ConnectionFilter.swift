@_spi(Adapter) import ZentrunkCore

/// A filter for connections: all, those of a platform, or one by name.
struct ConnectionFilter: Sendable {
    var platform: PlatformID?
    var name: ConnectionName?

    /// - Parameters:
    ///   - text: `vapi` or `vapi/main`; nil for any.
    ///   - given: The name when it is not part of the text.
    /// - Throws: ``ZentrunkError`` `invalid`.
    init(_ text: String?, name given: String? = nil) throws(ZentrunkError) {
        var given = given
        if let text {
            let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            platform = try AdapterRegistry.adapter(parts[0]).platform.id
            if parts.count == 2 {
                guard given == nil || given == parts[1] else {
                    throw ZentrunkError(.invalid, "\(text) and the name \(given ?? "") contradict each other")
                }
                given = parts[1]
            }
        }
        name = try given.map { (name) throws(ZentrunkError) in try ConnectionName(name) }
    }

    func matches(_ platform: PlatformID, _ name: ConnectionName) -> Bool {
        (self.platform == nil || self.platform == platform) && (self.name == nil || self.name == name)
    }
}
