public import ZentrunkJSON

/// A request that reached the sandbox, with its outcome.
///
/// Header fields are not kept, because they contain credentials.
public struct RecordedRequest: Sendable {
    /// 1 for the sandbox's first request. Never reused, even after ``Sandbox/clearRequests()``.
    public var sequence: Int
    /// The service that it reached: `plivo`, `vapi`, ...
    public var vendor: String
    public var method: String
    /// The path as sent, without the query.
    public var path: String
    public var query: [SandboxQueryItem]
    /// The body's bytes, including passwords. Use it for checks against a contract. To print, use ``json`` instead.
    public var body: [UInt8]
    /// The body as JSON; nil if it is empty or not JSON. Includes passwords.
    public var document: JSONValue?
    /// Whether the request can have changed something, according to the service. Some services read with POST.
    public var isWrite: Bool
    /// The response status; nil before the response is sent, or if a fault suppressed it.
    public var status: Int?
    /// The fault that was applied, if any.
    public var fault: SandboxFault.Effect?
    /// Violations: uses of the API that the vendor does not document as valid.
    public var violations: [String] = []
    /// When the request had arrived completely, relative to the sandbox's start.
    public var started: Duration
    /// When the response was sent or the connection closed, relative to the sandbox's start; nil before that.
    public var finished: Duration?

    public init(
        sequence: Int, vendor: String, method: String, path: String, query: [SandboxQueryItem] = [], body: [UInt8] = [],
        document: JSONValue? = nil, isWrite: Bool, status: Int? = nil, fault: SandboxFault.Effect? = nil,
        violations: [String] = [], started: Duration, finished: Duration? = nil
    ) {
        self.sequence = sequence
        self.vendor = vendor
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.document = document
        self.isWrite = isWrite
        self.status = status
        self.fault = fault
        self.violations = violations
        self.started = started
        self.finished = finished
    }
}

extension RecordedRequest {
    /// The record as JSON, for people and other processes. Passwords are replaced with markers.
    public var json: JSONValue {
        var record: JSONObject = [
            "sequence": .integer(Int64(sequence)), "vendor": .string(vendor), "method": .string(method),
            "path": .string(path), "write": .bool(isWrite),
        ]
        if !query.isEmpty { record["query"] = .object(JSONObject(query.map { ($0.name, .string($0.value)) })) }
        if let document { record["body"] = SandboxMarker.masking(document) }
        record["status"] = status.map { .integer(Int64($0)) } ?? .null
        if let fault { record["fault"] = fault.json }
        if !violations.isEmpty { record["violations"] = .array(violations.map { .string($0) }) }
        record["started_ms"] = .double(started.milliseconds)
        record["finished_ms"] = finished.map { .double($0.milliseconds) } ?? .null
        return .object(record)
    }
}

extension Sequence<RecordedRequest> {
    /// The length of the longest chain of requests in which each began after the previous one had been answered.
    ///
    /// The duration of a client's run is this number times the latency. It also counts unnecessary waiting.
    public var depth: Int {
        // Of all requests that can come next, the one that ends first is chosen: greedy interval scheduling.
        let byEnd = sorted { ($0.finished ?? .seconds(Int64.max)) < ($1.finished ?? .seconds(Int64.max)) }
        var free = Duration.zero
        var depth = 0
        for request in byEnd where request.started >= free {
            depth += 1
            guard let finished = request.finished else { break }
            free = finished
        }
        return depth
    }
}

extension Duration {
    /// The duration in milliseconds, truncated to microseconds.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000
    }
}
