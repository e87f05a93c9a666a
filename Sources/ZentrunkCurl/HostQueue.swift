/// The requests to one host and port: those that libcurl has, and those that wait their turn.
///
/// libcurl could queue them itself (`CURLMOPT_MAX_HOST_CONNECTIONS`), but it counts the time in its queue as time spent
/// connecting, so a long queue would end in connection errors that are none.
final class HostQueue {
    private let connections: Int
    private var waiting: [Transfer] = []
    private var active = 0
    /// Whether requests share a connection, as the host speaks HTTP/2. Known after its first answer.
    private var isMultiplexed = false

    /// What libcurl lets share one connection by default.
    /// <https://curl.se/libcurl/c/CURLMOPT_MAX_CONCURRENT_STREAMS.html>
    private static let streamsPerConnection = 100

    init(connections: Int) {
        self.connections = connections
    }

    var isIdle: Bool { active == 0 && waiting.isEmpty }

    func add(_ transfer: Transfer) {
        waiting.append(transfer)
    }

    /// The next one that libcurl may have, if any.
    func next() -> Transfer? {
        let limit = isMultiplexed ? max(connections, Self.streamsPerConnection) : connections
        guard active < limit, !waiting.isEmpty else { return nil }
        active += 1
        return waiting.removeFirst()
    }

    /// - Parameter isMultiplexed: Whether the answer came over HTTP/2; nil when there was none.
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
