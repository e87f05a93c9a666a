import Foundation
import Testing
import ZentrunkJSON

@testable import OnboardingBackend

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// A customer's program.
struct Client: Sendable {
    let port: Int
    var customer = "acme"
    /// Another token than the customer's; nil for its own.
    var token: String?

    enum Method: String { case GET, POST, DELETE }

    struct Answer: Sendable {
        fileprivate let head: HTTPURLResponse
        let text: String

        var status: Int { head.statusCode }
        func header(_ name: String) -> String? { head.value(forHTTPHeaderField: name) }

        var json: JSONValue { (try? JSONValue(parsing: text)) ?? .null }
        subscript(_ path: String) -> JSONValue? { JSONPointer(path).flatMap { json[$0] } }
    }

    struct Event: Sendable {
        let name: String
        let json: JSONValue
    }

    func of(_ customer: String) -> Client { Client(port: port, customer: customer) }

    /// - Parameter path: Below the customer's path, unless it begins with two slashes.
    func send(_ method: Method, _ path: String, _ body: String? = nil) async throws -> Answer {
        let (head, body) = try await Exchange.begin(try request(method, path, body))
        let bytes = try await body.reduce(into: Data()) { $0 += $1 }
        return Answer(head: head, text: String(decoding: bytes, as: UTF8.self))
    }

    /// Follows a run until an event fits, or to the end of the stream.
    func events(of run: String, until isEnough: (Event) -> Bool = { _ in false }) async throws -> [Event] {
        let (head, body) = try await Exchange.begin(try request(.GET, "/runs/\(run)/events", nil))
        #expect(head.value(forHTTPHeaderField: "Content-Type") == "text/event-stream")
        var text = ""
        var events: [Event] = []
        for try await piece in body {
            text += String(decoding: piece, as: UTF8.self)
            while let end = text.range(of: "\n\n") {
                let lines = text[..<end.lowerBound].split(separator: "\n")
                text = String(text[end.upperBound...])
                events.append(try event(lines))
                if let last = events.last, isEnough(last) { return events }
            }
        }
        return events
    }

    private func event(_ lines: [Substring]) throws -> Event {
        func value(_ name: String) throws -> String {
            String(try #require(lines.first { $0.hasPrefix("\(name): ") }).dropFirst(name.count + 2))
        }
        return Event(name: try value("event"), json: try JSONValue(parsing: try value("data")))
    }

    private func request(_ method: Method, _ path: String, _ body: String?) throws -> URLRequest {
        let target = path.hasPrefix("//") ? String(path.dropFirst()) : "/customers/\(customer)\(path)"
        var request = URLRequest(url: try #require(URL(string: "http://127.0.0.1:\(port)\(target)")))
        request.httpMethod = method.rawValue
        request.timeoutInterval = 120
        request.setValue(
            "Bearer \(token ?? SandboxCustomers.token(of: customer))", forHTTPHeaderField: "Authorization")
        request.httpBody = body.map { Data($0.utf8) }
        return request
    }
}

/// One request whose answer is read while it arrives, which `URLSession` does not offer on Linux otherwise.
private final class Exchange: NSObject, URLSessionDataDelegate {
    typealias Body = AsyncThrowingStream<Data, any Error>

    private let heads: AsyncThrowingStream<HTTPURLResponse, any Error>
    private let head: AsyncThrowingStream<HTTPURLResponse, any Error>.Continuation
    private let body: Body
    private let pieces: Body.Continuation

    /// Sends the request and waits for the answer's head. The request ends with the body's reader.
    static func begin(_ request: URLRequest) async throws -> (HTTPURLResponse, Body) {
        let exchange = Exchange()
        let session = URLSession(configuration: .ephemeral, delegate: exchange, delegateQueue: nil)
        exchange.pieces.onTermination = { _ in session.invalidateAndCancel() }
        session.dataTask(with: request).resume()
        for try await head in exchange.heads { return (head, exchange.body) }
        throw CancellationError()
    }

    private override init() {
        (heads, head) = AsyncThrowingStream.makeStream()
        (body, pieces) = AsyncThrowingStream.makeStream()
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        if let response = response as? HTTPURLResponse { head.yield(response) }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) { pieces.yield(data) }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        head.finish(throwing: error)
        pieces.finish(throwing: error)
    }
}

extension Client {
    static let wish = #"""
        "platform": "vapi", "numbers": ["+14155550100"], "agent": "00000000-0000-4000-8000-000000000001"
        """#

    /// Plans and connects as planned.
    ///
    /// - Returns: The run's id.
    func connect(_ more: String = "") async throws -> String {
        let plan = try await send(.POST, "/connections/plan", "{\(Self.wish)\(more)}")
        let digest = try #require(plan["/digest"]?.string, "\(plan.text)")
        let answer = try await send(.POST, "/connections", #"{\#(Self.wish)\#(more), "digest": "\#(digest)"}"#)
        #expect(answer.status == 202, "\(answer.text)")
        let run = try #require(answer["/run"]?.string, "\(answer.text)")
        #expect(answer.header("location") == "/customers/\(customer)/runs/\(run)")
        return run
    }

    /// Plans and disconnects as planned.
    ///
    /// - Returns: The run's id.
    func disconnect() async throws -> String {
        let plan = try await send(.DELETE, "/connections/vapi/main?dry-run")
        let digest = try #require(plan["/digest"]?.string, "\(plan.text)")
        let answer = try await send(.DELETE, "/connections/vapi/main?digest=\(digest)")
        #expect(answer.status == 202, "\(answer.text)")
        return try #require(answer["/run"]?.string, "\(answer.text)")
    }

    /// Returns the report of a run, when it has ended.
    @discardableResult
    func report(of run: String, outcome: String) async throws -> JSONValue {
        let last = try #require(try await events(of: run).last)
        #expect(last.name == "report")
        #expect(last.json["outcome"]?.string == outcome, "\(last.json.text())")
        return last.json
    }
}
