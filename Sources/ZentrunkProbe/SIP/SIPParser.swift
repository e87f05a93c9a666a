/// The grammar of a SIP message. <https://www.rfc-editor.org/rfc/rfc3261#section-25.1>
enum SIPParser {
    private static let cr = UInt8(ascii: "\r")
    private static let lf = UInt8(ascii: "\n")
    private static let blanks: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: "\t")]

    /// Parses the only message of a datagram.
    ///
    /// Bytes after the body are ignored, and a body that is shorter than announced is an error.
    /// <https://www.rfc-editor.org/rfc/rfc3261#section-18.3>
    static func datagram(_ bytes: [UInt8]) throws(SIPSyntaxError) -> SIPMessage {
        try checkStart(of: bytes[...])
        guard let end = endOfHeader(in: bytes[...]) else { throw .malformed("its header has no end") }
        let head = try head(bytes[..<end])
        let rest = bytes.count - end
        if let length = head.length, length > rest {
            throw .malformed("its body has \(rest) bytes, and the header announces \(length)")
        }
        return head.message(bodyCount: head.length ?? rest)
    }

    /// The header of a message, and the length of the body if it contains one.
    struct Head {
        var status: Int?
        var reason: String
        var fields: [SIPField]
        var length: Int?

        func message(bodyCount: Int) -> SIPMessage {
            guard let status else { return .request }
            return .response(SIPResponse(status: status, reason: reason, fields: fields, bodyCount: bodyCount))
        }
    }

    /// The index after the empty line; nil if it has not arrived.
    static func endOfHeader(in bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while let end = bytes[index...].firstIndex(of: lf) {
            if end - bytes.startIndex >= 3, bytes[end - 1] == cr, bytes[end - 2] == lf, bytes[end - 3] == cr {
                return end + 1
            }
            index = end + 1
        }
        return nil
    }

    /// Checks as much of the first line as there is.
    ///
    /// - Throws: ``SIPSyntaxError/notSIP(_:)`` as soon as the bytes cannot become a message.
    static func checkStart(of bytes: ArraySlice<UInt8>) throws(SIPSyntaxError) {
        let line = bytes.prefix { $0 != cr && $0 != lf }
        let isWhole = line.count < bytes.count
        func refuse() -> SIPSyntaxError {
            .notSIP("it begins with \"\(oneLine(String(decoding: line.prefix(60), as: UTF8.self), limit: 60))\"")
        }
        guard line.count <= 4096, line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { throw refuse() }
        guard isWhole else { return }
        guard isStatusLine(line) || isRequestLine(line) else { throw refuse() }
    }

    private static func isStatusLine(_ line: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(line)
        // "SIP-Version SP Status-Code SP Reason-Phrase"; the version "is case-insensitive" (section 7.1).
        guard bytes.count >= 12, String(decoding: bytes[..<8], as: UTF8.self).uppercased() == "SIP/2.0 " else {
            return false
        }
        return bytes[8..<11].allSatisfy { (48...57).contains($0) } && (49...54).contains(bytes[8])
            && bytes[11] == UInt8(ascii: " ")
    }

    private static func isRequestLine(_ line: ArraySlice<UInt8>) -> Bool {
        let parts = line.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
        guard parts.count == 3, String(decoding: parts[2], as: UTF8.self).uppercased() == "SIP/2.0" else {
            return false
        }
        return !parts[0].isEmpty && parts[0].allSatisfy(isToken) && !parts[1].isEmpty
    }

    /// Parses a header that ends with its empty line.
    static func head(_ bytes: ArraySlice<UInt8>) throws(SIPSyntaxError) -> Head {
        guard bytes.count <= SIPResponse.maximumHeaderBytes else { throw .malformed("its header is too large") }
        try checkStart(of: bytes)
        var lines = try lines(bytes.dropLast(4))
        let start = lines.removeFirst()
        let fields = try fields(of: lines)
        var head = Head(status: nil, reason: "", fields: fields)
        head.length = try length(in: fields)
        guard isStatusLine(start) else { return head }
        let codes = start.dropFirst(8).prefix(3)
        head.status = codes.reduce(0) { $0 * 10 + Int($1 - 48) }
        head.reason = text(start.dropFirst(12))
        for name in ["from", "to", "call-id", "cseq"] where fields.count(where: { $0.name == name }) != 1 {
            throw .malformed("it does not have exactly one field \(name)")
        }
        guard fields.contains(where: { $0.name == "via" }) else { throw .malformed("it has no field via") }
        return head
    }

    /// Splits at CRLF, and refuses any other control character than a tab.
    private static func lines(_ bytes: ArraySlice<UInt8>) throws(SIPSyntaxError) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var start = bytes.startIndex
        var index = start
        while index < bytes.endIndex {
            let byte = bytes[index]
            if byte == cr, index + 1 < bytes.endIndex, bytes[index + 1] == lf {
                lines.append(bytes[start..<index])
                index += 2
                start = index
                continue
            }
            guard byte >= 0x20 && byte != 0x7F || byte == 0x09 else {
                throw .malformed("its header has a control character")
            }
            index += 1
        }
        lines.append(bytes[start...])
        return lines
    }

    /// Joins folded lines, and reads names and values.
    private static func fields(of lines: [ArraySlice<UInt8>]) throws(SIPSyntaxError) -> [SIPField] {
        var fields: [SIPField] = []
        for line in lines {
            if let first = line.first, blanks.contains(first) {
                // Section 7.3.1: the line break and the blanks after it count as one blank.
                guard let last = fields.indices.last else { throw .malformed("its first field is a continuation") }
                let more = text(line)
                fields[last].value += (fields[last].value.isEmpty || more.isEmpty ? "" : " ") + more
                continue
            }
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
                throw .malformed("a line of its header has no colon")
            }
            let name = trimmed(line[..<colon])
            guard !name.isEmpty, name.startIndex == line.startIndex, name.allSatisfy(isToken) else {
                throw .malformed("a field of its header has no valid name")
            }
            guard fields.count < SIPResponse.maximumFields else { throw .malformed("it has too many fields") }
            let lower = String(decoding: name, as: UTF8.self).lowercased()
            fields.append(SIPField(name: compact[lower] ?? lower, value: text(line[(colon + 1)...])))
        }
        return fields
    }

    private static func length(in fields: [SIPField]) throws(SIPSyntaxError) -> Int? {
        let texts = Set(fields.filter { $0.name == "content-length" }.map(\.value))
        guard let text = texts.first else { return nil }
        guard texts.count == 1 else { throw .malformed("it has two content lengths") }
        guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }),
            let length = Int(text)
        else { throw .malformed("its content length is not a number") }
        guard length <= SIPResponse.maximumBodyBytes else { throw .malformed("its body is too large") }
        return length
    }

    /// The compact forms of section 7.3.3, and those of the registry that other documents define.
    /// <https://www.iana.org/assignments/sip-parameters>
    static let compact = [
        "a": "accept-contact", "b": "referred-by", "c": "content-type", "d": "request-disposition",
        "e": "content-encoding", "f": "from", "i": "call-id", "j": "reject-contact", "k": "supported",
        "l": "content-length", "m": "contact", "o": "event", "r": "refer-to", "s": "subject", "t": "to",
        "u": "allow-events", "v": "via", "x": "session-expires", "y": "identity",
    ]

    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case 48...57, 65...90, 97...122: true
        default: "-.!%*_+`'~".utf8.contains(byte)
        }
    }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes.drop { blanks.contains($0) }
        while let last = bytes.last, blanks.contains(last) { bytes.removeLast() }
        return bytes
    }

    private static func text(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: trimmed(bytes), as: UTF8.self) }
}
