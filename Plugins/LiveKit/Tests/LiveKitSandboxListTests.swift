import Testing
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox

@Suite("Lists of LiveKit's objects in the sandbox")
struct LiveKitSandboxListTests {
    struct Filter: Sendable, CustomTestStringConvertible {
        var noun: String
        var body: JSONValue
        var ids: [String]
        var testDescription: String { "\(noun) \(body.text())" }
    }

    @Test(
        "Filters select, objects without a value always match, missing ids are omitted, and lists are ordered by id",
        arguments: [
            Filter(noun: "SIPInboundTrunk", body: [:], ids: ["ST_a", "ST_b", "ST_c"]),
            Filter(noun: "SIPInboundTrunk", body: ["numbers": ["+14155550100"]], ids: ["ST_a", "ST_c"]),
            Filter(noun: "SIPInboundTrunk", body: ["numbers": ["1 (415) 555-0100"]], ids: ["ST_a", "ST_c"]),
            Filter(noun: "SIPInboundTrunk", body: ["numbers": ["+9", "415555-0101"]], ids: ["ST_b", "ST_c"]),
            Filter(noun: "SIPInboundTrunk", body: ["trunkIds": ["ST_b", "ST_x", "ST_a"]], ids: ["ST_a", "ST_b"]),
            Filter(noun: "SIPInboundTrunk", body: ["trunk_ids": ["ST_x"]], ids: []),
            Filter(noun: "SIPInboundTrunk", body: ["page": ["afterId": "ST_a"]], ids: ["ST_b", "ST_c"]),
            Filter(noun: "SIPInboundTrunk", body: ["page": ["limit": 1]], ids: ["ST_a", "ST_b", "ST_c"]),
            Filter(noun: "SIPOutboundTrunk", body: ["numbers": ["+14155550100"]], ids: ["ST_d"]),
            Filter(noun: "SIPOutboundTrunk", body: ["numbers": ["14155550100"]], ids: []),
            Filter(noun: "SIPOutboundTrunk", body: ["trunkIds": ["ST_d", "ST_a"]], ids: ["ST_d"]),
            Filter(noun: "SIPDispatchRule", body: [:], ids: ["SDR_a", "SDR_b"]),
            Filter(noun: "SIPDispatchRule", body: ["trunkIds": ["ST_a"]], ids: ["SDR_a", "SDR_b"]),
            Filter(noun: "SIPDispatchRule", body: ["trunkIds": ["ST_b"]], ids: ["SDR_b"]),
            Filter(noun: "SIPDispatchRule", body: ["dispatchRuleIds": ["SDR_a"]], ids: ["SDR_a"]),
        ])
    func filters(_ filter: Filter) {
        let client = LiveKitClient()
        let service = client.service
        service.addInboundTrunk(["sip_trunk_id": "ST_b", "numbers": ["415-555-0101"]])
        service.addInboundTrunk(["sip_trunk_id": "ST_c", "auth_username": "u", "auth_password": "p"])
        service.addInboundTrunk(["sip_trunk_id": "ST_a", "numbers": ["+14155550100"]])
        service.addOutboundTrunk(LiveKitTrunkTests.outbound.merging(["sip_trunk_id": "ST_d"]))
        service.addDispatchRule(["sip_dispatch_rule_id": "SDR_b"])
        service.addDispatchRule(["sip_dispatch_rule_id": "SDR_a", "trunk_ids": ["ST_a"]])
        let reply = client.call("List\(filter.noun)", filter.body)
        #expect(reply.status == 200)
        #expect(reply.violations == [])
        let field = filter.noun == "SIPDispatchRule" ? "sip_dispatch_rule_id" : "sip_trunk_id"
        #expect(reply["/items"]?.array?.compactMap { $0[field]?.string } == filter.ids)
    }

