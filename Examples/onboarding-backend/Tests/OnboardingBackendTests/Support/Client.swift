import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import Testing
import ZentrunkJSON

@testable import OnboardingBackend

/// A customer's program.
struct Client: Sendable {
    let port: Int
    var customer = "acme"
    /// Another token than the customer's; nil for its own.
    var token: String?

    enum Method: String { case GET, POST, DELETE }

    struct Answer: Sendable {
        let status: Int
        fileprivate let headers: HTTPHeaders
        let text: String

        func header(_ name: String) -> String? { headers.first(name: name) }

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
        let response = try await HTTPClient.shared.execute(request(method, path, body), timeout: .seconds(120))
        let bytes = try await response.body.collect(upTo: 4 << 20)
        return Answer(status: Int(response.status.code), headers: response.headers, text: String(buffer: bytes))
    }

    /// Follows a run until an event fits, or to the end of the stream.
    func events(of run: String, until isEnough: (Event) -> Bool = { _ in false }) async throws -> [Event] {
        let response = try await HTTPClient.shared.execute(
            request(.GET, "/runs/\(run)/events", nil), timeout: .seconds(120))
        #expect(response.headers.first(name: "content-type") == "text/event-stream")
        var text = ""
        var events: [Event] = []
        for try await chunk in response.body {
            text += String(buffer: chunk)
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

    private func request(_ method: Method, _ path: String, _ body: String?) -> HTTPClientRequest {
        let target = path.hasPrefix("//") ? String(path.dropFirst()) : "/customers/\(customer)\(path)"
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(target)")
        request.method = HTTPMethod(rawValue: method.rawValue)
        request.headers.add(
            name: "Authorization", value: "Bearer \(token ?? SandboxCustomers.token(of: customer))")
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        return request
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
