import HTTPTypes
@_spi(Adapter) import ZentrunkCore

/// A request in libcurl's form, validated on the caller's thread to keep the loop free.
struct PreparedRequest: Sendable {
    let endpoint: Endpoint
    let method: HTTPRequest.Method
    /// The URL, followed by a zero byte.
    let url: [UInt8]
    /// The header lines, each followed by a zero byte. They contain credentials: never print them.
    let headerLines: [UInt8]
    let body: [UInt8]
    let access: TransportRequest.Access

    /// Whether the message has a body, possibly an empty one.
    var hasBody: Bool { Self.hasBody(method, body) }

    private static func hasBody(_ method: HTTPRequest.Method, _ body: [UInt8]) -> Bool {
        !body.isEmpty || [.post, .put, .patch].contains(method)
    }

    /// Validates a request.
    ///
    /// - Throws: `TransportError` with code `refused`, before anything is sent.
    init(_ request: TransportRequest, allowing plainHosts: PlainHTTPHosts) throws(TransportError) {
        let head = request.head
        endpoint = try Endpoint(scheme: head.scheme, authority: head.authority, allowing: plainHosts)
        method = head.method
        body = request.body
        access = request.access
        guard method != .connect else { throw .refused("\(endpoint): the method CONNECT is not for requests") }
        guard method != .head || body.isEmpty else { throw .refused("\(endpoint): a HEAD request has no body") }
        url = try Self.url(of: endpoint, path: head.path ?? "/")
        headerLines = try Self.lines(of: head.headerFields, endpoint: endpoint, hasBody: Self.hasBody(method, body))
    }

    /// Returns the URL with exactly the given path: nothing is decoded, encoded or shortened.
    private static func url(of endpoint: Endpoint, path: String) throws(TransportError) -> [UInt8] {
        let printable: ClosedRange<UInt8> = 0x21...0x7E
        // libcurl would remove a fragment silently.
        guard path.utf8.first == UInt8(ascii: "/"),
            path.utf8.allSatisfy({ printable.contains($0) && $0 != UInt8(ascii: "#") })
        else { throw .refused("\(endpoint): the path is not one that a URL can hold") }
        let origin = "\(endpoint.scheme.rawValue)://\(endpoint.host):\(endpoint.port)"
        var url: [UInt8] = []
        url.reserveCapacity(origin.utf8.count + path.utf8.count + 1)
        url.append(contentsOf: origin.utf8)
        url.append(contentsOf: path.utf8)
        url.append(0)
        return url
    }

    /// Returns the header lines in the form of CURLOPT_HTTPHEADER. <https://curl.se/libcurl/c/CURLOPT_HTTPHEADER.html>
    private static func lines(
        of fields: HTTPFields, endpoint: Endpoint, hasBody: Bool
    ) throws(TransportError) -> [UInt8] {
        var lines: [UInt8] = []
        lines.reserveCapacity(64 * (fields.count + 2))
        for field in fields {
            guard !isSetByTransport(field.name) else {
                throw .refused("\(endpoint): the transport itself sets the header field \(field.name)")
            }
            lines.append(contentsOf: field.name.rawName.utf8)
            let isSendable = field.withUnsafeBytesOfValue { value in
                guard value.contains(where: { $0 != 0x20 && $0 != 0x09 }) else {
                    // "Name:" would remove the field, "Name;" sends it without a value.
                    lines.append(UInt8(ascii: ";"))
                    lines.append(0)
                    return true
                }
                lines.append(UInt8(ascii: ":"))
                lines.append(UInt8(ascii: " "))
                lines.append(contentsOf: value)
                lines.append(0)
                return value.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
            }
            guard isSendable else {
                throw .refused("\(endpoint): the header field \(field.name) holds a control character")
            }
        }
        if hasBody {
            // Otherwise libcurl would wait for "100 Continue" before a large body, and declare any body to be a form.
            lines.append(contentsOf: "Expect:\0".utf8)
            if !fields.contains(.contentType) { lines.append(contentsOf: "Content-Type:\0".utf8) }
        }
        return lines
    }

    /// Whether the field determines the end of a message or the use of the connection. A second value for these would
    /// be a vulnerability.
    private static func isSetByTransport(_ name: HTTPField.Name) -> Bool {
        switch name.canonicalName {
        case "connection", "content-length", "expect", "host", "keep-alive", "proxy-connection", "te", "trailer",
            "transfer-encoding", "upgrade":
            true
        default: false
        }
    }
}
