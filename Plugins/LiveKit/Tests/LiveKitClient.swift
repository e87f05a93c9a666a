import Crypto
import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkLiveKitSandbox

/// A client of LiveKit's service without sockets, at a fixed time.
struct LiveKitClient {
    static let now = Date(timeIntervalSince1970: 1_700_000_000)

    let service: LiveKitService

    init(_ quirks: LiveKitQuirks = LiveKitQuirks()) {
        service = LiveKitService(quirks: quirks) { Self.now }
    }

    struct Reply {
        var answer: SandboxAnswer
        var status: Int { answer.status }
        var json: JSONValue { (try? JSONValue(parsing: answer.body)) ?? .null }
        var code: String? { json["code"]?.string }
        var message: String { json["msg"]?.string ?? "" }
        var violations: [String] { answer.violations }
        /// The body as text.
        var text: String { String(decoding: answer.body, as: UTF8.self) }
        subscript(_ path: String) -> JSONValue? { JSONPointer(path).flatMap { json[$0] } }
    }

    /// Calls a method, by default with a token that allows it.
    func call(_ method: String, _ body: JSONValue = [:], token: String? = LiveKitClient.token()) -> Reply {
        var headers = ["content-type": "application/json"]
        if let token { headers["authorization"] = "Bearer \(token)" }
        return send(path: "/twirp/livekit.SIP/\(method)", headers: headers, body: body.bytes())
    }

    /// Calls a method with this body, JSON or not.
    func call(_ method: String, text: String) -> Reply {
        send(
            path: "/twirp/livekit.SIP/\(method)",
            headers: ["content-type": "application/json", "authorization": "Bearer \(Self.token())"],
            body: Array(text.utf8))
    }

    func send(_ method: String = "POST", path: String, headers: [String: String], body: [UInt8]) -> Reply {
        Reply(
            answer: service.answer(SandboxRequest(method: method, path: path, headers: headers, body: body)))
    }

    /// Creates an object and returns its id.
    func created(_ noun: String, _ members: JSONValue) throws -> String {
        let isRule = noun == "SIPDispatchRule"
        let reply = call("Create\(noun)", .object([isRule ? "dispatchRule" : "trunk": members]))
        #expect(reply.status == 200, "\(reply.message)")
        return try #require(reply[isRule ? "/sip_dispatch_rule_id" : "/sip_trunk_id"]?.string)
    }

    /// The sandbox's only object of a kind, as stored.
    func stored(_ plural: String) throws -> JSONObject {
        let all = try #require(service.state[plural]?.array)
        #expect(all.count == 1)
        return try #require(all.first?.object)
    }

    // MARK: Tokens

    static func token(
        _ change: JSONObject = [:], leavingOut left: String? = nil, secret: String = LiveKitService.apiSecret,
        header: JSONObject = ["alg": "HS256", "typ": "JWT"], at time: Date = now
    ) -> String {
        let seconds = Int64(time.timeIntervalSince1970)
        var claims: JSONObject = [
            "iss": .string(LiveKitService.apiKey), "nbf": .integer(seconds - 10), "exp": .integer(seconds + 600),
            "sip": ["admin": true],
        ]
        claims = claims.merging(change)
        if let left { claims[left] = nil }
        let content = "\(encoded(JSONValue.object(header).bytes())).\(encoded(JSONValue.object(claims).bytes()))"
        let key = SymmetricKey(data: Data(secret.utf8))
        return "\(content).\(encoded(HMAC<SHA256>.authenticationCode(for: Data(content.utf8), using: key)))"
    }

    private static func encoded(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

/// Runs a test's body with its own sandbox.
func withSandbox(
    _ quirks: LiveKitQuirks = LiveKitQuirks(), options: SandboxOptions = SandboxOptions(),
    _ body: (Caller) async throws -> Void
) async throws {
    var options = options
    options.services = [LiveKitService(quirks: quirks)]
    try await Caller.run(options, body)
}
