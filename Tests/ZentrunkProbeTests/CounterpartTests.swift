#if os(Linux)
    import Foundation
    import Testing
    import ZentrunkTestKit

    @testable import ZentrunkProbe

    /// The probe against servers that others wrote. Debian: `apt-get install sip-tester kamailio kamailio-tls-modules`
    @Suite("Real SIP servers")
    struct CounterpartTests {
        private func probe(
            _ host: String, _ port: UInt16, _ transport: String, trusting folder: URL? = nil
        ) async throws -> ProbeReport {
            let resolver = ScriptedResolver(hosts: ["sip.example.com": addresses("127.0.0.1")])
            let file = folder.map { $0.appendingPathComponent("cert.pem").path }
            let prober = Prober(
                resolver: resolver, dialler: SystemDialler(authorityFile: file), clock: ContinuousClock())
            return try await prober.probe(ProbeTarget("\(host):\(port);transport=\(transport)"))
        }

        @Test(
            "SIPp accepts the request, and its reply is read",
            .enabled(if: Counterpart.isInstalled("sipp"), "sipp is not installed: apt-get install sip-tester"),
            arguments: ["udp", "tcp"])
        func sipp(_ transport: String) async throws {
            try await OpenSSL.withCertificate { folder in
                let scenario = """
                    <?xml version="1.0" encoding="ISO-8859-1" ?>
                    <scenario name="options">
                      <recv request="OPTIONS" />
                      <send><![CDATA[

                        SIP/2.0 200 OK
                        [last_Via:]
                        [last_From:]
                        [last_To:];tag=[call_number]
                        [last_Call-ID:]
                        [last_CSeq:]
                        Server: sipp
                        k: path, gruu
                        Content-Length: 0

                      ]]></send>
                    </scenario>

                    """
                let file = folder.appendingPathComponent("options.xml")
                try Data(scenario.utf8).write(to: file)
                let (port, _) = try Counterpart.freePorts()
                let mode = transport == "udp" ? "u1" : "t1"
                try await Counterpart.run(
                    [
                        "sipp", "-sf", file.path, "-i", "127.0.0.1", "-p", "\(port)", "-t", mode, "-nostdin", "-m", "1",
                    ], udp: transport == "udp" ? [port] : [], tcp: transport == "tcp" ? [port] : [], in: folder
                ) {
                    let report = try await probe("127.0.0.1", port, transport)
                    #expect(report.verdict == .answers, "\(report)")
                    #expect(report.answer?.server == "sipp")
                    #expect(report.check(.sip)?.ignored == [])
                }
            }
        }

        private static let kamailio = """
            #!KAMAILIO
            debug=1
            log_stderror=yes
            children=1
            tcp_children=1
            enable_tls=yes
            loadmodule "tls.so"
            loadmodule "sl.so"
            loadmodule "pv.so"
            loadmodule "textops.so"
            modparam("tls", "config", "FOLDER/tls.cfg")
            request_route {
                if (!is_method("OPTIONS")) { sl_send_reply("405", "Method Not Allowed"); exit; }
                append_to_reply("Allow: INVITE, OPTIONS\\r\\n");
                sl_send_reply("200", "Keepalive");
                exit;
            }

            """

        @Test(
            "Kamailio answers over UDP, TCP and verified TLS",
            .enabled(
                if: Counterpart.isInstalled("kamailio"),
                "kamailio is not installed: apt-get install kamailio kamailio-tls-modules"))
        func kamailio() async throws {
            try await OpenSSL.withCertificate(for: "DNS:sip.example.com") { folder in
                let (port, tlsPort) = try Counterpart.freePorts()
                let tls = """
                    [server:default]
                    method = TLSv1.2+
                    verify_certificate = no
                    require_certificate = no
                    private_key = \(folder.path)/key.pem
                    certificate = \(folder.path)/cert.pem

                    """
                try Data(tls.utf8).write(to: folder.appendingPathComponent("tls.cfg"))
                let configuration = Self.kamailio.replacing("FOLDER", with: folder.path)
                let file = folder.appendingPathComponent("kamailio.cfg")
                try Data(configuration.utf8).write(to: file)
                try await Counterpart.run(
                    [
                        "kamailio", "-f", file.path, "-DD", "-E", "-w", folder.path, "-Y", folder.path,
                        "-l", "udp:127.0.0.1:\(port)", "-l", "tcp:127.0.0.1:\(port)", "-l", "tls:127.0.0.1:\(tlsPort)",
                    ], udp: [port], tcp: [port, tlsPort], in: folder
                ) {
                    for transport in ["udp", "tcp", "tls"] {
                        let end = transport == "tls" ? tlsPort : port
                        let report = try await probe("sip.example.com", end, transport, trusting: folder)
                        #expect(report.verdict == .answers, "\(transport): \(report)")
                        #expect(report.answer?.line == "200 Keepalive")
                        #expect(report.answer?.server?.hasPrefix("kamailio") == true)
                        #expect(report.answer?.allow == "INVITE, OPTIONS")
                        #expect(report.answer?.publicAddress?.hasPrefix("127.0.0.1:") == true)
                    }
                    let refused = try await probe("sip.example.com", tlsPort, "tls")
                    #expect(refused.verdict == .untrusted)
                }
            }
        }
    }
#endif
