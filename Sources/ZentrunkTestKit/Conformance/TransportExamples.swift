package import HTTPTypes
package import Testing
@_spi(Adapter) package import ZentrunkCore

extension TransportRequest {
    /// Returns a GET request that only reads.
    package static func read(_ url: String, _ fields: HTTPFields = [:]) -> TransportRequest {
        .to(url, .get, fields: fields, access: .read)
    }

    /// Returns a request that writes.
    package static func write(_ method: HTTPRequest.Method, _ url: String, _ body: String = "") -> TransportRequest {
        .to(url, method, body: Array(body.utf8), access: .write)
    }

    /// Returns a request to a URL, which is not validated.
    package static func to(
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

extension TransportResponse {
    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }
}

/// Returns the error with which the request fails; records an issue if it succeeds.
package func failure(
    of transport: any HTTPTransport, _ request: TransportRequest, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> TransportError {
    let error = await #expect(throws: TransportError.self, sourceLocation: sourceLocation) {
        _ = try await transport.send(request)
    }
    return try #require(error, sourceLocation: sourceLocation)
}
