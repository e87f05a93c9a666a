/// A confidential text: an API key, a SIP password.
///
/// It prints as `<redacted>`, also in `dump` and string interpolation. Call ``reveal()`` only to build a request.
public struct Secret: Sendable, Hashable {
    private let text: String

    /// Creates a secret.
    public init(_ text: String) { self.text = text }

    /// Returns the text.
    public func reveal() -> String { text }

    /// Whether the text is empty.
    public var isEmpty: Bool { text.isEmpty }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// `<redacted>`.
    public var description: String { "<redacted>" }
    /// `<redacted>`.
    public var debugDescription: String { "<redacted>" }
    /// A mirror without children.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
