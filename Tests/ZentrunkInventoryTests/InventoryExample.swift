@_spi(Adapter) import ZentrunkCore
import ZentrunkInventory
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// A small account with two platforms that do not exist, in which everything fits.
enum InventoryExample {
    static let account = "MAXXXXXXXXXXXXXXXXXX"
    static let network = "13.52.9.0/25"

    // MARK: Platforms

    /// A platform whose numbers refer to a credential, and whose hosts name it.
    static let acme = InventorySource.KnownPlatform(
        id: "acme", title: "Acme",
        facts: facts(hosts: ["sip.acme.example"], inbound: ["acme.number", "acme.credential"]))
    /// A platform with a trunk for several numbers, and a rule for the trunk.
    static let bolt = InventorySource.KnownPlatform(
        id: "bolt", title: "Bolt", facts: facts(hosts: ["sip.bolt.example"], inbound: ["bolt.trunk", "bolt.rule"]))

    private static func facts(hosts: [String], inbound: [String]) -> SIPFacts {
        SIPFacts(
            hosts: hosts.map { .init($0, hasSubdomains: true, transports: [.udp]) }, inboundKinds: inbound,
            outboundKinds: inbound
        ) { _, object in
            let fields = object.fields
            var terms = SIPTerms()
            if fields["takes"] != false {
                let networks = fields["networks"]?.array?.networks
                terms.inbound = .init(networks: networks, username: fields["username"]?.string)
                switch fields["agent"]?.string {
                case ""?: terms.inbound?.answer = .nothing("it has no agent")
                case let agent?: terms.inbound?.answer = .agents([agent])
                case nil: break
                }
            }
            if let address = fields["address"]?.string {
                terms.outbound = [.init(address: address, username: fields["username"]?.string)]
            }
            if let fault = fields["fault"]?.string { terms.faults = [fault] }
            return terms
        }
    }

    private static func kind(
        _ name: String, number: String? = nil, isList: Bool = false, refers: (field: String, kind: String)? = nil
    ) -> KindDescription {
        var fields: [String: Field] = ["id": .string, "name": .string]
        if let number { fields[number] = isList ? .list(of: .string) : .string }
        if let refers { fields[refers.field] = Field.list(of: .string).referring(to: refers.kind) }
        return KindDescription(
            name, title: name.split(separator: ".").last.map(String.init) ?? name, side: .platform, idField: "id",
            numberField: number, takesWhatItShows: true, fields: fields)
    }

    static func object(_ id: String, _ fields: JSONObject) -> LiveObject {
        LiveObject(
            id: id, fields: JSONObject([("id", .string(id)), ("name", .string("name of \(id)"))]).merging(fields))
    }

    static func place(_ platform: InventorySource.KnownPlatform, _ objects: [String: [LiveObject]])
        -> InventorySource.Place
    {
        let kinds =
            platform.id == "acme"
            ? [
                kind("acme.number", number: "number", refers: ("credential", "acme.credential")),
                kind("acme.credential"),
            ]
            : [
                kind("bolt.trunk", number: "numbers", isList: true),
                kind("bolt.rule", number: "numbers", isList: true, refers: ("trunks", "bolt.trunk")),
            ]
        return InventorySource.Place(platform: platform, account: "us", kinds: kinds, objects: objects)
    }

    // MARK: The carrier

    static func number(_ digits: String, trunk: String?, _ more: JSONObject = [:]) -> NumberRecord {
        NumberRecord(
            LiveObject(
                id: digits,
                fields: JSONObject([
                    ("number", .string(digits)), ("trunk_id", trunk.map { .string($0) } ?? .null),
                    ("voice_enabled", true), ("active", true),
                ]).merging(more)))
    }

    static func trunk(_ id: String, _ fields: JSONObject) -> Trunk {
        Trunk(
            LiveObject(
                id: id,
                fields: JSONObject([
                    ("trunk_id", .string(id)), ("name", .string("trunk \(id)")),
                    ("trunk_domain", .string("\(id).zt.plivo.com")), ("trunk_status", "enabled"),
                ]).merging(fields)))
    }

    static func uri(_ id: String, _ uri: String) -> OriginationURIRecord {
        OriginationURIRecord(
            LiveObject(id: id, fields: ["uri_uuid": .string(id), "name": .string(id), "uri": .string(uri)]))
    }

    static func credential(_ id: String, _ username: String) -> SIPCredential {
        SIPCredential(
            LiveObject(
                id: id,
                fields: ["credential_uuid": .string(id), "name": .string(id), "username": .string(username)]))
    }

    static func accessList(_ id: String) -> IPAccessControlList {
        IPAccessControlList(
            LiveObject(id: id, fields: ["ipacl_uuid": .string(id), "name": .string(id), "ip_addresses": ["192.0.2.1"]]))
    }

    /// Number 1 leads to Acme, number 2 to Bolt. Acme dials trunk 12 with a login, Bolt trunk 22 with an access list.
    static func source() throws -> InventorySource {
        var source = InventorySource(carrierAccount: account)
        source.platforms = [acme, bolt]
        source.carrierNetworks = [try IPNetwork(network)]
        source.numbers = [number("14155550101", trunk: "11"), number("14155550102", trunk: "21")]
        source.trunks = [
            trunk(
                "11", ["trunk_direction": "inbound", "primary_uri_uuid": "u1", "name": "zc_acme_main_inbound-trunk"]),
            trunk("12", ["trunk_direction": "outbound", "credential_uuid": "c1"]),
            trunk("21", ["trunk_direction": "inbound", "primary_uri_uuid": "u2"]),
            trunk("22", ["trunk_direction": "outbound", "ipacl_uuid": "a1"]),
        ]
        source.uris = [uri("u1", "cred.sip.acme.example;transport=udp"), uri("u2", "sip.bolt.example;transport=tcp")]
        source.credentials = [credential("c1", "user")]
        source.accessLists = [accessList("a1")]
        source.places = [
            place(
                acme,
                [
                    "acme.number": [
                        object("n1", ["number": "+14155550101", "credential": ["cred"], "agent": "receptionist"])
                    ],
                    "acme.credential": [
                        object(
                            "cred",
                            [
                                "address": "12.zt.plivo.com", "username": "user", "networks": [.string(network)],
                            ])
                    ],
                ]),
            place(
                bolt,
                [
                    "bolt.trunk": [
                        object("t1", ["numbers": ["+1 415 555 0102"], "address": "22.ap-south-1.zt.plivo.com"])
                    ],
                    "bolt.rule": [object("r1", ["numbers": [], "trunks": ["t1"], "agent": "worker"])],
                ]),
        ]
        return source
    }
}

extension InventorySource {
    /// Changes the first object of a kind at a platform.
    mutating func change(_ kind: String, _ changes: JSONObject) {
        for index in places.indices {
            guard let first = places[index].objects[kind]?.first else { continue }
            places[index].objects[kind]?[0] = LiveObject(id: first.id, fields: first.fields.merging(changes))
        }
    }

    /// Changes a trunk.
    mutating func change(trunk id: String, _ changes: JSONObject) {
        trunks = trunks.map { trunk in
            trunk.id == id ? Trunk(LiveObject(id: id, fields: trunk.live.fields.merging(changes))) : trunk
        }
    }
}
