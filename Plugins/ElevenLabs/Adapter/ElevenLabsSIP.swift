@_spi(Adapter) public import ZentrunkCore
import ZentrunkJSON

/// What a phone number at ElevenLabs says about calls.
/// <https://elevenlabs.io/docs/agents-platform/phone-numbers/sip-trunking>
extension ElevenLabsAdapter {
    public static var sip: SIPFacts {
        SIPFacts(
            hosts: hosts, inboundKinds: ["elevenlabs.phone-number"], outboundKinds: ["elevenlabs.phone-number"],
            neutral: ["elevenlabs.phone-number": [JSONPointer(["agent_id"])]]
        ) { _, object in terms(object.fields) }
    }

    /// UDP is experimental there, and offered for tests.
    private static let hosts =
        ["rtc.elevenlabs.io"].flatMap { host($0, region: "default") }
        + ["eu", "in", "sg"].flatMap { host("rtc.\($0).residency.elevenlabs.io", region: $0) }

    private static func host(_ domain: String, region: String) -> [SIPFacts.Host] {
        ["sip", "sip-static"].map {
            SIPFacts.Host("\($0).\(domain)", transports: [.udp, .tcp, .tls], values: ["region": region])
        }
    }

    private static func terms(_ fields: JSONObject) -> SIPTerms {
        var terms = SIPTerms()
        if let config = fields["inbound_trunk_config"]?.object {
            let networks = (config["allowed_addresses"]?.array ?? []).networks
            let agent = fields["agent_id"]?.string ?? ""
            terms.inbound = .init(
                networks: networks.isEmpty ? nil : networks, username: username(config),
                encryption: encryption(config),
                answer: agent.isEmpty ? .nothing("no agent is assigned to the number") : .agents([agent]))
        }
        if let config = fields["outbound_trunk_config"]?.object, let address = config["address"]?.string {
            terms.outbound = [
                .init(
                    address: address, transport: config["transport"]?.string.flatMap { .init(rawValue: $0) },
                    encryption: encryption(config), username: username(config), codecs: codecs(config))
            ]
        }
        return terms
    }

    private static func username(_ config: JSONObject) -> String? {
        config["credentials"]?["username"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// `PCMU/8000` is PCMU. An empty list offers every codec.
    private static func codecs(_ config: JSONObject) -> [String]? {
        let names = (config["enabled_codecs"]?.array ?? []).compactMap { $0.string?.split(separator: "/").first }
        return names.isEmpty ? nil : names.map(String.init)
    }

    private static func encryption(_ config: JSONObject) -> SIPTerms.Encryption {
        config["media_encryption"]?.string.flatMap { .init(rawValue: $0) } ?? .allowed
    }
}
