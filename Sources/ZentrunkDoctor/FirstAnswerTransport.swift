import HTTPTypes
@_spi(Adapter) import ZentrunkCore

/// A transport for reads that only inform: a server that is busy or down is not asked again, because the diagnosis does not
/// depend on the answer and should not wait for it.
struct FirstAnswerTransport: HTTPTransport {
    let base: any HTTPTransport

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        let response = try await base.send(request)
        let status = response.head.status.code
        guard status == 429 || status >= 500 else { return response }
        throw ZentrunkError(
            status == 429 ? .rateLimited : .unavailable, "Plivo answered \(status), and was not asked again",
            at: .carrier, status: status, remedies: [.retry(after: .seconds(60))])
    }
}
