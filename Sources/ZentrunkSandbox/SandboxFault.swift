public import ZentrunkJSON

/// A rule that makes certain requests fail in a certain way.
///
/// The first matching rule applies. Each rule counts the requests that match it from the moment it is set.
public struct SandboxFault: Sendable, Hashable {
    /// Which of the matching requests fail.
    public enum Hits: Sendable, Hashable {
        case every
        /// Only the nth; the first is 1.
        case nth(Int)
        /// The first n, so that a client that retries eventually succeeds.
        case first(Int)
        /// The nth and every later one, so that retries never succeed.
        case from(Int)
    }

    /// The effect on a request.
    public enum Effect: Sendable, Hashable {
        /// The service does not receive the request; this answer is returned instead.
        case answer(SandboxAnswer)
        /// The service does not receive the request; a server without the route, or a proxy, answers instead.
        case noRoute(NoRoute)
        /// The service does not receive the request; the connection closes without a response.
        case closeBeforeActing
        /// The service processes the request; the connection closes without a response.
        case loseAnswer
        /// The service processes the request; the connection closes in the middle of the response body.
        case truncateAnswer
        /// The service processes the request; the response is complete but its body is not JSON.
        case breakJSON
        /// The service processes the request; the response has its status but no body.
        case emptyAnswer
        /// The service processes the request; the response is delayed by this duration in addition to the latency.
        case delay(Duration)
        /// The service does not receive the request; no response is sent until the sandbox stops.
        case hang
    }

    /// Limits the rule to this service.
    public var vendor: String?
    /// Limits the rule to this method.
    public var method: String?
    /// Limits the rule to requests that can change something, see ``SandboxService/isWrite(_:)``.
    public var writesOnly: Bool
    /// Limits the rule to requests that change nothing.
    public var readsOnly: Bool
    /// Limits the rule to paths that contain this text. With a `*`, which matches any text, the whole path must match.
    ///
    /// Plivo creates and updates with POST: `*/Zentrunk/Trunk/` matches a create, `*/Zentrunk/Trunk/?*` (any item) an
    /// update. `?` matches one character.
    public var path: String?
    /// Limits the rule to bodies that have each of these values at its path.
    public var body: [JSONPointer: JSONValue]
    public var hits: Hits
    public var effect: Effect

    public init(
        vendor: String? = nil, method: String? = nil, writesOnly: Bool = false, readsOnly: Bool = false,
        path: String? = nil, body: [JSONPointer: JSONValue] = [:], hits: Hits = .every, effect: Effect
    ) {
        self.vendor = vendor
        self.method = method
        self.writesOnly = writesOnly
        self.readsOnly = readsOnly
        self.path = path
        self.body = body
        self.hits = hits
        self.effect = effect
    }

    /// Returns a rule for the nth write, counted over all services; the first is 1.
    public static func failing(write n: Int, with effect: Effect) -> SandboxFault {
        SandboxFault(writesOnly: true, hits: .nth(n), effect: effect)
    }

    /// Whether the conditions match, apart from the count.
    func matches(_ request: SandboxRequest, to service: any SandboxService) -> Bool {
        guard vendor == nil || vendor == service.vendor, method == nil || method == request.method,
            !writesOnly || service.isWrite(request), !readsOnly || !service.isWrite(request)
        else { return false }
        if let path, !Self.path(request.path, fits: path) { return false }
        return body.allSatisfy { request.json?[$0.key] == $0.value }
    }

    /// Whether the rule applies to the nth matching request.
    func hits(occurrence n: Int) -> Bool {
        switch hits {
        case .every: true
        case .nth(let only): n == only
        case .first(let last): n <= last
        case .from(let first): n >= first
        }
    }

    private static func path(_ path: String, fits pattern: String) -> Bool {
        guard pattern.contains("*") else { return contains(path[...], pattern) }
        return fits(path[...], pattern[...])
    }

    private static func contains(_ text: Substring, _ part: String) -> Bool {
        text.indices.contains { text[$0...].hasPrefix(part) } || part.isEmpty
    }

    private static func fits(_ text: Substring, _ pattern: Substring) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        switch first {
        case "*":
            let rest = pattern.dropFirst()
            return fits(text, rest) || (!text.isEmpty && fits(text.dropFirst(), pattern))
        case "?": return !text.isEmpty && fits(text.dropFirst(), pattern.dropFirst())
        default: return text.first == first && fits(text.dropFirst(), pattern.dropFirst())
        }
    }
}

extension SandboxFault.Effect {
    /// 429. No vendor documents `Retry-After`, so it is only included if given.
    public static func rateLimited(retryAfterSeconds: Int? = nil) -> Self {
        var answer = SandboxAnswer.json(429, ["error": "Too many requests", "message": "Too many requests"])
        if let retryAfterSeconds { answer.headers["Retry-After"] = String(retryAfterSeconds) }
        return .answer(answer)
    }

    /// 401, as for a revoked key.
    public static var unauthorized: Self { .answer(.json(401, ["error": "Unauthorized", "message": "Unauthorized"])) }

    /// 400 with this text.
    public static func refused(_ text: String) -> Self {
        .answer(.json(400, ["error": .string(text), "message": .string(text)]))
    }

    /// 500 with a JSON body.
    public static var serverError: Self {
        .answer(.json(500, ["error": "Internal Server Error", "message": "Internal Server Error"]))
    }

    /// 503 with an HTML page, like a gateway.
    public static var unavailable: Self { .answer(.html(503)) }
}
