import HTTPTypes
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkCurl

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Sends requests with ``CurlTransport``, like `Benchmarks/curl-multi/bench.c` with bare libcurl. Prints one line of
/// JSON.
///
///     transport-bench URL REQUESTS IN_FLIGHT [BODY_BYTES]
@main
struct TransportBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let requests = Int(arguments[2]), let inFlight = Int(arguments[3]),
            let request = request(url: arguments[1], bodyBytes: arguments.count > 4 ? Int(arguments[4]) ?? 0 : 0)
        else {
            print("usage: transport-bench URL REQUESTS IN_FLIGHT [BODY_BYTES]")
            return
        }
        var configuration = CurlConfiguration()
        configuration.maximumConnectionsPerHost = inFlight
        let transport = try CurlTransport(configuration: configuration)
        let elapsed = try await ContinuousClock().measure {
            try await send(request, times: requests, inFlight: inFlight, over: transport)
        }
        let seconds = elapsed / .seconds(1)
        print(
            """
            {"client":"swift","requests":\(requests),"in_flight":\(inFlight),"body_bytes":\(request.body.count),\
            "seconds":\(seconds),"requests_per_second":\(Int(Double(requests) / seconds)),\
            "cpu_seconds":\(Double(clock()) / Double(CLOCKS_PER_SEC))}
            """)
    }

    private static func send(
        _ request: TransportRequest, times: Int, inFlight: Int, over transport: CurlTransport
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in 0..<inFlight {
                let share = times / inFlight + (worker < times % inFlight ? 1 : 0)
                group.addTask {
                    for _ in 0..<share {
                        let answer = try await transport.send(request)
                        guard answer.head.status == .ok else { throw UnexpectedStatus(status: answer.head.status) }
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    /// Returns a request with the same header fields as in the C program.
    private static func request(url: String, bodyBytes: Int) -> TransportRequest? {
        guard let schemeEnd = url.firstRange(of: "://") else { return nil }
        let rest = url[schemeEnd.upperBound...]
        let pathStart = rest.firstIndex(of: "/") ?? rest.endIndex
        let head = HTTPRequest(
            method: bodyBytes > 0 ? .post : .get, scheme: String(url[..<schemeEnd.lowerBound]),
            authority: String(rest[..<pathStart]), path: pathStart == rest.endIndex ? "/" : String(rest[pathStart...]),
            headerFields: [.authorization: "Basic dXNlcjpwYXNzd29yZA==", .contentType: "application/json"])
        return TransportRequest(
            head: head, body: Array(repeating: UInt8(ascii: "x"), count: bodyBytes), access: .read)
    }
}

private struct UnexpectedStatus: Error {
    var status: HTTPResponse.Status
}
