import Synchronization
@_spi(Adapter) import ZentrunkCurl

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// A UDP socket to one address, and the thread that reads it.
///
/// It is connected, so the system delivers only datagrams from that address, and the host's answer that the port is
/// closed becomes an error. <https://man7.org/linux/man-pages/man7/udp.7.html>
final class UDPSocket: ProbeChannel {
    let local: SocketAddress
    let received: AsyncThrowingStream<[UInt8], any Error>
    private let pipe: WakePipe
    /// The descriptor, until the thread has closed it.
    private let descriptor: Mutex<CInt?>

    /// The limits of what is received: the size of a datagram, and their number.
    private static let maximumDatagrams = 100

    /// - Throws: ``DialFailure``.
    init(to end: SocketAddress) throws(DialFailure) {
        guard let pipe = WakePipe() else { throw DialFailure(errno, "pipe") }
        let family = end.address.isIPv6 ? AF_INET6 : AF_INET
        #if canImport(Glibc)
            let opened = socket(family, CInt(SOCK_DGRAM.rawValue), 0)
        #else
            let opened = socket(family, SOCK_DGRAM, 0)
        #endif
        guard opened >= 0 else { throw DialFailure(errno, "socket") }
        _ = fcntl(opened, F_SETFD, FD_CLOEXEC)
        _ = fcntl(opened, F_SETFL, fcntl(opened, F_GETFL) | O_NONBLOCK)
        let result = end.withSystemAddress { address, size in connect(opened, address, size) }
        guard result == 0, let local = SocketAddress(ofSocket: opened) else {
            let failure = DialFailure(errno, "connect")
            _ = SystemCalls.close(opened)
            throw failure
        }
        let (received, receivedIn) = AsyncThrowingStream<[UInt8], any Error>.makeStream()
        self.local = local
        self.received = received
        self.pipe = pipe
        descriptor = Mutex(opened)
        // The thread does not hold the socket, so that it ends with it.
        let hasStarted = LoopThread.start { Self.read(opened, until: pipe, receivedIn) }
        guard hasStarted else {
            _ = SystemCalls.close(opened)
            throw DialFailure(kind: .other, words: "no thread could be made")
        }
    }

    deinit { pipe.wake() }

    func close() {
        descriptor.withLock { $0 = nil }
        pipe.wake()
    }

    func send(_ bytes: [UInt8]) throws(ChannelError) {
        let failure = descriptor.withLock { descriptor -> ChannelError? in
            guard let descriptor else { return ChannelError(kind: .closed, words: "the socket is closed") }
            let count = bytes.withUnsafeBytes { SystemCalls.send(descriptor, $0) }
            // A full buffer loses the datagram, as the network may; it is sent again.
            guard count < 0, errno != EAGAIN, errno != EINTR, errno != ENOBUFS else { return nil }
            return ChannelError(errno)
        }
        if let failure { throw failure }
    }

    /// Reads until the pipe wakes it, and closes the socket: nothing else uses the descriptor then.
    private static func read(
        _ descriptor: CInt, until pipe: WakePipe, _ received: AsyncThrowingStream<[UInt8], any Error>.Continuation
    ) {
        defer { _ = SystemCalls.close(descriptor) }
        var count = 0
        while !pipe.hasWoken {
            var watched = [
                pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0),
                pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&watched, 2, -1) > 0, watched[0].revents != 0 else { continue }
            var size = 0
            let bytes = [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, initialized in
                size = recv(descriptor, buffer.baseAddress, buffer.count, 0)
                initialized = max(0, size)
            }
            if size >= 0 {
                count += 1
                guard count <= maximumDatagrams else {
                    received.finish(throwing: ChannelError(kind: .broken, words: "the host sent too many datagrams"))
                    break
                }
                received.yield(bytes)
            } else if errno != EAGAIN, errno != EINTR {
                received.finish(throwing: ChannelError(errno))
                break
            }
        }
        received.finish()
        // The descriptor must stay this socket's while send(_:) may use it.
        while !pipe.hasWoken {
            var watched = [pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0)]
            _ = poll(&watched, 1, -1)
        }
    }
}

extension ChannelError {
    /// Creates an error from `errno`.
    init(_ number: CInt) {
        let kind: Kind
        switch number {
        case ECONNREFUSED: kind = .refused
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN: kind = .unreachable
        default: kind = .broken
        }
        self.init(kind: kind, words: String(cString: strerror(number)))
    }
}

extension DialFailure {
    /// Creates an error from `errno`.
    init(_ number: CInt, _ call: String) {
        let kind: Kind
        switch number {
        case ECONNREFUSED: kind = .refused
        case EHOSTUNREACH, ENETUNREACH, EHOSTDOWN, EADDRNOTAVAIL, EAFNOSUPPORT, ETIMEDOUT: kind = .unreachable
        default: kind = .other
        }
        self.init(kind: kind, words: "\(call): \(String(cString: strerror(number)))")
    }
}

/// System calls whose names methods here would hide, or that differ between platforms.
private enum SystemCalls {
    static func close(_ descriptor: CInt) -> CInt {
        #if canImport(Darwin)
            Darwin.close(descriptor)
        #elseif canImport(Musl)
            Musl.close(descriptor)
        #else
            Glibc.close(descriptor)
        #endif
    }

    static func send(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Darwin)
            // A datagram socket raises no SIGPIPE.
            Darwin.send(descriptor, bytes.baseAddress, bytes.count, 0)
        #elseif canImport(Musl)
            Musl.send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
        #else
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, CInt(MSG_NOSIGNAL))
        #endif
    }
}
