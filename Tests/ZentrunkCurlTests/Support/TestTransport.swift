import HTTPTypes
import Testing
import ZentrunkCore
import ZentrunkCurl

extension CurlConfiguration {
    static func with(_ change: (inout CurlConfiguration) -> Void) -> CurlConfiguration {
        var configuration = CurlConfiguration()
        change(&configuration)
        return configuration
    }
}

extension TransportRequest {
    static func read(_ url: String, _ fields: HTTPFields = [:]) -> TransportRequest {
        .to(url, .get, fields: fields, access: .read)
    }

    static func write(_ method: HTTPRequest.Method, _ url: String, _ body: String = "") -> TransportRequest {
        .to(url, method, body: Array(body.utf8), access: .write)
    }

    static func to(
        _ url: String, _ method: HTTPRequest.Method, fields: HTTPFields = [:], body: [UInt8] = [], access: Access
    ) -> TransportRequest {
        let schemeEnd = url.firstRange(of: "://")
        let rest = url[(schemeEnd?.upperBound ?? url.startIndex)...]
        let pathStart = rest.firstIndex(of: "/") ?? rest.endIndex
        return TransportRequest(
            head: HTTPRequest(
                method: method, scheme: schemeEnd.map { String(url[..<$0.lowerBound]) },
                authority: String(rest[..<pathStart]), path: String(rest[pathStart...]), headerFields: fields),
            body: body, access: access)
    }
}

/// Returns the error with which the request fails. Fails the test if the request succeeds.
func failure(
    of transport: CurlTransport, _ request: TransportRequest, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> TransportError {
    let error = await #expect(throws: TransportError.self, sourceLocation: sourceLocation) {
        _ = try await transport.send(request)
    }
    return try #require(error, sourceLocation: sourceLocation)
}

extension TransportResponse {
    var text: String { String(decoding: body, as: UTF8.self) }
}
