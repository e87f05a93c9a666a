import CCurl

/// The thread of one ``CurlConnection``: owns its handles from their creation to their end.
struct ConnectionLoop {
    let route: CurlConnection.Route
    let isVerified: Bool
    let line: ConnectionLine
    let received: AsyncThrowingStream<[UInt8], any Error>.Continuation

    /// The limit of all received bytes.
    private static let maximumBytes = 256 << 10

    func run() {
        do {
            let easy = try EasyHandle()
            let multi = try MultiHandle(connectionsPerHost: 1, idleConnections: 1)
            let addresses = try HostMapping(route)
            try easy.setUp(route, addresses, isVerified: isVerified)
            try multi.add(easy)
            line.attach(multi.waker)
            let end = Result { try serve(easy, multi) }
            line.detach()
            // The last use of both handles: they must outlive the waker.
            try? multi.remove(easy)
            try end.get()
            received.finish()
        } catch {
            let failure =
                error as? CurlConnectionFailure
                ?? CurlConnectionFailure(
                    stage: .connection, words: (error as? CurlError)?.words ?? "libcurl could not be used")
            line.opened(.failure(failure))
            received.finish(throwing: failure)
        }
    }

    /// Returns when the connection was closed by either side.
    private func serve(_ easy: borrowing EasyHandle, _ multi: borrowing MultiHandle) throws {
        var result: CURLcode?
        while result == nil {
            if line.isClosed { throw easy.connectionFailure(CURLE_ABORTED_BY_CALLBACK, stage: .cancelled) }
            try multi.perform()
            result = multi.nextFinished()?.result
            if result == nil { try multi.poll(milliseconds: 1000) }
        }
        guard result == CURLE_OK else { throw easy.connectionFailure(result ?? CURLE_FAILED_INIT) }
        line.opened(.success(easy.connectionFacts))
        try exchange(easy, multi)
    }

    private func exchange(_ easy: borrowing EasyHandle, _ multi: borrowing MultiHandle) throws {
        let socket = easy.activeSocket
        var count = 0
        while !line.isClosed {
            let rest = try sendAll(easy)
            while let piece = try easy.receive() {
                guard !piece.isEmpty else { return }
                count += piece.count
                guard count <= Self.maximumBytes else {
                    throw CurlConnectionFailure(stage: .connection, words: "the peer sent more than is read")
                }
                received.yield(piece)
            }
            try multi.poll(socket, isWriting: rest > 0, milliseconds: 1000)
        }
    }

    /// - Returns: The number of bytes that could not be sent yet.
    private func sendAll(_ easy: borrowing EasyHandle) throws -> Int {
        var bytes = line.outgoing(removing: 0)
        while !bytes.isEmpty {
            let sent = try easy.send(bytes)
            guard sent > 0 else { break }
            bytes = line.outgoing(removing: sent)
        }
        return bytes.count
    }
}

/// The list that leads libcurl to an address of our choice, while name and port of the URL stay.
/// <https://curl.se/libcurl/c/CURLOPT_CONNECT_TO.html>
struct HostMapping: ~Copyable {
    let raw: UnsafeMutablePointer<curl_slist>

    init(_ route: CurlConnection.Route) throws(CurlError) {
        let address = route.address.contains(":") ? "[\(route.address)]" : route.address
        guard let raw = curl_slist_append(nil, "::\(address):\(route.port)") else {
            throw CurlError(CURLE_OUT_OF_MEMORY)
        }
        self.raw = raw
    }

    deinit {
        curl_slist_free_all(raw)
    }
}
