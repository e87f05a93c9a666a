import CCurl
@_spi(Adapter) import ZentrunkCore

extension Transfer {
    /// What the server can have received so far.
    ///
    /// Not sent only if libcurl never asked whether it may send; afterwards bytes may have been sent.
    var delivery: TransportError.Delivery {
        if collector.status != nil { return .answered }
        return attempts == 0 ? .notSent : .unknown
    }

    /// Returns the error for a transfer without a complete response.
    func error(for result: CURLcode) -> TransportError {
        guard let endpoint = job?.request.endpoint else { return .refused("there was no request") }
        if attempts == 0, let proxy, let error = failure(of: proxy, result, endpoint) { return error }
        let (code, words) = explain(result, endpoint)
        var error = TransportError(code: code, delivery: delivery, message: words, status: collector.status)
        if code == .tls { error.remedies = remediesOfTLS }
        return error
    }

    /// The remedy for a certificate that is not trusted: names the variable that applies, not one that it overrides.
    private var remediesOfTLS: [Remedy] {
        guard !authorities.isEmpty else {
            return [
                .advice(
                    "check this machine's clock and certificate authorities: SSL_CERT_FILE names a file with those of a private network or of an inspecting proxy"
                )
            ]
        }
        let places = authorities.map { "\($0.path) (\($0.variable))" }.joined(separator: " or ")
        let check =
            easy.isIssuerUnknown
            ? "add the authority of the server, or of an inspecting proxy, to \(places), or use the system's authorities"
            : "check this machine's clock and the authorities in \(places), or use the system's authorities"
        return [.advice(check), .unset(authorities.map(\.variable))]
    }

    /// Returns the error of the proxy, if the transfer ended before the server was reached; nil if the proxy is not the
    /// cause.
    private func failure(of proxy: CurlProxy, _ result: CURLcode, _ endpoint: Endpoint) -> TransportError? {
        let name = "the proxy \(proxy.address) (\(proxy.variable))"
        let exceptions = proxies.exceptionsVariable
        func error(_ code: TransportError.Code, _ message: String) -> TransportError {
            TransportError(
                code: code, delivery: .notSent, message: message,
                remedies: [
                    .advice(
                        "correct \(proxy.variable), or reach the host without it: export \(exceptions)=\"$\(exceptions),\(endpoint.host)\""
                    )
                ])
        }
        switch easy.connectStatus {
        case 407?:
            let login =
                proxy.user == nil
                ? "asks for a user name and password" : "refused the user name or password in \(proxy.variable)"
            return error(.proxyRefused, "\(name) \(login) (407)")
        case let status? where (400...499).contains(status):
            return error(.proxyRefused, "\(name) refused to connect to \(endpoint) (\(status))")
        case let status? where !(200...299).contains(status):
            return error(.proxy, "\(name) could not connect to \(endpoint) (\(status))")
        // The tunnel exists, so the failure is beyond it.
        case _?: return nil
        case nil: break
        }
        // Through SOCKS and http proxies, TLS is negotiated with the server only.
        guard !Self.tlsFailures.contains(result) || proxy.scheme == .https else { return nil }
        switch result {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT: return nil
        case CURLE_COULDNT_RESOLVE_PROXY:
            return error(.proxy, "\(name) has no address (\(curlWords(result)))")
        case CURLE_OPERATION_TIMEDOUT:
            return error(.proxy, "\(name) did not answer in time, so there was no way to \(endpoint)")
        case CURLE_PROXY:
            return error(.proxy, "\(name) did not connect to \(endpoint) (\(curlWords(result)))")
        default: return error(.proxy, "\(name) did not accept a connection (\(curlWords(result)))")
        }
    }

    private static let tlsFailures: [CURLcode] = [
        CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
        CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED,
        CURLE_SSL_CLIENTCERT,
    ]

    /// Returns the time at which this transfer is overdue, and the error that it then ends with.
    func deadline(_ limits: CurlConfiguration) -> (ContinuousClock.Instant, error: () -> TransportError)? {
        guard let endpoint = job?.request.endpoint else { return nil }
        let total = started + limits.totalTimeout
        func overdue(_ words: String) -> TransportError {
            if attempts == 0, let proxy, let error = failure(of: proxy, CURLE_OPERATION_TIMEDOUT, endpoint) {
                return error
            }
            return TransportError(
                code: .timeout, delivery: delivery, message: "\(endpoint) \(words)", status: collector.status)
        }
        if case .exchanging(let lastByte) = phase, lastByte + limits.idleTimeout < total {
            return (lastByte + limits.idleTimeout, { overdue("was silent for \(limits.idleTimeout.words)") })
        }
        return (total, { overdue("did not finish within \(limits.totalTimeout.words)") })
    }

