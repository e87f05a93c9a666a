@_spi(Adapter) public import ZentrunkCore
import ZentrunkJSON

/// What LiveKit's trunks and rules say about calls. <https://docs.livekit.io/telephony/start/providers/plivo/>
extension LiveKitAdapter {
    public static var sip: SIPFacts {
        SIPFacts(
            hosts: [
                // The label is the project, which no object shows.
                SIPFacts.Host(
                    "sip.livekit.cloud", hasSubdomains: true, isComplete: false, transports: [.udp, .tcp, .tls])
            ],
            inboundKinds: ["livekit.inbound-trunk", "livekit.dispatch-rule"], outboundKinds: ["livekit.outbound-trunk"],
            neutral: [
                "livekit.dispatch-rule": [
                    JSONPointer(["rule"]), JSONPointer(["roomConfig"]), JSONPointer(["metadata"]),
                ],
                "livekit.inbound-trunk": [JSONPointer(["metadata"])],
                "livekit.outbound-trunk": [JSONPointer(["metadata"]), JSONPointer(["destinationCountry"])],
            ],
            hostVariable: sipHost.variable
        ) { kind, object in
            switch kind {
            case "livekit.inbound-trunk": inboundTerms(object)
            case "livekit.outbound-trunk": outboundTerms(object)
            default: ruleTerms(object.fields)
            }
        }
    }

    /// A username without a password leaves a trunk open.
    private static func inboundTerms(_ trunk: LiveObject) -> SIPTerms {
        let fields = trunk.fields
        let networks = (fields["allowedAddresses"]?.array ?? []).networks
        return SIPTerms(
            inbound: .init(
                networks: networks.isEmpty ? nil : networks, username: lacksPassword(trunk) ? nil : username(fields),
                encryption: encryption(fields), codecs: codecs(fields)))
    }

    private static func outboundTerms(_ trunk: LiveObject) -> SIPTerms {
        let fields = trunk.fields
        let parts = (fields["address"]?.string ?? "").split(separator: ":").map(String.init)
        guard let host = parts.first else { return SIPTerms() }
        let transport = fields["transport"]?.string.map { $0.replacing("SIP_TRANSPORT_", with: "").lowercased() }
        let username = username(fields)
        var terms = SIPTerms(outbound: [
            .init(
                address: host, port: parts.dropFirst().first.flatMap { Int($0) },
                transport: transport.flatMap { .init(rawValue: $0) }, encryption: encryption(fields),
                username: username, codecs: codecs(fields))
        ])
        if let username, lacksPassword(trunk) {
            terms.faults = ["has the username \(username) and an empty password, so LiveKit sends no login"]
        }
        return terms
    }

    /// Servers that return passwords show that there is none.
    private static func lacksPassword(_ trunk: LiveObject) -> Bool { trunk.emptySecrets.contains("authPassword") }

    /// Without `onlyListedCodecs`, the list adds to the server's own.
    private static func codecs(_ fields: JSONObject) -> [String]? {
        guard let media = fields["media"], media["onlyListedCodecs"] == true else { return nil }
        let names = (media["codecs"]?.array ?? []).compactMap { $0["name"]?.string }
        return names.isEmpty ? nil : names
    }

    private static func ruleTerms(_ fields: JSONObject) -> SIPTerms {
        let agents = (fields["roomConfig"]?["agents"]?.array ?? []).compactMap { $0["agentName"]?.string }
            .filter { !$0.isEmpty }
        return SIPTerms(
            inbound: .init(
                answer: agents.isEmpty
                    ? .elsewhere("the rule dispatches no agent, so only a worker that takes every room answers")
                    : .agents(agents)))
    }

    private static func username(_ fields: JSONObject) -> String? {
        fields["authUsername"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func encryption(_ fields: JSONObject) -> SIPTerms.Encryption {
        switch fields["mediaEncryption"]?.string {
        case "SIP_MEDIA_ENCRYPT_REQUIRE": .required
        case "SIP_MEDIA_ENCRYPT_ALLOW": .allowed
        default: .disabled
        }
    }
}
