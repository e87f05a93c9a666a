import Foundation
import Testing
package import ZentrunkJSON
package import ZentrunkSandbox

/// A client of the imitated vendors that uses the sandbox's credentials.
package struct Caller {
    package let sandbox: Sandbox

    package init(sandbox: Sandbox) { self.sandbox = sandbox }

    package struct Reply {
        package var status: Int?
        package var headers: [String: String]
        package var bytes: [UInt8]
        package var isWhole: Bool
        package var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
        package subscript(_ path: String) -> JSONValue? { JSONPointer(path).flatMap { json[$0] } }
    }

    /// Sends a request to Plivo. The path is relative to the account unless it begins with a slash.
    package func plivo(
        _ method: String, _ path: String, _ body: JSONValue? = nil, authorization: String? = Caller.plivoAuthorization
    ) async throws -> Reply {
        try await send(
            method, path.hasPrefix("/") ? path : "/v1/Account/\(PlivoService.authID)/" + path, body,
            to: sandbox.plivoURL, authorization: authorization)
    }

    /// Sends a control request to the sandbox itself.
    package func control(_ method: String, _ action: String, _ body: JSONValue? = nil) async throws -> Reply {
        try await send(method, "/_sandbox/" + action, body, to: sandbox.plivoURL, authorization: nil)
    }

    /// Creates a Plivo object and returns its id.
    package func created(_ collection: String, _ body: JSONValue) async throws -> String {
        let reply = try await plivo("POST", "Zentrunk/\(collection)/", body)
        #expect(reply.status == 201)
        return try #require(reply.json.object?.first { $0.name != "api_id" && $0.name != "message" }?.value.string)
    }

    package static let plivoAuthorization =
        "Basic " + Data("\(PlivoService.authID):\(PlivoService.authToken)".utf8).base64EncodedString()

    package func send(
        _ method: String, _ target: String, _ body: JSONValue?, to url: String, authorization: String?,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        let client = try #require(LoopbackClient(url: url))
        var headers = headers
        if let authorization { headers["Authorization"] = authorization }
        let answer = try await client.send(method, target, headers: headers, body: body?.bytes() ?? [])
        return Reply(status: answer.status, headers: answer.headers, bytes: answer.body, isWhole: answer.isWhole)
    }

    /// Runs a test's body with its own sandbox.
    package static func run(_ options: SandboxOptions, _ body: (Caller) async throws -> Void) async throws {
        try await Turnstile.sandboxes.pass { try await Sandbox.run(options) { try await body(Caller(sandbox: $0)) } }
    }
}
