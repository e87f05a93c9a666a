import Testing
import ZentrunkCore
import ZentrunkJSON

/// The sandbox's Plivo account.
struct PlivoState {
    private let state: JSONValue

    init(_ state: JSONValue) { self.state = state["plivo"] ?? .null }

    func rows(_ table: String) -> [JSONValue] { state[table]?.array ?? [] }

    func row(_ table: String, _ name: String) -> JSONValue? { rows(table).first { $0["name"]?.string == name } }

    /// Returns the path of the number's route; null for none.
    func route(of number: PhoneNumber) -> JSONValue {
        rows("numbers").first { $0["number"]?.string == number.digits }?["application"] ?? .null
    }

    /// Checks the outbound trunk and its authentication, which are the same for every platform.
    func checkOutbound(_ name: String, _ asked: Combination) throws -> JSONValue? {
        let trunk = row("trunks", name + "outbound-trunk")
        #expect((trunk != nil) == asked.goesOut)
        let usesCredentials = asked.goesOut && asked.authentication == "credentials"
        let account = row("credentials", name + "credential")
        #expect((account != nil) == usesCredentials)
        #expect((row("ip_access_control_lists", name + "acl") != nil) == (asked.goesOut && !usesCredentials))
        guard let trunk else { return nil }
        #expect(trunk["trunk_direction"] == "outbound")
        #expect(trunk["trunk_status"] == "enabled")
        #expect(trunk["secure"] == .bool(asked.isSecure))
        #expect(trunk["credential_uuid"] ?? .null == account?["credential_uuid"] ?? .null)
        return trunk
    }

    /// Checks the inbound trunk, its URIs and the numbers' routes.
    func checkInbound(_ name: String, _ asked: Combination, uri text: String) throws -> JSONValue? {
        let trunk = row("trunks", name + "inbound-trunk")
        let uri = row("uris", name + "uri")
        let failover = row("uris", name + "failover-uri")
        #expect((trunk != nil) == asked.comesIn)
        #expect((uri != nil) == asked.comesIn)
        #expect((failover != nil) == (asked.comesIn && asked.hasFailover))
        for number in try asked.numbers {
            let id = trunk?["trunk_id"]?.string
            let target = id.map { route(of: number).string?.hasSuffix("/Zentrunk/Trunk/\($0)/") == true }
            #expect(target ?? route(of: number).isNull)
        }
        guard let trunk, let uri else { return nil }
        #expect(trunk["trunk_direction"] == "inbound")
        #expect(trunk["primary_uri_uuid"] == uri["uri_uuid"])
        #expect(uri["uri"]?.string == text)
        #expect(uri["authentication_needed"] == .bool(asked.asksInbound))
        if asked.asksInbound { #expect(uri["password"]?.string?.hasPrefix("set:") == true) }
        let fallback = trunk["fallback_uri_uuid"] ?? .null
        if let failover {
            #expect(fallback == failover["uri_uuid"])
            #expect(failover["uri"]?.string == Combination.failover)
        } else {
            #expect(fallback.isNull || fallback == trunk["primary_uri_uuid"])
        }
        return uri
    }
}

/// Possible changes by hand at the carrier, for every platform.
enum CarrierDrifts {
    static let all: [(key: String, fields: JSONObject)] = [
        ("outbound-trunk", ["trunk_direction": "outbound", "secure": false]),
        ("outbound-trunk", ["trunk_direction": "outbound", "trunk_status": "disabled"]),
        ("inbound-trunk", ["trunk_direction": "inbound", "trunk_status": "disabled"]),
        ("uri", ["uri": "elsewhere.example.com;transport=tcp"]),
        ("credential", ["username": "changedbyhand01", "password": "not_a_secret_at_all"]),
    ]
}
