public import ZentrunkJSON

/// The Plivo account in a sandbox's state, with checks of a connection.
public struct PlivoState {
    private let state: JSONValue

    /// - Parameter state: The state of all vendors, see ``Sandbox/state``.
    public init(_ state: JSONValue) { self.state = state[PlivoService.vendor] ?? .null }

    public func rows(_ table: String) -> [JSONValue] { state[table]?.array ?? [] }

    /// Returns the row with this name.
    public func row(_ table: String, _ name: String) -> JSONValue? { rows(table).first { $0["name"]?.string == name } }

    /// Returns the path of the number's route; null for none.
    ///
    /// - Parameter number: The number in E.164 form, with or without the plus sign.
    public func route(of number: String) -> JSONValue {
        let digits = PlivoNumber.digits(of: number)
        return rows("numbers").first { $0["number"]?.string == digits }?["application"] ?? .null
    }

    /// Checks the outbound trunk and its authentication, which are the same for every platform.
    ///
    /// - Returns: The trunk; nil if there is none.
    public func checkOutbound(_ asked: AskedConnection, _ agreement: inout Agreement) -> JSONValue? {
        let trunk = row("trunks", asked.carrierName("outbound-trunk"))
        agreement.check("whether there is an outbound trunk", is: trunk != nil, asked.goesOut)
        let usesCredentials = asked.goesOut && asked.authentication == "credentials"
        let account = row("credentials", asked.carrierName("credential"))
        agreement.check("whether there is a credential", is: account != nil, usesCredentials)
        let list = row("ip_access_control_lists", asked.carrierName("acl"))
        agreement.check("whether there is an access list", is: list != nil, asked.goesOut && !usesCredentials)
        guard let trunk else { return nil }
        agreement.check("the outbound trunk's direction", is: trunk["trunk_direction"], "outbound")
        agreement.check("the outbound trunk's status", is: trunk["trunk_status"], "enabled")
        agreement.check("the outbound trunk's encryption", is: trunk["secure"], .bool(asked.isSecure))
        agreement.check(
            "the outbound trunk's credential", is: trunk["credential_uuid"] ?? .null,
            account?["credential_uuid"] ?? .null)
        return trunk
    }

    /// Checks the inbound trunk, its URIs and the numbers' routes.
    ///
    /// - Parameter text: The origination URI of the platform.
    /// - Returns: The primary URI; nil if there is none.
    public func checkInbound(
        _ asked: AskedConnection, uri text: String, _ agreement: inout Agreement
    ) -> JSONValue? {
        let trunk = row("trunks", asked.carrierName("inbound-trunk"))
        let uri = row("uris", asked.carrierName("uri"))
        let failover = row("uris", asked.carrierName("failover-uri"))
        agreement.check("whether there is an inbound trunk", is: trunk != nil, asked.comesIn)
        agreement.check("whether there is a URI", is: uri != nil, asked.comesIn)
        agreement.check(
            "whether there is a failover URI", is: failover != nil, asked.comesIn && asked.failover != nil)
        for number in asked.numbers {
            let route = route(of: number)
            let target = trunk?["trunk_id"]?.string.map {
                route.string?.hasSuffix("/Zentrunk/Trunk/\($0)/") == true
            }
            agreement.check(target ?? route.isNull, "\(number) is routed to the inbound trunk, or nowhere without one")
        }
        guard let trunk, let uri else { return nil }
        agreement.check("the inbound trunk's direction", is: trunk["trunk_direction"], "inbound")
        agreement.check("the inbound trunk's URI", is: trunk["primary_uri_uuid"], uri["uri_uuid"])
        agreement.check("the URI", is: uri["uri"]?.string, text)
        agreement.check("whether the URI has a login", is: uri["authentication_needed"], .bool(asked.asksInbound))
        agreement.check(
            !asked.asksInbound || SandboxMarker.isMarker(uri["password"]), "the URI's login has a password")
        let fallback = trunk["fallback_uri_uuid"] ?? .null
        if let failover {
            agreement.check("the inbound trunk's fallback", is: fallback, failover["uri_uuid"] ?? .null)
            agreement.check("the failover URI", is: failover["uri"]?.string, asked.failover)
        } else {
            agreement.check(
                fallback.isNull || fallback == trunk["primary_uri_uuid"], "the inbound trunk has no fallback")
        }
        return uri
    }
}

extension PlivoService {
    /// Possible changes by hand at the carrier, for every platform.
    public static let handChanges: [(key: String, fields: JSONObject)] = [
        ("outbound-trunk", ["trunk_direction": "outbound", "secure": false]),
        ("outbound-trunk", ["trunk_direction": "outbound", "trunk_status": "disabled"]),
        ("inbound-trunk", ["trunk_direction": "inbound", "trunk_status": "disabled"]),
        ("uri", ["uri": "elsewhere.example.com;transport=tcp"]),
        ("credential", ["username": "changedbyhand01", "password": "not_a_secret_at_all"]),
    ]

    /// Whether the request lists a page.
    public static func isList(_ request: RecordedRequest) -> Bool {
        request.vendor == vendor && !request.isWrite
            && ["Trunk", "URI", "Credential", "IPAccessControlList", "Number"].contains {
                request.path.hasSuffix("/\($0)/")
            }
    }
}
