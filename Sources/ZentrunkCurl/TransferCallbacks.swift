import CCurl

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// The address that libcurl is about to connect to.
enum SocketDestination {
    case ipv4(UInt32)
    case ipv6([UInt8])
    case other

    /// - Parameter address: The argument of `CURLOPT_OPENSOCKETFUNCTION`, large enough for its address family.
    init(_ address: UnsafeMutablePointer<curl_sockaddr>) {
        // `addr` is declared as the short `sockaddr`; longer addresses continue after it.
        guard let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) else {
            self = .other
            return
        }
        let start = UnsafeRawPointer(address) + offset
        switch address.pointee.family {
        case AF_INET:
            self = .ipv4(UInt32(bigEndian: start.loadUnaligned(as: sockaddr_in.self).sin_addr.s_addr))
        case AF_INET6:
            var ipv6 = start.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self = .ipv6(withUnsafeBytes(of: &ipv6) { Array($0) })
        default:
            self = .other
        }
    }

    var isLoopback: Bool {
        switch self {
        case .ipv4(let address): address >> 24 == 127
        case .ipv6(let bytes): bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
        case .other: false
        }
    }
}

extension EasyHandle {
    /// Sets the functions that libcurl calls on the loop's thread during a transfer, and their argument.
    ///
    /// - Parameter owner: An unretained ``Transfer``, which outlives the handle.
    func setCallbacks(owner: UnsafeMutableRawPointer) throws(CurlError) {
        try withRaw { raw -> Result<Void, CurlError> in
            Result { () throws(CurlError) in
                try check(zentrunk_curl_set_write_callback(raw, CURLOPT_HEADERFUNCTION, receiveHeader))
                try check(zentrunk_curl_set_write_callback(raw, CURLOPT_WRITEFUNCTION, receiveBody))
                try check(zentrunk_curl_set_prereq_callback(raw, beforeSending))
                try check(zentrunk_curl_set_socket_callback(raw, openSocket))
            }
        }.get()
        let owned = [
            CURLOPT_PRIVATE, CURLOPT_HEADERDATA, CURLOPT_WRITEDATA, CURLOPT_PREREQDATA, CURLOPT_OPENSOCKETDATA,
        ]
        for option in owned { try set(option, to: owner) }
    }
}

private func transfer(_ owner: UnsafeMutableRawPointer?) -> Transfer? {
    owner.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}

/// <https://curl.se/libcurl/c/CURLOPT_HEADERFUNCTION.html>
private let receiveHeader: curl_write_callback = { bytes, size, count, owner in
    guard let transfer = transfer(owner) else { return 0 }
    transfer.noteByte()
    let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer.collector.addHeader(line) ? line.count : 0
}

/// <https://curl.se/libcurl/c/CURLOPT_WRITEFUNCTION.html>
private let receiveBody: curl_write_callback = { bytes, size, count, owner in
    guard let transfer = transfer(owner) else { return 0 }
    transfer.noteByte()
    let part = UnsafeRawBufferPointer(start: bytes, count: size * count)
    return transfer.collector.addBody(part) ? part.count : 0
}

/// "gets called … after a connection has been established or … reused (including any SSL handshaking), but before any
/// request is actually made on the connection" <https://curl.se/libcurl/c/CURLOPT_PREREQFUNCTION.html>
private let beforeSending: curl_prereq_callback = { owner, _, _, _, _ in
    transfer(owner)?.maySend() == true ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT
}

/// Opens a socket as libcurl would, but only for permitted addresses, and without inheritance by child processes.
/// <https://curl.se/libcurl/c/CURLOPT_OPENSOCKETFUNCTION.html>
private let openSocket: curl_opensocket_callback = { owner, _, address in
    guard let address, let transfer = transfer(owner), transfer.mayConnect(to: SocketDestination(address)) else {
        return CURL_SOCKET_BAD
    }
    let descriptor = socket(address.pointee.family, address.pointee.socktype, address.pointee.protocol)
    if descriptor >= 0 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    return descriptor
}
