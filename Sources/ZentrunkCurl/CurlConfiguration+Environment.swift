@_spi(Adapter) import ZentrunkCore

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

extension CurlConfiguration {
    /// The variables that ``init(environment:)`` reads.
    public static let variables: Set<String> = [
        "https_proxy", "HTTPS_PROXY", "http_proxy", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY", "CURL_CA_BUNDLE",
        "SSL_CERT_FILE", "SSL_CERT_DIR",
    ]

    /// Reads proxies and certificate authorities from the environment variables of the curl command. Surrounding white
    /// space is removed, and empty variables count as not set.
    ///
    /// `CURL_CA_BUNDLE` takes precedence over `SSL_CERT_FILE`, as in curl. The files are checked here, so that an
    /// invalid one is reported before anything is sent. <https://curl.se/docs/manpage.html#ENVIRONMENT>
    ///
    /// - Throws: `TransportError` `refused`, which names the variable, without the user and password of a proxy.
    public init(environment: [String: String]) throws {
        self.init()
        var environment = environment.filter { Self.variables.contains($0.key) }
        for (name, text) in environment.sorted(by: { $0.key < $1.key }) {
            do { environment[name] = try text.value(of: name) } catch { throw TransportError.refused(error.message) }
        }
        proxies = try ProxySettings(environment: environment)
        func given(_ name: String) -> (name: String, path: String)? {
            guard let path = environment[name], !path.isEmpty else { return nil }
            return (name, path)
        }
        if let file = given("CURL_CA_BUNDLE") ?? given("SSL_CERT_FILE") {
            switch Self.holdsCertificate(file.path) {
            case nil:
                throw TransportError.refused(
                    "\(file.name) is \(file.path), which cannot be read: \(String(cString: strerror(errno)))")
            case false?:
                throw TransportError.refused("\(file.name) is \(file.path), which holds no certificate in PEM form")
            case true?:
                certificateAuthorityFile = file.path
                authorities.append(Authority(variable: file.name, path: file.path))
            }
        }
        if let folder = given("SSL_CERT_DIR"), given("CURL_CA_BUNDLE") == nil {
            // OpenSSL accepts several folders, separated by colons; libcurl passes them on.
            for path in folder.path.split(separator: ":").map(String.init) where access(path, R_OK | X_OK) != 0 {
                throw TransportError.refused(
                    "\(folder.name) names \(path), which cannot be read: \(String(cString: strerror(errno)))")
            }
            certificateAuthorityFolder = folder.path
            authorities.append(Authority(variable: folder.name, path: folder.path))
        }
    }

    /// Whether the file contains a certificate; nil if it cannot be read, and `errno` has the reason.
    private static func holdsCertificate(_ path: String) -> Bool? {
        guard let file = fopen(path, "re") else { return nil }
        defer { fclose(file) }
        let starts = [
            "-----BEGIN CERTIFICATE-----", "-----BEGIN TRUSTED CERTIFICATE-----", "-----BEGIN X509 CERTIFICATE-----",
        ]
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, CInt(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if starts.contains(where: { text.hasPrefix($0) }) { return true }
        }
        return ferror(file) == 0 ? false : nil
    }
}