    @Test("A filter with paging misses objects after a page without matches; each alone misses none")
    func filteredPages() {
        let client = LiveKitClient()
        for index in 1...6 {
            let number = index == 1 || index == 3 || index == 6 ? "+1" : "+2"
            client.service.addInboundTrunk([
                "sip_trunk_id": .string("ST_\(index)"), "numbers": [.string(number)],
            ])
        }
        func ids(_ body: JSONObject) -> [String] {
            client.call("ListSIPInboundTrunk", .object(body))["/items"]?.array?.compactMap {
                $0["sip_trunk_id"]?.string
            }
                ?? []
        }
        let numbers: JSONObject = ["numbers": ["+1"]]
        #expect(ids(numbers) == ["ST_1", "ST_3", "ST_6"])
        #expect(ids(numbers.merging(["page": ["limit": 2]])) == ["ST_1", "ST_3"])
        #expect(ids(numbers.merging(["page": ["limit": 3]])) == ["ST_1", "ST_3", "ST_6"])
        #expect(ids(numbers.merging(["page": ["limit": 2, "afterId": "ST_4"]])) == ["ST_6"])
        #expect(ids(numbers.merging(["page": [:]])) == ["ST_1", "ST_3", "ST_6"])
        #expect(ids(["trunkIds": ["ST_6"], "page": ["limit": 5]]) == [])
        for limit in [-1, 0, 1] as [JSONValue] {
            #expect(ids(["page": ["limit": limit, "afterId": "ST_2"]]) == ["ST_3", "ST_4", "ST_5", "ST_6"])
        }
    }

    @Test("The legacy list shows trunks of both directions in their legacy form")
    func legacy() throws {
        let client = LiveKitClient()
        client.service.addOutboundTrunk(
            LiveKitTrunkTests.outbound.merging([
                "sip_trunk_id": "ST_b", "transport": "SIP_TRANSPORT_TLS", "auth_username": "u", "auth_password": "p",
            ]))
        client.service.addInboundTrunk([
            "sip_trunk_id": "ST_a", "numbers": ["+1", "+2"], "allowed_numbers": ["+3"], "name": "n",
            "allowed_addresses": ["192.0.2.1"],
        ])
        let items = try #require(client.call("ListSIPTrunk")["/items"]?.array)
        #expect(items.map { $0["sip_trunk_id"] } == ["ST_a", "ST_b"])
        #expect(items.map { $0["kind"] } == ["TRUNK_INBOUND", "TRUNK_OUTBOUND"])
        #expect(items.map { $0["outbound_number"] } == ["+1", "+14155550100"])
        #expect(items[0]["inbound_numbers"] == ["+3"] && items[0]["inbound_addresses"] == ["192.0.2.1"])
        #expect(items[0]["name"] == "n" && items[1]["transport"] == "SIP_TRANSPORT_TLS")
        #expect(items[1]["outbound_address"] == "1.zt.plivo.com" && items[1]["outbound_username"] == "u")
        #expect(items[1]["outbound_password"] == "p" && items[1]["inbound_password"] == "")
        #expect(client.call("ListSIPTrunk", ["page": ["afterId": "ST_a"]])["/items"]?.array?.count == 1)
    }

    @Test("If the server stops after each page, paging by the last id ends with an empty page")
    func pages() throws {
        var quirks = LiveKitQuirks()
        quirks.followsPages = false
        let client = LiveKitClient(quirks)
        let made = Set((1...5).map { client.service.addOutboundTrunk(["name": "t\($0)"]) })
        var seen: [String] = []
        var sizes: [Int] = []
        repeat {
            let page: JSONValue = ["afterId": .string(seen.last ?? ""), "limit": 2]
            let ids = client.call("ListSIPOutboundTrunk", ["page": page])["/items"]?.array ?? []
            sizes.append(ids.count)
            seen += ids.compactMap { $0["sip_trunk_id"]?.string }
        } while sizes.last != 0 && sizes.count < 9
        #expect(sizes == [2, 2, 1, 0])
        #expect(Set(seen) == made && seen == seen.sorted())
    }
}
