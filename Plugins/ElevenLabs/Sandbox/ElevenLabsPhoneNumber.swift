import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// An imported number. <https://elevenlabs.io/docs/api-reference/phone-numbers/get>
struct ElevenLabsPhoneNumber: Sendable {
    let id = "phnum_" + String(UUID().uuidString.filter { $0 != "-" }.prefix(20))
    let number: String
    let provider: ElevenLabsService.Provider
    var label: String
    var agent: String?
    private(set) var trunks: [ElevenLabsTrunk: JSONObject] = [:]
    private(set) var supportsInbound = true
    private(set) var supportsOutbound = true
    private var environment: String?
    private(set) var branch: String?
    private var stack: JSONValue = "standard"
    private(set) var storesMessages = true

    init(_ number: String, label: String, provider: ElevenLabsService.Provider) {
        self.number = number
        self.label = label
        self.provider = provider
    }

    /// Applies the members of a request. Null removes the agent, environment or branch. For all other members except
    /// trunks, null changes nothing.
    mutating func apply(_ members: JSONObject, _ quirks: ElevenLabsQuirks) {
        label = members["label"]?.string ?? label
        if let value = members["agent_id"] { agent = value.string }
        if let value = members["environment"] { environment = value.string }
        if let value = members["branch_id"] { branch = value.string }
        if let value = members["livekit_stack"], !value.isNull { stack = value }
        storesMessages = members["store_sip_messages"]?.bool ?? storesMessages
        supportsInbound = members["supports_inbound"]?.bool ?? supportsInbound
        supportsOutbound = members["supports_outbound"]?.bool ?? supportsOutbound
        guard provider == .sipTrunk else { return }
        for trunk in ElevenLabsTrunk.allCases {
            switch members[trunk.field] {
            case .object(let sent):
                trunks[trunk] = trunk.configuration(trunks[trunk], updatedWith: sent, by: quirks.trunkUpdate)
            case .null where quirks.nullRemovesTrunk: trunks[trunk] = nil
            default: break
            }
        }
    }

    /// The number as read responses show it: some names differ from those in requests, and passwords are never
    /// included.
    func shown(agentName: (String) -> String, _ quirks: ElevenLabsQuirks) -> JSONObject {
        var shown: JSONObject = [
            "phone_number": .string(number), "label": .string(label), "phone_number_id": .string(id),
            "provider": .string(provider.rawValue), "supports_inbound": .bool(supportsInbound),
            "supports_outbound": .bool(supportsOutbound),
            "assigned_agent": agent.map { id -> JSONValue in
                [
                    "agent_id": .string(id), "agent_name": .string(agentName(id)),
                    "environment": environment.map { .string($0) } ?? .null,
                    "branch_id": branch.map { .string($0) } ?? .null,
                ]
            } ?? .null,
        ]
        guard provider == .sipTrunk else { return shown }
        for trunk in ElevenLabsTrunk.allCases {
            shown[trunk.shownField] = trunks[trunk].map { .object(trunk.shown($0, quirks)) } ?? .null
        }
        shown["provider_config"] = shown[ElevenLabsTrunk.outbound.shownField]
        shown["livekit_stack"] = stack
        shown["store_sip_messages"] = .bool(storesMessages)
        return shown
    }

    /// The stored members, with the names of requests.
    var written: JSONObject {
        var members: JSONObject = ["id": .string(id), "agent_id": agent.map { .string($0) } ?? .null]
        for trunk in ElevenLabsTrunk.allCases {
            members[trunk.field] = trunks[trunk].map { SandboxMarker.masking(.object($0)) } ?? .null
        }
        return members
    }
}
