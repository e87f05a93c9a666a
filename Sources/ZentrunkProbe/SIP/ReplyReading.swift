/// What a probe makes of bytes that arrive: the boundary for fuzzers.
@_spi(Fuzzing) public struct ReplyReading: Sendable, Hashable {
    /// What the responses say, whether or not they belong to a request.
    public var answers: [SIPAnswer] = []
    /// Whether one of them would be taken for the reply to ``request``.
    public var isAccepted = false
    /// Why the rest is not a message, on one line; nil if it may still become one.
    public var error: String?

    /// The request whose reply is awaited.
    public static var request: [UInt8]? { example?.bytes }

    private static let example: OptionsRequest? = {
        guard let target = try? ProbeTarget("sip.example.com"), let local = IPAddress("192.0.2.9") else { return nil }
        return OptionsRequest(target, over: .udp, from: SocketAddress(local, port: 5060)) { _ in 0xAB }
    }()

    /// Reads one datagram.
    public init(datagram bytes: [UInt8]) {
        do throws(SIPSyntaxError) { note(try SIPParser.datagram(bytes)) } catch { self.error = error.description }
    }

    /// Reads a stream that arrives in pieces of a size, at least 1.
    public init(stream bytes: [UInt8], pieces size: Int) {
        var reader = SIPStreamReader()
        do throws(SIPSyntaxError) {
            for start in stride(from: 0, to: bytes.count, by: max(1, size)) {
                reader.append(Array(bytes[start..<min(start + max(1, size), bytes.count)]))
                while let message = try reader.next() { note(message) }
            }
        } catch {
            self.error = error.description
        }
    }

    private mutating func note(_ message: SIPMessage) {
        guard case .response(let response) = message else { return }
        answers.append(SIPAnswer(response))
        if let request = Self.example, request.objection(to: response) == nil { isAccepted = true }
    }
}
