import Foundation
import TestSupport
import Testing
import ZentrunkJSON
import ZentrunkSandbox

/// A client of the vendors that uses the sandbox's credentials.
struct Caller {
    let sandbox: Sandbox

    struct Reply {
        var status: Int?
        var headers: [String: String]
        var bytes: [UInt8]
        var isWhole: Bool
        var json: JSONValue { (try? JSONValue(parsing: bytes)) ?? .null }
        subscript(_ path: String) -> JSONValue? { JSONPointer(path).flatMap { json[$0] } }
    }

    /// Sends a request to Plivo. The path is relative to the account unless it begins with a slash.
    func plivo(
        _ method: String, _ path: String, _ body: JSONValue? = nil, authorization: String? = Caller.plivoAuthorization
    ) async throws -> Reply {
        try await send(
            method, path.hasPrefix("/") ? path : "/v1/Account/\(PlivoService.authID)/" + path, body,
            to: sandbox.plivoURL, authorization: authorization)
    }

    /// Sends a request to Vapi.
    func vapi(
        _ method: String, _ path: String, _ body: JSONValue? = nil,
        authorization: String? = "Bearer \(VapiService.apiKey)"
    ) async throws -> Reply {
        try await send(method, path, body, to: sandbox.vapiURL, authorization: authorization)
    }

    /// Sends a control request to the sandbox itself.
    func control(_ method: String, _ action: String, _ body: JSONValue? = nil) async throws -> Reply {
        try await send(method, "/_sandbox/" + action, body, to: sandbox.plivoURL, authorization: nil)
    }

    /// Creates a Plivo object and returns its id.
    func created(_ collection: String, _ body: JSONValue) async throws -> String {
        let reply = try await plivo("POST", "Zentrunk/\(collection)/", body)
        #expect(reply.status == 201)
        return try #require(reply.json.object?.first { $0.name != "api_id" && $0.name != "message" }?.value.string)
    }

    /// Creates a Vapi credential and returns its id.
    func createdCredential(_ gateways: JSONValue = [["ip": "192.0.2.1"]]) async throws -> String {
        let reply = try await vapi("POST", "/credential", ["provider": "byo-sip-trunk", "gateways": gateways])
        #expect(reply.status == 201)
        return try #require(reply["/id"]?.string)
    }

    static let plivoAuthorization =
        "Basic " + Data("\(PlivoService.authID):\(PlivoService.authToken)".utf8).base64EncodedString()

    func send(
        _ method: String, _ target: String, _ body: JSONValue?, to url: String, authorization: String?,
        headers: [String: String] = [:]
    ) async throws -> Reply {
        let client = try #require(LoopbackClient(url: url))
        var headers = headers
        if let authorization { headers["Authorization"] = authorization }
        let answer = try await client.send(method, target, headers: headers, body: body?.bytes() ?? [])
        return Reply(status: answer.status, headers: answer.headers, bytes: answer.body, isWhole: answer.isWhole)
    }
}

/// Runs a test's body with its own sandbox.
func withSandbox(
    _ options: SandboxOptions = SandboxOptions(), _ body: (Caller) async throws -> Void
) async throws {
    try await Turnstile.sandboxes.pass { try await Sandbox.run(options) { try await body(Caller(sandbox: $0)) } }
}
