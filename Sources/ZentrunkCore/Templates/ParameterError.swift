/// A value that a parameter cannot have: the cause of the ``ZentrunkError`` about it.
package struct ParameterError: Error, Sendable, Hashable {
    package var parameter: String
    /// What was written, without a password.
    package var text: String
    /// Why it cannot be used, and how to write it.
    package var reason: String

    /// One sentence, with the name by which the person knows the parameter.
    package func sentence(naming name: String) -> String { "\(name) cannot be \"\(text)\": \(reason)" }
}
