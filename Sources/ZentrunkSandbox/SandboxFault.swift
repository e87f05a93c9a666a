public import ZentrunkJSON

/// A rule that makes requests fail: which ones, and how.
///
/// Rules are tried in their order; the first one that hits decides. Each rule counts the requests that match it from
/// the moment that it is set.
public struct SandboxFault: Sendable, Hashable {
    /// Which of the matching requests are hit.
    public enum Hits: Sendable, Hashable {
        case every
        /// Only that one; the first is 1.
        case nth(Int)
        /// The first so many, so that a client that tries again succeeds in the end.
        case first(Int)
        /// That one and every later one, so that trying again never helps.
        case from(Int)
    }

    /// What happens to a request that is hit.
    public enum Effect: Sendable, Hashable {
        /// The service does not see the request; this is answered in its place.
        case answer(SandboxAnswer)
        /// The service does not see the request; a server without the route, or a proxy, answers in its place.
        case noRoute(NoRoute)
        /// The service does not see the request, and the connection closes without a byte.
        case closeBeforeActing
        /// The service acts, and the connection closes without a byte.
        case loseAnswer
        /// The service acts; the connection closes in the middle of the answer's body.
        case truncateAnswer
        /// The service acts; the answer arrives whole but its body is not JSON.
        case breakJSON
        /// The service acts; the answer has its status but no body.
        case emptyAnswer
        /// The service acts; the answer comes that much later than the latency has it.
        case delay(Duration)
        /// The service does not see the request, and no answer ever comes, until the sandbox stops.
        case hang
    }

    /// Only requests to this service.
    public var vendor: String?
    /// Only requests with this method.
    public var method: String?
    /// Only requests that may change something, see ``SandboxService/isWrite(_:)``.
    public var writesOnly: Bool
    /// Only requests that change nothing.
    public var readsOnly: Bool
    /// Only paths that contain this; with a `*` in it, which stands for any text, the whole path has to fit.
    ///
    /// Plivo creates and updates with POST: `*/Zentrunk/Trunk/` is a create, `*/Zentrunk/Trunk/?*` (any item) an
    /// update. `?` stands for one character.
    public var path: String?
    /// Only bodies that have each of these values at its place.
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

    /// Hits the n-th write of all, whichever service it goes to; the first is 1.
    public static func failing(write n: Int, with effect: Effect) -> SandboxFault {
        SandboxFault(writesOnly: true, hits: .nth(n), effect: effect)
    }

    /// Whether the conditions hold, the counting aside.
    func matches(_ request: SandboxRequest, to service: any SandboxService) -> Bool {
        guard vendor == nil || vendor == service.vendor, method == nil || method == request.method,
            !writesOnly || service.isWrite(request), !readsOnly || !service.isWrite(request)
        else { return false }
        if let path, !Self.path(request.path, fits: path) { return false }
        return body.allSatisfy { request.json?[$0.key] == $0.value }
    }

    /// Whether the n-th matching request is hit.
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
    /// 429. Neither vendor documents `Retry-After`, so it is left out unless given.
    public static func rateLimited(retryAfterSeconds: Int? = nil) -> Self {
        var answer = SandboxAnswer.json(429, ["error": "Too many requests", "message": "Too many requests"])
        if let retryAfterSeconds { answer.headers["Retry-After"] = String(retryAfterSeconds) }
        return .answer(answer)
    }

    /// 401, as after a key was withdrawn.
    public static var unauthorized: Self { .answer(.json(401, ["error": "Unauthorized", "message": "Unauthorized"])) }

    /// 400 with this text.
    public static func refused(_ text: String) -> Self {
        .answer(.json(400, ["error": .string(text), "message": .string(text)]))
    }

    /// 500 with a JSON body.
    public static var serverError: Self {
        .answer(.json(500, ["error": "Internal Server Error", "message": "Internal Server Error"]))
    }

    /// 503 with a page of HTML, as gateways answer.
    public static var unavailable: Self { .answer(.html(503)) }
}
