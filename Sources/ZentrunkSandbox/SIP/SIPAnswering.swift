import Foundation

/// Answers to SIP requests, as strangers get them.
///
/// The vendors' answer to OPTIONS without a known sender is documented by source code for LiveKit, and so for ElevenLabs, and
/// for the server that Vapi's resembles: always 200, before any trunk is looked at. Plivo's is not published; 200 is assumed.
struct SIPAnswering: Sendable {
    let look: @Sendable (String) -> SandboxWire.Host?

    /// Returns the answer to one message; nil for none.
    ///
    /// - Parameters:
    ///   - message: The header, without its empty line.
    ///   - transport: The transport that it came by.
    ///   - peer: The address and the port of the sender.
    func answer(to message: String, over transport: SandboxSIPHost.Transport, from peer: (String, UInt16)) -> [UInt8]? {
        let lines = message.split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
        let words = lines.first?.split(separator: " ").map(String.init) ?? []
        guard words.count == 3, words[2] == "SIP/2.0", words[0] != "ACK" else { return nil }
        var status = words[0] == "OPTIONS" ? (200, "OK") : (405, "Method Not Allowed")
        // A name that DNS does not have can be asked for at the socket only: nobody serves it there.
        guard let host = look(Self.host(ofURI: words[1])) else { return reply(to: lines, (404, "Not Found"), peer) }
        switch host.state {
        case .silent, .closed, .unresolved: return nil
        case .answering(let code, let reason): status = (code, reason)
        case .normal, .wrongName, .expired, .untrusted: break
        }
        guard host.host.transports.contains(transport) else { return nil }
        return reply(to: lines, status, peer)
    }

    /// Copies what a reply must repeat. <https://www.rfc-editor.org/rfc/rfc3261#section-8.2.6>
    private func reply(to lines: [String], _ status: (Int, String), _ peer: (String, UInt16)) -> [UInt8] {
        var reply = ["SIP/2.0 \(status.0) \(status.1)"]
        for (index, line) in lines.enumerated() {
            let name = line.prefix { $0 != ":" }.lowercased()
            switch name {
            case "via":
                let isFirst = !lines[..<index].contains { $0.lowercased().hasPrefix("via:") }
                reply.append(isFirst ? Self.noting(peer, in: line) : line)
            case "from", "call-id", "cseq": reply.append(line)
            case "to": reply.append(line.contains(";tag=") ? line : line + ";tag=sandbox")
            default: break
            }
        }
        reply += ["Server: zentrunk sandbox", "Content-Length: 0"]
        return Array((reply.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Notes where a request came from. <https://www.rfc-editor.org/rfc/rfc3581#section-4>
    private static func noting(_ peer: (String, UInt16), in via: String) -> String {
        guard let rport = via.range(of: ";rport") else { return via }
        return via.replacingCharacters(in: rport, with: ";received=\(peer.0);rport=\(peer.1)")
    }

    /// Returns the host of a URI, in lower case: `sip:user@host:5060;transport=tcp`.
    static func host(ofURI uri: String) -> String {
        var rest = uri.lowercased()[...]
        for scheme in ["sips:", "sip:"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        rest = rest.prefix { $0 != ";" && $0 != "?" }
        if let at = rest.lastIndex(of: "@") { rest = rest[rest.index(after: at)...] }
        if rest.hasPrefix("[") { return String(rest.dropFirst().prefix { $0 != "]" }) }
        return String(rest.prefix { $0 != ":" })
    }
}
