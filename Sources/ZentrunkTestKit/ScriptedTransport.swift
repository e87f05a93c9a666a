import HTTPTypes
import Synchronization
@_spi(Adapter) public import ZentrunkCore

/// A transport that returns scripted answers in order and records the requests.
@_spi(Adapter) public final class ScriptedTransport: HTTPTransport {
    /// One scripted outcome of a request.
    public enum Answer: Sendable {
        case response(Int, headers: [String: String] = [:], body: String = "")
        case failure(TransportError)

        /// A connection that breaks after `delivery`.
        public static func lost(_ delivery: TransportError.Delivery, _ code: TransportError.Code = .interrupted)
            -> Answer
        {
            .failure(TransportError(code: code, delivery: delivery, message: "the line broke"))
        }
    }

    /// Thrown by ``send(_:)`` when no scripted answer is left.
    public struct UnexpectedRequest: Error {}

    private struct State {
        var answers: [Answer]
        var requests: [TransportRequest] = []
    }

    private let state: Mutex<State>

    public init(_ answers: [Answer]) { state = Mutex(State(answers: answers)) }

    /// The requests so far, in order.
    public var requests: [TransportRequest] { state.withLock { $0.requests } }

    public func send(_ request: TransportRequest) async throws -> TransportResponse {
        let answer = state.withLock { state -> Answer? in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        switch answer {
        case .response(let status, let headers, let body)?:
            var head = HTTPResponse(status: .init(code: status))
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { head.headerFields[name] = value }
            }
            return TransportResponse(head: head, body: Array(body.utf8))
        case .failure(let error)?: throw error
        case nil: throw UnexpectedRequest()
        }
    }
}

extension TransportRequest {
    /// A request to `https://api.example.com/things`.
    public static func example(_ access: Access) -> TransportRequest {
        let head = HTTPRequest(
            method: access == .read ? .get : .post, scheme: "https", authority: "api.example.com", path: "/things")
        return TransportRequest(head: head, access: access)
    }
}
