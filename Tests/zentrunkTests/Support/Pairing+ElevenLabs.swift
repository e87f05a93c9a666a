import Testing
import ZentrunkCore
import ZentrunkElevenLabs
import ZentrunkJSON
import ZentrunkSandbox

extension Pairing {
    static let elevenLabs = Pairing(
        adapter: ElevenLabsAdapter.self, vendor: ElevenLabsService.vendor, contract: "elevenlabs-convai-phone",
        agent: ("agent", "agent_0sandbox"), needsAgent: true, tables: ["phone_numbers"],
        check: ElevenLabsAgreement.check,
        addForeignRecord: { sandbox, number in
            sandbox.services.elevenLabs.addPhoneNumber(number.e164, label: "someone else's")
        },
        drifts: CarrierDrifts.all + [
            ("line", ["agent_id": "agent_1other"]),
            ("line", ["agent_id": .null]),
            ("line", ["inbound_trunk_config": .null]),
            ("line", ["inbound_trunk_config": ["media_encryption": "allowed", "credentials": .null]]),
            (
                "line",
                ["inbound_trunk_config": ["media_encryption": "required", "allowed_addresses": ["192.0.2.0/24"]]]
            ),
            ("line", outbound(["address": "other.example.com"])),
            ("line", outbound(["transport": "tcp"])),
            ("line", outbound(["media_encryption": "disabled"])),
            ("line", outbound(["credentials": .null])),
            ("line", outbound(["credentials": ["username": "someoneelse", "password": "not-a-secret-1"]])),
        ])

    private static func outbound(_ changes: JSONObject) -> JSONObject {
        let usual: JSONObject = ["address": "by-hand.example.com", "transport": "tls", "media_encryption": "required"]
        return ["outbound_trunk_config": .object(usual.merging(changes))]
    }
}

/// The settings in which Plivo and ElevenLabs must agree.
/// <https://elevenlabs.io/docs/agents-platform/phone-numbers/sip-trunking>
private enum ElevenLabsAgreement {
    static func check(_ state: JSONValue, _ asked: Combination) throws {
        let plivo = PlivoState(state)
        let name = "zc_elevenlabs_\(asked.name)_"
        let region = asked.values["region"] ?? "default"
        let host =
            ["eu", "in", "sg"].contains(region)
            ? "sip.rtc.\(region).residency.elevenlabs.io" : "sip.rtc.elevenlabs.io"
        let trunk = try plivo.checkOutbound(name, asked)
        let uri = try plivo.checkInbound(
            name, asked, uri: host + (asked.isSecure ? ":5061;transport=tls" : ":5060;transport=tcp"))
        let account = plivo.row("credentials", name + "credential")
        let lines = asked.pairing.rows(state, "phone_numbers").filter {
            $0["label"]?.string == asked.platformName("line")
        }
        #expect(lines.compactMap { $0["phone_number"]?.string }.sorted() == (try asked.numbers.map(\.e164)).sorted())
        let encryption: JSONValue = asked.isSecure ? "required" : "disabled"
        for line in lines {
            #expect(line["provider"] == "sip_trunk")
            #expect(line["agent_id"]?.string == asked.agent)
            let outbound = line["outbound_trunk_config"] ?? .null
            #expect(outbound.isNull == !asked.goesOut)
            if asked.goesOut {
                #expect(outbound["address"] == trunk?["trunk_domain"])
                #expect(outbound["transport"] == (asked.isSecure ? "tls" : "tcp"))
                #expect(outbound["media_encryption"] == encryption)
                #expect(outbound["credentials"]?["username"] == account?["username"])
                #expect(outbound["credentials"]?["password"] == account?["password"])
                #expect(account?["password"]?.string?.hasPrefix("set:") == true)
            }
            let inbound = line["inbound_trunk_config"] ?? .null
            #expect(inbound.isNull == !asked.comesIn)
            if asked.comesIn {
                #expect(inbound["media_encryption"] == encryption)
                #expect(inbound["allowed_numbers"]?.array?.isEmpty != false)
                let sources = asked.values["restrict-sources"] == "true" ? 14 : 0
                #expect((inbound["allowed_addresses"]?.array ?? []).count == sources)
                #expect((inbound["credentials"]?["username"] ?? .null).isNull == !asked.asksInbound)
                if asked.asksInbound {
                    #expect(inbound["credentials"]?["username"] == uri?["username"])
                    #expect(inbound["credentials"]?["password"] == uri?["password"])
                }
            }
        }
    }
}
