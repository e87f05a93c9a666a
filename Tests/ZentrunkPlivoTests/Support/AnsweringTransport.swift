import HTTPTypes
import Synchronization
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// Answers each request by method and path, and records it.
final class AnsweringTransport: HTTPTransport {
    struct Sent: Sendable, Equatable {
        var method: String
        var path: String
        var body: JSONValue?
    }

    private let answer: @Sendable (Sent) -> (status: Int, body: JSONValue)
    private let log = Mutex<[Sent]>([])
    private let headers = Mutex<[HTTPFields]>([])

    init(_ answer: @escaping @Sendable (Sent) -> (status: Int, body: JSONValue)) { self.answer = answer }

    var sent: [Sent] { log.withLock { $0 } }

    /// Returns the answer to a request without recording it.
    func answered(_ sent: Sent) -> (status: Int, body: JSONValue) { answer(sent) }

    var authorizations: [String?] { headers.withLock { $0.map { $0[.authorization] } } }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        let sent = Sent(
            method: request.head.method.rawValue, path: request.head.path ?? "",
            body: request.body.isEmpty ? nil : try JSONValue(parsing: request.body))
        log.withLock { $0.append(sent) }
        headers.withLock { $0.append(request.head.headerFields) }
        let (status, body) = answer(sent)
        return TransportResponse(head: HTTPResponse(status: .init(code: status)), body: body.bytes())
    }
}
