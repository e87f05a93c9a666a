/// The directions in which a connection carries calls.
public enum Direction: String, Sendable, Hashable, CaseIterable {
    /// The agent makes and receives calls.
    case both
    /// The agent receives calls.
    case inbound
    /// The agent makes calls.
    case outbound
}

/// The value of a parameter in a request.
///
/// A text is read by the parameter's type, and a flag is for parameters that are on or off. `nil` as a literal, or
/// ``unset``, takes the value away.
public enum ParameterValue: Sendable, Hashable {
    /// A text, as a person writes it.
    case text(String)
    /// On or off.
    case flag(Bool)
    /// No value.
    case unset

    /// Creates the value of a text; nil takes the value away.
    public init(_ text: String?) { self = text.map { .text($0) } ?? .unset }

    /// The value as a person writes it; nil for no value.
    public var text: String? {
        switch self {
        case .text(let text): text
        case .flag(let flag): flag ? "true" : "false"
        case .unset: nil
        }
    }
}

extension ParameterValue: ExpressibleByStringLiteral {
    /// Creates a text.
    public init(stringLiteral text: String) { self = .text(text) }
}

extension ParameterValue: ExpressibleByBooleanLiteral {
    /// Creates a flag.
    public init(booleanLiteral flag: Bool) { self = .flag(flag) }
}

extension ParameterValue: ExpressibleByNilLiteral {
    /// Creates the absence of a value.
    public init(nilLiteral: ()) { self = .unset }
}
