import CCurl

/// The `CURLM *`: many transfers on one thread, and the connections they leave behind for the next.
///
/// <https://curl.se/libcurl/c/libcurl-multi.html>
struct MultiHandle: ~Copyable {
    private let raw: OpaquePointer

    /// - Parameters:
    ///   - connectionsPerHost: More transfers than this wait for a connection to come free.
    ///   - idleConnections: How many connections are kept open for later requests.
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

    /// The loop has removed every easy handle by now. <https://curl.se/libcurl/c/curl_multi_cleanup.html>
    deinit {
        curl_multi_cleanup(raw)
    }

    /// Wakes the loop's thread out of ``poll(milliseconds:)``; usable until this handle goes.
    var waker: Waker { Waker(raw) }

    func add(_ easy: borrowing EasyHandle) throws(CurlError) {
        try checkMulti(easy.withRaw { curl_multi_add_handle(raw, $0) })
    }

    /// Ends the handle's transfer if it still runs. <https://curl.se/libcurl/c/curl_multi_remove_handle.html>
    func remove(_ easy: borrowing EasyHandle) throws(CurlError) {
        try checkMulti(easy.withRaw { curl_multi_remove_handle(raw, $0) })
    }

    /// Reads and writes whatever is ready. <https://curl.se/libcurl/c/curl_multi_perform.html>
    func perform() throws(CurlError) {
        var running: CInt = 0
        try checkMulti(curl_multi_perform(raw, &running))
    }

    /// Waits until a socket is ready, a timer of libcurl is due, or somebody calls the waker.
    /// <https://curl.se/libcurl/c/curl_multi_poll.html>
    func poll(milliseconds: CInt) throws(CurlError) {
        try checkMulti(curl_multi_poll(raw, nil, 0, milliseconds, nil))
    }

    /// The next transfer that has ended, as the pointer given to `CURLOPT_PRIVATE`, and how it ended.
    ///
    /// libcurl's message does not outlive the removal of its handle: both values are copied out here.
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

/// The one thing that other threads may do with a multi handle: wake its loop.
///
/// "This function can be called from any thread" <https://curl.se/libcurl/c/curl_multi_wakeup.html>, but not after the
/// handle is gone: ``Inbox`` calls it under its lock, and the loop takes it back under that lock before it ends.
struct Waker: @unchecked Sendable {  // because curl_multi_wakeup is the multi interface's one thread-safe function
    private let raw: OpaquePointer

    fileprivate init(_ raw: OpaquePointer) {
        self.raw = raw
    }

    func wake() {
        // It can fail only for a handle that is no multi handle; then there is no loop to wake either.
        _ = curl_multi_wakeup(raw)
    }
}

/// What the easy handles of one loop have in common: TLS sessions, so that a second connection skips the full handshake.
///
/// It needs no lock functions, as one thread alone uses it. <https://curl.se/libcurl/c/libcurl-share.html>
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

    /// Does nothing while a handle still uses it: the loop frees its easy handles first.
    deinit {
        curl_share_cleanup(raw)
    }

    func apply(to easy: borrowing EasyHandle) throws(CurlError) {
        try check(easy.withRaw { zentrunk_curl_set_share($0, raw) })
    }
}
