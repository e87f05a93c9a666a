public import ZentrunkJSON

/// A failed call of a vendor's API.
@_spi(Adapter) public struct APIError: Error, Sendable {
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
    /// What helps, where the vendor means something particular.
    public var hint: Remedy?
    /// The time to wait before the next request, as requested by the server.
    public var retryAfter: Duration?
    /// The response's body without known secrets, if the response has an error status and a small body of JSON.
    public internal(set) var body: JSONValue?
    /// Whether the requested object does not exist, according to the API itself; see ``APIClient/missing``.
    public var isNotFound = false
    /// The known meaning of the vendor's message.
    var declared: APIClient.DeclaredCause?
    /// The address that was called.
    var server: APIBase?

    /// Creates an error of a ``ResourceKind`` that does not call its API through an ``APIClient``.
    ///
    /// - Parameters:
    ///   - cause: How far the request got.
    ///   - side: The side that was called.
    ///   - request: Method and path without the query.
    ///   - vendor: The vendor's name in messages.
    ///   - keyVariable: The environment variable that holds the vendor's key.
    ///   - vendorMessage: The vendor's message, without secrets.
    ///   - isNotFound: Whether the requested object does not exist, according to the API itself.
    public init(
        _ cause: Cause, side: Side, request: String, vendor: String, keyVariable: String,
        vendorMessage: String? = nil, isNotFound: Bool = false
    ) {
        self.cause = cause
        self.side = side
        self.request = request
        self.vendor = vendor
        self.keyVariable = keyVariable
        self.vendorMessage = vendorMessage
        self.isNotFound = isNotFound
    }
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
    public var ofList: APIError {
        guard isNotFound else { return self }
        var error = self
        error.isNotFound = false
        error.cause = .unreadable(
            status: status ?? 404, "as if the list did not exist" + (vendorMessage.map { ": \($0)" } ?? ""))
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
            let what = error.code == .queueTimeout ? "was not asked" : "could not be reached"
            return ZentrunkError(
                .unavailable, "\(vendor) \(what) (\(request)): \(error.message)", at: .wire,
                status: error.status, cause: self, remedies: remedies(error))
        case .unreadable(let status, let reason):
            let what = isMissingRoute ? ", \(reason)" : " with something unreadable (\(reason))"
            return describe(.unavailable, "\(vendor) answered \(status) to \(request)\(what)", status, checkServer)
        case .status(401):
            return describe(
                .unauthenticated, "\(vendor) refused the key in \(keyVariable)\(said)", 401,
                .correct(setting: keyVariable))
        case .status(429):
            return describe(
                .rateLimited, "\(vendor) still limits the rate of requests after all retries of \(request)\(said)", 429,
                .retry(after: retryAfter))
        case .status(let status) where (300...399).contains(status):
            // No supported API redirects. A web page does, or a gateway that requires a login.
            return describe(
                .unavailable, "\(vendor) answered \(status) to \(request), which redirects to another address\(said)",
                status, checkServer)
        case .status(let status) where declared != nil:
            let means = declared?.means ?? ""
            return describe(
                .unavailable, "\(means): \(vendor) answered \(status) to \(request)\(said)", status, declared?.remedy)
        case .status(let status) where status >= 500:
            // A path with wrong capitalisation is answered 503 as well, so a persistent 503 need not be an outage.
            return describe(
                .unavailable, "\(vendor) answered \(status) to \(request)\(said)", status, .retry(after: retryAfter))
        case .status(let status):
            return describe(.refused, "\(vendor) refused \(request) with \(status)\(said)", status)
        }
    }

    private var checkServer: Remedy {
        .advice(
            "check that \(place) is \(vendor)'s API and that no proxy or gateway answers in its place, then try again")
    }

    /// The server's address, with the setting that it comes from: `https://api.vapi.ai`.
    private var place: String {
        guard let server else { return "the server" }
        return server.setting.map { "\(server)\(server.path), from \($0)," } ?? "\(server)"
    }

    private func remedies(_ error: TransportError) -> [Remedy] {
        if !error.remedies.isEmpty { return error.remedies }
        switch error.code {
        case .refused, .shutDown: return []
        case .resolve:
            let setting = server?.setting.map { " in \($0)" } ?? ""
            return [.advice("check the name of the server\(setting) and this machine's network, then try again")]
        case .tls:
            return [
                .advice(
                    "check this machine's clock and certificate authorities, and that no proxy answers in place of the server"
                )
            ]
        case .proxy, .proxyRefused: return [.advice("check the proxy, then try again")]
        case .tooLarge, .malformed: return [checkServer]
        default:
            return [.advice("check this machine's network and whether \(vendor) has an outage, then try again")]
        }
    }

    private func describe(
        _ code: ZentrunkError.Code, _ message: String, _ status: Int, _ remedy: Remedy? = nil
    ) -> ZentrunkError {
        ZentrunkError(
            code, message, at: side.place, status: status, vendorMessage: vendorMessage, requestID: requestID,
            cause: self, remedies: [hint, remedy].compactMap { $0 })
    }
}
