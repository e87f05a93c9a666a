/// The requests to one host and port: active ones in libcurl, and queued ones.
///
/// libcurl has a queue of its own (`CURLMOPT_MAX_HOST_CONNECTIONS`), but counts the time in it as time spent
/// connecting, so that a long queue would end in connection errors.
final class HostQueue {
    private let connections: Int
    private var waiting: [Transfer] = []
    private var active = 0
    /// Whether requests share a connection because the host uses HTTP/2. Known after the first response.
    private var isMultiplexed = false

    /// libcurl's default limit of requests per connection.
    /// <https://curl.se/libcurl/c/CURLMOPT_MAX_CONCURRENT_STREAMS.html>
    private static let streamsPerConnection = 100

    init(connections: Int) {
        self.connections = connections
    }

    var isIdle: Bool { active == 0 && waiting.isEmpty }

    func add(_ transfer: Transfer) {
        waiting.append(transfer)
    }

    /// Returns the next transfer to pass to libcurl; nil if there is none or the limit is reached.
    func next() -> Transfer? {
        let limit = isMultiplexed ? max(connections, Self.streamsPerConnection) : connections
        guard active < limit, !waiting.isEmpty else { return nil }
        active += 1
        return waiting.removeFirst()
    }

    /// Removes a transfer.
    ///
    /// - Parameter isMultiplexed: Whether the response came over HTTP/2; nil without a response.
    func remove(_ transfer: Transfer, isMultiplexed: Bool?) {
        if let isMultiplexed { self.isMultiplexed = isMultiplexed }
        if transfer.isInMulti {
            active -= 1
        } else {
            waiting.removeAll { $0 === transfer }
        }
    }
}

@available(*, unavailable)
extension HostQueue: Sendable {}
