import Foundation
import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCurl

/// The words of an error's remedies.
private func advice(_ error: TransportError) -> String {
    error.remedies.map { if case .advice(let text) = $0 { text } else { "" } }.joined(separator: "\n")
}

@Suite("Requests through a proxy")
struct ProxyTests {
    /// A transport that trusts the folder's certificate and takes its proxies from these variables.
    private func transport(_ variables: [String: String], trusting folder: URL? = nil) throws -> CurlTransport {
        var all = variables
        if let folder { all["SSL_CERT_FILE"] = folder.appendingPathComponent("cert.pem").path }
        return try CurlTransport(configuration: CurlConfiguration(environment: all))
    }

    @Test(
        "TLS goes through a tunnel, and the proxy receives no key and no header field of ours",
        arguments: ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
    func tunnel(_ variable: String) async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-www"]) { server in
                try await ConnectProxy.run { proxy in
                    let transport = try transport(
                        [variable: "http://me:p%40ss:w@127.0.0.1:\(proxy.port)/"], trusting: folder)
                    let request = TransportRequest.read(server.url(), [.authorization: "Basic s3cret"])
                    let answer = try await transport.send(request)
                    #expect(answer.head.status == .ok)
                    #expect(answer.text.contains("TLSv1.3"))
                    #expect(HTTPField.Name("X-Proxy").flatMap { answer.head.headerFields[$0] } == nil)
                    #expect(proxy.asked == ["CONNECT 127.0.0.1:\(server.port) HTTP/1.1"])
                    let fields = try #require(proxy.log.requests.first?.fields)
                    let login = Data("me:p@ss:w".utf8).base64EncodedString()
                    #expect(fields["proxy-authorization"] == "Basic \(login)")
                    #expect(fields["authorization"] == nil)
                }
            }
        }
    }

    @Test("The server's certificate is verified through a proxy too, and nothing is sent if that fails")
    func verified() async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-www"]) { server in
                try await ConnectProxy.run { proxy in
                    let transport = try transport(["HTTPS_PROXY": "127.0.0.1:\(proxy.port)"])
                    let error = try await failure(of: transport, .write(.post, server.url(), "x"))
                    #expect(error.code == .tls)
                    #expect(error.delivery == .notSent)
                    #expect(error.message.contains("127.0.0.1:\(server.port)"))
                    #expect(error.message.contains("certificate"))
                    #expect("\(error.remedies)".contains("SSL_CERT_FILE"))
                    #expect(proxy.asked.count == 1)
                }
            }
        }
    }

    @Test("Hosts in NO_PROXY are contacted directly", arguments: ["127.0.0.1", "example.com, 127.0.0.0/8", "*"])
    func exception(_ list: String) async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-www"]) { server in
                try await ConnectProxy.run { proxy in
                    let transport = try transport(
                        ["HTTPS_PROXY": "127.0.0.1:\(proxy.port)", "NO_PROXY": list], trusting: folder)
                    #expect(try await transport.send(.read(server.url())).head.status == .ok)
                    #expect(proxy.asked.isEmpty)
                }
            }
        }
    }

    @Test(
        "If a proxy refuses, the error names its variable and nothing is sent",
        arguments: [
            ("407 Proxy Authentication Required", TransportError.Code.proxyRefused, "(407)"),
            ("403 Forbidden", .proxyRefused, "(403)"), ("502 Bad Gateway", .proxy, "(502)"),
            ("302 Found", .proxy, "(302)"),
        ])
    func refusal(_ status: String, _ code: TransportError.Code, _ words: String) async throws {
        try await ConnectProxy.run(refusing: status) { proxy in
            let transport = try transport(["HTTPS_PROXY": "http://me:s3cret@127.0.0.1:\(proxy.port)"])
            let error = try await failure(of: transport, .write(.post, "https://api.example.com/", "x"))
            #expect(error.code == code)
            #expect(error.delivery == .notSent)
            #expect(error.status == nil)
            #expect(error.message.contains("http://127.0.0.1:\(proxy.port) (HTTPS_PROXY)"))
            #expect(error.message.contains(words))
            #expect(advice(error).contains("export NO_PROXY=\"$NO_PROXY,api.example.com\""))
            #expect(!"\(error) \(error.remedies)".contains("s3cret"))
            #expect(proxy.asked == ["CONNECT api.example.com:443 HTTP/1.1"])
        }
    }

    @Test(
        "If a proxy is down, unknown or silent, the error names its variable and nothing is sent",
        arguments: ["http", "https", "socks5h", "socks4"])
    func down(_ scheme: String) async throws {
        // Reserved, so that no other process listens there.
        let listener = try LoopbackListener(isAccepting: false)
        for host in ["127.0.0.1:\(listener.port)", "nobody.invalid:3128"] {
            let transport = try transport(["ALL_PROXY": "\(scheme)://me:s3cret@\(host)"])
            let error = try await failure(of: transport, .write(.post, "https://api.example.com/", "x"))
            #expect(error.code == .proxy)
            #expect(error.delivery == .notSent)
            #expect(error.message.contains("(ALL_PROXY)"), "\(error)")
            #expect(!"\(error) \(error.remedies)".contains("s3cret"))
        }
    }

    @Test("A write whose tunnel breaks is sent once")
    func notRepeated() async throws {
        try await OpenSSL.withCertificate { folder in
            try await TLSServer.run(in: folder, options: ["-alpn", "h2", "-naccept", "1"]) { server in
                try await ConnectProxy.run { proxy in
                    let transport = try transport(["HTTPS_PROXY": "127.0.0.1:\(proxy.port)"], trusting: folder)
                    let url = server.url()
                    let first = Task { try await transport.send(.read(url)) }
                    try await HTTP2Script.answerTogether(1, on: server)
                    _ = try await first.value
                    let second = Task { try await failure(of: transport, .write(.delete, url)) }
                    try await HTTP2Script.waitForRequest(on: server)
                    await server.stop()
                    let error = try await second.value
                    #expect(error.delivery == .unknown)
                    #expect(error.code == .interrupted)
                    #expect(proxy.asked.count == 1)
                }
            }
        }
    }

    @Test("Plain http to loopback uses no proxy")
    func loopback() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer()
        } _: { server in
            try await ConnectProxy.run(refusing: "502 Bad Gateway") { proxy in
                let address = "http://127.0.0.1:\(proxy.port)"
                let transport = try transport(["http_proxy": address, "ALL_PROXY": address])
                #expect(try await transport.send(.read(server.url())).head.status == .ok)
                #expect(proxy.asked.isEmpty)
            }
        }
    }

    /// A transport that allows plain http to `livekit.test`.
    private func plain(_ variables: [String: String]) throws -> CurlTransport {
        var configuration = try CurlConfiguration(environment: variables)
        configuration.plainHosts = try PlainHTTPHosts("LiveKit.test")
        return try CurlTransport(configuration: configuration)
    }

    @Test("Plain http to an allowed host goes through a tunnel too; plain http to other hosts is refused")
    func plainHost() async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            try await connection.answer("from afar")
        } _: { server in
            try await ConnectProxy.run { proxy in
                let transport = try plain([
                    "http_proxy": "127.0.0.1:\(proxy.port)", "HTTP_PROXY": "http://127.0.0.1:1",
                ])
                let url = "http://livekit.test:\(server.port)/twirp"
                let answer = try await transport.send(.read(url, [.authorization: "Bearer s3cret"]))
                #expect(answer.text == "from afar")
                #expect(server.asked == ["GET /twirp HTTP/1.1"])
                #expect(server.log.requests.first?.fields["authorization"] == "Bearer s3cret")
                #expect(proxy.asked == ["CONNECT livekit.test:\(server.port) HTTP/1.1"])
                #expect(proxy.log.requests.first?.fields["authorization"] == nil)
                let error = try await failure(of: transport, .read("http://other.test/"))
                #expect(error.code == .refused)
            }
        }
    }

    @Test(
        "If a proxy refuses plain http, the error names its variable, and the proxy's response is not returned",
        arguments: ["http_proxy", "ALL_PROXY"],
        [("407 Proxy Authentication Required", "(407)"), ("403 Forbidden", "(403)")])
    func plainRefusal(_ variable: String, _ refusal: (status: String, words: String)) async throws {
        try await ConnectProxy.run(refusing: refusal.status) { proxy in
            let transport = try plain([variable: "http://127.0.0.1:\(proxy.port)"])
            let request = TransportRequest.read("http://livekit.test:7880/", [.authorization: "Bearer s3cret"])
            let error = try await failure(of: transport, request)
            #expect(error.code == .proxyRefused)
            #expect(error.delivery == .notSent)
            #expect(error.status == nil)
            #expect(error.message.contains("(\(variable))") && error.message.contains(refusal.words))
            #expect(proxy.asked == ["CONNECT livekit.test:7880 HTTP/1.1"])
            #expect(proxy.log.requests.first?.fields["authorization"] == nil)
        }
    }

    @Test(
        "The next step extends the variable that takes precedence",
        arguments: [
            (["no_proxy": "a.example", "NO_PROXY": "b.example"], "no_proxy"),
            (["no_proxy": "", "NO_PROXY": "b.example"], "NO_PROXY"), ([:], "NO_PROXY"),
        ])
    func exceptionsInForce(_ variables: [String: String], _ name: String) async throws {
        try await ConnectProxy.run(refusing: "403 Forbidden") { proxy in
            let transport = try transport(
                variables.merging(["HTTPS_PROXY": "127.0.0.1:\(proxy.port)"]) { given, _ in given })
            let error = try await failure(of: transport, .read("https://api.example.com/"))
            #expect(advice(error).contains("export \(name)=\"$\(name),api.example.com\""))
        }
    }

    @Test("A silent proxy is an error that says so, whichever time limit ends the wait", arguments: [true, false])
    func silent(_ isWhole: Bool) async throws {
        try await LoopbackServer.run { connection in
            try await connection.nextRequest()
            // Reads one more request and never responds.
            _ = try? await connection.nextRequest()
        } _: { proxy in
            var configuration = try CurlConfiguration(environment: ["HTTPS_PROXY": "127.0.0.1:\(proxy.port)"])
            if isWhole { configuration.totalTimeout = .milliseconds(300) }
            if !isWhole { configuration.connectTimeout = .milliseconds(300) }
            let transport = try CurlTransport(configuration: configuration)
            let error = try await failure(of: transport, .write(.post, "https://api.example.com/", "x"))
            #expect(error.code == .proxy)
            #expect(error.delivery == .notSent)
            #expect(error.message.contains("(HTTPS_PROXY) did not answer"), "\(error)")
        }
    }

    /// A case: variables, the scheme and host of a server, and the host of the expected proxy.
    struct Way: Sendable {
        var variables: [String: String]
        var scheme = "https"
        var host = "a.example"
        var proxy: String?

        static let all: [Way] = [
            Way(variables: ["https_proxy": "low", "HTTPS_PROXY": "high"], proxy: "low"),
            Way(variables: ["https_proxy": "", "HTTPS_PROXY": "high", "ALL_PROXY": "all"], proxy: "high"),
            Way(variables: ["ALL_PROXY": "all", "all_proxy": "small"], proxy: "small"),
            Way(variables: ["http_proxy": "low"], proxy: nil),
            Way(variables: ["http_proxy": "low"], scheme: "http", host: "plain.example", proxy: "low"),
            Way(variables: ["HTTP_PROXY": "high"], scheme: "http", host: "plain.example", proxy: nil),
        ]

        static let exceptions: [Way] = [
            Way(variables: ["NO_PROXY": "example"], proxy: nil),
            Way(variables: ["NO_PROXY": ".a.example"], host: "A.Example.", proxy: nil),
            Way(variables: ["NO_PROXY": "a.example"], host: "ba.example", proxy: "p"),
            Way(variables: ["no_proxy": "b.example", "NO_PROXY": "a.example"], proxy: "p"),
            Way(variables: ["NO_PROXY": "b.example a.example"], proxy: nil),
            Way(variables: ["NO_PROXY": "10.1.0.0/16"], host: "10.1.2.3", proxy: nil),
            Way(variables: ["NO_PROXY": "10.1.0.0/16"], host: "10.2.2.3", proxy: "p"),
            Way(variables: ["NO_PROXY": "10.1.2.2/31"], host: "10.1.2.4", proxy: "p"),
            Way(variables: ["NO_PROXY": "10.1.0.0/33"], host: "10.1.0.0", proxy: "p"),
            Way(variables: ["NO_PROXY": "2001:db8::/32"], host: "[2001:db8::1]", proxy: nil),
            Way(variables: ["NO_PROXY": "[::1]"], host: "[::1]", proxy: nil),
            Way(variables: ["NO_PROXY": "*.example"], proxy: "p"),
        ]
    }

    @Test("The first of curl's variables that is set and not empty determines the proxy", arguments: Way.all)
    func way(_ way: Way) throws {
        let endpoint = try Endpoint(
            scheme: way.scheme, authority: way.host, allowing: PlainHTTPHosts("plain.example"))
        #expect(try ProxySettings(environment: way.variables).proxy(for: endpoint)?.host == way.proxy)
    }

    @Test("NO_PROXY accepts hosts, domains, addresses and ranges", arguments: Way.exceptions)
    func exceptions(_ way: Way) throws {
        let endpoint = try Endpoint(scheme: way.scheme, authority: way.host)
        let variables = way.variables.merging(["HTTPS_PROXY": "p"]) { given, _ in given }
        #expect(try ProxySettings(environment: variables).proxy(for: endpoint)?.host == way.proxy)
    }

    @Test(
        "An invalid proxy is refused before anything is sent; the error names the variable and hides the password",
        arguments: [
            "ftp://me:s3cret@proxy:1", "http://me:s3cret@", "http://me:s3cret@proxy:99999", "http://me:s3cret@pro xy",
            "http://me:s3cret@proxy:x", "http://", "me:s3cret@[::1",
        ])
    func malformed(_ text: String) {
        let error = #expect(throws: TransportError.self) { try CurlConfiguration(environment: ["https_proxy": text]) }
        #expect(error?.code == .refused)
        #expect(error?.message.contains("https_proxy") == true)
        #expect(error?.message.contains("s3cret") == false)
    }

    @Test(
        "Scheme, port, user and password are parsed like curl parses them",
        arguments: [
            ["proxy", "http://proxy:1080"], ["https://proxy", "https://proxy:443"],
            ["HTTP://proxy:3128/", "http://proxy:3128"], ["socks5h://u@proxy", "socks5h://proxy:1080", "u"],
            ["http://u:@[2001:db8::1]:8080", "http://[2001:db8::1]:8080", "u", ""],
            ["http://a%3Ab:c%2@d@proxy:1", "http://proxy:1", "a:b", "c%2@d"],
        ])
    func parts(_ row: [String]) throws {
        let proxy = try CurlProxy(row[0], variable: "ALL_PROXY")
        let password = row.dropFirst(3).first
        #expect(proxy.address == row[1])
        #expect(proxy.user?.reveal() == row.dropFirst(2).first)
        #expect(proxy.password?.reveal() == password)
        var printed = "\(proxy) \(String(reflecting: proxy))"
        dump(proxy, to: &printed)
        if let password, !password.isEmpty { #expect(!printed.contains(password)) }
    }
}

