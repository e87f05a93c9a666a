/// Finds the messages in a stream of bytes. <https://www.rfc-editor.org/rfc/rfc3261#section-18.3>
package struct SIPStreamReader: Sendable {
    private var bytes: [UInt8] = []
    /// The number of bytes of the current message that cannot hold the end of its header, so that a peer that sends
    /// single bytes does not make the reader search all of them again.
    private var searched = 0
    private var isStartChecked = false
    private var error: SIPSyntaxError?

    /// A reader at the beginning of a stream.
    package init() {}

    /// Adds bytes.
    package mutating func append(_ more: [UInt8]) { bytes += more }

    /// Returns the next message; nil if it has not arrived completely.
    ///
    /// - Throws: ``SIPSyntaxError``, also in every later call: what follows an error has no known beginning.
    package mutating func next() throws(SIPSyntaxError) -> SIPMessage? {
        if let error { throw error }
        do { return try read() } catch {
            self.error = error
            bytes = []
            throw error
        }
    }

    private mutating func read() throws(SIPSyntaxError) -> SIPMessage? {
        // Section 7.5: "Implementations processing SIP messages over stream-oriented transports MUST ignore any CRLF
        // appearing before the start-line". An incomplete one may still become a CRLF.
        while bytes.starts(with: [13, 10]) { bytes.removeFirst(2) }
        guard !bytes.isEmpty, bytes != [13] else { return nil }
        if !isStartChecked {
            try SIPParser.checkStart(of: bytes[...])
            isStartChecked = bytes.contains(10)
        }
        guard let end = SIPParser.endOfHeader(in: bytes[searched...]) else {
            searched = max(0, bytes.count - 3)
            guard bytes.count <= SIPResponse.maximumHeaderBytes else { throw .malformed("its header is too large") }
            return nil
        }
        // The body may be incomplete: the end is found again at once.
        searched = end - 4
        let head = try SIPParser.head(bytes[..<end])
        // Section 20.14: over streams, "the Content-Length header field value is used to locate the end".
        guard let length = head.length else { throw .malformed("it has no content length, which a stream needs") }
        guard bytes.count >= end + length else { return nil }
        bytes.removeFirst(end + length)
        searched = 0
        isStartChecked = false
        return head.message(bodyCount: length)
    }
}
