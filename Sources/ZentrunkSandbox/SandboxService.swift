public import ZentrunkJSON

/// An imitation of a vendor's API: a function from a request and the service's own state to a response.
///
/// The sandbox provides everything else: sockets, latency, faults and recording. To add a vendor, write one conforming
/// type in its own folder and pass it in ``SandboxOptions/services``. For platforms, see ``PlatformService``.
public protocol SandboxService: Sendable {
    /// The vendor's name in recorded requests, faults and ports: lower case, no spaces.
    var vendor: String { get }

    /// Returns the environment variables that point a client to this service, including credentials.
    ///
    /// - Parameter url: The service's address, such as `http://127.0.0.1:8080`, without a trailing slash.
    func environment(at url: String) -> [String: String]

    /// Processes a request and returns the vendor's response. Called concurrently.
    func answer(_ request: SandboxRequest) -> SandboxAnswer

    /// Processes a request that can place a call. By default, no request can.
    ///
    /// - Parameter exchange: What leads calls to the other vendors.
    func answer(_ request: SandboxRequest, through exchange: SandboxExchange) -> SandboxAnswer

    /// All objects, for people and tests. Passwords are replaced with markers, see ``SandboxMarker``.
    var state: JSONValue { get }

    /// Whether a request can change something, regardless of its response.
    ///
    /// By default, every method except GET and HEAD can.
    func isWrite(_ request: SandboxRequest) -> Bool

    /// Deletes all objects except those that existed at the start.
    func reset()
}

extension SandboxService {
    public func answer(_ request: SandboxRequest, through exchange: SandboxExchange) -> SandboxAnswer {
        answer(request)
    }

    public func isWrite(_ request: SandboxRequest) -> Bool { request.method != "GET" && request.method != "HEAD" }
}

/// A request as a service receives it.
public struct SandboxRequest: Sendable {
    /// The HTTP method, upper case.
    public var method: String
    /// The path as sent: percent-encoded, with or without a trailing slash, no query.
    public var path: String
    /// Decoded query parameters in the order in which they were sent.
    public var query: [SandboxQueryItem]
    /// Header fields by lower-case name. They contain credentials and are not recorded.
    public var headers: [String: String]
    public var body: [UInt8]
    /// The body as JSON; nil if it is empty or not JSON.
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

    /// Returns the value of the last query parameter with that name.
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

/// The response of a service.
public struct SandboxAnswer: Sendable, Hashable {
    public var status: Int
    public var headers: [String: String]
    public var body: [UInt8]
    /// Uses of the API that the vendor does not document as valid: undocumented fields, dangling references.
    ///
    /// Vendors do not document the response to some of these. The sandbox then returns the most lenient response and
    /// records that clients must not rely on it. Tests assert that this list stays empty.
    public var violations: [String] = []
    /// How long the vendor takes to answer, such as until a phone is answered. Added to the sandbox's latency.
    public var delay: Duration = .zero

    public init(status: Int, headers: [String: String] = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// Returns a response with a JSON body.
    public static func json(_ status: Int, _ value: JSONValue) -> SandboxAnswer {
        SandboxAnswer(status: status, headers: ["Content-Type": "application/json"], body: value.bytes())
    }

    /// Returns this response with the violations added.
    public func noting(_ violations: [String]) -> SandboxAnswer {
        var answer = self
        answer.violations += violations
        return answer
    }

    /// Returns the reason phrase of a status. <https://www.rfc-editor.org/rfc/rfc9110#section-15>
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
