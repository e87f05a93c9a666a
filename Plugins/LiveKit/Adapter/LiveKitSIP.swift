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
            ]
        ) { kind, object in
            switch kind {
            case "livekit.inbound-trunk": inboundTerms(object.fields)
            case "livekit.outbound-trunk": outboundTerms(object.fields)
            default: ruleTerms(object.fields)
            }
        }
    }

    private static func inboundTerms(_ fields: JSONObject) -> SIPTerms {
        let networks = (fields["allowedAddresses"]?.array ?? []).networks
        return SIPTerms(
            inbound: .init(
                networks: networks.isEmpty ? nil : networks, username: username(fields), encryption: encryption(fields))
        )
    }

    private static func outboundTerms(_ fields: JSONObject) -> SIPTerms {
        let parts = (fields["address"]?.string ?? "").split(separator: ":").map(String.init)
        guard let host = parts.first else { return SIPTerms() }
        let transport = fields["transport"]?.string.map { $0.replacing("SIP_TRANSPORT_", with: "").lowercased() }
        return SIPTerms(outbound: [
            .init(
                address: host, port: parts.dropFirst().first.flatMap { Int($0) },
                transport: transport.flatMap { .init(rawValue: $0) }, encryption: encryption(fields),
                username: username(fields))
        ])
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
