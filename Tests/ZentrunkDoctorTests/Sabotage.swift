import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkDoctor

/// One way to break a connection by hand, without the program.
struct Sabotage: Sendable {
    var name: String
    /// Who has to act.
    var owner: Cause.Owner
    /// Whether only a call can tell that it is broken.
    var isHidden = false
    /// What a person does against it where no command of ours can; nil: the diagnosis names a command.
    var remedy: (@Sendable (World) async throws -> Void)?
    /// Whether the network is broken, so that the diagnosis needs a real probe of the sandbox's hosts.
    var isOnWire = false
    let apply: @Sendable (World) async throws -> Void

    init(
        _ name: String, _ owner: Cause.Owner, isHidden: Bool = false,
        remedy: (@Sendable (World) async throws -> Void)? = nil,
        _ apply: @escaping @Sendable (World) async throws -> Void
    ) {
        self.name = name
        self.owner = owner
        self.isHidden = isHidden
        self.remedy = remedy
        self.apply = apply
    }

    // MARK: The account and its numbers

    private static let number = "+14155550100"

    private static func own(_ world: World, voice: Bool = true, active: Bool = true) {
        let route = world.sandbox.services.plivo.route(of: number)
        world.sandbox.services.plivo.own(number: number, voiceEnabled: voice, active: active, route: route)
    }

    /// Ways that concern the account and the number, whatever the platform.
    static func account(of trunk: String?) -> [Sabotage] {
        return [
            Sabotage("no credit", .customer, remedy: { $0.plivo { $0.cashCredits = "20" } }) {
                $0.plivo { $0.cashCredits = "0" }
            },
            Sabotage("debt", .customer, remedy: { $0.plivo { $0.cashCredits = "20" } }) {
                $0.plivo { $0.cashCredits = "-3.50" }
            },
            Sabotage("Zentrunk off", .customer, remedy: { $0.plivo { $0.zentrunkEnabled = true } }) {
                $0.plivo { $0.zentrunkEnabled = false }
            },
            Sabotage("limit of concurrent calls", .customer, isHidden: true) {
                $0.plivo { $0.limit = .concurrentCalls }
            },
            Sabotage("limit of calls per second", .customer, isHidden: true) {
                $0.plivo { $0.limit = .callsPerSecond }
            },
            Sabotage("barred country", .carrierConfig, isHidden: true) { $0.plivo { $0.blockedPrefixes = ["1"] } },
            Sabotage(
                "number given back", .customer,
                remedy: { world in
                    world.sandbox.services.plivo.own(number: number, route: trunk.map { .trunk($0) })
                }
            ) { $0.sandbox.services.plivo.disown(number: number) },
            Sabotage("number suspended", .carrierConfig, remedy: { own($0) }) { own($0, active: false) },
            Sabotage("number without voice", .carrierConfig, remedy: { own($0) }) { own($0, voice: false) },
            Sabotage("number on an application", .carrierConfig) {
                $0.sandbox.services.plivo.own(number: number, route: .application("4711"))
            },
            Sabotage("number without a route", .carrierConfig) {
                $0.sandbox.services.plivo.own(number: number, route: nil)
            },
            Sabotage("number on a foreign trunk", .carrierConfig) {
                let id = $0.sandbox.services.plivo.addTrunk(name: "theirs", direction: "inbound")
                $0.sandbox.services.plivo.own(number: number, route: .trunk(id))
            },
            Sabotage("number on a foreign outbound trunk", .carrierConfig) {
                let id = $0.sandbox.services.plivo.addTrunk(name: "theirs", direction: "outbound")
                $0.sandbox.services.plivo.own(number: number, route: .trunk(id))
            },
        ]
    }

    // MARK: The network and the agents

    /// Ways that concern the hosts of the path, and what answers.
    static func surroundings(of pairing: Pairing, _ direction: String) -> [Sabotage] {
        func wire(_ name: String, _ state: SandboxSIPState, _ owner: Cause.Owner = .wire) -> Sabotage {
            @Sendable func set(_ state: SandboxSIPState, _ world: World) {
                for host in world.sipHosts(direction) { world.sandbox.setSIPHost(host, state) }
            }
            var sabotage = Sabotage(name, owner, remedy: { set(.normal, $0) }) { set(state, $0) }
            sabotage.isOnWire = true
            return sabotage
        }
        return [
            // A trunk's own domain is named by the carrier: nobody mistyped it.
            wire("host that does not resolve", .unresolved, direction == "inbound" ? .carrierConfig : .wire),
            wire("closed port", .closed), wire("expired certificate", .expired),
            wire("certificate of another name", .wrongName),
            wire("certificate of an unknown issuer", .untrusted),
            Sabotage("agent deleted", .platformConfig, isHidden: true) { world in
                pairing.service(in: world.sandbox)?.setAgents([])
            },
        ]
    }

    // MARK: Objects

