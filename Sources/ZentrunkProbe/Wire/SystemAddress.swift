// The compiler finds the system's addresses in one of these two modules, depending on the order of files.
import CCares

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension SocketAddress {
    /// Passes the address in the system's form to a closure.
    func withSystemAddress<Result>(_ use: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        if address.isIPv6 {
            var system = sockaddr_in6()
            system.sin6_family = sa_family_t(AF_INET6)
            system.sin6_port = UInt16(truncatingIfNeeded: port).bigEndian
            withUnsafeMutableBytes(of: &system.sin6_addr) { $0.copyBytes(from: address.bytes) }
            return withUnsafePointer(to: &system) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    use($0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var system = sockaddr_in()
        system.sin_family = sa_family_t(AF_INET)
        system.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        withUnsafeMutableBytes(of: &system.sin_addr) { $0.copyBytes(from: address.bytes) }
        return withUnsafePointer(to: &system) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                use($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    /// This machine's end of a connected socket; nil if the system does not say.
    init?(ofSocket descriptor: CInt) {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        guard result == 0 else { return nil }
        let found = withUnsafeBytes(of: &storage) { bytes -> (bytes: [UInt8], port: UInt16)? in
            switch CInt(bytes.loadUnaligned(as: sockaddr.self).sa_family) {
            case AF_INET:
                let system = bytes.loadUnaligned(as: sockaddr_in.self)
                return (withUnsafeBytes(of: system.sin_addr) { Array($0) }, system.sin_port)
            case AF_INET6:
                let system = bytes.loadUnaligned(as: sockaddr_in6.self)
                return (withUnsafeBytes(of: system.sin6_addr) { Array($0) }, system.sin6_port)
            default: return nil
            }
        }
        guard let found, let address = IPAddress(bytes: found.bytes) else { return nil }
        self.init(address, port: Int(UInt16(bigEndian: found.port)))
    }
}
