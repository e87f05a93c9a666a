/// A call of a vendor's API that did not do what was asked.
public struct APIError: Error, Sendable {
    /// How far it came; what may be concluded about the server's state hangs on it.
    public enum Cause: Sendable {
        /// No whole answer.
        case transport(TransportError)
        /// An answer with an error status.
        case status(Int)
        /// A success whose body is not what it should be, or a status by which a server or a gateway says that it does not know
        /// the path or the method; the text says why. What became of a write is unknown.
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
    /// How long the server asked to be left alone.
    public var retryAfter: Duration?
    /// Whether the object asked for does not exist, in the API's own words; see ``APIClient/missing``.
    public var isNotFound = false
    /// What the vendor's words are known to mean.
    var declared: APIClient.DeclaredCause?
    /// The server that was asked.
    var server: APIBase?
}

extension APIError {
    /// The HTTP status, when one came.
    public var status: Int? {
        switch cause {
        case .transport(let error): error.status
        case .status(let status), .unreadable(let status, _): status
        }
    }

    /// Whether whoever answered did not know the path or the method: this says nothing about any object.
    var isMissingRoute: Bool {
        if case .unreadable(let status, _) = cause { !(200...299).contains(status) } else { false }
    }

    /// The error of a list. A list is always there: whoever says that it does not exist has another address in mind.
    public var ofList: APIError {
        guard isNotFound else { return self }
        var error = self
        error.isNotFound = false
        error.cause = .unreadable(
            status: status ?? 404, "as if there were no such list" + (vendorMessage.map { ": \($0)" } ?? ""))
        return error
    }

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
    public var zentrunkError: ZentrunkError {
        let said = vendorMessage.map { ": \($0)" } ?? ""
        switch cause {
        case .transport(let error):
            return ZentrunkError(
                .unavailable, "\(vendor) could not be reached (\(request)): \(error.message)", at: .wire,
                status: error.status, next: [step(after: error)].compactMap { $0 })
        case .unreadable(let status, let reason):
            let what = isMissingRoute ? ", \(reason)" : " with something unreadable (\(reason))"
            var error = describe(.unavailable, "\(vendor) answered \(status) to \(request)\(what)", status)
            error.next.append(checkServer)
            return error
        case .status(401):
            var error = describe(.unauthenticated, "\(vendor) refused the key in \(keyVariable)\(said)", 401)
            error.next.append("set \(keyVariable) to a valid key, then run the command again")
            return error
        case .status(429):
            var error = describe(
                .rateLimited, "\(vendor) limits the rate of requests and did not let \(request) through\(said)", 429)
            error.next.append(wait ?? "wait some minutes, then run the command again")
            return error
        case .status(let status) where (300...399).contains(status):
            // No API here redirects: a page for people does, or a gateway that wants somebody to sign in.
            var error = describe(
                .unavailable, "\(vendor) answered \(status) to \(request), which sends to another address\(said)",
                status)
            error.next.append(checkServer)
            return error
        case .status(let status) where declared != nil:
            let means = declared?.means ?? ""
            var error = describe(
                .unavailable, "\(means): \(vendor) answered \(status) to \(request)\(said)", status)
            error.next += [declared?.next].compactMap { $0 }
            return error
        case .status(let status) where status >= 500:
            // A mis-cased path is answered 503 too, so a lasting one need not be an outage.
            var error = describe(.unavailable, "\(vendor) failed with \(status) at \(request)\(said)", status)
            error.next.append(wait ?? "wait until \(vendor) is well again, then run the command again")
            return error
        case .status(let status):
            return describe(.refused, "\(vendor) refused \(request) with \(status)\(said)", status)
        }
    }

    private var wait: String? {
        retryAfter.map { "wait \($0.inWords), as \(vendor) asks, then run the command again" }
    }

    private var checkServer: String {
        "check that \(place) is \(vendor)'s API and no proxy or gateway answers in its place, then run the command again"
    }

    /// `https://api.vapi.ai`, with the setting that named it.
    private var place: String {
        guard let server else { return "the server" }
        return server.setting.map { "\(server)\(server.path), from \($0)," } ?? "\(server)"
    }

    private func step(after error: TransportError) -> String? {
        if let next = error.next { return next }
        return switch error.code {
        case .refused, .shutDown: nil
        case .resolve:
            "check the name of the server\(server?.setting.map { " in \($0)" } ?? ""), and this machine's network, then run the command again"
        case .tls:
            "check this machine's clock and certificate authorities, and that no proxy answers in the server's place"
        case .proxy, .proxyRefused: "check the proxy, then run the command again"
        case .tooLarge, .malformed: checkServer
        default: "check this machine's network and whether \(vendor) is well, then run the command again"
        }
    }

    private func describe(_ code: ZentrunkError.Code, _ message: String, _ status: Int) -> ZentrunkError {
        ZentrunkError(
            code, message, at: side.place, status: status, vendorMessage: vendorMessage, requestID: requestID,
            next: hint.map { [$0] } ?? [])
    }
}
