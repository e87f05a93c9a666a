import CCurl

/// A `CURLM *`: many transfers on one thread, and a pool of connections.
///
/// <https://curl.se/libcurl/c/libcurl-multi.html>
struct MultiHandle: ~Copyable {
    private let raw: OpaquePointer

    /// - Parameters:
    ///   - connectionsPerHost: The limit of connections to one host; further transfers wait.
    ///   - idleConnections: The number of connections kept open for later requests.
    init(connectionsPerHost: Int, idleConnections: Int) throws(CurlError) {
        guard curlIsReady, let raw = curl_multi_init() else { throw CurlError(CURLE_FAILED_INIT) }
        let settings = [
            (CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX)), (CURLMOPT_MAX_HOST_CONNECTIONS, connectionsPerHost),
            (CURLMOPT_MAXCONNECTS, idleConnections),
        ]
        for (option, value) in settings where zentrunk_curl_multi_set_long(raw, option, value) != CURLM_OK {
            curl_multi_cleanup(raw)
            throw CurlError(CURLE_FAILED_INIT)
        }
        self.raw = raw
    }

    /// The loop has already removed all easy handles. <https://curl.se/libcurl/c/curl_multi_cleanup.html>
    deinit {
        curl_multi_cleanup(raw)
    }

    /// Interrupts ``poll(milliseconds:)``; valid until this handle is freed.
    var waker: Waker { Waker(raw) }

    func add(_ easy: borrowing EasyHandle) throws(CurlError) {
        try checkMulti(easy.withRaw { curl_multi_add_handle(raw, $0) })
    }

    /// Removes the handle and stops its transfer if it is running.
    /// <https://curl.se/libcurl/c/curl_multi_remove_handle.html>
    func remove(_ easy: borrowing EasyHandle) throws(CurlError) {
        try checkMulti(easy.withRaw { curl_multi_remove_handle(raw, $0) })
    }

    /// Reads and writes whatever is ready. <https://curl.se/libcurl/c/curl_multi_perform.html>
    func perform() throws(CurlError) {
        var running: CInt = 0
        try checkMulti(curl_multi_perform(raw, &running))
    }

    /// Waits until a socket is ready, a timer of libcurl is due, or the waker is called.
    /// <https://curl.se/libcurl/c/curl_multi_poll.html>
    func poll(milliseconds: CInt) throws(CurlError) {
        try checkMulti(curl_multi_poll(raw, nil, 0, milliseconds, nil))
    }

    /// The same, and waits for a socket that libcurl does not watch: one that it connected and handed over.
    func poll(_ socket: curl_socket_t, isWriting: Bool, milliseconds: CInt) throws(CurlError) {
        var watched = curl_waitfd()
        watched.fd = socket
        watched.events = Int16(CURL_WAIT_POLLIN | (isWriting ? CURL_WAIT_POLLOUT : 0))
        try checkMulti(curl_multi_poll(raw, &watched, 1, milliseconds, nil))
    }

    /// Returns the next finished transfer, as the pointer in `CURLOPT_PRIVATE`, and its result.
    ///
    /// libcurl frees its message with the handle's removal, so both values are copied here.
    /// <https://curl.se/libcurl/c/curl_multi_info_read.html>
    func nextFinished() -> (owner: UnsafeMutableRawPointer, result: CURLcode)? {
        var left: CInt = 0
        while let message = curl_multi_info_read(raw, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let owner = zentrunk_curl_get_private(easy)
            else { continue }
            return (owner, message.pointee.data.result)
        }
        return nil
    }

    private func checkMulti(_ code: CURLMcode) throws(CurlError) {
        guard code == CURLM_OK else {
            throw CurlError(code == CURLM_OUT_OF_MEMORY ? CURLE_OUT_OF_MEMORY : CURLE_FAILED_INIT)
        }
    }
}

/// The only operation on a multi handle that other threads may call: waking its loop.
///
/// "This function can be called from any thread" <https://curl.se/libcurl/c/curl_multi_wakeup.html>, but not after the
/// handle is freed. ``Inbox`` calls it while holding its lock, and the loop removes it under that lock before it ends.
struct Waker: @unchecked Sendable {  // because curl_multi_wakeup is the multi interface's one thread-safe function
    private let raw: OpaquePointer

    fileprivate init(_ raw: OpaquePointer) {
        self.raw = raw
    }

    func wake() {
        // Fails only for an invalid handle, and then there is no loop to wake.
        _ = curl_multi_wakeup(raw)
    }
}

/// TLS sessions shared by the easy handles of one loop, so that further connections skip the full handshake.
///
/// Lock functions are not needed, because one thread uses it alone. <https://curl.se/libcurl/c/libcurl-share.html>
struct SharedSessions: ~Copyable {
    private let raw: OpaquePointer

    init() throws(CurlError) {
        guard curlIsReady, let raw = curl_share_init() else { throw CurlError(CURLE_FAILED_INIT) }
        guard zentrunk_curl_share(raw, CURL_LOCK_DATA_SSL_SESSION) == CURLSHE_OK else {
            curl_share_cleanup(raw)
            throw CurlError(CURLE_FAILED_INIT)
        }
        self.raw = raw
    }

    /// Has no effect while a handle uses it, so the loop frees its easy handles first.
    deinit {
        curl_share_cleanup(raw)
    }

    func apply(to easy: borrowing EasyHandle) throws(CurlError) {
        try check(easy.withRaw { zentrunk_curl_set_share($0, raw) })
    }
}
