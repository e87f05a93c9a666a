import HTTPTypes
import ZentrunkCore

/// An answer as the loop collected it; turned into header fields on the caller's side, so that the loop stays free.
struct ReceivedAnswer: Sendable {
    var status: Int
    /// The header lines after the status line, as they came.
    var headerLines: [UInt8]
    var body: [UInt8]

    consuming func response() -> TransportResponse {
        var head = HTTPResponse(status: HTTPResponse.Status(code: status))
        for line in headerLines.split(separator: UInt8(ascii: "\n")) {
            // A line without a usable name is skipped, as the rest of the answer is sound.
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                let name = HTTPField.Name(String(decoding: line[..<colon], as: UTF8.self))
            else { continue }
            head.headerFields.append(HTTPField(name: name, lenientValue: Self.trim(line[(colon + 1)...])))
        }
        return TransportResponse(head: head, body: body)
    }

    private static func trim(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
        guard let last = value.lastIndex(where: { !isBlank($0) }) else { return [] }
        return value[...last].drop(while: isBlank)
    }
}
