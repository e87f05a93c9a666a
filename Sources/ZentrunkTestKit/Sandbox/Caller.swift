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

    /// Builds Plivo's half by hand: the number +14155550100, routed to an inbound trunk, and an outbound trunk with a
    /// credential.
    ///
    /// - Parameters:
    ///   - uri: The origination URI.
    ///   - login: More members of the origination URI.
    ///   - isSecure: Whether the outbound trunk wants encryption.
    /// - Returns: The domain of the outbound trunk. Its username is `acme01`, its password `Br1ck+Lamp_42`.
    package func buildCarrierHalf(uri: String, login: JSONObject = [:], isSecure: Bool = false) async throws -> String {
        let credential = try await created(
            "Credential", ["name": "c", "username": "acme01", "password": "Br1ck+Lamp_42"])
        let trunk = try await created(
            "Trunk",
            [
                "name": "out", "trunk_direction": "outbound", "credential_uuid": .string(credential),
                "secure": .bool(isSecure),
            ])
        let origin = try await created(
            "URI", .object(JSONObject([("name", "u"), ("uri", .string(uri))]).merging(login)))
        let inbound = try await created(
            "Trunk", ["name": "in", "trunk_direction": "inbound", "primary_uri_uuid": .string(origin)])
        sandbox.services.plivo.own(number: "14155550100", route: .trunk(inbound))
        return "\(trunk).zt.plivo.com"
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
