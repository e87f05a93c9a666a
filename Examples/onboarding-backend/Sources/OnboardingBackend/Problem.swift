import HTTPTypes
import Hummingbird
import Logging
import ZentrunkCore
import ZentrunkJSON

/// An error as an answer: problem details. <https://www.rfc-editor.org/rfc/rfc9457>
struct Problem: HTTPResponseError {
    let status: HTTPResponse.Status
    /// The members beyond `status` and `title`: `code`, `detail` and what belongs to them.
    var members: JSONObject
    /// Seconds, for statuses that ask the client to come back.
    var retryAfter: Int?

    init(_ status: HTTPResponse.Status, code: String, _ detail: String, retryAfter: Int? = nil) {
        self.status = status
        self.retryAfter = retryAfter
        members = ["code": .string(code), "detail": .string(detail)]
    }

    /// The backend is starting or stopping: another one, or this one later, takes the request.
    static let notReady = Problem(
        .serviceUnavailable, code: "not-ready", "the backend is starting or stopping", retryAfter: 5)

    func response(from request: Request, context: some RequestContext) throws -> Response {
        var headers: HTTPFields = [:]
        if let retryAfter { headers[.retryAfter] = String(retryAfter) }
        if status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        let known: JSONObject = [
            "type": "about:blank", "title": .string(status.reasonPhrase), "status": .integer(Int64(status.code)),
        ]
        return .json(
            .object(known.merging(members)), status, headers: headers, contentType: "application/problem+json")
    }
}

extension Problem {
    /// Explains any error to the customer. What the backend did not expect is not shown.
    init(explaining error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as ZentrunkError: self.init(error)
        case let error as any HTTPResponseError:
            self.init(error.status, code: "http", (error as? HTTPError)?.body ?? error.status.reasonPhrase)
        case is JSONDecodingError, is JSONSyntaxError, is AddressError:
            self.init(.badRequest, code: "invalid", "\(error)")
        case is CancellationError: self = .notReady
        default: self.init(.internalServerError, code: "internal", "the backend failed; its log says more")
        }
    }

    init(_ error: ZentrunkError) {
        self.init(Self.status(of: error), code: error.code.description, error.message)
        members["where"] = .string(error.place.rawValue)
        members["remedies"] = .array(error.remedies.map { .object($0.json) })
        if let words = error.vendorMessage { members["vendor_message"] = .string(words) }
        if let id = error.requestID { members["vendor_request"] = .string(id) }
        if [.tooManyRequests, .serviceUnavailable].contains(status) {
            retryAfter = error.retryAfter.map { Int($0.components.seconds) } ?? 30
        }
    }

    /// Tells apart what the client can change, what a decision is needed for, and what a vendor caused.
    private static func status(of error: ZentrunkError) -> HTTPResponse.Status {
        switch error.code {
        case .invalid: .badRequest
        case .notFound: .notFound
        case .busy, .collision, .consent, .moved, .oneSided, .planChanged: .conflict
        case .noNumber, .refused, .unsupported: .unprocessableContent
        case .rateLimited: .tooManyRequests
        // The customer's key for a vendor was refused, not the token for this backend.
        case .unauthenticated: .badGateway
        case .unavailable: error.status == nil ? .serviceUnavailable : .badGateway
        case .cancelled, .journal: .serviceUnavailable
        default: .internalServerError
        }
    }
}

/// Turns every error into a ``Problem``, and logs those that are not the client's.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do { return try await next(request, context) } catch {
            let problem = Problem(explaining: error)
            if problem.status.code >= 500 {
                context.logger.error("request failed", metadata: ["error": "\(error)", "path": "\(request.uri.path)"])
            }
            throw problem
        }
    }
}

extension Response {
    /// Creates a response with a JSON body.
    static func json(
        _ value: JSONValue, _ status: HTTPResponse.Status = .ok, headers: HTTPFields = [:],
        contentType: String = "application/json"
    ) -> Response {
        var headers = headers
        headers[.contentType] = contentType
        return Response(status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: value.bytes())))
    }
}
