import Foundation

/// A socket on 127.0.0.1 that does not block, closed with this object.
final class LoopbackSocket: Sendable {
    /// What the socket is for.
    enum Use { case datagram, listening, closedDatagram, closedStream }

    let descriptor: Int32
    let port: UInt16

    /// Opens a socket at a free port.
    init(_ use: Use) throws(SIPResponder.Failure) {
        let isDatagram = use == .datagram || use == .closedDatagram
        descriptor = Self.opened(isDatagram)
        guard descriptor >= 0 else { throw Self.failure("socket") }
        var address = Self.address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = descriptor
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        var isReady = isBound
        if isBound, use == .listening { isReady = listen(descriptor, 64) == 0 }
        // A datagram socket that is connected to itself takes nothing from others: the system answers them that the port is
        // closed. <https://man7.org/linux/man-pages/man7/udp.7.html>
        if isBound, use == .closedDatagram { isReady = Self.isJoined(descriptor, to: port) }
        guard isReady else { throw Self.failure("bind") }
    }

    /// Opens a socket for datagrams to a port.
    init(datagram port: UInt16) throws(SIPResponder.Failure) {
        descriptor = Self.opened(true)
        self.port = port
        guard descriptor >= 0, Self.isJoined(descriptor, to: port) else { throw Self.failure("connect") }
    }

    deinit { close(descriptor) }

    /// Sends a datagram to the port that the socket is connected to.
    func post(_ bytes: [UInt8]) { _ = send(descriptor, bytes, bytes.count, 0) }

    static func setUp(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    }

    static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        return address
    }

    private static func opened(_ isDatagram: Bool) -> Int32 {
        let kind = isDatagram ? SOCK_DGRAM : SOCK_STREAM
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, kind, 0)
        #endif
        if descriptor >= 0 { setUp(descriptor) }
        return descriptor
    }

    /// Connects a socket to a port of this machine.
    private static func isJoined(_ descriptor: Int32, to port: UInt16) -> Bool {
        var address = address(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func failure(_ call: String) -> SIPResponder.Failure {
        SIPResponder.Failure(words: "\(call): \(String(cString: strerror(errno)))")
    }
}