    /// Ways that change or delete one object of the connection.
    static func of(_ resource: PlannedResource, _ kind: any ResourceKind, in pairing: Pairing) -> [Sabotage] {
        let description = kind.description
        guard description.role == .object, let id = resource.id, let live = resource.liveFields else { return [] }
        let owner: Cause.Owner = description.side == .carrier ? .carrierConfig : .platformConfig
        let what = "\(resource.instance.key)"
        let name = resource.kind
        var sabotages = [
            Sabotage("\(what) deleted", owner) { world in try await world.kind(name, of: pairing).delete(id) }
        ]
        let own = resource.body?.ownMembers.names ?? []
        for field in own.sorted() {
            guard let rule = description.fields[field], !rule.isReadOnly, !rule.isFixed, field != description.nameField
            else { continue }
            for (words, value, isHidden) in wrong(rule, live[field], field) {
                sabotages.append(
                    Sabotage("\(what) /\(field) \(words)", owner, isHidden: isHidden) { world in
                        let kind = try world.kind(name, of: pairing)
                        let object = try #require(try await kind.read(id))
                        var changes: JSONObject = [field: value]
                        for (other, rule) in description.fields where rule.company == .of(field) && rule.isWriteOnly {
                            changes[other] = "By_hand+12345"
                        }
                        if rule.isWriteOnly, case .of(let user) = rule.company { changes[user] = object.fields[user] }
                        try await kind.changeByHand(object, changes)
                    })
            }
        }
        return sabotages
    }

    /// Wrong values for a field.
    private static func wrong(
        _ field: Field, _ live: JSONValue?, _ name: String
    ) -> [(words: String, value: JSONValue, isHidden: Bool)] {
        if field.isWriteOnly { return [("changed", "By_hand+12345", true)] }
        var found: [(String, JSONValue, Bool)] = []
        switch field.shape {
        case .boolean: found.append(("flipped", .bool(!(live?.bool ?? field.defaultValue?.bool ?? false)), false))
        case .choice(let choices):
            found += choices.filter { JSONValue.string($0) != live }.map { ("is \($0)", JSONValue.string($0), false) }
        case .integer: found.append(("is 5999", 5999, false))
        case .string:
            if let text = live?.string, name == "uri" { found += uris(text) }
            if live?.string?.contains(".") == true, name != "uri" {
                found.append(("is another host", "other.example.com", false))
            }
            found.append(("is another text", "byhand1", false))
            if let text = live?.string, !text.isEmpty {
                found.append(("has a letter more", .string(text + "x"), false))
            }
        case .object(let members):
            guard let object = live?.object else { return [] }
            for (member, rule) in members.sorted(by: { $0.key < $1.key }) where !rule.isReadOnly {
                for (words, value, isHidden) in wrong(rule, object[member], member) {
                    var changed = object
                    changed[member] = value
                    // A password goes with its username.
                    let secret = members.first { $1.isWriteOnly && $0 != member }?.key
                    if let secret { changed[secret] = "By_hand+12345" }
                    found.append(("\(member) \(words)", .object(changed), isHidden))
                }
            }
        case .list(let element, _):
            let elements = live?.array ?? []
            found.append(("emptied", [], false))
            if elements.count > 1 {
                found.append(("without its first element", .array(Array(elements.dropFirst())), false))
            }
            if elements.count > 1 {
                found.append(("without its last element", .array(Array(elements.dropLast())), false))
            }
            if case .string = element.shape { found.append(("of strangers", ["192.0.2.1"], false)) }
            if case .object = element.shape, let first = elements.first {
                for (words, value, isHidden) in wrong(element, first, name) {
                    found.append(("first \(words)", .array([value] + Array(elements.dropFirst())), isHidden))
                }
                for (words, value, isHidden) in wrong(element, elements.last, name) where elements.count > 1 {
                    found.append(("last \(words)", .array(Array(elements.dropLast()) + [value]), isHidden))
                }
            }
        default: break
        }
        if case .byWriting(.null) = field.removal, live != nil { found.append(("removed", .null, false)) }
        return found.map { (words: $0.0, value: $0.1, isHidden: $0.2) }
    }

    private static func uris(_ text: String) -> [(String, JSONValue, Bool)] {
        let host = text.prefix { $0 != ":" && $0 != ";" }
        let texts = [
            ("has a host that does not exist", "sip.example.invalid;transport=tcp"),
            ("has another label", "other\(text)"), ("has no first label", String(text.drop { $0 != "." }.dropFirst())),
            ("uses udp", "\(host):5060;transport=udp"), ("uses tcp", "\(host):5060;transport=tcp"),
            ("uses tls", "\(host):5061;transport=tls"), ("has the port 5099", "\(host):5099;transport=tls"),
            ("is an address", "198.51.100.20;transport=tcp"),
        ]
        return texts.filter { $0.1 != text }.map { ($0.0, JSONValue.string($0.1), false) }
    }
}

extension World {
    /// The hosts that calls in a direction go to.
    func sipHosts(_ direction: String) -> Set<String> {
        let plivo = sandbox.state["plivo"]
        guard direction == "inbound" else {
            return Set((plivo?["trunks"]?.array ?? []).compactMap { $0["trunk_domain"]?.string })
        }
        return Set(
            (plivo?["uris"]?.array ?? []).compactMap { $0["uri"]?.string }
                .map { String($0.prefix { $0 != ":" && $0 != ";" }) })
    }

    /// Changes the account's conditions at Plivo.
    func plivo(_ change: (inout PlivoAccountConditions) -> Void) { sandbox.services.plivo.setAccount(change) }
}
