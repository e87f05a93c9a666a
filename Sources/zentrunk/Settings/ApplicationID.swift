import ZentrunkCore

/// An application's id as it is typed.
enum ApplicationID {
    /// - Throws: ``ZentrunkError`` `invalid` for what no id is.
    static func checked(_ text: String, of option: String) throws(ZentrunkError) -> String {
        let id = text.withoutMargins()
        guard !id.isEmpty else { throw ZentrunkError(.invalid, "\(option) needs an application's id") }
        if let objection = id.idObjection {
            throw ZentrunkError(.invalid, "\(option) takes an application's id, and \"\(id)\" is none: \(objection)")
        }
        return id
    }
}
