/// A failed call of a vendor's API.
public struct APIError: Error, Sendable {
    /// How far the request got. Determines what can be assumed about the server's state.
    public enum Cause: Sendable {
        /// No complete response.
        case transport(TransportError)
        /// A response with an error status.
        case status(Int)
        /// A success with an unexpected body, or a status that means the server or a gateway does not know the path or
        /// the method; the text gives the reason. The outcome of a write is unknown.
        case unreadable(status: Int, String)
    }

    /// How far the request got.
    public var cause: Cause
    /// The side that was called.
    public var side: Side
    /// Method and path without the query: `POST /v1/Account/…/Zentrunk/Trunk/`.
    public var request: String
    /// The vendor's message, without secrets, at most 400 characters.
    public var vendorMessage: String?
    /// The vendor's id of the request, if the response has one.
    public var requestID: String?
    /// The vendor's name in messages.
    public var vendor: String
    /// The environment variable that holds the vendor's key.
    public var keyVariable: String
    /// The remedy, where the status has a particular meaning at this vendor.
    public var hint: String?
    /// The time to wait before the next request, as requested by the server.
    public var retryAfter: Duration?
    /// Whether the requested object does not exist, according to the API itself; see ``APIClient/missing``.
    public var isNotFound = false
    /// The known meaning of the vendor's message.
    var declared: APIClient.DeclaredCause?
    /// The address that was called.
    var server: APIBase?
}

extension APIError {
    /// The HTTP status, if there was a response.
    public var status: Int? {
        switch cause {
        case .transport(let error): error.status
        case .status(let status), .unreadable(let status, _): status
        }
    }

    /// Whether the responder did not know the path or the method. This proves nothing about any object.
    var isMissingRoute: Bool {
        if case .unreadable(let status, _) = cause { !(200...299).contains(status) } else { false }
    }

    /// The error as one of a list request. A list always exists: a responder that denies it is not the API.
    var ofList: APIError {
        guard isNotFound else { return self }
        var error = self
        error.isNotFound = false
        error.cause = .unreadable(
            status: status ?? 404, "as if there were no such list" + (vendorMessage.map { ": \($0)" } ?? ""))
        return error
    }

    /// Whether the server certainly changed nothing.
    var isCertainlyNotDone: Bool {
        switch cause {
        case .transport(let error): error.delivery == .notSent
        case .status(let status): status == 401 || status == 429
        case .unreadable: false
        }
    }

    /// Whether the vendor refused the request and would refuse it again.
    var isRefusal: Bool {
        if case .status(let status) = cause {
            (400...499).contains(status) && status != 408 && status != 429
        } else {
            false
        }
    }

    /// The error in the form that commands report: what failed, the vendor's message, and the remedy.
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
            // No supported API redirects. A web page does, or a gateway that requires a login.
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
            // A path with wrong capitalisation is answered 503 as well, so a persistent 503 need not be an outage.
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

    /// The server's address, with the setting that it comes from: `https://api.vapi.ai`.
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
