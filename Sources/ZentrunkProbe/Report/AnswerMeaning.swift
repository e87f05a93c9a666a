/// What an answer to OPTIONS proves, and what it does not.
///
/// A server may answer OPTIONS as it would answer INVITE, but many answer 200 to anybody: LiveKit and jambonz do, before
/// they look at any trunk. <https://www.rfc-editor.org/rfc/rfc3261#section-11.2>,
/// <https://github.com/livekit/sip/blob/main/pkg/sip/inbound.go>
struct AnswerMeaning: Sendable, Hashable {
    var verdict: ProbeVerdict
    var status: ProbeCheck.Status
    /// What the status says, in words.
    var words: String

    init(status code: Int) {
        switch code {
        case ..<200: self.init(.answers, .warn, "the server accepted the request, and sent no final answer")
        case 200...299: self.init(.answers, .pass, "the server answers")
        case 300...399: self.init(.answers, .warn, "the server points to another address, which was not probed")
        case 401, 407: self.init(.refuses, .pass, "the server asks for credentials, which a probe does not have")
        case 403: self.init(.refuses, .pass, "the server refuses this sender")
        case 404, 410, 480, 604:
            self.init(.refuses, .pass, "the server serves no address of this name to this sender")
        case 405, 501: self.init(.answers, .pass, "the server answers, and does not support OPTIONS")
        case 482, 483: self.init(.refuses, .warn, "the request went in a circle or through too many servers")
        case 500, 503: self.init(.refuses, .warn, "the server is overloaded, draining or out of order")
        case 502, 504...599: self.init(.refuses, .warn, "the server failed")
        default: self.init(.refuses, .pass, "the server refuses this request")
        }
    }

    private init(_ verdict: ProbeVerdict, _ status: ProbeCheck.Status, _ words: String) {
        self.verdict = verdict
        self.status = status
        self.words = words
    }
}

extension ProbeVerdict {
    /// The result that goes with it.
    var result: ProbeReport.Result {
        switch self {
        case .answers, .refuses: .reachable
        case .silent, .noRoute, .dnsFailed: .unknown
        case .unresolved, .closed, .wrongName, .untrusted, .expired, .notYetValid, .noTLS, .notSIP, .broken:
            .unreachable
        }
    }

    /// What it proves, in sentences.
    func proofs(_ transport: ProbeTarget.Transport?) -> [String] {
        let way = transport.map { "over \($0.rawValue)" } ?? ""
        switch self {
        case .answers: return ["host, port and a SIP server are alive \(way), as seen from this machine"]
        case .refuses:
            return ["host, port and a SIP server are alive \(way), and it does not serve this sender or request"]
        case .closed: return ["the port is closed \(way): the host said so, or a firewall in front of it"]
        case .wrongName:
            return [
                "the certificate does not carry the domain of the URI, which RFC 5922 requires: a strict client refuses"
            ]
        case .untrusted: return ["the certificate's chain does not end at an authority that this machine trusts"]
        case .expired: return ["the certificate has expired, by this machine's clock"]
        case .notYetValid: return ["the certificate is not valid yet, by this machine's clock"]
        case .noTLS: return ["the port is open, and a TLS handshake without ALPN fails on it"]
        case .notSIP: return ["another service, or a faulty one, listens on this port"]
        case .broken: return ["the port is open, and the connection ended before an answer"]
        case .unresolved: return []
        case .silent, .noRoute, .dnsFailed: return []
        }
    }

    /// What it does not prove, in sentences.
    func limits(_ transport: ProbeTarget.Transport?) -> [String] {
        let route = "the way from the carrier or the platform to this host may differ from the way from this machine"
        switch self {
        case .answers, .refuses:
            return ["that a trunk, a number, a credential or an agent is set up: only a call can prove that", route]
        case .silent:
            return ["anything: a firewall, a policy towards strangers and a lost packet look the same", route]
        case .noRoute: return ["anything about the host: this machine, or a network on the way, has no route", route]
        case .wrongName: return ["that every client refuses: some platforms verify the chain only", route]
        case .untrusted:
            return ["that the carrier's or the platform's authorities refuse it, too: they have their own list", route]
        case .unresolved: return ["that other resolvers give the same answer"]
        case .dnsFailed:
            return ["anything about the name or the host: only this machine's DNS resolver is known to have failed"]
        case .closed, .expired, .notYetValid, .noTLS, .notSIP, .broken: return [route]
        }
    }
}
