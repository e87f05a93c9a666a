import Crypto
import Synchronization
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// JSON web tokens that authenticate requests, signed with HMAC-SHA256. <https://www.rfc-editor.org/rfc/rfc7519>
///
/// A token is valid for ten minutes and renewed every minute, so that long runs and backends always have a valid one.
final class AccessToken: Sendable {
    private let issuer: String
    private let secret: Secret
    private let claims: JSONObject
    private let redactor: Redactor
    private let now: @Sendable () -> Int64
    private let latest = Mutex<(minute: Int64, header: Secret)?>(nil)

    /// - Parameters:
    ///   - issuer: The key's name: the claim `iss`.
    ///   - secret: The key of the signature, its text as bytes.
    ///   - claims: The claims in addition to issuer and times.
    ///   - redactor: Learns every token.
    ///   - now: Seconds since 1970; the system's clock by default.
    init(
        issuer: String, secret: Secret, claims: JSONObject, redactor: Redactor,
        now: (@Sendable () -> Int64)? = nil
    ) {
        self.issuer = issuer
        self.secret = secret
        self.claims = claims
        self.redactor = redactor
        self.now = now ?? { Int64(Date().timeIntervalSince1970) }
    }

    /// `Bearer` and the token.
    var header: Secret {
        let minute = now() / 60
        return latest.withLock { latest in
            if let latest, latest.minute == minute { return latest.header }
            let token = sign(from: minute * 60)
            redactor.learnDerived(Secret(token))
            let header = Secret("Bearer \(token)")
            latest = (minute, header)
            return header
        }
    }

    private func sign(from start: Int64) -> String {
        let own: JSONObject = [
            "iss": .string(issuer), "nbf": .integer(start - 10), "exp": .integer(start + 660),
        ]
        let claims = JSONValue.object(own.merging(claims))
        let head: JSONValue = ["alg": "HS256", "typ": "JWT"]
        let body = Self.encode(head.bytes()) + "." + Self.encode(claims.bytes())
        let code = HMAC<SHA256>.authenticationCode(
            for: Array(body.utf8), using: SymmetricKey(data: Array(secret.reveal().utf8)))
        return body + "." + Self.encode(code)
    }

    /// Base64 for URLs, without padding. <https://www.rfc-editor.org/rfc/rfc7515#section-2>
    private static func encode(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
