/// The two ends of a connection.
public enum Side: String, Sendable, Hashable, CaseIterable {
    case carrier, platform

    var place: ZentrunkError.Place { self == .carrier ? .carrier : .platform }
}

/// A transport that counts, times and logs requests for their run, by side, and as links of the ``RoundTripChain``. Wrap it directly
/// around the transport that performs the request.
package struct CountedTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let side: Side

    /// Creates the transport.
    package init(_ base: any HTTPTransport, side: Side) {
        self.base = base
        self.side = side
    }

    package func send(_ request: TransportRequest) async throws -> TransportResponse {
        RoundTripChain.current?.advance()
        guard let run = RunScope.current else { return try await base.send(request) }
        return try await run.observing(request, to: side) { try await base.send(request) }
    }
}
