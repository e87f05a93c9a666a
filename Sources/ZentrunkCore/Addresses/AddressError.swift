/// An error for text that is not a valid phone number, host, network, country code or origination URI.
public struct AddressError: Error, Sendable, Hashable {
    /// The expected form: `phone number`, `SIP host`, …
    public var what: String
    /// The text as it was written.
    public var text: String
    /// The reason, and the correct form.
    public var reason: String
    /// What helps besides writing it otherwise.
    public var remedies: [Remedy] = []
}

extension AddressError: CustomStringConvertible {
    /// The text, the expected form and the reason.
    public var description: String { "\"\(text)\" is not a valid \(what): \(reason)" }
}
