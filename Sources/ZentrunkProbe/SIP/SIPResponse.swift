/// A SIP response, as it arrived.
///
/// The parser is strict where leniency could misread: only `SIP/2.0`, only CRLF, no control characters, no repeated
/// fields that may occur once, and lengths that agree. It knows folded lines and compact names.
/// <https://www.rfc-editor.org/rfc/rfc3261#section-7.3>
package struct SIPResponse: Sendable, Hashable {
    /// The limits of a message: bytes of its header and of its body, lines, and fields.
    package static let maximumHeaderBytes = 32 << 10
    package static let maximumBodyBytes = 64 << 10
    static let maximumFields = 128

    /// The status, 100...699.
    package let status: Int
    /// The reason phrase; it may be empty.
    package let reason: String
    /// The fields in order, with names in lower case and never compact, and values without folding.
    package let fields: [SIPField]
    /// The number of bytes of the body.
    package let bodyCount: Int

    /// Whether the transaction ends with it. <https://www.rfc-editor.org/rfc/rfc3261#section-7.2>
    package var isFinal: Bool { status >= 200 }

    /// The values of a field, by its name in lower case.
    package func values(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map(\.value)
    }
}

/// A header field.
package struct SIPField: Sendable, Hashable {
    /// The name in lower case.
    package var name: String
    /// The value without folding, leading and trailing blanks.
    package var value: String
}

/// A message that arrived.
package enum SIPMessage: Sendable, Hashable {
    /// A response.
    case response(SIPResponse)
    /// A request of the peer, as some send to check the connection.
    case request
}

/// The reason why bytes are not a message.
package enum SIPSyntaxError: Error, Hashable, CustomStringConvertible {
    /// They do not begin as SIP does.
    case notSIP(String)
    /// They begin as SIP does, and break its grammar.
    case malformed(String)

    /// The reason on one line.
    package var description: String {
        switch self {
        case .notSIP(let words), .malformed(let words): words
        }
    }
}
