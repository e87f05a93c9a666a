import ZentrunkJSON
import ZentrunkSandbox

/// A credential with provider `byo-sip-trunk`. <https://docs.vapi.ai/advanced/sip/sip-trunk>
enum VapiCredential {
    static let provider = "byo-sip-trunk"
    static let authentication = "outboundAuthenticationPlan"
    static let password = "authPassword"

    static func shape(creating: Bool) -> VapiShape {
        VapiShape(
            fields: [
                "provider": .choice([provider]), "name": .text(length: 1...40), "gateways": .list(gateway),
                authentication: .object(
                    VapiShape(fields: [
                        "authUsername": .text(), password: .text(),
                        "sipRegisterPlan": .object(
                            VapiShape(fields: ["domain": .text(), "username": .text(), "realm": .text()])),
                    ])),
                "outboundLeadingPlusEnabled": .truth, "techPrefix": .text(), "sipDiversionHeader": .text(),
            ], required: creating ? ["provider", "gateways"] : [])
    }

    private static let gateway = VapiShape(
        fields: [
            "ip": .text(length: 1...10_000), "port": .number(1...65535), "netmask": .number(24...32),
            "inboundEnabled": .truth, "outboundEnabled": .truth,
            "outboundProtocol": .choice(["tls/srtp", "tcp", "tls", "udp"]), "optionsPingEnabled": .truth,
        ], required: ["ip"])

    /// Checks gateway addresses. Vapi can match the source of an inbound call only against numeric addresses, and
    /// gateways accept inbound calls by default.
    /// <https://docs.vapi.ai/advanced/sip/troubleshoot-sip-trunk-credential-errors>
    static func checkGateways(of members: JSONObject) throws(VapiRefusal) {
        for gateway in members["gateways"]?.array ?? [] {
            guard gateway["inboundEnabled"] == .bool(false) || gateway["ip"]?.string?.isIPv4Address == true
            else {
                throw VapiRefusal(400, "Couldn't validate SIP trunk credential. SIP gateway creation failed.")
            }
        }
    }
}

extension VapiStore {
    mutating func createCredential(_ request: SandboxRequest) throws(VapiRefusal) -> SandboxAnswer {
        let members = try Self.members(of: request)
        let complaints = VapiCredential.shape(creating: true).complaints(about: members)
        guard complaints.isEmpty else { throw .invalid(complaints) }
        try VapiCredential.checkGateways(of: members)
        let id = credentials.add(members)
        return .json(201, try shown(id, in: credentials))
    }

    /// Updates a credential. Omitted members are kept; a given member replaces the old value completely, including
    /// lists and plans.
    mutating func updateCredential(_ id: String, _ request: SandboxRequest) throws(VapiRefusal) -> SandboxAnswer {
        _ = try shown(id, in: credentials)
        let members = try Self.members(of: request)
        let complaints = VapiCredential.shape(creating: false).complaints(about: members)
        guard complaints.isEmpty else { throw .invalid(complaints) }
        try VapiCredential.checkGateways(of: members)
        credentials.update(id, with: members)
        return .json(200, try shown(id, in: credentials))
    }

    mutating func deleteCredential(_ id: String) throws(VapiRefusal) -> SandboxAnswer {
        let answer = SandboxAnswer.json(200, try shown(id, in: credentials))
        let users = phoneNumbers.rows.filter { $0["credentialId"]?.string == id }.compactMap { $0["id"]?.string }
        guard users.isEmpty || quirks.deletesUsedCredentials else {
            throw VapiRefusal(400, "The credential is used by phone number \(users.joined(separator: ", "))")
        }
        credentials.remove(id)
        return answer.noting(users.map { "phone number \($0) still uses this credential" })
    }
}
