extension ProbeReport {
    /// The code of the result in the set `probe` of the table of causes; nil if the host answers, or if the table has no
    /// cause for the result.
    public var causeCode: String? {
        let transport = dialled?.transport
        switch verdict {
        case .answers, .refuses, .broken, .notYetValid: return nil
        case .closed: return transport == .udp ? "options.icmp" : "tcp.refused"
        case .noRoute: return "options.icmp"
        case .silent: return silence(transport)
        case .wrongName: return "tls.name_mismatch"
        case .untrusted: return "tls.untrusted"
        case .expired: return "tls.expired"
        // OpenSSL's words for bytes that are not TLS.
        case .noTLS: return check(.tls)?.detail.contains("wrong version number") == true ? "tls.plain" : nil
        case .notSIP: return "options.not_sip"
        case .dnsFailed: return "dns.timeout"
        case .unresolved:
            let isUnknown = check(.dns)?.lookups.contains { $0.kind == .a && $0.absence == "the name does not exist" }
            return isUnknown == true ? "dns.nxdomain" : "dns.no_address"
        }
    }

    private func silence(_ transport: ProbeTarget.Transport?) -> String? {
        if transport == .udp { return "options.silence_udp" }
        if check(.sip)?.sends ?? 0 > 0 { return "options.silence_tcp" }
        // A handshake without an answer has no cause of its own.
        return check(.tcp)?.status == .pass ? nil : "tcp.timeout"
    }
}
