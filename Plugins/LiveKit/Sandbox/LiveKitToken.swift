import Crypto
import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// Access tokens: JSON Web Tokens, signed with HMAC-SHA256 and the API secret.
/// <https://docs.livekit.io/frontends/authentication/tokens/>
enum LiveKitToken {
    /// The grants of a valid token.
    struct Grants: Sendable, Hashable {
        /// Access to trunks and dispatch rules.
        var admin = false
        /// Permission to make calls.
        var call = false
        /// Permission to list rooms.
        var listsRooms = false
        /// Permission to create and delete rooms.
        var createsRooms = false
        /// The room whose participants can be read and removed.
        var room: String?
    }

    /// The accepted clock skew between client and server, in seconds.
    private static let leeway: TimeInterval = 60

    /// The prefix of all token errors, and the whole error for an unreadable token.
    private static let refusal = "invalid authorization token"

    /// - Returns: No grants if the request has no token.
    /// - Throws: The refusal of an invalid token, in plain text.
    static func grants(of request: SandboxRequest, at now: Date) throws(LiveKitRefusal) -> Grants {
        let token: Substring
        if let header = request.headers["authorization"] {
            let scheme = "Bearer "
            guard header.hasPrefix(scheme) else {
                throw .token("invalid authorization header. Must start with Bearer")
            }
            token = header.dropFirst(scheme.count)
        } else if let parameter = request.parameter("access_token"), !parameter.isEmpty {
            token = parameter[...]
        } else {
            return Grants()
        }
        return try grants(of: try claims(of: token, at: now))
    }

    private static func grants(of claims: JSONValue) throws(LiveKitRefusal) -> Grants {
        var grants = Grants()
        if let video = claims["video"]?.object {
            grants.listsRooms = video["roomList"] == true
            grants.createsRooms = video["roomCreate"] == true
            if video["roomAdmin"] == true { grants.room = video["room"]?.string }
        }
        guard let sip = claims["sip"], !sip.isNull else { return grants }
        guard let members = sip.object else { throw mistyped(sip, ".sip of type auth.SIPGrant") }
        for name in ["admin", "call"] {
            guard let value = members[name], !value.isNull, value.bool == nil else { continue }
            throw mistyped(value, ".sip.\(name) of type bool")
        }
        grants.admin = members["admin"] == true
        grants.call = members["call"] == true
        return grants
    }

    /// A type error in the words of Go's JSON library, which reads the grants.
    private static func mistyped(_ value: JSONValue, _ field: String) -> LiveKitRefusal {
        let kind =
            switch value {
            case .string: "string"
            case .bool: "bool"
            case .array: "array"
            case .object: "object"
            default: "number"
            }
        return .token("\(refusal): json: cannot unmarshal \(kind) into Go struct field ClaimGrants\(field)")
    }

    private static func claims(of token: Substring, at now: Date) throws(LiveKitRefusal) -> JSONValue {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let header = document(parts[0]), let claims = document(parts[1]),
            let signature = bytes(parts[2]), let algorithm = header["alg"]?.string, isWellTyped(claims)
        else { throw .token(refusal) }
        guard claims["iss"]?.string == LiveKitService.apiKey else { throw .token("invalid API key") }
        guard algorithm == "HS256" else {
            throw .token("\(refusal): token signature is invalid: signing method \(algorithm) is invalid")
        }
        guard
            HMAC<SHA256>.isValidAuthenticationCode(
                signature, authenticating: Data("\(parts[0]).\(parts[1])".utf8),
                using: SymmetricKey(data: Data(LiveKitService.apiSecret.utf8)))
        else { throw .token("\(refusal): token signature is invalid: signature is invalid") }
        if let complaint = complaint(about: claims, at: now) {
            throw .token("\(refusal): token has invalid claims: token is \(complaint)")
        }
        return claims
    }

    /// Whether the registered claims have the right types. Checked before the key.
    private static func isWellTyped(_ claims: JSONValue) -> Bool {
        ["exp", "nbf", "iat"].allSatisfy { claims[$0].map { $0.isNull || $0.number != nil } ?? true }
            && ["iss", "sub", "jti"].allSatisfy { claims[$0].map { $0.isNull || $0.string != nil } ?? true }
    }

    private static func complaint(about claims: JSONValue, at now: Date) -> String? {
        guard let expiry = claims["exp"]?.number else { return "missing required claim: exp claim is required" }
        let over = now.timeIntervalSince1970 - expiry
        if over > leeway { return "expired by \(duration(over))" }
        if let start = claims["nbf"]?.number, now.timeIntervalSince1970 < start - leeway { return "not valid yet" }
        return nil
    }

    /// Formats whole seconds like Go: `1m30s`.
    private static func duration(_ interval: TimeInterval) -> String {
        let (minutes, seconds) = Int64(interval).quotientAndRemainder(dividingBy: 60)
        let (hours, rest) = minutes.quotientAndRemainder(dividingBy: 60)
        return (hours > 0 ? "\(hours)h" : "") + (minutes > 0 ? "\(rest)m" : "") + "\(seconds)s"
    }

    private static func document(_ part: Substring) -> JSONValue? {
        guard let bytes = bytes(part), let value = try? JSONValue(parsing: Array(bytes)), value.object != nil else {
            return nil
        }
        return value
    }

    /// Decodes base64url without padding. <https://www.rfc-editor.org/rfc/rfc7515#section-2>
    private static func bytes(_ part: Substring) -> Data? {
        guard !part.contains(where: { "+/=".contains($0) }) else { return nil }
        let text = part.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 }
        return Data(base64Encoded: String(text) + String(repeating: "=", count: (4 - text.count % 4) % 4))
    }
}
