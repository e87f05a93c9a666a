import HTTPTypes
import Synchronization
@_spi(Adapter) import ZentrunkCore

/// A vendor whose responses come from the input.
///
/// A response is its status, `|name=value` for each header field, a line feed, and the body: `429|retry-after=5`.
/// Responses are separated by the byte 0x1E. They are returned in order, except that pages requested in parallel are
/// assigned by offset, so that an input always has the same effect.
final class AnswerScript: HTTPTransport {
    private let answers: [TransportResponse]
    private let sent = Mutex<[TransportRequest]>([])

    init(_ input: some Sequence<UInt8>) {
        answers = Array(input).split(separator: 0x1E, maxSplits: 15, omittingEmptySubsequences: false).map(Self.answer)
    }

    /// The requests sent so far.
    var requests: [TransportRequest] { sent.withLock { $0 } }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        let count = sent.withLock { sent in
            sent.append(request)
            return sent.count
        }
        guard count <= Self.mostRequests else {
            throw TransportError(code: .timeout, delivery: .unknown, message: "no answer came in time")
        }
        let turn = Self.offset(request.head.path ?? "").map { $0 / 18 } ?? count - 1
        return answers.isEmpty
            ? TransportResponse(head: HTTPResponse(status: 404)) : answers[min(turn, answers.count - 1)]
    }

    private static let mostRequests = 40

    private static func offset(_ path: String) -> Int? {
        path.split(separator: "offset=").dropFirst().first.flatMap { Int($0.prefix { $0.isNumber }) }
    }

    private static func answer(_ bytes: ArraySlice<UInt8>) -> TransportResponse {
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        let words = String(decoding: parts[0], as: UTF8.self).split(separator: "|", omittingEmptySubsequences: false)
        let status = words.first.flatMap { Int($0) }.flatMap { (200...599).contains($0) ? $0 : nil } ?? 200
        var head = HTTPResponse(status: HTTPResponse.Status(code: status))
        for field in words.dropFirst() {
            let pair = field.split(separator: "=", maxSplits: 1)
            // HTTPField replaces invalid characters with blanks; a real transport would refuse them.
            if pair.count == 2, let name = HTTPField.Name(String(pair[0])) { head.headerFields[name] = String(pair[1]) }
        }
        return TransportResponse(head: head, body: parts.count > 1 ? Array(parts[1]) : [])
    }
}