@Suite("Certificate authorities from the environment")
struct CertificateVariableTests {
    @Test(
        "Each of curl's variables can add a private authority, and CURL_CA_BUNDLE takes precedence",
        arguments: [
            ["SSL_CERT_FILE": "cert.pem"], ["CURL_CA_BUNDLE": "cert.pem"], ["SSL_CERT_DIR": "authorities"],
            ["CURL_CA_BUNDLE": "cert.pem", "SSL_CERT_FILE": "missing.pem"],
            ["SSL_CERT_FILE": "cert.pem", "CURL_CA_BUNDLE": ""],
        ])
    func trusted(_ files: [String: String]) async throws {
        try await OpenSSL.withCertificate { folder in
            // A folder that contains only certificates, each named by its hash.
            let authorities = folder.appendingPathComponent("authorities")
            try FileManager.default.createDirectory(at: authorities, withIntermediateDirectories: true)
            try FileManager.default.copyItem(
                at: folder.appendingPathComponent("cert.pem"), to: authorities.appendingPathComponent("cert.pem"))
            let rehash = try ChildProcess(["openssl", "rehash", authorities.path])
            try #require(await rehash.hasSucceeded())
            try await TLSServer.run(in: folder, options: ["-www"]) { server in
                let variables = files.mapValues { $0.isEmpty ? "" : folder.appendingPathComponent($0).path }
                let transport = try CurlTransport(configuration: CurlConfiguration(environment: variables))
                #expect(try await transport.send(.read(server.url())).head.status == .ok)
            }
        }
    }

