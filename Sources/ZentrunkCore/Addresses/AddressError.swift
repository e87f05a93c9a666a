/// Text that is not a usable phone number, host, network, country code or origination URI.
public struct AddressError: Error, Sendable, Hashable {
    /// What it was meant to be: `phone number`, `SIP host`, …
    public var what: String
    /// What was written.
    public var text: String
    /// Why it cannot be used, and how to write it.
    public var reason: String
    /// What helps besides writing it otherwise.
    public var remedies: [Remedy] = []
}

extension AddressError: CustomStringConvertible {
    public var description: String { "\"\(text)\" is not a valid \(what): \(reason)" }
}
