/// A value that a parameter cannot have: the cause of the ``ZentrunkError`` about it.
public struct ParameterError: Error, Sendable, Hashable {
    public var parameter: String
    /// What was written, without a password.
    public var text: String
    /// Why it cannot be used, and how to write it.
    public var reason: String

    /// One sentence, with the name by which the person knows the parameter.
    public func sentence(naming name: String) -> String { "\(name) cannot be \"\(text)\": \(reason)" }
}
