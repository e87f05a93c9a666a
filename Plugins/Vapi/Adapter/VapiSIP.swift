@_spi(Adapter) public import ZentrunkCore
import ZentrunkJSON

/// What Vapi's objects say about calls. <https://docs.vapi.ai/advanced/sip/sip-trunk>
extension VapiAdapter {
    public static var sip: SIPFacts {
        SIPFacts(
            hosts: [
                host("sip.vapi.ai", region: "us"), host("sip.eu.vapi.ai", region: "eu"),
            ],
            inboundKinds: ["vapi.phone-number", "vapi.credential"],
            outboundKinds: ["vapi.phone-number", "vapi.credential"],
            neutral: [
                // The check of the number is made when it is saved.
                "vapi.phone-number": ["assistantId", "squadId", "workflowId", "server", "numberE164CheckEnabled"].map {
                    JSONPointer([$0])
                },
                // Vapi's page on Plivo leaves it off, and its page on other carriers turns it on.
                "vapi.credential": [JSONPointer(["outboundLeadingPlusEnabled"])],
            ]
        ) { kind, object in
            kind == "vapi.credential" ? credentialTerms(object.fields) : numberTerms(object.fields)
        } callers: { values in
            Region(rawValue: values["region"]?.string ?? Region.us.rawValue)?
                .signallingAddresses.compactMap { try? IPNetwork($0) }
        }
    }

    /// The label in front of the host is the id of the credential that takes the call.
    private static func host(_ name: String, region: String) -> SIPFacts.Host {
        SIPFacts.Host(
            name, hasSubdomains: true, transports: [.udp, .tcp, .tls], values: ["region": region],
            labelKind: "vapi.credential")
    }

    /// Gateways have one direction or both. Only addresses in the list may call in.
    private static func credentialTerms(_ fields: JSONObject) -> SIPTerms {
        let gateways = fields["gateways"]?.array ?? []
        let callers = gateways.filter { $0["inboundEnabled"] != false }.compactMap { gateway -> IPNetwork? in
            guard let address = gateway["ip"]?.string else { return nil }
            return try? IPNetwork("\(address)/\(gateway["netmask"]?.integer ?? 32)")
        }
        let username = fields["outboundAuthenticationPlan"]?["authUsername"]?.string
        let dialled = gateways.filter { $0["outboundEnabled"] != false }.compactMap { gateway -> SIPTerms.Outbound? in
            guard let address = gateway["ip"]?.string else { return nil }
            let way = gateway["outboundProtocol"]?.string ?? "udp"
            return SIPTerms.Outbound(
                address: address, port: gateway["port"]?.integer.map { Int($0) } ?? 5060,
                transport: .init(rawValue: String(way.prefix { $0 != "/" })),
                encryption: way == "tls/srtp" ? .required : .disabled, username: username,
                isPinged: gateway["optionsPingEnabled"] == true)
        }
        let prefix = fields["techPrefix"]?.string ?? ""
        return SIPTerms(
            inbound: .init(networks: callers), outbound: dialled,
            faults: prefix.isEmpty
                ? [] : ["puts \"\(prefix)\" in front of every number that it calls, and Plivo takes plain numbers only"]
        )
    }

    private static func numberTerms(_ fields: JSONObject) -> SIPTerms {
        let agents = ["assistantId", "squadId", "workflowId"].compactMap { fields[$0]?.string }.filter { !$0.isEmpty }
        let server = fields["server"]?["url"]?.string ?? ""
        let answer: SIPTerms.Answer =
            if !agents.isEmpty { .agents(agents) } else if !server.isEmpty {
                .elsewhere("the server at \(server) decides what answers")
            } else {
                .elsewhere("no assistant, squad, workflow or server is set, so the organisation's server decides")
            }
        let status = fields["status"]?.string ?? "active"
        return SIPTerms(
            inbound: .init(answer: answer), faults: status == "active" ? [] : ["has the status \(status) at Vapi"])
    }
}
