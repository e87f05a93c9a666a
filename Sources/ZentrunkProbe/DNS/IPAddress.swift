#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An IPv4 or IPv6 address.
public struct IPAddress: Sendable, Hashable {
    /// The 4 or 16 bytes, in network order.
    public let bytes: [UInt8]

    /// Creates an address from 4 or 16 bytes; nil for another number of them.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// Parses `192.0.2.1` or `2001:db8::1`, with or without brackets; nil for anything else.
    public init?(_ text: String) {
        var text = text
        if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
        // inet_pton stops at a zero byte.
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        for (family, size) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: size)
            guard inet_pton(family, text, &bytes) == 1 else { continue }
            self.bytes = bytes
            return
        }
        return nil
    }

    /// Whether this is an IPv6 address.
    public var isIPv6: Bool { bytes.count == 16 }

    /// The address as part of a URI or a header field: IPv6 in brackets.
    public var bracketed: String { isIPv6 ? "[\(self)]" : description }
}

extension IPAddress: CustomStringConvertible {
    /// The address without brackets.
    public var description: String {
        var text = [CChar](repeating: 0, count: 46)
        let family = isIPv6 ? AF_INET6 : AF_INET
        guard inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// An address and a port: one end of a connection.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address.
    public var address: IPAddress
    /// The port, 1...65535.
    public var port: Int

    /// An end of a connection.
    public init(_ address: IPAddress, port: Int) {
        self.address = address
        self.port = port
    }

    /// The address and the port: `192.0.2.1:5060`, `[2001:db8::1]:5060`.
    public var description: String { "\(address.bracketed):\(port)" }
}
