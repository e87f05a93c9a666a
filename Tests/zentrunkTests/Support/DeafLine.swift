import HTTPTypes
import Synchronization
@_spi(Adapter) import ZentrunkCore

/// A transport whose reads fail permanently after a number of writes.
final class DeafLine: HTTPTransport {
    /// How the reads fail.
    enum Answer: Sendable {
        case status(Int)
        case lost

        static let all: [Answer] = [.status(429), .status(500), .status(401), .lost]
    }

    private let base: any HTTPTransport
    private let writes: Int
    private let answer: Answer
    private let onlyLists: Bool
    private let answered = Mutex(0)

    /// - Parameter onlyLists: Whether only lists fail, and single objects can still be read.
    init(_ base: any HTTPTransport, after writes: Int, _ answer: Answer, onlyLists: Bool = false) {
        self.base = base
        self.writes = writes
        self.answer = answer
        self.onlyLists = onlyLists
    }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        guard request.access == .read else {
            let response = try await base.send(request)
            answered.withLock { $0 += 1 }
            return response
        }
        let path = (request.head.path ?? "").split(separator: "?").first.map(String.init) ?? ""
        guard answered.withLock({ $0 }) >= writes, !onlyLists || Self.isList(path) else {
            return try await base.send(request)
        }
        switch answer {
        case .status(let status):
            var head = HTTPResponse(status: .init(code: status))
            head.headerFields[.retryAfter] = "3600"
            return TransportResponse(head: head)
        case .lost: throw TransportError(code: .interrupted, delivery: .unknown, message: "the line is bad")
        }
    }

    /// Whether a path lists the objects of a kind.
    static func isList(_ path: String) -> Bool {
        ["/Trunk/", "/URI/", "/Credential/", "/IPAccessControlList/", "/Number/", "/credential", "/phone-number"]
            .contains(where: path.hasSuffix) || path.hasSuffix("/phone-numbers") || path.contains("/List")
    }
}
