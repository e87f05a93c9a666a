import Foundation
import Synchronization

/// A UDP socket on 127.0.0.1 that hands every datagram to a script and sends what the script returns.
final class UDPPeer: Sendable {
    struct CannotOpen: Error {}

    let port: UInt16
    private let descriptor: Int32
    private let log = Mutex<[[UInt8]]>([])

    /// Opens the socket, and nothing more.
    init() throws {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_DGRAM, 0)
        #endif
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        self.descriptor = descriptor
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && getsockname(descriptor, $0, &size) == 0
            }
        }
        guard isBound else { throw CannotOpen() }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit { close(descriptor) }

    /// What has arrived so far.
    var arrived: [[UInt8]] { log.withLock { $0 } }

    /// Runs `body` while the peer is running.
    ///
    /// - Parameter script: Receives the number of the datagram, starting at 1, and its bytes; returns datagrams.
    static func run<Result>(
        _ script: @escaping @Sendable (Int, [UInt8]) async -> [[UInt8]],
        _ body: (UDPPeer) async throws -> Result
    ) async throws -> Result {
        let peer = try UDPPeer()
        let (datagrams, datagramsIn) = AsyncStream<([UInt8], sockaddr_in)>.makeStream()
        let answering = Task {
            var number = 0
            for await (bytes, sender) in datagrams {
                number += 1
                for answer in await script(number, bytes) { peer.send(answer, to: sender) }
            }
        }
        Thread.detachNewThread {
            while let (bytes, sender) = peer.receive(), bytes != Self.end {
                peer.log.withLock { $0.append(bytes) }
                datagramsIn.yield((bytes, sender))
            }
            datagramsIn.finish()
        }
        defer {
            peer.stop()
            answering.cancel()
        }
        return try await body(peer)
    }

    private static let end = Array("end of test".utf8)

    private func stop() {
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        own.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        own.sin_port = port.bigEndian
        send(Self.end, to: own)
    }

    private func send(_ bytes: [UInt8], to end: sockaddr_in) {
        var end = end
        _ = withUnsafePointer(to: &end) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(descriptor, bytes, bytes.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    private func receive() -> ([UInt8], sockaddr_in)? {
        var sender = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = withUnsafeMutablePointer(to: &sender) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                recvfrom(descriptor, &bytes, bytes.count, 0, $0, &size)
            }
        }
        return count < 0 ? nil : (Array(bytes[..<count]), sender)
    }
}
