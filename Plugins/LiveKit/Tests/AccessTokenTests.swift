import Crypto
import Foundation
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkLiveKit

@Suite("Access tokens")
struct AccessTokenTests {
    private static let secret = "an-api-secret-of-nobody"

    private func token(_ now: @escaping @Sendable () -> Int64, _ redactor: Redactor = Redactor()) -> AccessToken {
        AccessToken(
            issuer: "APInobody", secret: Secret(Self.secret), claims: ["sip": ["admin": true]], redactor: redactor,
            now: now)
    }

    private func decode(_ part: Substring) -> Data? {
        let standard = part.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: standard + String(repeating: "=", count: (4 - standard.count % 4) % 4))
    }

    @Test("A token is signed with the secret's bytes, has its grants, and is valid immediately and for a short time")
    func claims() throws {
        let header = token { 1_800_000_059 }.header.reveal()
        #expect(header.hasPrefix("Bearer "))
        let parts = header.dropFirst(7).split(separator: ".")
        try #require(parts.count == 3)
        #expect(!header.contains("="))
        let head = try JSONValue(parsing: Array(#require(decode(parts[0]))))
        #expect(head == ["alg": "HS256", "typ": "JWT"])
        let claims = try JSONValue(parsing: Array(#require(decode(parts[1]))))
        #expect(claims["iss"] == "APInobody")
        #expect(claims["sip"] == ["admin": true])
        let start = try #require(claims["nbf"]?.integer)
        let end = try #require(claims["exp"]?.integer)
        #expect(start <= 1_800_000_059 && end > 1_800_000_059 + 300 && end - start < 15 * 60)
        let signature = try #require(decode(parts[2]))
        let key = SymmetricKey(data: Data(Self.secret.utf8))
        #expect(
            HMAC<SHA256>.isValidAuthenticationCode(
                signature, authenticating: Data("\(parts[0]).\(parts[1])".utf8), using: key))
    }

    @Test("A token is reused for a minute, and the redactor knows each token")
    func renewal() {
        let now = Mutex<Int64>(1_800_000_000)
        let redactor = Redactor()
        let clock: @Sendable () -> Int64 = { 1_800_000_000 }
        #expect(token(clock).header.reveal() == token(clock).header.reveal())
        let source = token({ now.withLock { $0 } }, redactor)
        let first = source.header.reveal()
        now.withLock { $0 += 59 }
        #expect(source.header.reveal() == first)
        now.withLock { $0 += 1 }
        let second = source.header.reveal()
        #expect(second != first)
        for header in [first, second] {
            #expect(!redactor.clean("a gateway says \(header)").contains(header.dropFirst(7)))
        }
    }
}
