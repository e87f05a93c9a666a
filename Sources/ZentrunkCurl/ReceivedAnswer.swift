import HTTPTypes
@_spi(Adapter) import ZentrunkCore

/// A response as collected by the loop. It is parsed on the caller's thread, to keep the loop free.
struct ReceivedAnswer: Sendable {
    var status: Int
    /// The header lines after the status line, each ending with a line feed.
    var headerLines: [UInt8]
    var body: [UInt8]

    consuming func response() -> TransportResponse {
        var head = HTTPResponse(status: HTTPResponse.Status(code: status))
        headerLines.withUnsafeBytes { lines in
            var rest = lines[...]
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                if let field = Self.field(rest[..<end]) { head.headerFields.append(field) }
                rest = rest[(end + 1)...]
            }
        }
        return TransportResponse(head: head, body: body)
    }

    /// Parses a header line. Lines without a valid name are skipped; the rest of the response is still usable.
    private static func field(_ line: Slice<UnsafeRawBufferPointer>) -> HTTPField? {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
            let name = HTTPField.Name(String(decoding: line[..<colon], as: UTF8.self))
        else { return nil }
        var value = line[(colon + 1)...]
        while let first = value.first, isBlank(first) { value.removeFirst() }
        while let last = value.last, isBlank(last) { value.removeLast() }
        return HTTPField(name: name, lenientValue: UnsafeRawBufferPointer(rebasing: value))
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
