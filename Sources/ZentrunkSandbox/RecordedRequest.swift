public import ZentrunkJSON

/// One request that reached the sandbox, and what became of it.
///
/// Header fields are not kept: they hold credentials.
public struct RecordedRequest: Sendable {
    /// 1 for the sandbox's first request; never used twice, not even after ``Sandbox/clearRequests()``.
    public var sequence: Int
    /// Which service it reached: `plivo`, `vapi`, ...
    public var vendor: String
    public var method: String
    /// The path as it was sent, without the query.
    public var path: String
    public var query: [SandboxQueryItem]
    /// The body's bytes, passwords included: for checks against a contract, not for printing. Print ``json`` instead.
    public var body: [UInt8]
    /// The body as JSON; nil when it is empty or not JSON. Passwords included.
    public var document: JSONValue?
    /// Whether this can have changed something, as the service sees it: some read with POST.
    public var isWrite: Bool
    /// The status that was answered; nil while no answer was sent, and when a fault kept it back.
    public var status: Int?
    /// The fault that hit, if any.
    public var fault: SandboxFault.Effect?
    /// What the request did that the vendor does not promise to forgive.
    public var violations: [String] = []
    /// When it had arrived as a whole, counted from the sandbox's start.
    public var started: Duration
    /// When its answer began to leave or the connection was closed, counted likewise; nil while it is being answered.
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
    /// The record for people and other processes; passwords are markers.
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
    /// The longest chain of requests of which each began after the one before had been answered.
    ///
    /// What a client's run costs is this number times the latency. It counts accidental waiting too, not only what the
    /// client had to wait for.
    public var depth: Int {
        // Of all requests that can come next, the one that ends first leaves the most room: the classic greedy choice.
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
    /// In milliseconds, exact to the microsecond.
    var milliseconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds * 1_000_000 + attoseconds / 1_000_000_000_000) / 1000
    }
}
