import HTTPTypes
import Synchronization
import ZentrunkCore
import ZentrunkJSON

/// Gives the answers it was told, in order, and keeps what was sent.
final class ScriptedTransport: HTTPTransport {
    enum Answer: Sendable {
        case response(Int, headers: [String: String] = [:], body: String = "")
        case failure(TransportError)

        static func lost(_ delivery: TransportError.Delivery, _ code: TransportError.Code = .interrupted) -> Answer {
            .failure(TransportError(code: code, delivery: delivery, message: "the line broke"))
        }
    }

    /// More was sent than the script foresees.
    struct UnexpectedRequest: Error {}

    private struct State {
        var answers: [Answer]
        var requests: [TransportRequest] = []
    }

    private let state: Mutex<State>

    init(_ answers: [Answer]) { state = Mutex(State(answers: answers)) }

    var requests: [TransportRequest] { state.withLock { $0.requests } }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
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
    static func example(_ access: Access) -> TransportRequest {
        let head = HTTPRequest(
            method: access == .read ? .get : .post, scheme: "https", authority: "api.example.com", path: "/things")
        return TransportRequest(head: head, access: access)
    }
}
