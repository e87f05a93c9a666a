import ZentrunkJSON

/// The codes of Twirp's errors that this service answers. <https://twitchtv.github.io/twirp/docs/errors.html>
enum LiveKitCode: String, Sendable {
    case badRoute = "bad_route"
    case invalidArgument = "invalid_argument"
    case malformed
    case notFound = "not_found"
    case unauthenticated
    case unimplemented
    case unknown

    var status: Int {
        switch self {
        case .badRoute, .notFound: 404
        case .invalidArgument, .malformed: 400
        case .unauthenticated: 401
        case .unimplemented: 501
        case .unknown: 500
        }
    }
}

/// An answer that ends the handling of a request early.
struct LiveKitRefusal: Error {
    var answer: SandboxAnswer

    init(_ code: LiveKitCode, _ message: String, meta: JSONObject = [:]) {
        var body: JSONObject = ["code": .string(code.rawValue), "msg": .string(message)]
        if !meta.isEmpty { body["meta"] = .object(meta) }
        answer = .json(code.status, .object(body))
    }

    private init(answer: SandboxAnswer) { self.answer = answer }

    /// Something in the body has the wrong type. The answer does not say what; the note does.
    static func malformed(_ note: String) -> LiveKitRefusal {
        var refusal = LiveKitRefusal(.malformed, "the json request could not be decoded")
        refusal.answer.violations.append(note)
        return refusal
    }

    static func badRoute(_ message: String, _ request: SandboxRequest) -> LiveKitRefusal {
        LiveKitRefusal(
            .badRoute, message, meta: ["twirp_invalid_route": .string("\(request.method) \(request.path)")])
    }

    /// What stands in front of the API refuses a bad token, in plain text.
    static func token(_ text: String) -> LiveKitRefusal {
        LiveKitRefusal(answer: .text(401, text))
    }

    /// A token that is good but allows something else, or none.
    static let permissionsDenied = LiveKitRefusal(.unauthenticated, "permissions denied")
}

extension SandboxFault.Effect {
    /// An error in LiveKit's shape.
    ///
    /// - Parameter code: Twirp's code, such as `unavailable`.
    public static func liveKit(_ status: Int, _ code: String, _ message: String) -> Self {
        .answer(.json(status, ["code": .string(code), "msg": .string(message)]))
    }
}
