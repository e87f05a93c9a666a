@_spi(Adapter) import ZentrunkCore

/// An application's id as it is typed.
enum ApplicationID {
    /// - Throws: ``ZentrunkError`` `invalid` if it is not a valid id.
    static func checked(_ text: String, of option: String) throws(ZentrunkError) -> String {
        let id = text.withoutMargins()
        guard !id.isEmpty else { throw ZentrunkError(.invalid, "\(option) needs an application's id") }
        if let objection = id.idObjection {
            throw ZentrunkError(.invalid, "\"\(id)\" is not a valid application id for \(option): \(objection)")
        }
        return id
    }
}
