/// Reads the values of header fields that have parameters.
enum SIPParameters {
    /// Splits a value at a separator outside of quotes and angle brackets.
    static func split(_ value: String, at separator: UInt8) -> [String] {
        var parts: [[UInt8]] = [[]]
        var isQuoted = false
        var isEscaped = false
        var isBracketed = false
        for byte in value.utf8 {
            if byte == separator, !isQuoted, !isBracketed {
                parts.append([])
                continue
            }
            if isQuoted {
                // In a quoted string, a backslash escapes the next character.
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                }
            } else if byte == UInt8(ascii: "\"") {
                isQuoted = true
            } else if byte == UInt8(ascii: "<") {
                isBracketed = true
            } else if byte == UInt8(ascii: ">") {
                isBracketed = false
            }
            parts[parts.count - 1].append(byte)
        }
        return parts.map { trimmed(String(decoding: $0, as: UTF8.self)) }
    }

    /// The parameters after the first part of a value, with names in lower case; a repeated one keeps its first value.
    static func parameters(_ value: String) -> [String: String] {
        var found: [String: String] = [:]
        for part in split(value, at: UInt8(ascii: ";")).dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = trimmed(String(pair[0])).lowercased()
            if found[name] == nil { found[name] = pair.count == 2 ? trimmed(String(pair[1])) : "" }
        }
        return found
    }

    static func trimmed(_ text: String) -> String {
        var rest = text[...]
        while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return String(rest)
    }
}

/// The value of a Via field. <https://www.rfc-editor.org/rfc/rfc3261#section-20.42>
struct SIPVia: Hashable {
    /// The transport in upper case.
    var transport: String
    /// The host and the port that the sender gave, without blanks.
    var sentBy: String
    var parameters: [String: String]

    /// - Returns: nil if the text is not a value of Via.
    init?(_ value: String) {
        guard let first = SIPParameters.split(value, at: UInt8(ascii: ";")).first else { return nil }
        // "sent-protocol LWS sent-by", with blanks allowed around each slash and around the colon.
        let slashes = first.split(separator: "/", omittingEmptySubsequences: false)
        guard slashes.count == 3, SIPParameters.trimmed(String(slashes[0])).uppercased() == "SIP",
            SIPParameters.trimmed(String(slashes[1])) == "2.0"
        else { return nil }
        let words = slashes[2].split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard words.count >= 2 else { return nil }
        transport = words[0].uppercased()
        sentBy = words.dropFirst().joined().lowercased()
        parameters = SIPParameters.parameters(value)
    }
}
