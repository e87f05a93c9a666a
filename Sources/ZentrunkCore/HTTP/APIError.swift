/// A call of a vendor's API that did not do what was asked.
public struct APIError: Error, Sendable {
    /// How far it came; what may be concluded about the server's state hangs on it.
    public enum Cause: Sendable {
        /// No whole answer.
        case transport(TransportError)
        /// An answer with an error status.
        case status(Int)
        /// A success whose body is not what it should be; the text says why.
        case unreadable(status: Int, String)
    }

    public var cause: Cause
    public var side: Side
    /// `POST /v1/Account/…/Zentrunk/Trunk/`; no query.
    public var request: String
    /// What the vendor wrote, secrets removed, at most 400 characters.
    public var vendorMessage: String?
    public var requestID: String?
    /// The vendor's name for people, and the variable that holds its key.
    public var vendor: String
    public var keyVariable: String
    /// What to do about it, where the vendor means something particular.
    public var hint: String?
}

extension APIError {
    /// The HTTP status, when one came.
    public var status: Int? {
        switch cause {
        case .transport(let error): error.status
        case .status(let status), .unreadable(let status, _): status
        }
    }

    /// Whether the object asked for does not exist.
    public var isNotFound: Bool { status == 404 }

    /// Whether it is certain that the server did nothing.
    var isCertainlyNotDone: Bool {
        switch cause {
        case .transport(let error): error.delivery == .notSent
        case .status(let status): status == 401 || status == 429
        case .unreadable: false
        }
    }

    /// Whether the vendor said no, and a second try would hear the same.
    var isRefusal: Bool {
        if case .status(let status) = cause {
            (400...499).contains(status) && status != 408 && status != 429
        } else {
            false
        }
    }

    /// The same for a person: who, what, in whose words, and what to do.
    public var connectionError: ConnectionError {
        let said = vendorMessage.map { ": \($0)" } ?? ""
        switch cause {
        case .transport(let error):
            return ConnectionError(
                .unavailable, "\(vendor) could not be reached (\(request)): \(error.message)", at: .wire,
                status: error.status)
        case .unreadable(let status, let reason):
            return describe(
                .unavailable, "\(vendor) answered \(status) to \(request) with something unreadable (\(reason))", status
            )
        case .status(401):
            var error = describe(.unauthenticated, "\(vendor) refused the key in \(keyVariable)\(said)", 401)
            error.next.append("set \(keyVariable) to a valid key, then run the command again")
            return error
        case .status(429):
            return describe(
                .rateLimited, "\(vendor) limits the rate of requests and did not let \(request) through\(said)", 429)
        case .status(let status) where status >= 500:
            // A mis-cased path is answered 503 too, so a lasting one need not be an outage.
            return describe(.unavailable, "\(vendor) failed with \(status) at \(request)\(said)", status)
        case .status(let status):
            return describe(.refused, "\(vendor) refused \(request) with \(status)\(said)", status)
        }
    }

    private func describe(_ code: ConnectionError.Code, _ message: String, _ status: Int) -> ConnectionError {
        ConnectionError(
            code, message, at: side.place, status: status, vendorMessage: vendorMessage, requestID: requestID,
            next: hint.map { [$0] } ?? [])
    }
}
