import Testing
@_spi(Adapter) import ZentrunkTestKit

@_spi(Fuzzing) @testable import ZentrunkProbe

/// Replies that are changed at random, always in the same way.
@Suite("Hostile replies")
struct HostileReplyTests {
    private static let parts = [
        "\r\n", "\r\n\r\n", "\r\n ", "\r", "\n", "\0", ":", ";", ",", "\"", "<", ">", "\\", "SIP/2.0", " ", "\t", "v:",
        "l: 9",
        "Content-Length: 0\r\n", ";branch=z9hG4bKx", ";tag=x", ";received=", ";rport=99999", "\u{202E}", "\u{FFFD}",
        "9999999999",
    ].map { Array($0.utf8) }

    private func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let index = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, index + Int.random(in: 0...12, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.insert(contentsOf: Self.parts.randomElement(using: &random) ?? [], at: index)
            case 1: bytes.removeSubrange(index..<end)
            case 2: bytes.insert(contentsOf: bytes[index..<end], at: index)
            case 3 where index < bytes.count: bytes[index] = UInt8.random(in: 0...255, using: &random)
            default: bytes = Array(bytes[..<max(index, bytes.count / 2)])
            }
        }
        return bytes
    }

    @Test("Whatever is changed, reading ends, pieces do not matter, and texts are safe", arguments: 0..<10)
    func mutations(_ seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let request = try #require(ReplyReading.request)
        let reply = Reply(to: request).with {
            $0.more = ["Server: x", "Allow: INVITE,\r\n OPTIONS", "Warning: 399 x \"y\"", "m: <sip:a@b;c=d>;e"]
            $0.body = "v=0\r\n"
        }
        let start = reply.with { $0.status = "100 Trying" }.bytes + reply.bytes
        #expect(ReplyReading(stream: start, pieces: 5).isAccepted)
        var accepted = 0
        for _ in 0..<300 {
            let bytes = mutated(start, &random)
            let datagram = ReplyReading(datagram: bytes)
            let whole = ReplyReading(stream: bytes, pieces: bytes.count)
            let pieces = ReplyReading(stream: bytes, pieces: Int.random(in: 1...40, using: &random))
            #expect(whole.answers == pieces.answers)
            #expect((whole.error == nil) == (pieces.error == nil))
            for answer in datagram.answers + whole.answers {
                let texts = [answer.line, answer.server ?? "", answer.allow ?? ""] + answer.warnings
                #expect(
                    texts.allSatisfy { text in text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0 != "\u{202E}" } }
                )
                #expect(texts.allSatisfy { $0.count <= 400 })
            }
            if datagram.isAccepted { accepted += 1 }
        }
        // Some changes are harmless, and most are not.
        #expect((1..<270).contains(accepted))
    }
}
