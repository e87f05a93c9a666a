import Crypto
import Foundation

/// An authority that exists only in the memory of one sandbox, and the certificates that it makes.
///
/// No key is part of the package or of a file: a sandbox makes new ones each time. Clients trust the authority only if they
/// are given its certificate.
struct SandboxAuthority: Sendable {
    /// The authority's certificate, in PEM.
    let text: String
    private let name: String
    private let key = P256.Signing.PrivateKey()

    /// - Throws: An error of the cryptographic library.
    init(_ name: String, now: Date) throws {
        self.name = name
        let certificate = try Self.certificate(
            of: key.publicKey, name, alternatives: [], from: now - 86_400, to: now + 3650 * 86_400, by: (key, name))
        let lines = Data(certificate).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        text = "-----BEGIN CERTIFICATE-----\n\(lines)\n-----END CERTIFICATE-----\n"
    }

    /// Returns a server's certificate in DER.
    ///
    /// - Throws: An error of the cryptographic library.
    func certificate(for host: String, of server: P256.Signing.PublicKey, from: Date, to end: Date) throws -> [UInt8] {
        try Self.certificate(of: server, host, alternatives: [host], from: from, to: end, by: (key, name))
    }

    /// Returns a certificate in DER. Without alternative names it is an authority's.
    /// <https://www.rfc-editor.org/rfc/rfc5280#section-4.1>
    private static func certificate(
        of subject: P256.Signing.PublicKey, _ name: String, alternatives: [String], from: Date, to end: Date,
        by issuer: (key: P256.Signing.PrivateKey, name: String)
    ) throws -> [UInt8] {
        // ecdsa-with-SHA256. <https://www.rfc-editor.org/rfc/rfc5758#section-3.2>
        let algorithm = DER.sequence(DER.object([1, 2, 840, 10045, 4, 3, 2]))
        let extensions =
            alternatives.isEmpty
            ? [
                // Basic constraints: an authority. Key usage: signs certificates.
                DER.sequence(DER.object([2, 5, 29, 19]), DER.yes, DER.octets(DER.sequence(DER.yes))),
                DER.sequence(DER.object([2, 5, 29, 15]), DER.yes, DER.octets([0x03, 0x02, 0x02, 0x04])),
            ]
            : [
                // The alternative names, each a dNSName.
                DER.sequence(
                    DER.object([2, 5, 29, 17]),
                    DER.octets(DER.sequence(alternatives.map { DER.element(0x82, Array($0.utf8)) })))
            ]
        let serial = (0..<8).map { _ in UInt8.random(in: 1...0x7F) }
        let body = DER.sequence(
            DER.element(0xA0, DER.element(0x02, [2])), DER.element(0x02, serial), algorithm, DER.name(issuer.name),
            DER.sequence(DER.time(from), DER.time(end)), DER.name(name), Array(subject.derRepresentation),
            DER.element(0xA3, DER.sequence(extensions)))
        let signature = try issuer.key.signature(for: Data(body))
        return DER.sequence(body, algorithm, DER.element(0x03, [0] + signature.derRepresentation))
    }
}

/// The encoding of certificates. <https://www.itu.int/rec/T-REC-X.690>
private enum DER {
    static let yes = element(0x01, [0xFF])

    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        guard content.count > 127 else { return [tag, UInt8(content.count)] + content }
        var count = content.count
        var length: [UInt8] = []
        while count > 0 {
            length.insert(UInt8(count & 0xFF), at: 0)
            count >>= 8
        }
        return [tag, 0x80 | UInt8(length.count)] + length + content
    }

    static func sequence(_ parts: [UInt8]...) -> [UInt8] { sequence(parts) }
    static func sequence(_ parts: [[UInt8]]) -> [UInt8] { element(0x30, parts.flatMap { $0 }) }
    static func octets(_ content: [UInt8]) -> [UInt8] { element(0x04, content) }

    static func object(_ numbers: [Int]) -> [UInt8] {
        var bytes = [UInt8(numbers[0] * 40 + numbers[1])]
        for number in numbers.dropFirst(2) {
            var groups = [UInt8(number & 0x7F)]
            var rest = number >> 7
            while rest > 0 {
                groups.insert(UInt8(rest & 0x7F) | 0x80, at: 0)
                rest >>= 7
            }
            bytes += groups
        }
        return element(0x06, bytes)
    }

    /// A name of one common name.
    static func name(_ text: String) -> [UInt8] {
        // A common name has at most 64 characters; the alternative names count.
        sequence(element(0x31, sequence(object([2, 5, 4, 3]), element(0x0C, Array(text.utf8.prefix(64))))))
    }

    /// A time before 2050.
    static func time(_ date: Date) -> [UInt8] {
        var seconds = time_t(date.timeIntervalSince1970)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 16)
        let count = strftime(&text, text.count, "%y%m%d%H%M%SZ", &parts)
        return element(0x17, text.prefix(count).map { UInt8(bitPattern: $0) })
    }
}
