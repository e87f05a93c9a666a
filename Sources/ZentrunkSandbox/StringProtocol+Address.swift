extension StringProtocol {
    /// Whether this is an IPv4 address in dotted decimal notation: four numbers from 0 to 255.
    package var isIPv4Address: Bool {
        let octets = split(separator: ".", omittingEmptySubsequences: false)
        return octets.count == 4
            && octets.allSatisfy { octet in
                octet.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && UInt8(octet) != nil
            }
    }
}
