import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkVapi

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Objects of a Vapi connection")
struct VapiBlueprintTests {
    @Test("Every combination has exactly its objects, in the template's order", arguments: VapiConnection.all)
    func instances(_ connection: VapiConnection) throws {
        var expected: [String] = []
        if connection.isOutbound {
            expected += [connection.authentication == "ip-acl" ? "acl" : "credential", "outbound-trunk"]
        }
        expected.append("sip")
        if connection.isInbound { expected += connection.failover == nil ? ["uri"] : ["uri", "failover-uri"] }
        if connection.isInbound { expected.append("inbound-trunk") }
        expected.append("line")
        if connection.isInbound { expected.append("route") }
        #expect(try connection.blueprint().instances.map(\.id.key) == expected)
    }

    @Test(
        "The credential lists the trunk and the carrier's networks that the direction needs",
        arguments: VapiConnection.all)
    func gateways(_ connection: VapiConnection) throws {
        let gateways = try #require(connection.blueprint().body("sip")?["gateways"]?.array)
        #expect(gateways.count == ["both": 15, "inbound": 14, "outbound": 1][connection.direction])
        let outbound = gateways.filter { $0["outboundEnabled"] == true }
        #expect(outbound.count == (connection.isOutbound ? 1 : 0))
        if let gateway = outbound.first {
            #expect(gateway["ip"] == "<outbound-trunk.trunk_domain>")
            #expect(gateway["port"] == (connection.isSecure ? 5061 : 5060))
            #expect(gateway["outboundProtocol"] == (connection.isSecure ? "tls/srtp" : "udp"))
            #expect(gateway["inboundEnabled"] == false)
        }
        let inbound = gateways.filter { $0["inboundEnabled"] == true }
        #expect(inbound.count == (connection.isInbound ? 14 : 0))
        if let first = inbound.first {
            #expect(first == ["ip": "203.0.113.16", "netmask": 28, "inboundEnabled": true, "outboundEnabled": false])
        }
    }

    @Test("Calls go to the credential's own host with the chosen transport", arguments: VapiConnection.all)
    func uris(_ connection: VapiConnection) throws {
        let blueprint = try connection.blueprint()
        let expected =
            connection.isSecure ? "<sip.id>.sip.vapi.ai:5061;transport=tls" : "<sip.id>.sip.vapi.ai;transport=udp"
        #expect(try blueprint.body("uri")?["uri"] == (connection.isInbound ? .string(expected) : .none))
        let failover = connection.isInbound ? connection.failover : nil
        #expect(try blueprint.body("failover-uri")?["uri"] == failover.map { .string($0) })
        let trunk = try blueprint.body("inbound-trunk")
        #expect(trunk?["primary_uri_uuid"] == (connection.isInbound ? "<uri.uri_uuid>" : .none))
        #expect(trunk?["fallback_uri_uuid"] == (failover == nil ? .none : "<failover-uri.uri_uuid>"))
    }

    @Test(
        "The chosen authentication is on both sides, and only if there is an outbound side",
        arguments: VapiConnection.all
    )
    func authentication(_ connection: VapiConnection) throws {
        let blueprint = try connection.blueprint()
        let usesCredentials = connection.isOutbound && connection.authentication == "credentials"
        let usesList = connection.isOutbound && connection.authentication == "ip-acl"
        let trunk = try blueprint.body("outbound-trunk")
        #expect(trunk?["ipacl_uuid"] == (usesList ? "<acl.ipacl_uuid>" : .none))
        #expect(trunk?["credential_uuid"] == (usesCredentials ? "<credential.credential_uuid>" : .none))
        #expect(trunk?["secure"] == (connection.isOutbound ? .bool(connection.isSecure) : .none))
        #expect(
            try blueprint.body("sip")?["outboundAuthenticationPlan"]
                == (usesCredentials ? ["authUsername": "<sip username>", "authPassword": "<sip password>"] : .none))
        #expect(
            try blueprint.body("acl")?["ip_addresses"]
                == (usesList ? ["44.229.228.186/32", "44.238.177.138/32"] : .none))
        if usesCredentials { #expect(blueprint.secrets == ["sip"]) }
        if connection.authentication == "ip-acl" { #expect(blueprint.secrets == []) }
    }

    @Test("Each number has its own line and route; all share one credential")
    func numbers() throws {
        let blueprint = try VapiConnection(numbers: ["+14155550100", "+442079460958"]).blueprint()
        #expect(
            blueprint.instances.map(\.id.description).suffix(4) == [
                "line +14155550100", "line +442079460958", "route +14155550100", "route +442079460958",
            ])
        let line = try #require(try blueprint.body("line", "+442079460958"))
        #expect(line["number"] == "+442079460958")
        #expect(line["credentialId"] == "<sip.id>")
        #expect(line["name"] == "zc_vapi_main_line")
        #expect(line["assistantId"] == nil)
        let route = try PhoneNumber("+442079460958")
        #expect(blueprint[InstanceID("route", number: route)]?.prerequisites == [InstanceID("inbound-trunk")])
    }

    @Test("The European region has its own host and addresses")
    func region() throws {
        let blueprint = try VapiConnection(region: "eu").blueprint()
        #expect(try blueprint.body("uri")?["uri"] == "<sip.id>.sip.eu.vapi.ai;transport=udp")
        #expect(try blueprint.body("acl")?["ip_addresses"] == ["63.182.83.170/32"])
        #expect(throws: ZentrunkError.self) { try VapiConnection(region: "mars").adapter() }
    }

    @Test("The managed fields do not depend on the options")
    func managed() throws {
        let outbound = try VapiConnection(direction: "outbound", authentication: "ip-acl").blueprint()
        #expect(outbound[InstanceID("sip")]?.managed.contains("outboundAuthenticationPlan") == true)
        let trunk = try #require(outbound[InstanceID("outbound-trunk")]).managed
        #expect(["ipacl_uuid", "credential_uuid"].allSatisfy(trunk.contains))
    }

    @Test("The built-in template is valid by the rules of all its kinds")
    func sound() throws {
        let kinds = try VapiConnection().adapter().kinds.map(\.description) + CarrierKinds.all.map(\.description)
        try VapiConnection.template().check(kinds: kinds)
        #expect(try VapiConnection.template().pairing == VapiAdapter.platform.id)
        #expect(try VapiConnection.template().verified == VapiAdapter.platform.verified)
    }
}
