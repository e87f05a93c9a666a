import Crypto
import Foundation
import ZentrunkJSON

/// Access tokens: JSON Web Tokens, signed with HMAC-SHA256 and the API secret.
/// <https://docs.livekit.io/frontends/authentication/tokens/>
enum LiveKitToken {
    /// What a good token allows.
    struct Grants: Sendable, Hashable {
        /// Trunks and dispatch rules.
        var admin = false
        /// Calls.
        var call = false
    }

    /// How far the clocks of client and server may be apart.
    private static let leeway: TimeInterval = 60

    /// - Returns: No grants when there is no token at all.
    /// - Throws: The refusal of a token that is not good, in plain text.
    static func grants(of request: SandboxRequest, at now: Date) throws(LiveKitRefusal) -> Grants {
        guard let header = request.headers["authorization"] else { return Grants() }
        let scheme = "Bearer "
        guard header.hasPrefix(scheme) else {
            throw .token("invalid authorization header. Must start with Bearer")
        }
        let claims = try claims(of: header.dropFirst(scheme.count), at: now)
        let sip = claims["sip"]
        return Grants(admin: sip?["admin"] == true, call: sip?["call"] == true)
    }

    private static func claims(of token: Substring, at now: Date) throws(LiveKitRefusal) -> JSONValue {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = document(parts[0]), let claims = document(parts[1]),
            let signature = bytes(parts[2]), header["alg"] == "HS256"
        else { throw .token("invalid authorization token") }
        guard claims["iss"]?.string == LiveKitService.apiKey else { throw .token("invalid API key") }
        guard
            HMAC<SHA256>.isValidAuthenticationCode(
                signature, authenticating: Data("\(parts[0]).\(parts[1])".utf8),
                using: SymmetricKey(data: Data(LiveKitService.apiSecret.utf8)))
        else { throw .token("invalid token: the signature does not fit") }
        guard let expiry = claims["exp"]?.number else { throw .token("invalid token: exp is missing") }
        guard now.timeIntervalSince1970 <= expiry + leeway else { throw .token("invalid token: it has expired") }
        if let start = claims["nbf"] {
            guard let start = start.number, now.timeIntervalSince1970 >= start - leeway else {
                throw .token("invalid token: it is not valid yet")
            }
        }
        return claims
    }

    private static func document(_ part: Substring) -> JSONValue? {
        guard let bytes = bytes(part), let value = try? JSONValue(parsing: Array(bytes)), value.object != nil else {
            return nil
        }
        return value
    }

    /// Base64 in its alphabet for URLs, without padding. <https://www.rfc-editor.org/rfc/rfc7515#section-2>
    private static func bytes(_ part: Substring) -> Data? {
        guard !part.contains(where: { "+/=".contains($0) }) else { return nil }
        let text = part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return Data(base64Encoded: String(text) + String(repeating: "=", count: (4 - text.count % 4) % 4))
    }
}
