import Crypto
import Synchronization
import ZentrunkCore
import ZentrunkJSON

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Access tokens: JSON web tokens, signed with the API secret as it is written.
/// <https://docs.livekit.io/home/get-started/authentication/>
///
/// One is good for ten minutes and is made anew every minute, so that a long run, or a backend that never stops, always has one.
final class LiveKitToken: Sendable {
    private let key: String
    private let secret: Secret
    private let redactor: Redactor
    private let now: @Sendable () -> Int64
    private let latest = Mutex<(minute: Int64, token: Secret)?>(nil)

    init(
        key: Secret, secret: Secret, redactor: Redactor,
        now: @escaping @Sendable () -> Int64 = { Int64(Date().timeIntervalSince1970) }
    ) {
        self.key = key.reveal()
        self.secret = secret
        self.redactor = redactor
        self.now = now
    }

    /// `Bearer` and the token.
    var header: Secret {
        let minute = now() / 60
        return latest.withLock { latest in
            if let latest, latest.minute == minute { return latest.token }
            let token = sign(from: minute * 60)
            redactor.learn(Secret(token))
            let header = Secret("Bearer \(token)")
            latest = (minute, header)
            return header
        }
    }

    private func sign(from start: Int64) -> String {
        let claims: JSONValue = [
            "iss": .string(key), "nbf": .integer(start - 10), "exp": .integer(start + 660), "sip": ["admin": true],
        ]
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
