import Synchronization

/// How many requests went to each side.
public final class TrafficMeter: Sendable {
    private let counts = Mutex<[Side: Int]>([:])

    public init() {}

    /// Requests sent to that side so far, retries included.
    public func requests(to side: Side) -> Int { counts.withLock { $0[side, default: 0] } }

    func count(_ side: Side) { counts.withLock { $0[side, default: 0] += 1 } }
}

/// The two ends that a connection joins.
public enum Side: String, Sendable, Hashable, CaseIterable {
    case carrier, platform

    var place: ZentrunkError.Place { self == .carrier ? .carrier : .platform }
}

/// Counts requests per side and as links of the ``RoundTripChain``; belongs directly around the transport that sends.
public struct MeteredTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let side: Side
    private let meter: TrafficMeter

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
