import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl
@_spi(Adapter) import ZentrunkTestKit

@Suite("Conformance of the transport on libcurl")
struct TransportConformanceTests {
    @Test("Conforms", arguments: TransportConformance.cases)
    func conforms(rule: TransportConformance.Case) async throws {
        try await rule.run { try CurlTransport() }
    }

    @Test("A transport that repeats writes does not conform")
    func repeating() async throws {
        let rules = TransportConformance.cases.filter { $0.name.contains("a write is sent once") }
        #expect(!rules.isEmpty)
        for rule in rules {
            await withKnownIssue { try await rule.run { RepeatingTransport(base: try CurlTransport()) } }
        }
    }
}

/// A transport that sends each request again after an error.
private struct RepeatingTransport: HTTPTransport {
    let base: any HTTPTransport

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        do { return try await base.send(request) } catch { return try await base.send(request) }
    }
}
