/// A range of IPv4 addresses: `44.229.228.186`, `13.52.9.0/25`.
///
/// IPv6 is refused: no vendor here is known to accept it in an access list or a gateway.
public struct IPNetwork: Sendable, Hashable {
    /// The network's address, host bits zero.
    public let address: String
    /// Bits that are fixed, 0...32.
    public let prefixLength: Int

    /// - Throws: ``AddressError`` for anything but one IPv4 address or range, and for ranges whose address has host bits set.
    public init(_ text: String) throws(AddressError) {
        func refuse(_ reason: String) -> AddressError { AddressError(what: "IPv4 network", text: text, reason: reason) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first, let bits = Self.bits(of: address) else {
            throw refuse("write one address as in 203.0.113.7, or a range as in 203.0.113.0/25")
        }
        var prefix = 32
        if parts.count > 1 {
            guard parts.count == 2, let length = Int(parts[1]), (0...32).contains(length), String(length) == parts[1]
            else {
                throw refuse("the part after the slash is a number from 0 to 32")
            }
            prefix = length
        }
        let mask: UInt32 = prefix == 0 ? 0 : ~UInt32(0) << UInt32(32 - prefix)
        guard bits & ~mask == 0 else { throw refuse("the address has bits set beyond the /\(prefix)") }
        self.address = String(address)
        prefixLength = prefix
    }

    /// Whether the text is four decimal octets.
    static func isAddress(_ text: some StringProtocol) -> Bool { bits(of: text) != nil }

    /// Whether calls could never come from or reach this address over the internet (RFC 1918, loopback, link-local, …).
    var isPrivate: Bool {
        guard let bits = Self.bits(of: address) else { return false }
        let ranges: [(UInt32, Int)] = [
            (0x0000_0000, 8), (0x0A00_0000, 8), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
            (0xC0A8_0000, 16), (0x6440_0000, 10), (0xE000_0000, 3),
        ]
        return ranges.contains { base, length in bits >> UInt32(32 - length) == base >> UInt32(32 - length) }
    }

    private static func bits(of text: some StringProtocol) -> UInt32? {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        guard octets.count == 4 else { return nil }
        var bits: UInt32 = 0
        for octet in octets {
            // No leading zeros: some resolvers read them as octal.
            guard let value = UInt8(octet), String(value) == octet else { return nil }
            bits = bits << 8 | UInt32(value)
        }
        return bits
    }
}

extension IPNetwork: CustomStringConvertible {
    /// Always with its prefix length, so that two spellings of one network compare equal as text: `44.229.228.186/32`.
    public var description: String { "\(address)/\(prefixLength)" }
}
