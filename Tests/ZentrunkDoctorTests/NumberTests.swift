import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlatforms
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkDoctor

/// What a diagnosis by the number alone finds in halves that were changed by hand.
@Suite("Numbers whose halves do not fit")
struct NumberTests {
    /// A change by hand, and the check that it leads to.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var platform: String
        var isSecure = false
        var check: String
        var status: DoctorCheck.Status
        var owner: Cause.Owner
        /// Words of the finding.
        var finding: String
        /// Words of the first remedy.
        var remedy: String
        var change: @Sendable (World, Pairing) async throws -> Void

        init(
            _ name: String, _ platform: String, isSecure: Bool = false, _ check: String, _ status: DoctorCheck.Status,
            _ owner: Cause.Owner, _ finding: String, next remedy: String,
            change: @escaping @Sendable (World, Pairing) async throws -> Void
        ) {
            testDescription = "\(platform): \(name)"
            self.platform = platform
            self.isSecure = isSecure
            self.check = check
            self.status = status
            self.owner = owner
            self.finding = finding
            self.remedy = remedy
            self.change = change
        }
    }

    private static let number = "+14155550100"

    // MARK: Ways to change

    /// Changes the first object of a kind for which the changes are not nil.
    private static func changing(
        _ kind: String, _ changes: @escaping @Sendable (JSONObject) -> JSONObject?
    ) -> @Sendable (World, Pairing) async throws -> Void {
        { world, pairing in
            let kind = try world.kind(kind, of: pairing)
            for object in try await kind.find(.everything) {
                guard let changed = changes(object.fields) else { continue }
                return try await kind.changeByHand(object, changed)
            }
            Issue.record("no object to change")
        }
    }

    /// Sends a whole configuration of ElevenLabs' number, which holds its password again.
    private static func eleven(_ side: String, _ members: JSONObject) -> @Sendable (World, Pairing) async throws -> Void
    {
        changing("elevenlabs.phone-number") { fields in
            var config = (fields["\(side)_trunk_config"]?.object ?? [:]).merging(members)
            if let username = config["credentials"]?["username"] {
                config["credentials"] = ["username": username, "password": "By_hand+12345"]
            }
            return ["\(side)_trunk_config": .object(config)]
        }
    }

    private static func livekit(_ side: String, _ members: JSONObject)
        -> @Sendable (World, Pairing) async throws -> Void
    {
        changing("livekit.\(side)-trunk") { _ in members }
    }

    private static func encryption(_ name: String) -> JSONObject {
        let value = JSONValue.string("SIP_MEDIA_ENCRYPT_\(name)")
        return ["mediaEncryption": value, "media": ["encryption": value]]
    }

    private static func gateway(_ members: JSONObject) -> @Sendable (World, Pairing) async throws -> Void {
        changing("vapi.credential") { fields in
            let gateways = (fields["gateways"]?.array ?? []).map { gateway -> JSONValue in
                gateway["outboundEnabled"] == false ? gateway : .object((gateway.object ?? [:]).merging(members))
            }
            return ["gateways": .array(gateways)]
        }
    }

    private static func uri(_ change: @escaping @Sendable (String) -> String)
        -> @Sendable (World, Pairing) async throws
        -> Void
    {
        changing("zentrunk.origination-uri") { fields in ["uri": .string(change(fields["uri"]?.string ?? ""))] }
    }

    // MARK: Cases

    private static let encryptionCases = [
        Case(
            "only the transport is tls", "elevenlabs", "agreement.outbound.encryption", .fail, .platformConfig,
            "dials over tls", next: "set the transport tcp and no media encryption",
            change: eleven("outbound", ["transport": "tls"])),
        Case(
            "only the media is encrypted", "elevenlabs", "agreement.outbound.encryption", .fail, .platformConfig,
            "requires encrypted media", next: "set the transport tcp and no media encryption",
            change: eleven("outbound", ["media_encryption": "required"])),
        Case(
            "only the media is not encrypted", "elevenlabs", isSecure: true, "agreement.outbound.encryption", .fail,
            .platformConfig, "does not encrypt media", next: "set the transport tls and encrypted media",
            change: eleven("outbound", ["media_encryption": "disabled"])),
        Case(
            "only the transport is tls", "livekit", "agreement.outbound.encryption", .fail, .platformConfig,
            "dials over tls", next: "set the transport tcp and no media encryption",
            change: livekit("outbound", ["transport": "SIP_TRANSPORT_TLS"])),
        Case(
            "only the media is encrypted", "livekit", "agreement.outbound.encryption", .fail, .platformConfig,
            "requires encrypted media", next: "set the transport tcp and no media encryption",
            change: livekit("outbound", encryption("REQUIRE"))),
        Case(
            "a gateway over tls", "vapi", "agreement.outbound.encryption", .fail, .platformConfig, "dials over tls",
            next: "set the transport tcp, the port 5060 and no media encryption",
            change: gateway(["outboundProtocol": "tls/srtp", "port": 5061])),
    ]

    private static let codecCases = [
        Case(
            "codecs of calls that it makes", "elevenlabs", "agreement.outbound.codecs", .fail, .platformConfig,
            "allows only G722, and Plivo has PCMU and PCMA", next: "allow PCMU or PCMA",
            change: eleven("outbound", ["enabled_codecs": ["G722/8000"]])),
        Case(
            "one of the carrier's codecs", "elevenlabs", "agreement.outbound.codecs", .pass, .none, "codec PCMA",
            next: "", change: eleven("outbound", ["enabled_codecs": ["G722/8000", "PCMA/8000"]])),
        Case(
            "codecs of calls that it takes", "livekit", "agreement.inbound.codecs", .fail, .platformConfig,
            "allows only G722", next: "allow PCMU or PCMA",
            change: livekit(
                "inbound",
                [
                    "mediaEncryption": "SIP_MEDIA_ENCRYPT_DISABLE",
                    "media": [
                        "encryption": "SIP_MEDIA_ENCRYPT_DISABLE", "onlyListedCodecs": true,
                        "codecs": [["name": "G722", "rate": 8000]],
                    ],
                ])),
    ]

    private static let accountCases = [
        Case(
            "the host of another project", "livekit", "agreement.inbound.host", .fail, .carrierConfig,
            "leads to other.sip.livekit.cloud, and LIVEKIT_SIP_HOST names sandbox0project.sip.livekit.cloud",
            next: "--uri sandbox0project.sip.livekit.cloud",
            change: uri { "other" + ($0.firstIndex(of: ".").map($0.suffix(from:)) ?? "") }),
        Case(
            "the project's host with a region", "livekit", "agreement.inbound.host", .pass, .none,
            "is the host that LIVEKIT_SIP_HOST names", next: "",
            change: uri { $0.replacing("sandbox0project.", with: "sandbox0project.eu.") }),
        Case(
            "the host of another region", "vapi", "agreement.inbound.account", .fail, .carrierConfig,
            "takes calls for Vapi's eu, and the number is in Vapi's us", next: ".sip.vapi.ai",
            change: uri { $0.replacing("sip.vapi.ai", with: "sip.eu.vapi.ai") }),
        Case(
            "an access list without one of the addresses", "vapi", "carrier.outbound-trunk.authentication", .fail,
            .carrierConfig, "lacks 44.238.177.138/32, from where Vapi calls",
            next: "--ip 192.0.2.1/32 --ip 44.229.228.186/32 --ip 44.238.177.138/32",
            change: changing("zentrunk.ip-access-control-list") { _ in
                ["ip_addresses": ["192.0.2.1", "44.229.228.186"]]
            }),
        Case(
            "pings of the carrier", "vapi", "agreement.outbound.options", .warn, .platformConfig, "sends OPTIONS to",
            next: "switch the OPTIONS pings", change: gateway(["optionsPingEnabled": true])),
    ]

    private static let carrierCases = [
        Case(
            "a URI without a transport", "vapi", "carrier.primary-uri.form", .warn, .carrierConfig,
            "names no transport",
            next: "sip.vapi.ai;transport=tcp", change: uri { String($0.prefix { $0 != ";" && $0 != ":" }) })
    ]

    private static let loginCases = [
        Case(
            "an empty password of calls that it makes", "livekit", "platform.outbound-trunk.state", .fail,
            .platformConfig, "an empty password", next: "",
            change: livekit("outbound", ["authUsername": "byhand1", "authPassword": ""])),
        Case(
            "a username without a password", "livekit", "agreement.inbound.login", .pass, .none,
            "neither half asks for a login", next: "", change: livekit("inbound", ["authUsername": "byhand1"])),
    ]

    private static let conflictCases = [
        Case(
            "a second trunk of the number", "livekit", "platform.inbound-trunk.conflict", .fail, .platformConfig,
            "every call fails", next: "keep one of"
        ) { world, pairing in
            let kind = try world.kind("livekit.inbound-trunk", of: pairing)
            let made = try await kind.create(["name": "theirs", "numbers": ["+14155550177"]])
            // LiveKit refuses a second trunk of a number, except by a change to it.
            try await kind.update(made, ["numbers": [.string(number)]])
        },
        Case(
            "a second record of the number", "elevenlabs", "platform.phone-number.conflict", .unknown, .platformConfig,
            "has a second record at ElevenLabs", next: "keep one of"
        ) { world, pairing in
            let kind = try world.kind("elevenlabs.phone-number", of: pairing)
            let object = try #require(try await kind.find(.everything).first)
            var body = object.fields
            for name in ["phone_number_id", "outbound_trunk_config"] { body[name] = .none }
            body["label"] = "theirs"
            _ = try await kind.create(body)
        },
    ]

    static let cases = encryptionCases + codecCases + accountCases + carrierCases + loginCases + conflictCases

    @Test("The check, who has to act, and what helps", arguments: cases)
    func found(_ row: Case) async throws {
        let pairing = try #require(Pairing.all.first { $0.id == row.platform })
        try await World.run(for: pairing) { world async throws in
            let asked = Combination(pairing: pairing, isSecure: row.isSecure, hasAgent: true)
            try #require(try await world.connect(try world.connector(pairing), asked.request).error == nil)
            try await row.change(world, pairing)
            let diagnosis = try await Self.doctor(world).diagnose(PhoneNumber(Self.number))
            let found = diagnosis.checks.filter { $0.id == row.check && $0.status == row.status }
            let check = try #require(found.first, "\(diagnosis.remarks)")
            #expect(check.owner == row.owner && check.finding.contains(row.finding), "\(check.finding)")
            #expect(row.remedy.isEmpty || check.words.first?.contains(row.remedy) == true, "\(check.words)")
            // Encryption at Plivo is billed, and switching it on for one half breaks the other.
            #expect(diagnosis.checks.allSatisfy { !$0.words.contains { $0.hasSuffix(" --secure") } })
            if row.status == .fail { #expect(diagnosis.decisive?.id == row.check, "\(diagnosis.remarks)") }
            if row.status == .unknown { #expect(diagnosis.verdict == .cannotBeTold(check)) }
            if [.pass, .warn].contains(row.status) { #expect(diagnosis.verdict == .ready, "\(diagnosis.remarks)") }
        }
    }

    @Test("An empty password is seen by the diagnosis of the connection as well")
    func emptyPassword() async throws {
        let row = try #require(Self.loginCases.first)
        let pairing = try #require(Pairing.all.first { $0.id == row.platform })
        try await World.run(for: pairing) { world async throws in
            let journal = InMemoryJournal()
            let asked = Combination(pairing: pairing, hasAgent: true)
            try await world.connect(try world.connector(pairing, journal: journal), asked.request)
            #expect(try await world.diagnose(pairing, journal: journal).verdict == .ready)
            let kind = try world.kind("livekit.outbound-trunk", of: pairing)
            let trunk = try #require(try await kind.find(.everything).first)
            try await kind.changeByHand(
                trunk, ["authUsername": trunk.fields["authUsername"] ?? "", "authPassword": ""])
            let diagnosis = try await world.diagnose(pairing, journal: journal)
            #expect(diagnosis.decisive?.id == row.check, "\(diagnosis.remarks)")
        }
    }

    // MARK: Connections of ours

    private static func doctor(_ world: World) -> Doctor {
        let environment = world.sandbox.environment
        return Doctor(
            carrier: environment, platforms: Platforms.all.map { .init($0.platform, environment) },
            over: world.transport, journal: InMemoryJournal(), limiter: nil, probe: WireFinding.everythingAnswers)
    }

    private static func pairing(_ id: String) throws -> Pairing { try #require(Pairing.all.first { $0.id == id }) }

    @Test("A number on the trunk of another platform goes back to the connection that has it")
    func otherPlatform() async throws {
        try await World.run(.platforms) { world async throws in
            let (eleven, vapi) = (try Self.pairing("elevenlabs"), try Self.pairing("vapi"))
            let first = Combination(pairing: eleven, hasAgent: true)
            try await world.connect(try world.connector(eleven), first.request)
            let plivo = world.sandbox.services.plivo
            plivo.own(number: "+14155550109")
            var second = try Combination(pairing: vapi, hasAgent: true).request
            second.numbers = [try PhoneNumber("+14155550109")]
            second.name = try ConnectionName("desk")
            try await world.connect(try world.connector(vapi), second)
            plivo.own(number: Self.number, route: plivo.route(of: "+14155550109"))
            let diagnosis = try await Self.doctor(world).diagnose(PhoneNumber(Self.number))
            #expect(diagnosis.decisive?.id == "carrier.number.route" && diagnosis.decisive?.owner == .carrierConfig)
            #expect(
                diagnosis.decisive?.words
                    == ["zentrunk connect elevenlabs --name main --number +14155550100 --reroute"])
            // No other connection loses a value by a word that only stands for one.
            #expect(diagnosis.checks.allSatisfy { !$0.words.contains { $0.contains(" ID") } })
            // A number that no platform has can be added to the connection that it is routed to.
            plivo.own(number: "+14155550108", route: plivo.route(of: "+14155550109"))
            let added = try await Self.doctor(world).diagnose(PhoneNumber("+14155550108"))
            #expect(
                added.decisive?.words == ["zentrunk connect vapi --name desk --number +14155550108 --reroute"],
                "\(added.remarks)")
        }
    }

    @Test("A number without a route goes to the connection that has it", arguments: Pairing.all)
    func withoutRoute(_ pairing: Pairing) async throws {
        try await World.run(for: pairing) { world async throws in
            let connector = try world.connector(pairing)
            let asked = Combination(pairing: pairing, hasAgent: true)
            try await world.connect(connector, asked.request)
            world.sandbox.services.plivo.own(number: Self.number, route: .application("4711"))
            let diagnosis = try await world.doctor(pairing, journal: InMemoryJournal()).diagnose(
                PhoneNumber(Self.number))
            #expect(
                diagnosis.decisive?.words
                    == ["zentrunk connect \(pairing.id) --name main --number +14155550100 --reroute"])
            var request = ConnectionRequest(numbers: [try PhoneNumber(Self.number)])
            request.mayReroute = true
            #expect(try await world.connect(connector, request).error == nil)
            let after = try await world.doctor(pairing, journal: InMemoryJournal()).diagnose(PhoneNumber(Self.number))
            #expect(after.verdict == .ready, "\(after.remarks)")
        }
    }

    @Test("A connection of ours is named instead of a command with a word that stands for a value")
    func noPlaceholder() throws {
        var halves = Halves()
        let number = try PhoneNumber(Self.number)
        halves.numbers = [.init(number: number, status: .missing("14155550100"))]
        let fields: JSONObject = ["trunk_id": "12", "trunk_direction": "inbound", "trunk_status": "enabled"]
        halves.inbound = [.init(trunk: Trunk(LiveObject(id: "12", fields: fields)))]
        func remedies(_ connection: Remedy.Target?) -> [Remedy] {
            CarrierChecks(halves: halves, account: "MA1", connection: connection).checks
                .first { $0.id == "carrier.primary-uri.present" }?.remedies ?? []
        }
        let target = Remedy.Target("vapi", .main)
        #expect(remedies(target) == [.connecting(target, number)])
        #expect(remedies(nil) == [.carrier("trunk", "update", "12", "--uri", "URI")])
        let other: JSONObject = ["trunk_id": "12", "trunk_direction": "outbound", "trunk_status": "enabled"]
        halves.inbound = [.init(trunk: Trunk(LiveObject(id: "12", fields: other)))]
        let direction = CarrierChecks(halves: halves, account: "MA1", connection: target).checks
            .first { $0.id == "carrier.inbound-trunk.direction" }
        #expect(direction?.remedies == [.connecting(target, number)])
    }

    @Test("Without a connection of ours nothing is advised that would make one", arguments: Pairing.all)
    func byHand(_ pairing: Pairing) async throws {
        try await World.run(for: pairing) { world async throws in
            let plivo = world.sandbox.services.plivo
            let host = pairing.adapter.sip.hosts.first.map { $0.isComplete ? $0.name : "x.\($0.name)" } ?? ""
            let trunk = plivo.addTrunk(name: "theirs", direction: "inbound", uri: "\(host);transport=tcp")
            plivo.own(number: Self.number, route: .trunk(trunk))
            let diagnosis = try await world.doctor(pairing, journal: InMemoryJournal()).diagnose(
                PhoneNumber(Self.number))
            #expect(diagnosis.checks.contains { $0.stage == .platform && $0.status == .fail }, "\(diagnosis.remarks)")
            #expect(diagnosis.checks.allSatisfy { !$0.words.contains { $0.hasPrefix("zentrunk connect") } })
        }
    }
}

extension DoctorCheck {
    /// The remedies as words.
    fileprivate var words: [String] {
        remedies.compactMap { remedy in
            switch remedy {
            case .command(let words): words.joined(separator: " ")
            case .advice(let text): text
            case .connect(let target, let parameters):
                "zentrunk connect \(target.platform) --name \(target.name)"
                    + parameters.map { " --\($0.name) \($0.value)" }.joined()
            default: nil
            }
        }
    }
}
