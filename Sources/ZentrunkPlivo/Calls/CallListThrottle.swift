import HTTPTypes
@_spi(Adapter) import ZentrunkCore

/// A transport that reports a 500 to the list of call records as an error of its own.
///
/// Plivo throttles this list with 500 before it answers 429, according to public reports. Retries after fractions of a
/// second, which suit other lists, would prolong it. ``CallRecordSequence`` waits instead.
struct CallListThrottle: HTTPTransport {
    /// The list of call records was answered with 500.
    struct Throttled: Error {}

    let base: any HTTPTransport

    /// The path of the list, from the account on.
    static let path = "Zentrunk/Call/"

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        let response = try await base.send(request)
        let path = request.head.path?.prefix { $0 != "?" }
        guard response.head.status.code == 500, request.access == .read, path?.hasSuffix("/" + Self.path) == true else {
            return response
        }
        throw Throttled()
    }
}
