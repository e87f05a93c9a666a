import CJansson

/// The conversion of jansson's errors: jansson detects the error, and this determines its position and a plain
/// description.
///
/// jansson reports the position of the last character that it has read: the end of the wrong token, the end of the
/// string around an invalid escape, or the character before an invalid byte. Its message quotes the document.
enum JSONDiagnosis {
    static func emptyDocument(_ bytes: [UInt8]) -> JSONSyntaxError {
        JSONSyntaxError(at: bytes.count, of: bytes, reason: "the document is empty")
    }

    static func explain(_ error: json_error_t, of bytes: [UInt8]) -> JSONSyntaxError {
        var error = error
        let code = zentrunk_json_error_code(&error)
        let text = String(cString: zentrunk_json_error_text(&error))
        // `position` is the number of bytes read. <https://jansson.readthedocs.io/en/latest/apiref.html#c.json_error_t>
        let read = min(max(Int(error.position), 0), bytes.count)

        // In this case the invalid bytes do not count as read.
        guard code != json_error_invalid_utf8 else {
            return JSONSyntaxError(at: read, of: bytes, reason: "the bytes that begin here are not valid UTF-8")
        }
        var walk = JSONTokenWalk(bytes)
        do {
            try walk.advance(to: read)
        } catch {
            return JSONSyntaxError(at: error.offset, of: bytes, reason: error.reason)
        }
        guard let token = walk.current else { return emptyDocument(bytes) }
        guard code != json_error_premature_end_of_input else {
            return JSONSyntaxError(at: bytes.count, of: bytes, reason: "the document ends before it is complete")
        }
        let reason = reason(code, text, at: token, after: walk.previous, of: bytes)
        return JSONSyntaxError(at: token.range.lowerBound, of: bytes, reason: reason)
    }

    private static func reason(
        _ code: json_error_code, _ text: String, at token: JSONTokenWalk.Token, after previous: JSONTokenWalk.Token?,
        of bytes: [UInt8]
    ) -> String {
        switch code {
        case json_error_duplicate_key: "the key \(quotable(bytes[token.range])) appears twice in its object"
        case json_error_end_of_input_expected: "something follows the end of the document"
        case json_error_numeric_overflow where token.isInteger(in: bytes):
            "this integer does not fit into 64 bits; an identifier of that length is written as a string"
        case json_error_numeric_overflow: "this number is too large for a double"
        case json_error_invalid_syntax: syntaxReason(text, at: token, after: previous, of: bytes)
        case json_error_out_of_memory: "there is not enough memory to read the document"
        default: "this is not valid JSON"
        }
    }

    /// Returns the description of a token that jansson did not expect or does not know, by the beginning of jansson's
    /// message.
    private static func syntaxReason(
        _ text: String, at token: JSONTokenWalk.Token, after previous: JSONTokenWalk.Token?, of bytes: [UInt8]
    ) -> String {
        if token.isClosingBracket(in: bytes), let previous, previous.isComma(in: bytes) {
            return "nothing between the comma and this bracket"
        }
        return switch text {
        case _ where text.hasPrefix("string or '}' expected"): "expected a key in double quotes or a closing }"
        case _ where text.hasPrefix("':' expected"): "expected a colon after the key"
        case _ where text.hasPrefix("'}' expected"): "expected a comma or a closing }"
        case _ where text.hasPrefix("']' expected"): "expected a comma or a closing ]"
        case _ where text.hasPrefix("unexpected token"): "expected a value"
        default: unknownToken(token, of: bytes)
        }
    }

    private static func unknownToken(_ token: JSONTokenWalk.Token, of bytes: [UInt8]) -> String {
        switch token.kind {
        case .number: "this is not a number as JSON writes it"
        case .word: "this word is none of true, false and null"
        case .other where token.range.lowerBound == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]):
            "the document begins with a byte order mark; JSON is UTF-8 without one"
        case .other: "this character begins no JSON value"
        case .punctuation, .string: "this is not valid JSON"
        }
    }

    /// Returns a key as written, with its quotes, in a printable form: truncated, and without invisible characters that
    /// could control a terminal or mislead a reader.
    private static func quotable(_ key: ArraySlice<UInt8>) -> String {
        let scalars = String(decoding: key.dropFirst().dropLast(), as: UTF8.self).unicodeScalars
        let name = scalars.prefix(80).map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
            default: String(scalar)
            }
        }
        return "\"\(name.joined())\(scalars.count > 80 ? "…" : "")\""
    }
}
