import ZentrunkJSON
public import ZentrunkSandbox

/// Twirp error codes that this service returns. <https://twitchtv.github.io/twirp/docs/errors.html>
enum LiveKitCode: String, Sendable {
    case aborted
    case badRoute = "bad_route"
    case deadlineExceeded = "deadline_exceeded"
    case failedPrecondition = "failed_precondition"
    case invalidArgument = "invalid_argument"
    case malformed
    case notFound = "not_found"
    case outOfRange = "out_of_range"
    case permissionDenied = "permission_denied"
    case resourceExhausted = "resource_exhausted"
    case unauthenticated
    case unavailable
    case unimplemented
    case unknown

    var status: Int {
        switch self {
        case .aborted: 409
        case .badRoute, .notFound: 404
        case .deadlineExceeded: 408
        case .failedPrecondition: 412
        case .invalidArgument, .malformed, .outOfRange: 400
        case .permissionDenied: 403
        case .resourceExhausted: 429
        case .unauthenticated: 401
        case .unimplemented: 501
        case .unavailable: 503
        case .unknown: 500
        }
    }
}

/// An error response. Ends the handling of a request.
struct LiveKitRefusal: Error {
    var answer: SandboxAnswer

    init(_ code: LiveKitCode, _ message: String, meta: JSONObject = [:]) {
        var body: JSONObject = ["code": .string(code.rawValue), "msg": .string(message)]
        if !meta.isEmpty { body["meta"] = .object(meta) }
        answer = .json(code.status, .object(body))
        answer.body = Self.escaped(answer.body)
    }

    private init(answer: SandboxAnswer) { self.answer = answer }

    /// A value of the wrong type in the body. The response does not say which; the note does.
    static func malformed(_ note: String, in form: LiveKitForm = .json) -> LiveKitRefusal {
        var refusal = LiveKitRefusal(.malformed, "the \(form) request could not be decoded")
        refusal.answer.violations.append(note)
        return refusal
    }

    static func badRoute(_ message: String, _ request: SandboxRequest) -> LiveKitRefusal {
        LiveKitRefusal(
            .badRoute, message, meta: ["twirp_invalid_route": .string("\(request.method) \(request.path)")])
    }

    /// An error from an inner part of the server. The outer part reports it as an invalid argument.
    static func wrapped(_ message: String) -> LiveKitRefusal {
        LiveKitRefusal(.invalidArgument, "twirp error unknown: \(message)")
    }

    /// The 401 response to an invalid token, in plain text. It comes from the layer in front of the API.
    static func token(_ text: String) -> LiveKitRefusal { LiveKitRefusal(answer: .text(401, text)) }

    /// The 404 response to an unknown path, from the layer in front of the API.
    static let noPage = LiveKitRefusal(answer: .text(404, "404 page not found"))

    /// The 413 response to a body that is too large, from the layer in front of the API.
    static let tooLarge: LiveKitRefusal = {
        var answer = SandboxAnswer.text(413, "request body too large")
        answer.headers["Connection"] = "close"
        return LiveKitRefusal(answer: answer)
    }()

    /// The error for a valid token that lacks the grant, and for a request without a token.
    static let permissionsDenied = LiveKitRefusal(.unauthenticated, "permissions denied")

    /// Escapes `<`, `>` and `&`, as Go's JSON library does in errors.
    private static func escaped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            switch byte {
            case UInt8(ascii: "<"): Array(#"\u003c"#.utf8)
            case UInt8(ascii: ">"): Array(#"\u003e"#.utf8)
            case UInt8(ascii: "&"): Array(#"\u0026"#.utf8)
            default: [byte]
            }
        }
    }
}

extension SandboxFault.Effect {
    /// An error in LiveKit's shape.
    ///
    /// - Parameter code: Twirp's code, such as `unavailable`.
    public static func liveKit(_ status: Int, _ code: String, _ message: String) -> Self {
        .answer(.json(status, ["code": .string(code), "msg": .string(message)]))
    }
}
