import CCurl

extension EasyHandle {
    /// Sets the options of a connection.
    ///
    /// - Parameter isVerified: False only to read the certificates of a connection over which nothing is sent.
    func setUp(
        _ route: CurlConnection.Route, _ mapping: borrowing HostMapping, isVerified: Bool
    ) throws(CurlError) {
        let name = route.name.contains(":") ? "[\(route.name)]" : route.name
        try set(CURLOPT_URL, to: "\(route.isEncrypted ? "https" : "http")://\(name):\(route.port)/")
        let list = mapping.raw
        try check(withRaw { zentrunk_curl_set_list($0, CURLOPT_CONNECT_TO, list) })
        // What MultiHandle.nextFinished needs.
        try check(withRaw { zentrunk_curl_set_pointer($0, CURLOPT_PRIVATE, UnsafeMutableRawPointer($0)) })
        try set(CURLOPT_CONNECT_ONLY, to: true)
        try set(CURLOPT_PROTOCOLS_STR, to: "http,https")
        try set(CURLOPT_NOSIGNAL, to: true)
        try set(CURLOPT_CONNECTTIMEOUT_MS, to: 60_000)
        // The environment's proxies are for HTTP.
        try set(CURLOPT_PROXY, to: "")
        try set(CURLOPT_FRESH_CONNECT, to: true)
        try set(CURLOPT_SSL_ENABLE_ALPN, to: false)
        try set(CURLOPT_CERTINFO, to: true)
        try set(CURLOPT_SSLVERSION, to: Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_SSL_VERIFYPEER, to: isVerified)
        try set(CURLOPT_SSL_VERIFYHOST, to: isVerified ? 2 : 0)
        if let authorities = route.authorities {
            let bytes = Array(authorities.utf8)
            try check(withRaw { zentrunk_curl_set_bytes($0, CURLOPT_CAINFO_BLOB, bytes, bytes.count) })
            try set(CURLOPT_CAPATH, to: nil)
        } else if let file = route.authorityFile {
            try set(CURLOPT_CAINFO, to: file)
            // Otherwise the folder compiled into libcurl would still be trusted.
            try set(CURLOPT_CAPATH, to: nil)
        }
    }

    /// The socket of the connection. <https://curl.se/libcurl/c/CURLINFO_ACTIVESOCKET.html>
    var activeSocket: curl_socket_t {
        var socket = CURL_SOCKET_BAD
        _ = withRaw { zentrunk_curl_get_socket($0, &socket) }
        return socket
    }

    /// Returns the next bytes: nil if none have arrived, empty if the peer has closed.
    /// <https://curl.se/libcurl/c/curl_easy_recv.html>
    func receive() throws -> [UInt8]? {
        var count = 0
        var result = CURLE_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, initialized in
            result = withRaw { curl_easy_recv($0, buffer.baseAddress, buffer.count, &count) }
            initialized = result == CURLE_OK ? count : 0
        }
        switch result {
        case CURLE_OK: return bytes
        case CURLE_AGAIN: return nil
        default: throw connectionFailure(result, stage: .connection)
        }
    }

    /// Sends as many bytes as the system takes now, and returns their number.
    /// <https://curl.se/libcurl/c/curl_easy_send.html>
    func send(_ bytes: [UInt8]) throws -> Int {
        var count = 0
        let result = bytes.withUnsafeBytes { buffer in
            withRaw { curl_easy_send($0, buffer.baseAddress, buffer.count, &count) }
        }
        switch result {
        case CURLE_OK: return count
        case CURLE_AGAIN: return 0
        default: throw connectionFailure(result, stage: .connection)
        }
    }

    /// The facts of the connection that has just been opened.
    var connectionFacts: CurlConnectionFacts {
        let connect = time(CURLINFO_CONNECT_TIME_T)
        let handshake = time(CURLINFO_APPCONNECT_TIME_T)
        var port = 0
        _ = withRaw { zentrunk_curl_get_long($0, CURLINFO_LOCAL_PORT, &port) }
        return CurlConnectionFacts(
            connectTime: connect, handshakeTime: handshake > .zero ? handshake - connect : nil,
            localAddress: text(CURLINFO_LOCAL_IP), localPort: port, certificates: peerCertificates)
    }

    /// The reason why the connection could not be opened, or broke.
    func connectionFailure(
        _ result: CURLcode, stage known: CurlConnectionFailure.Stage? = nil
    ) -> CurlConnectionFailure {
        // libcurl knows the peer's address once TCP is connected, but reports the time only with the whole connection.
        // <https://curl.se/libcurl/c/CURLINFO_PRIMARY_IP.html>
        let isConnected = !text(CURLINFO_PRIMARY_IP).isEmpty
        var number = 0
        let stage: CurlConnectionFailure.Stage
        if let known {
            stage = known
        } else if result == CURLE_PEER_FAILED_VERIFICATION {
            _ = withRaw { zentrunk_curl_get_long($0, CURLINFO_SSL_VERIFYRESULT, &number) }
            stage = .certificate(verifyResult: number)
        } else if isConnected {
            stage = .handshake
        } else {
            _ = withRaw { zentrunk_curl_get_long($0, CURLINFO_OS_ERRNO, &number) }
            stage = .connect(systemError: Int32(truncatingIfNeeded: number))
        }
        let words = lastWords.isEmpty ? CurlError(result).words : lastWords
        return CurlConnectionFailure(
            stage: stage, isConnected: isConnected,
            words: String(String.UnicodeScalarView(words.unicodeScalars.map { $0.value < 0x20 ? " " : $0 })),
            certificates: peerCertificates)
    }

    private func time(_ info: CURLINFO) -> Duration {
        var microseconds: curl_off_t = 0
        guard withRaw({ zentrunk_curl_get_offset($0, info, &microseconds) }) == CURLE_OK else { return .zero }
        return .microseconds(Int64(microseconds))
    }

    private func text(_ info: CURLINFO) -> String {
        withRaw { zentrunk_curl_get_string($0, info).map { String(cString: $0) } } ?? ""
    }

    /// At most ten certificates, with at most a hundred lines each.
    private var peerCertificates: [CurlCertificate] {
        withRaw { raw in
            guard let chain = zentrunk_curl_get_certificates(raw)?.pointee, let lists = chain.certinfo else {
                return []
            }
            return (0..<min(Int(chain.num_of_certs), 10)).map { index in
                var lines: [String] = []
                var next = lists[index]
                while let line = next?.pointee, lines.count < 100 {
                    if let text = line.data { lines.append(String(cString: text)) }
                    next = line.next
                }
                return CurlCertificate(lines: lines)
            }
        }
    }
}
