/// One OPTIONS request, and the rule for its replies.
///
/// A client of our own instead of libre: one request needs a writer, a strict parser of replies and one timer, about
/// 400 lines that are fuzzed, while Debian 12's libre 1.1.0 would bring an event loop of its own and a TLS that verifies
/// neither chain nor name. <https://github.com/baresip/re>
package struct OptionsRequest: Sendable, Hashable {
    /// What the request is aimed at.
    package let target: ProbeTarget
    /// The transport that it is sent over.
    package let transport: ProbeTarget.Transport
    /// This machine's end of the socket.
    package let local: SocketAddress
    /// The identifiers: the branch with its magic cookie, the Call-ID, and the tag of From.
    package let branch: String
    package let callID: String
    package let tag: String

    /// Creates a request.
    ///
    /// - Parameter random: Returns a number from zero up to and including its argument.
    package init(
        _ target: ProbeTarget, over transport: ProbeTarget.Transport, from local: SocketAddress,
        random: (Int) -> Int
    ) {
        func token() -> String {
            (0..<4).map { _ in
                let part = String(random(0xFFFF) & 0xFFFF, radix: 16)
                return String(repeating: "0", count: 4 - part.count) + part
            }.joined()
        }
        self.target = target
        self.transport = transport
        self.local = local
        // Section 8.1.1.7: the cookie says that the branch is unique.
        branch = "z9hG4bK" + token()
        callID = token() + token()
        tag = token()
    }

    /// The request as it is sent. <https://www.rfc-editor.org/rfc/rfc3261#section-11.1>
    package var bytes: [UInt8] {
        let scheme = target.isSecure ? "sips" : "sip"
        let lines = [
            "OPTIONS \(target) SIP/2.0",
            // rport asks for the address from which the request arrived, also if it does not match.
            // <https://www.rfc-editor.org/rfc/rfc3581#section-3>
            "Via: SIP/2.0/\(transport.rawValue.uppercased()) \(local);branch=\(branch);rport",
            "Max-Forwards: 70",
            // The name that RFC 3323 reserves for senders without an address.
            "From: <sip:probe@anonymous.invalid>;tag=\(tag)",
            "To: <\(scheme):\(target.uriHost)>",
            "Call-ID: \(callID)",
            "CSeq: 1 OPTIONS",
            "Contact: <\(scheme):probe@\(local)\(target.isSecure ? "" : ";transport=\(transport.rawValue)")>",
            "Accept: application/sdp",
            "User-Agent: zentrunk",
            "Content-Length: 0",
        ]
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8)
    }

    /// Returns why a response does not belong to this request; nil if it does.
    ///
    /// Branch and method decide in section 17.1.3. Call-ID, sequence number and tag must agree as well, which no server
    /// may change (section 8.2.6.2), so a late or forged reply is not taken for an answer.
    package func objection(to response: SIPResponse) -> String? {
        let vias = response.values("via").flatMap { SIPParameters.split($0, at: UInt8(ascii: ",")) }
        // Section 8.1.3.3: "If more than one Via header field value is present in a response, the UAC SHOULD discard
        // the message."
        guard vias.count == 1, let via = vias.first.flatMap(SIPVia.init(_:)) else { return "it has another Via" }
        guard via.parameters["branch"] == branch else { return "it has another branch" }
        guard via.sentBy == local.description.lowercased() else { return "it has another sent-by" }
        guard response.values("call-id") == [callID] else { return "it has another Call-ID" }
        let sequence = response.values("cseq").first.map { $0.split(whereSeparator: { $0 == " " || $0 == "\t" }) }
        guard sequence == ["1", "OPTIONS"] else { return "it has another CSeq" }
        guard let from = response.values("from").first, SIPParameters.parameters(from)["tag"] == tag else {
            return "it has another tag"
        }
        return nil
    }
}
