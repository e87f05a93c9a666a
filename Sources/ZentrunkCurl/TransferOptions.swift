import CCurl
import HTTPTypes
@_spi(Adapter) import ZentrunkCore

extension EasyHandle {
    /// Sets the options that are the same for all requests.
    func setUp(_ configuration: CurlConfiguration) throws(CurlError) {
        try set(CURLOPT_NOSIGNAL, to: true)
        // The loop itself ends overdue transfers, see EventLoop; libcurl's limit is a safety net.
        try set(CURLOPT_TIMEOUT_MS, to: configuration.totalTimeout.milliseconds + 1000)
        try set(CURLOPT_CONNECTTIMEOUT_MS, to: configuration.connectTimeout.milliseconds)
        // Otherwise, removing a handle with a pending name lookup would block the loop until the lookup ends.
        // <https://curl.se/libcurl/c/CURLOPT_QUICK_EXIT.html>
        try set(CURLOPT_QUICK_EXIT, to: true)

        try set(CURLOPT_PROTOCOLS_STR, to: "http,https")
        try set(CURLOPT_REDIR_PROTOCOLS_STR, to: "https")
        try set(CURLOPT_FOLLOWLOCATION, to: false)
        try set(CURLOPT_DISALLOW_USERNAME_IN_URL, to: true)
        try set(CURLOPT_PATH_AS_IS, to: true)
        try set(CURLOPT_HTTP09_ALLOWED, to: false)
        try set(CURLOPT_NETRC, to: Int(CURL_NETRC_IGNORED.rawValue))
        // ProxySettings decides which hosts use a proxy; libcurl's own list would be read from the environment.
        try set(CURLOPT_NOPROXY, to: "")
        // Also for plain HTTP. Otherwise the proxy would receive the request itself, and its refusal would look like
        // the server's.
        // <https://curl.se/libcurl/c/CURLOPT_HTTPPROXYTUNNEL.html>
        try set(CURLOPT_HTTPPROXYTUNNEL, to: true)
        // The proxy's response to CONNECT is not the server's, so its status and header fields are suppressed.
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, to: true)
        // Header fields contain keys that the proxy must not receive.
        // <https://curl.se/libcurl/c/CURLOPT_HEADEROPT.html>
        try set(CURLOPT_HEADEROPT, to: Int(CURLHEADER_SEPARATE))
        try set(CURLOPT_USERAGENT, to: configuration.userAgent)

        try set(CURLOPT_SSLVERSION, to: Int(CURL_SSLVERSION_TLSv1_2))
        try set(CURLOPT_SSL_VERIFYPEER, to: true)
        try set(CURLOPT_SSL_VERIFYHOST, to: 2)
        if let file = configuration.certificateAuthorityFile {
            try set(CURLOPT_CAINFO, to: file)
            // Otherwise the folder compiled into libcurl would still be trusted.
            try set(CURLOPT_CAPATH, to: nil)
        }
        if let folder = configuration.certificateAuthorityFolder { try set(CURLOPT_CAPATH, to: folder) }
        if configuration.proxies.hasTLS { try verifyProxies(configuration) }
        // Servers commonly close connections that are idle for a minute, so connections idle for longer than this are
        // not reused.
        try set(CURLOPT_MAXAGE_CONN, to: 50)
    }

    /// Applies the same rules to the connection to an https proxy, for which libcurl has separate options.
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
    /// User and password are set separately from the address, so that libcurl's messages cannot contain them. "Setting
    /// the proxy string to "" explicitly disables the use of a proxy, even if there is an environment variable set for
    /// it." <https://curl.se/libcurl/c/CURLOPT_PROXY.html>
    func setProxy(_ proxy: CurlProxy?) throws(CurlError) {
        try set(CURLOPT_PROXY, to: proxy?.address ?? "")
        try set(CURLOPT_PROXYUSERNAME, to: proxy?.user?.reveal())
        try set(CURLOPT_PROXYPASSWORD, to: proxy?.password?.reveal())
    }

    /// Sets all options that differ between requests, except for the header lines, see ``HeaderList``.
    ///
    /// - Parameter bodyLimit: The limit of the response body in bytes.
    func setRequest(_ request: PreparedRequest, bodyLimit: Int) throws(CurlError) {
        try setURL(request.url)
        try set(CURLOPT_NOBODY, to: false)
        // Bodies with an announced length are refused here, others in the collector. A response to HEAD has no body.
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
        // HTTP/2 if the server agrees in the TLS handshake. While the first connection to a host is established, wait
        // to see whether it can be shared. <https://curl.se/libcurl/c/CURLOPT_PIPEWAIT.html>
        let isEncrypted = request.endpoint.scheme == .https
        try set(CURLOPT_HTTP_VERSION, to: isEncrypted ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_1_1))
        try set(CURLOPT_PIPEWAIT, to: isEncrypted)
    }
}

extension Duration {
    /// The duration in whole milliseconds, rounded up.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