    private func explain(_ result: CURLcode, _ endpoint: Endpoint) -> (TransportError.Code, String) {
        switch collector.fault {
        case .bodyTooLarge: return (.tooLarge, Self.tooLarge(endpoint))
        case .headerTooLarge: return (.tooLarge, Self.tooManyLines(endpoint))
        case .malformed: return (.malformed, "\(endpoint) sent something that is not HTTP")
        case nil: break
        }
        if wasKeptFromRepeating {
            return (.interrupted, "\(endpoint) closed the connection before it answered; a change is not sent twice")
        }
        if leftThisMachine {
            return (.refused, "\(endpoint) is not this machine, and plain http is used for this machine only")
        }
        return attempts == 0 ? beforeSending(result, endpoint) : afterSending(result, endpoint)
    }

    private func beforeSending(_ result: CURLcode, _ endpoint: Endpoint) -> (TransportError.Code, String) {
        let words = curlWords(result)
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST: return (.resolve, "\(endpoint.host) has no address (\(words))")
        case _ where Self.tlsFailures.contains(result):
            return (.tls, "\(endpoint) offered no acceptable TLS connection (\(words))")
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OUT_OF_MEMORY, CURLE_FAILED_INIT:
            return (.refused, "the request to \(endpoint) could not be made (\(words))")
        default: return (.connect, "\(endpoint) did not accept a connection (\(words))")
        }
    }

    private func afterSending(_ result: CURLcode, _ endpoint: Endpoint) -> (TransportError.Code, String) {
        let words = curlWords(result)
        switch result {
        case CURLE_OK, CURLE_UNSUPPORTED_PROTOCOL, CURLE_WEIRD_SERVER_REPLY:
            return (.malformed, "\(endpoint) sent something that is not HTTP (\(words))")
        case CURLE_FILESIZE_EXCEEDED: return (.tooLarge, Self.tooLarge(endpoint))
        // Before version 8.6, libcurl reports a header line beyond its own limit as "out of memory". Newer versions use
        // a code that older headers do not declare.
        case CURLE_OUT_OF_MEMORY, CURLcode(rawValue: 100): return (.tooLarge, Self.tooManyLines(endpoint))
        case CURLE_OPERATION_TIMEDOUT: return (.timeout, "\(endpoint) did not finish in time")
        case CURLE_GOT_NOTHING: return (.interrupted, "\(endpoint) closed the connection before it answered")
        default:
            let moment = collector.status == nil ? "before it answered" : "before its answer was complete"
            return (.interrupted, "the connection to \(endpoint) broke \(moment) (\(words))")
        }
    }

    private static func tooLarge(_ endpoint: Endpoint) -> String {
        "\(endpoint) sent a larger answer than is read"
    }

    private static func tooManyLines(_ endpoint: Endpoint) -> String {
        "\(endpoint) sent more header lines than are read"
    }

    /// Returns libcurl's message on one line. It names hosts and certificates, but no header fields or bodies.
    private func curlWords(_ result: CURLcode) -> String {
        let words = easy.lastWords
        let text = words.isEmpty ? CurlError(result).words : words
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.value < 0x20 ? " " : $0 }))
    }
}

extension TransportError {
    /// Creates the error for a request that could not be passed to libcurl.
    init(_ error: CurlError, at endpoint: Endpoint) {
        self = .refused("the request to \(endpoint) could not be made (\(error.words))")
    }

    /// The error for a request that waited in the queue of its host for too long.
    static func queueTimeout(_ endpoint: Endpoint, _ timeout: Duration, limit: Int) -> TransportError {
        TransportError(
            code: .queueTimeout, delivery: .notSent,
            message:
                "no connection to \(endpoint) was free within \(timeout.words): this process sends \(limit) requests to a host at a time",
            remedies: [
                .advice(
                    "run less at once, or allow more connections per host (CurlConfiguration.maximumConnectionsPerHost)"
                )
            ])
    }

    static func shutDown(_ endpoint: Endpoint, delivery: Delivery) -> TransportError {
        TransportError(
            code: .shutDown, delivery: delivery,
            message: "the request to \(endpoint) ended because the transport was closed")
    }
}

extension Duration {
    /// The duration as "10 seconds" or "0.3 seconds".
    fileprivate var words: String {
        let milliseconds = milliseconds
        guard milliseconds != 1000 else { return "1 second" }
        let rest = milliseconds % 1000
        guard rest != 0 else { return "\(milliseconds / 1000) seconds" }
        return "\(Double(milliseconds) / 1000) seconds"
    }
}
