import ZentrunkTestKit

/// A minimal HTTP/2 server for tests. <https://www.rfc-editor.org/rfc/rfc9113.html>
enum HTTP2Script {
    private enum FrameType {
        static let data: UInt8 = 0
        static let headers: UInt8 = 1
        static let settings: UInt8 = 4
    }
    private static let endStream: UInt8 = 1
    private static let endHeaders: UInt8 = 4
    private static let acknowledge: UInt8 = 1

    /// Greets the client, waits for this number of complete requests, and then answers all of them.
    static func answerTogether(_ count: Int, on server: TLSServer) async throws {
        try await skipPreface(on: server)
        server.write(frame(FrameType.settings, stream: 0))
        var streams: [UInt32] = []
        while streams.count < count { streams.append(try await nextRequest(on: server)) }
        for stream in streams {
            // 0x88 is ":status: 200" in the static table. <https://www.rfc-editor.org/rfc/rfc7541.html#appendix-A>
            server.write(frame(FrameType.headers, flags: endHeaders, stream: stream, [0x88]))
            server.write(frame(FrameType.data, flags: endStream, stream: stream, Array("hello".utf8)))
        }
    }

    /// Waits for one more complete request on the connection and does not answer.
    static func waitForRequest(on server: TLSServer) async throws {
        _ = try await nextRequest(on: server)
    }

    /// Reads the client's preface, after the output of the server program itself.
    private static func skipPreface(on server: TLSServer) async throws {
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        var last: [UInt8] = []
        while last != preface {
            last.append(try await server.nextByte())
            if last.count > preface.count { last.removeFirst() }
        }
    }

    private static func nextRequest(on server: TLSServer) async throws -> UInt32 {
        while true {
            let head = try await read(9, on: server)
            let length = head[..<3].reduce(0) { $0 << 8 | Int($1) }
            _ = try await read(length, on: server)
            let (type, flags) = (head[3], head[4])
            if type == FrameType.settings, flags & acknowledge == 0 {
                server.write(frame(FrameType.settings, flags: acknowledge, stream: 0))
            } else if type == FrameType.headers || type == FrameType.data, flags & endStream != 0 {
                return head[5...].reduce(0) { $0 << 8 | UInt32($1) }
            }
        }
    }

    private static func read(_ count: Int, on server: TLSServer) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes.append(try await server.nextByte()) }
        return bytes
    }

    private static func frame(_ type: UInt8, flags: UInt8 = 0, stream: UInt32, _ payload: [UInt8] = []) -> [UInt8] {
        let length = [UInt8(payload.count >> 16 & 0xFF), UInt8(payload.count >> 8 & 0xFF), UInt8(payload.count & 0xFF)]
        let identifier = (0..<4).map { UInt8(stream >> (24 - 8 * $0) & 0xFF) }
        return length + [type, flags] + identifier + payload
    }
}
