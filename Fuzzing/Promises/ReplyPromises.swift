@_spi(Fuzzing) import ZentrunkProbe

/// Promises for everything that a SIP server sends to a probe.
enum ReplyPromises {
    /// The first byte is the size of the pieces in which the others arrive.
    static func check(_ input: [UInt8]) throws {
        try target(String(decoding: input, as: UTF8.self))
        let bytes = Array(input.dropFirst())
        let datagram = ReplyReading(datagram: bytes)
        try check(datagram)
        try promise(datagram.answers.count <= 1, "a datagram has \(datagram.answers.count) answers")
        let whole = ReplyReading(stream: bytes, pieces: max(1, bytes.count))
        let pieces = ReplyReading(stream: bytes, pieces: input.first.map(Int.init) ?? 1)
        try check(whole)
        try promise(
            whole.answers == pieces.answers && (whole.error == nil) == (pieces.error == nil),
            "a stream in pieces reads as \(pieces), and at once as \(whole)")
        if datagram.isAccepted || whole.isAccepted {
            let text = String(decoding: bytes, as: UTF8.self)
            try promise(
                text.contains("z9hG4bK00ab00ab00ab00ab") && text.contains("00ab00ab00ab00ab00ab00ab00ab00ab"),
                "a reply to another request is accepted")
        }
    }

    private static func check(_ reading: ReplyReading) throws {
        if let error = reading.error { try text(error, "an error") }
        for answer in reading.answers {
            try promise((100...699).contains(answer.status), "status \(answer.status)")
            let texts = [
                answer.line, answer.server, answer.allow, answer.supported, answer.retryAfter, answer.publicAddress,
            ]
            for found in texts.compactMap({ $0 }) + answer.warnings + answer.contacts { try text(found, "an answer") }
            try promise(answer.warnings.count <= 10 && answer.contacts.count <= 10, "too many lines")
        }
    }

    private static func text(_ text: String, _ what: String) throws {
        try promiseOneLine(text, what)
        try promise(text.unicodeScalars.count <= 400, "\(what) has \(text.unicodeScalars.count) characters")
    }

    private static func target(_ text: String) throws {
        let target: ProbeTarget
        do { target = try ProbeTarget(text) } catch { return try promiseOneLine("\(error)", "a refusal") }
        try promise((try? ProbeTarget(target.description)) == target, "\(target) reads as another target")
        try promise(
            target.host.utf8.count <= 253 && target.description.allSatisfy(\.isASCII), "\(target) is not a host")
    }
}
