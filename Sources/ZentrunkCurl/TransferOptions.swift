import CCurl
import HTTPTypes
import ZentrunkCore

extension EasyHandle {
    /// Sets what is the same for every request.
    func setUp(_ configuration: CurlConfiguration) throws(CurlError) {
        try set(CURLOPT_NOSIGNAL, to: true)
        // The loop itself ends what is silent or takes too long, see EventLoop; libcurl's limit is a net below it.
        try set(CURLOPT_TIMEOUT_MS, to: configuration.totalTimeout.milliseconds + 1000)
        try set(CURLOPT_CONNECTTIMEOUT_MS, to: configuration.connectTimeout.milliseconds)
        // Otherwise removing a handle whose name look-up hangs would block the loop until the look-up ends.
        // <https://curl.se/libcurl/c/CURLOPT_QUICK_EXIT.html>
        try set(CURLOPT_QUICK_EXIT, to: true)

        try set(CURLOPT_PROTOCOLS_STR, to: "http,https")
        try set(CURLOPT_REDIR_PROTOCOLS_STR, to: "https")
        try set(CURLOPT_FOLLOWLOCATION, to: false)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, to: true)
        try set(CURLOPT_PATH_AS_IS, to: true)
        try set(CURLOPT_HTTP09_ALLOWED, to: false)
        try set(CURLOPT_NETRC, to: Int(CURL_NETRC_IGNORED.rawValue))
        // Which hosts a proxy is for is decided by ProxySettings; libcurl's own list would be read from the environment.
        try set(CURLOPT_NOPROXY, to: "")
        // For plain http as well: otherwise the proxy would get the request itself, and its refusal would pass for the server's.
        // <https://curl.se/libcurl/c/CURLOPT_HTTPPROXYTUNNEL.html>
        try set(CURLOPT_HTTPPROXYTUNNEL, to: true)
        // The proxy's answer to CONNECT is not the server's: it must be neither status nor header of the request's answer.
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, to: true)
        // Our header fields hold keys, which are not for the proxy. <https://curl.se/libcurl/c/CURLOPT_HEADEROPT.html>
        try set(CURLOPT_HEADEROPT, to: Int(CURLHEADER_SEPARATE))
        try set(CURLOPT_USERAGENT, to: configuration.userAgent)

        try set(CURLOPT_SSLVERSION, to: Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_SSL_VERIFYPEER, to: true)
        try set(CURLOPT_SSL_VERIFYHOST, to: 2)
        if let file = configuration.certificateAuthorityFile {
            try set(CURLOPT_CAINFO, to: file)
            // Otherwise the folder that libcurl was built with would still be trusted.
            try set(CURLOPT_CAPATH, to: nil)
        }
        if let folder = configuration.certificateAuthorityFolder { try set(CURLOPT_CAPATH, to: folder) }
        if configuration.proxies.hasTLS { try verifyProxies(configuration) }
        // Servers commonly close after a minute without a request: what was idle for longer than this is not reused.
        try set(CURLOPT_MAXAGE_CONN, to: 50)
    }

    /// The same rules for the connection to an https proxy, which libcurl keeps apart from those for servers.
    private func verifyProxies(_ configuration: CurlConfiguration) throws(CurlError) {
        try set(CURLOPT_PROXY_SSLVERSION, to: Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_PROXY_SSL_VERIFYPEER, to: true)
        try set(CURLOPT_PROXY_SSL_VERIFYHOST, to: 2)
        if let file = configuration.certificateAuthorityFile {
            try set(CURLOPT_PROXY_CAINFO, to: file)
            try set(CURLOPT_PROXY_CAPATH, to: nil)
        }
        if let folder = configuration.certificateAuthorityFolder { try set(CURLOPT_PROXY_CAPATH, to: folder) }
    }

    /// Sets the proxy of one request.
    ///
    /// User and password go apart from the address, so that no text of libcurl's can repeat them. "Setting the proxy string to
    /// "" explicitly disables the use of a proxy, even if there is an environment variable set for it."
    /// <https://curl.se/libcurl/c/CURLOPT_PROXY.html>
    func setProxy(_ proxy: CurlProxy?) throws(CurlError) {
        try set(CURLOPT_PROXY, to: proxy?.address ?? "")
        try set(CURLOPT_PROXYUSERNAME, to: proxy?.user?.reveal())
        try set(CURLOPT_PROXYPASSWORD, to: proxy?.password?.reveal())
    }

    /// Sets what differs between requests, all of it each time. The header lines are set by ``HeaderList``.
    ///
    /// - Parameter bodyLimit: How long the answer's body may be.
    func setRequest(_ request: PreparedRequest, bodyLimit: Int) throws(CurlError) {
        try setURL(request.url)
        try set(CURLOPT_NOBODY, to: false)
        // A body whose length is told ends here before it begins, others end in the collector; an answer to HEAD has none.
        // <https://curl.se/libcurl/c/CURLOPT_MAXFILESIZE_LARGE.html>
        try set(CURLOPT_MAXFILESIZE_LARGE, toOffset: request.method == .head ? 0 : Int64(bodyLimit))
        if request.hasBody {
            try setBody(request.body)
        } else {
            try set(CURLOPT_HTTPGET, to: true)
        }
        switch request.method {
        case .get where !request.hasBody, .post:
            try set(CURLOPT_CUSTOMREQUEST, to: nil)
        case .head:
            try set(CURLOPT_CUSTOMREQUEST, to: nil)
            try set(CURLOPT_NOBODY, to: true)
        default:
            try set(CURLOPT_CUSTOMREQUEST, to: request.method.rawValue)
        }
        // HTTP/2 when the server agrees during the TLS handshake; while the first connection to a host is made, wait to see
        // whether it can be shared. <https://curl.se/libcurl/c/CURLOPT_PIPEWAIT.html>
        let isEncrypted = request.endpoint.scheme == .https
        try set(CURLOPT_HTTP_VERSION, to: isEncrypted ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_PIPEWAIT, to: isEncrypted)
    }
}

extension Duration {
    /// Whole milliseconds, rounded up.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
