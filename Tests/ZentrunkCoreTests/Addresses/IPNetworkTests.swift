import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("IPv4 networks")
struct IPNetworkTests {
    @Test(
        "Addresses and ranges are read, and always printed with their prefix length",
        arguments: [
            ("44.229.228.186", 32, "44.229.228.186/32"),
            ("44.229.228.186/32", 32, "44.229.228.186/32"),
            ("13.52.9.0/25", 25, "13.52.9.0/25"),
            ("0.0.0.0/0", 0, "0.0.0.0/0"),
            ("128.0.0.0/1", 1, "128.0.0.0/1"),
        ])
    func read(_ text: String, _ length: Int, _ printed: String) throws {
        let network = try IPNetwork(text)
        #expect(network.prefixLength == length)
        #expect(network.description == printed)
    }

    @Test(
        "A text that is not one IPv4 network is refused",
        arguments: [
            "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/+8",
            "1.2.3.4/08", "1.2.3.4/8/8", "13.52.9.1/25", "1.2.3.4/0", "::1", "example.com", " 1.2.3.4", "1.2.3.+4",
        ])
    func refused(_ text: String) {
        #expect(throws: AddressError.self) { try IPNetwork(text) }
    }

    @Test(
        "Addresses that are not routed on the internet are private, their neighbours are not",
        arguments: [
            ("10.255.255.255", true), ("11.0.0.0", false), ("172.15.255.255", false), ("172.16.0.0", true),
            ("172.32.0.0", false),
            ("192.168.0.1", true), ("192.169.0.1", false), ("100.64.0.1", true), ("100.128.0.0", false),
            ("127.9.9.9", true),
            ("223.255.255.255", false), ("224.0.0.0", true), ("255.255.255.255", true), ("169.254.0.1", true),
            ("10.0.0.0/8", true), ("198.18.0.0/15", true), ("192.0.0.0/24", true), ("203.0.113.0/24", false),
            // Partly public; their size is checked elsewhere.
            ("8.0.0.0/5", false), ("0.0.0.0/0", false),
        ])
    func privacy(_ text: String, _ isPrivate: Bool) throws {
        #expect((try IPNetwork(text).notPublicReason != nil) == isPrivate)
    }

    @Test(
        "Each kind of text that is not a network has its own reason",
        arguments: [
            ("2001:db8::/32", "IPv6"), ("[::1]", "IPv6"), ("fe80::1%eth0", "IPv6"),
            ("203.0.113.7,203.0.113.8", "one network"),
            ("203.0.113.7:5060", "port"), ("203.0.113.7-203.0.113.9", "prefix length"), ("sip.example.com", "a name"),
            ("203.0.113.0/255.255.255.0", "0 to 32"), ("203.0.113.7/24", "bits set"),
        ])
    func reasons(_ text: String, _ reason: String) {
        let error = #expect(throws: AddressError.self) { try IPNetwork(text) }
        #expect(error?.reason.contains(reason) == true, "\(error?.reason ?? "")")
    }
}
