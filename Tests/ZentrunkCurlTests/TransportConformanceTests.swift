import Testing
import ZentrunkCurl
import ZentrunkTestKit

@Suite("Conformance of the transport on libcurl")
struct TransportConformanceTests {
    @Test("Conforms", arguments: TransportConformance.cases)
    func conforms(rule: TransportConformance.Case) async throws {
        try await rule.run { try CurlTransport() }
    }
}