    @Test(
        "If a server is not trusted, the next step names the variable that takes precedence",
        arguments: [
            (["CURL_CA_BUNDLE", "SSL_CERT_FILE"], "CURL_CA_BUNDLE"), (["SSL_CERT_FILE"], "SSL_CERT_FILE"),
        ])
    func untrusted(_ variables: [String], _ inForce: String) async throws {
        try await OpenSSL.withCertificate { folder in
            try await OpenSSL.withCertificate { other in
                try await TLSServer.run(in: folder, options: ["-www"]) { server in
                    let file = other.appendingPathComponent("cert.pem").path
                    let environment = Dictionary(uniqueKeysWithValues: variables.map { ($0, file) })
                    let transport = try CurlTransport(configuration: CurlConfiguration(environment: environment))
                    let error = try await failure(of: transport, .read(server.url()))
                    #expect(error.code == .tls)
                    #expect(
                        advice(error).contains(
                            "add the authority of the server, or of an inspecting proxy, to \(file) (\(inForce))"))
                    #expect(error.remedies.last == .unset([inForce]))
                    #expect(!advice(error).contains("export"))
                }
            }
        }
    }

    @Test(
        "An unusable certificate file or folder is refused before anything is sent; the error names its variable",
        arguments: [
            ("SSL_CERT_FILE", "missing.pem", "cannot be read"), ("CURL_CA_BUNDLE", "key.pem", "no certificate"),
            ("SSL_CERT_FILE", ".", "cannot be read"), ("SSL_CERT_DIR", "missing", "cannot be read"),
        ])
    func refused(_ variable: String, _ file: String, _ words: String) async throws {
        try await OpenSSL.withCertificate { folder in
            let path = folder.appendingPathComponent(file).path
            let error = #expect(throws: TransportError.self) { try CurlConfiguration(environment: [variable: path]) }
            #expect(error?.code == .refused)
            #expect(error?.message.contains(variable) == true)
            #expect(error?.message.contains(words) == true)
        }
    }

    @Test("Without variables, the system's authorities are trusted and no proxy is used")
    func empty() throws {
        let empty = Dictionary(uniqueKeysWithValues: CurlConfiguration.variables.map { ($0, "") })
        #expect(try CurlConfiguration(environment: empty) == CurlConfiguration())
    }
}
