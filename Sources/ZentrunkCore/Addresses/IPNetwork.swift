/// A range of IPv4 addresses: `44.229.228.186`, `13.52.9.0/25`.
///
/// IPv6 is refused, because no supported vendor documents it for access lists or gateways.
public struct IPNetwork: Sendable, Hashable {
    /// The network's address, with zero host bits.
    public let address: String
    /// The number of fixed bits, 0...32.
    public let prefixLength: Int

    /// Parses a network.
    ///
    /// - Throws: ``AddressError`` unless the text is one IPv4 address or range, and for ranges whose address has host
    ///   bits set.
    public init(_ text: String) throws(AddressError) {
        func refuse(_ reason: String) -> AddressError { AddressError(what: "IPv4 network", text: text, reason: reason) }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard let address = parts.first, let bits = Self.bits(of: address) else {
            throw refuse(Self.objection(to: text))
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

    /// Whether the text consists of four decimal octets.
    static func isAddress(_ text: some StringProtocol) -> Bool { bits(of: text) != nil }

    /// Whether the text is an IPv6 address or network, possibly with brackets or a zone.
    static func isIPv6(_ text: some StringProtocol) -> Bool {
        let bare = text.drop { $0 == "[" }.prefix { $0 != "]" && $0 != "%" && $0 != "/" }
        return bare.count { $0 == ":" } > 1 && bare.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }

    /// Why the network cannot be reached over the internet, such as `a private network (RFC 1918)`; nil if at least a
    /// part of it is public.
    ///
    /// The networks for documentation (RFC 5737) count as public, because many guides use them.
    public var notPublicReason: String? {
        guard let bits = Self.bits(of: address) else { return nil }
        return Self.notPublic.first { network in
            prefixLength >= network.length
                && bits >> UInt32(32 - network.length) == network.base >> UInt32(32 - network.length)
        }?.reason
    }

    /// Special-purpose networks. <https://www.iana.org/assignments/iana-ipv4-special-registry/>
    private static let notPublic: [(base: UInt32, length: Int, reason: String)] = [
        (0x0000_0000, 8, "\"this network\" (RFC 791)"), (0x0A00_0000, 8, "a private network (RFC 1918)"),
        (0x6440_0000, 10, "shared by customers of one carrier (RFC 6598)"),
        (0x7F00_0000, 8, "the loopback network of each machine"), (0xA9FE_0000, 16, "link-local (RFC 3927)"),
        (0xAC10_0000, 12, "a private network (RFC 1918)"), (0xC000_0000, 24, "set aside for protocols (RFC 6890)"),
        (0xC0A8_0000, 16, "a private network (RFC 1918)"), (0xC612_0000, 15, "set aside for benchmarks (RFC 2544)"),
        (0xE000_0000, 4, "a multicast network"), (0xF000_0000, 4, "reserved (RFC 1112)"),
    ]

    /// Returns the reason why a text is not an IPv4 network.
    private static func objection(to text: String) -> String {
        let form = "write one address as in 203.0.113.7, or a range as in 203.0.113.0/25"
        if isIPv6(text) { return "IPv6 is not documented for access lists: \(form)" }
        if text.contains(where: { ", ;".contains($0) }) { return "give one network at a time: \(form)" }
        if let colon = text.lastIndex(of: ":"), isAddress(text[..<colon]) { return "leave out the port: \(form)" }
        if let dash = text.firstIndex(of: "-"), isAddress(text[..<dash]) {
            return "a range is written with its prefix length: \(form)"
        }
        if text.contains(where: \.isLetter) { return "a name is not an address: \(form)" }
        return form
    }

    static func bits(of text: some StringProtocol) -> UInt32? {
        let octets = text.split(separator: ".", omittingEmptySubsequences: false)
        guard octets.count == 4 else { return nil }
        var bits: UInt32 = 0
        for octet in octets {
            // Leading zeros are refused, because some resolvers read them as octal.
            guard let value = UInt8(octet), String(value) == octet else { return nil }
            bits = bits << 8 | UInt32(value)
        }
        return bits
    }
}

extension IPNetwork: CustomStringConvertible {
    /// The network with its prefix length, so that two spellings of one network are equal as text: `44.229.228.186/32`.
    public var description: String { "\(address)/\(prefixLength)" }
}
