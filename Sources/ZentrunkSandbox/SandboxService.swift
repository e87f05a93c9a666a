public import ZentrunkJSON

/// One vendor's API, imitated: a function from a request and the service's own state to an answer.
///
/// The sandbox owns everything else: sockets, latency, faults, recording. A new vendor is one type that conforms, in a
/// folder of its own, and joins through ``SandboxOptions/services``. See ``PlatformService`` for platforms.
public protocol SandboxService: Sendable {
    /// The vendor's name, as recorded requests, faults and ports name it: lower case, no spaces.
    var vendor: String { get }

    /// The variables that make a client talk to this service, credentials included.
    ///
    /// - Parameter url: Where the service listens, such as `http://127.0.0.1:8080`, without a trailing slash.
    func environment(at url: String) -> [String: String]

    /// Acts on the request and says what the vendor would answer. Called from many tasks at once.
    func answer(_ request: SandboxRequest) -> SandboxAnswer

    /// Every object, for people and tests. Passwords appear as markers only, see ``SandboxMarker``.
    var state: JSONValue { get }

    /// Whether a request may change something here, whatever it is answered.
    ///
    /// Unless the service says otherwise, everything but GET and HEAD may.
    func isWrite(_ request: SandboxRequest) -> Bool

    /// Forgets every object but those that were there at the start.
    func reset()
}

extension SandboxService {
    public func isWrite(_ request: SandboxRequest) -> Bool { request.method != "GET" && request.method != "HEAD" }
}

/// What a service sees of a request.
public struct SandboxRequest: Sendable {
    /// The HTTP method, upper case.
    public var method: String
    /// The path as it was sent: percent-encoded, with its trailing slash or without, no query.
    public var path: String
    /// Query parameters in the order in which they were sent, decoded.
    public var query: [SandboxQueryItem]
    /// Header fields by lower-case name. They hold credentials and are not recorded.
    public var headers: [String: String]
    public var body: [UInt8]
    /// The body as JSON; nil when it is empty or not JSON.
    public var json: JSONValue?

    public init(
        method: String, path: String, query: [SandboxQueryItem] = [], headers: [String: String] = [:],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        json = body.isEmpty ? nil : try? JSONValue(parsing: body)
    }

    /// The value of the last query parameter of that name.
    public func parameter(_ name: String) -> String? { query.last { $0.name == name }?.value }
}

/// One query parameter, decoded.
public struct SandboxQueryItem: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// What a service answers.
public struct SandboxAnswer: Sendable, Hashable {
    public var status: Int
    public var headers: [String: String]
    public var body: [UInt8]
    /// What the request did that the vendor does not promise to forgive: undocumented fields, dangling references.
    ///
    /// Vendors are silent on some of these; the answer shows their most forgiving reading, and this list says that
    /// nobody should rely on it. Tests assert that it stays empty.
    public var violations: [String] = []

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// An answer whose body is JSON.
    public static func json(_ status: Int, _ value: JSONValue) -> SandboxAnswer {
        SandboxAnswer(status: status, headers: ["Content-Type": "application/json"], body: value.bytes())
    }

    /// This answer, with the violations added.
    public func noting(_ violations: [String]) -> SandboxAnswer {
        var answer = self
        answer.violations += violations
        return answer
    }

    /// The reason phrase of a status. <https://www.rfc-editor.org/rfc/rfc9110#section-15>
    public static func reason(_ status: Int) -> String {
        switch status {
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 409: "Conflict"
        case 410: "Gone"
        case 413: "Content Too Large"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        default: "Status"
        }
    }
}
