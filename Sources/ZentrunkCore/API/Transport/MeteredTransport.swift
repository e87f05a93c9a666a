import Synchronization

/// A counter of the requests to each side.
public final class TrafficMeter: Sendable {
    private let counts = Mutex<[Side: Int]>([:])

    /// Creates a counter at zero.
    public init() {}

    /// Returns the number of requests sent to that side so far, including retries.
    public func requests(to side: Side) -> Int { counts.withLock { $0[side, default: 0] } }

    func count(_ side: Side) { counts.withLock { $0[side, default: 0] += 1 } }
}

/// The two ends of a connection.
public enum Side: String, Sendable, Hashable, CaseIterable {
    case carrier, platform

    var place: ZentrunkError.Place { self == .carrier ? .carrier : .platform }
}

/// A transport that counts requests per side and as links of the ``RoundTripChain``. Wrap it directly around the
/// transport that performs the request.
public struct MeteredTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let side: Side
    private let meter: TrafficMeter

    /// Creates the transport; `meter` may be shared.
    public init(_ base: any HTTPTransport, side: Side, meter: TrafficMeter) {
        self.base = base
        self.side = side
        self.meter = meter
    }

    public func send(_ request: TransportRequest) async throws -> TransportResponse {
        meter.count(side)
        RoundTripChain.current?.advance()
        return try await base.send(request)
    }
}
