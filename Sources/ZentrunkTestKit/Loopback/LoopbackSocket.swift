import Dispatch
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A TCP connection on the loopback interface, for tests.
///
/// Calls block threads of their own. Cancelling the task of a pending call ends the connection.
package final class LoopbackSocket: Sendable {
    /// A system call that failed, or the end of the connection.
    package struct Failure: Error {
        /// The name of the call.
        package var call: String
        /// The system's error number; 0 at the end of the connection.
        package var number: CInt
    }

    private let descriptor: CInt
    private let reads = DispatchQueue(label: "zentrunk.loopback.reads")
    private let writes = DispatchQueue(label: "zentrunk.loopback.writes")

    fileprivate init(takingOwnershipOf descriptor: CInt) {
        self.descriptor = descriptor
        Loopback.configure(descriptor)
    }

    /// Connects to a port on 127.0.0.1.
    package init(connectingTo port: UInt16) throws {
        let descriptor = try Loopback.makeSocket()
        self.descriptor = descriptor
        let result = Loopback.withAddress(port) { connect(descriptor, $0, $1) }
        guard result == 0 else { throw Failure(call: "connect", number: errno) }
    }

    deinit { close(descriptor) }

    /// Waits for data and returns it.
    ///
    /// - Throws: ``Failure`` if the connection has ended.
    package func read(atMost count: Int) async throws -> [UInt8] {
        try await blocking(on: reads) { [descriptor] in
            var failure: Failure?
            let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
                initialized = 0
                var received = recv(descriptor, buffer.baseAddress, count, 0)
                while received < 0, errno == EINTR { received = recv(descriptor, buffer.baseAddress, count, 0) }
                if received > 0 {
                    initialized = received
                } else {
                    failure = Failure(call: "recv", number: received < 0 ? errno : 0)
                }
            }
            if let failure { throw failure }
            return bytes
        }
    }

    /// Waits for exactly this number of bytes and returns them.
    ///
    /// - Throws: ``Failure`` if the connection has ended.
    package func read(exactly count: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += try await read(atMost: count - bytes.count) }
        return bytes
    }

    /// Sends all bytes.
    ///
    /// - Throws: ``Failure`` if the connection has ended.
    package func write(_ bytes: [UInt8]) async throws {
        try await blocking(on: writes) { [descriptor] in
            var rest = bytes[...]
            while !rest.isEmpty {
                let sent = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Loopback.noSignal) }
                if sent < 0, errno == EINTR { continue }
                guard sent > 0 else { throw Failure(call: "send", number: errno) }
                rest = rest.dropFirst(sent)
            }
        }
    }

    /// Ends the connection in the direction of sending.
    package func endWriting() { shutdown(descriptor, CInt(SHUT_WR)) }

    /// Ends the connection in both directions.
    package func end() { shutdown(descriptor, CInt(SHUT_RDWR)) }

    private func blocking<Result: Sendable>(
        on queue: DispatchQueue, _ work: @escaping @Sendable () throws -> Result
    ) async throws -> Result {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { continuation.resume(with: Swift.Result { try work() }) }
            }
        } onCancel: {
            end()
        }
    }
}

/// A port on 127.0.0.1 that the system has chosen.
package final class LoopbackListener: Sendable {
    /// The port.
    package let port: UInt16
    private let descriptor: CInt
    private let isEnded = Atomic(false)
    private let queue = DispatchQueue(label: "zentrunk.loopback.accepts")

    /// Reserves a port.
    ///
    /// - Parameter isAccepting: Whether clients can connect to the port.
    package init(isAccepting: Bool = true) throws {
        let descriptor = try Loopback.makeSocket()
        self.descriptor = descriptor
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = Loopback.withAddress(0) { bind(descriptor, $0, $1) } == 0
        let isNamed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        port = UInt16(bigEndian: address.sin_port)
        guard isBound, isNamed, !isAccepting || listen(descriptor, 128) == 0 else {
            throw LoopbackSocket.Failure(call: "bind", number: errno)
        }
    }

    deinit { close(descriptor) }

    /// Waits for a client and returns its connection.
    ///
    /// - Throws: `CancellationError` if the task is cancelled.
    package func accept() async throws -> LoopbackSocket {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [self] in continuation.resume(with: Result { try acceptNext() }) }
            }
        } onCancel: {
            isEnded.store(true, ordering: .releasing)
            // Wakes a pending accept, on every system.
            _ = try? LoopbackSocket(connectingTo: port)
        }
    }

    private func acceptNext() throws -> LoopbackSocket {
        while true {
            if isEnded.load(ordering: .acquiring) { throw CancellationError() }
            let peer = Loopback.accept(descriptor)
            if peer < 0, errno == EINTR || errno == ECONNABORTED { continue }
            guard peer >= 0 else { throw LoopbackSocket.Failure(call: "accept", number: errno) }
            let socket = LoopbackSocket(takingOwnershipOf: peer)
            if isEnded.load(ordering: .acquiring) { throw CancellationError() }
            return socket
        }
    }
}

/// The system calls that differ between platforms.
private enum Loopback {
    #if canImport(Darwin)
        static let noSignal: CInt = 0
    #else
        static let noSignal = CInt(MSG_NOSIGNAL)
    #endif

    static func makeSocket() throws -> CInt {
        #if canImport(Glibc)
            let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        #else
            let descriptor = socket(AF_INET, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw LoopbackSocket.Failure(call: "socket", number: errno) }
        configure(descriptor)
        return descriptor
    }

    /// Keeps child processes from inheriting the socket, and writes from raising SIGPIPE.
    static func configure(_ descriptor: CInt) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        #if canImport(Darwin)
            var on: CInt = 1
            setsockopt(descriptor, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<CInt>.size))
        #endif
    }

    static func accept(_ descriptor: CInt) -> CInt {
        #if canImport(Darwin)
            Darwin.accept(descriptor, nil, nil)
        #elseif canImport(Musl)
            Musl.accept(descriptor, nil, nil)
        #else
            Glibc.accept(descriptor, nil, nil)
        #endif
    }

    static func withAddress<Result>(
        _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
