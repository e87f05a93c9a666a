@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// Finds what does not fit in joined objects.
struct InventoryCheck {
    let join: InventoryJoin
    private(set) var findings: [Inventory.Finding] = []
    /// The findings, so that each is reported once.
    private var known: Set<String> = []

    init(_ join: InventoryJoin) {
        self.join = join
        run()
    }

    private mutating func run() {
        let records = Dictionary(source.numbers.compactMap { record in record.number.map { ($0, record) } }) { $1 }
        for number in join.numbers { check(number, records[number.number]) }
        for trunk in source.trunks { check(trunk) }
        checkUses()
        for index in indexes {
            for key in index.order { if let entry = index.entries[key] { checkAddresses(entry) } }
            checkLeft(index)
        }
    }

    // MARK: Joined objects

    private var source: InventorySource { join.source }
    private var indexes: [PlatformIndex] { join.indexes }
    private var trunks: [String: Trunk] { join.trunks }
    private var uris: [String: OriginationURIRecord] { join.uris }

    private func item(_ trunk: Trunk) -> Inventory.Item { join.item(trunk) }
    private func title(_ platform: PlatformID) -> String { join.title(platform) }

    // MARK: Findings

    private mutating func problem(
        _ code: String, _ items: [Inventory.Item], _ message: String, _ remedies: [Remedy]
    ) {
        add(
            .init(
                code: code, weight: .problem, side: Self.side(code, items), items: items, message: message,
                remedies: remedies))
    }

    private mutating func note(
        _ code: String, _ items: [Inventory.Item], _ message: String, _ remedies: [Remedy]
    ) {
        add(
            .init(
                code: code, weight: .note, side: Self.side(code, items), items: items, message: message,
                remedies: remedies))
    }

    /// Adds a finding, once: numbers that share an object have its findings in common.
    private mutating func add(_ finding: Inventory.Finding) {
        if known.insert("\(finding.code) \(finding.message)").inserted { findings.append(finding) }
    }

    /// The side of the first object, except where an object is missing at the platform.
    private static func side(_ code: String, _ items: [Inventory.Item]) -> Side {
        code == "platform-lacks-number" ? .platform : items.first?.side ?? .carrier
    }

    /// The command that makes a connection's objects as they should be; nil for objects that were made by hand.
    private func connecting(_ item: Inventory.Item?) -> [Remedy] {
        item?.connection.map { [.connect(.init($0.platform, $0.name))] } ?? []
    }

    /// The command that makes a connection's objects as they should be, or else what changes one that was made by hand.
    private func repairing(_ item: Inventory.Item, _ command: String...) -> [Remedy] {
        item.connection == nil ? [.command(["zentrunk"] + command)] : connecting(item)
    }

    // MARK: Numbers

    private mutating func check(_ number: Inventory.Number, _ record: NumberRecord?) {
        let own = record.map { join.item($0) }
        if let record, let own { checkRoute(number, record, own) }
        let taking = number.targets.filter { !$0.isFallback }.compactMap(\.platform)
        for target in number.targets where !target.isFallback { checkTarget(number, target, own) }
        for entry in number.records {
            guard !taking.contains(entry.platform) else { continue }
            let first = entry.items.prefix(1)
            if record == nil {
                problem(
                    "number-gone", Array(first),
                    "\(title(entry.platform)) has \(number.number), which is not on the Plivo account \(source.carrierAccount)",
                    [.listNumbers])
            } else {
                note(
                    "number-elsewhere", (own.map { [$0] } ?? []) + first,
                    "\(title(entry.platform)) has \(number.number), but Plivo sends its inbound calls \(destination(number))",
                    rerouting(first.first) + [.listNumbers])
            }
        }
        let platforms = Set(number.records.map(\.platform))
        if platforms.count > 1 {
            let names = platforms.map { title($0) }.sorted().joined(separator: " and ")
            note(
                "number-twice", number.records.compactMap(\.items.first),
                "\(names) have \(number.number); Plivo sends its inbound calls \(destination(number))",
                [.advice("remove the number from the platform that should not have it")])
        }
    }

    /// The command that moves the calls of a connection's numbers to it.
    private func rerouting(_ item: Inventory.Item?) -> [Remedy] {
        guard let owner = item?.connection else { return [] }
        let words = [owner.platform.description, "--name", owner.name.description, "--reroute"]
        return [.command(["zentrunk", "connect"] + words)]
    }

    private func destination(_ number: Inventory.Number) -> String {
        if let application = number.application { return "to the application \(application)" }
        guard let trunk = number.trunk else { return "nowhere" }
        guard let target = number.targets.first(where: { !$0.isFallback }) else { return "to \(trunk.label)" }
        return "to \(target.platform.map { title($0) } ?? target.host ?? target.text)"
    }

    private mutating func checkRoute(_ number: Inventory.Number, _ record: NumberRecord, _ own: Inventory.Item) {
        guard case .trunk(let id)? = record.route else { return }
        guard let trunk = trunks[id] else {
            return problem(
                "number-lost-trunk", [own],
                "\(number.number) is routed to the trunk \(id), which does not exist",
                [.command(["zentrunk", "number", "update", number.number.e164, "--trunk", "NAME"])])
        }
        if trunk.direction == .outbound {
            problem(
                "number-outbound-trunk", [own, item(trunk)],
                "\(number.number) is routed to the outbound \(trunk.label), which takes no calls",
                connecting(item(trunk))
                    + [.command(["zentrunk", "number", "update", number.number.e164, "--trunk", "NAME"])])
        } else if trunk.status == .disabled {
            problem(
                "number-disabled-trunk", [item(trunk), own],
                "\(number.number) is routed to \(trunk.label), which is disabled: its calls fail",
                [.command(["zentrunk", "trunk", "update", trunk.id, "--status", "enabled"])])
        }
        if !record.isVoiceEnabled || !record.isActive {
            problem(
                "number-off", [own],
                "\(number.number) is \(record.isVoiceEnabled ? "not active" : "not voice-enabled"): no call reaches its trunk",
                [.page("https://cx.plivo.com/phone-numbers")])
        }
    }

    /// Checks what the platform behind a URI has about the number. A platform whose keys are not set is not checked.
    private mutating func checkTarget(
        _ number: Inventory.Number, _ target: Inventory.Target, _ own: Inventory.Item?
    ) {
        guard let platform = target.platform else { return }
        let places = indexes.filter { $0.place.platform.id == platform }
        guard !places.isEmpty else { return }
        let groups = places.map { $0.group(of: number.number) }.filter { !$0.isEmpty }
        let numberItems = own.map { [$0] } ?? []
        guard !groups.isEmpty else {
            let accounts = places.map(\.place.account).joined(separator: ", ")
            // Objects for every number take this one, too.
            guard places.allSatisfy({ $0.open.isEmpty && $0.global.isEmpty }) else { return }
            return problem(
                "platform-lacks-number", numberItems + [target.uri],
                "calls of \(number.number) go to \(title(platform)), which has no record of the number in the account \(accounts)",
                connecting(target.uri))
        }
        for group in groups { checkGroup(group, number, platform) }
    }

    private mutating func checkGroup(
        _ group: [PlatformIndex.Entry], _ number: Inventory.Number, _ platform: PlatformID
    ) {
        guard let first = group.first?.item, let index = indexes.first(where: { $0.entries[first.key] != nil }) else {
            return
        }
        let present = Set(group.map(\.item.kind))
        for kind in index.place.platform.facts.inboundKinds where !present.contains(kind) {
            let title = index.place.kinds.first { $0.name == kind }?.title ?? kind
            problem(
                "platform-lacks-part", [first],
                "calls of \(number.number) fail at \(self.title(platform)), which has no \(title) for it",
                connecting(first))
        }
        if let silence = group.silence {
            problem(
                "no-agent", [first], "nothing answers \(number.number) at \(title(platform)): \(silence)",
                connecting(first) + [.listParameters(platform)])
        }
        for entry in group {
            for fault in entry.terms.faults {
                // A connection keeps the members behind a fault, and a vendor sets some of them, so no command of ours helps.
                problem("fault", [entry.item], "\(entry.item.label) \(fault)", [])
            }
            guard let networks = entry.terms.inbound?.networks else { continue }
            let missing = source.carrierNetworks.filter { own in !networks.contains { $0.contains(own) } }
            guard !missing.isEmpty else { continue }
            problem(
                "missing-networks", [entry.item],
                "\(entry.item.label) refuses calls from \(missing.count) of Plivo's \(source.carrierNetworks.count) signalling networks: \(missing.prefix(3).map(\.description).joined(separator: ", "))\(missing.count > 3 ? ", …" : "")",
                connecting(entry.item))
        }
    }

    // MARK: Trunks

    private mutating func check(_ trunk: Trunk) {
        let own = item(trunk)
        if trunk.direction == .inbound {
            let ids = [trunk.primaryURI, trunk.fallbackURI].compactMap { $0 }
            if trunk.primaryURI == nil || ids.contains(where: { uris[$0] == nil }) {
                problem(
                    "trunk-without-uri", [own], "\(trunk.label) has no origination URI: its calls fail",
                    repairing(own, "trunk", "update", trunk.id, "--uri", "NAME"))
            }
            if join.routed[trunk.id] == nil {
                note(
                    "unused", [own], "no number is routed to \(trunk.label)",
                    repairing(own, "trunk", "delete", trunk.id))
            }
        } else if trunk.direction == .outbound, trunk.credential == nil, trunk.accessList == nil {
            problem(
                "trunk-without-login", [own],
                "\(trunk.label) has neither a credential nor an IP access control list: its calls are refused",
                repairing(own, "trunk", "update", trunk.id, "--credential", "NAME"))
        }
    }

    /// Checks the carrier's addresses that a platform's object dials.
    private mutating func checkAddresses(_ entry: PlatformIndex.Entry) {
        for outbound in entry.terms.outbound {
            if let id = join.trunkID(in: outbound.address) { checkAddress(of: entry, outbound, of: id) }
        }
    }

    private mutating func checkAddress(
        of entry: PlatformIndex.Entry, _ outbound: SIPTerms.Outbound, of id: Trunk.ID
    ) {
        guard let trunk = trunks[id] else {
            return problem(
                "address-lost", [entry.item],
                "\(entry.item.label) dials \(outbound.address), but the Plivo account \(source.carrierAccount) has no trunk \(id)",
                connecting(entry.item))
        }
        if trunk.direction == .inbound {
            problem(
                "address-inbound-trunk", [entry.item, item(trunk)],
                "\(entry.item.label) dials the inbound \(trunk.label), which places no calls", connecting(entry.item))
        } else if trunk.status == .disabled {
            problem(
                "trunk-disabled", [item(trunk), entry.item],
                "\(entry.item.label) dials \(trunk.label), which is disabled: its calls fail",
                [.command(["zentrunk", "trunk", "update", trunk.id, "--status", "enabled"])])
        }
        // With an access list as well, whether both are needed is not documented.
        guard let credential = trunk.credential.flatMap({ join.credentials[$0] }), trunk.accessList == nil,
            credential.username != outbound.username
        else { return }
        problem(
            "login-differs", [entry.item, join.item(credential)],
            "\(entry.item.label) logs in \(outbound.username.map { "as \"\($0)\"" } ?? "without a username"), but \(trunk.label) expects \"\(credential.username)\"",
            connecting(entry.item))
    }

    // MARK: What is left

    private mutating func checkUses() {
        for uri in source.uris {
            let own = join.item(uri)
            let trunks = join.users[own.key] ?? []
            if trunks.isEmpty {
                note(
                    "unused", [own], "no trunk uses \(uri.label)", repairing(own, "uri", "delete", uri.id))
            } else if trunks.count > 1 {
                note(
                    "uri-shared", [own] + trunks,
                    "\(trunks.count) trunks use \(uri.label): Plivo deletes all of them together with it", [])
            }
        }
        for credential in source.credentials where join.users[join.item(credential).key] == nil {
            note(
                "unused", [join.item(credential)], "no trunk uses \(credential.label)",
                repairing(join.item(credential), "credential", "delete", credential.id))
        }
        for list in source.accessLists where join.users[join.item(list).key] == nil {
            note(
                "unused", [join.item(list)], "no trunk uses \(list.label)",
                repairing(join.item(list), "acl", "delete", list.id))
        }
    }

    private mutating func checkLeft(_ index: PlatformIndex) {
        for entry in index.open {
            note(
                "open", [entry.item],
                "\(entry.item.label) takes calls to every number from every address, without a login", [])
        }
        for key in index.order {
            guard let entry = index.entries[key], index.referredKinds.contains(entry.item.kind),
                index.uses[key] == nil,
                let kind = index.place.kinds.first(where: { $0.name == entry.item.kind }),
                kind.numbers(of: entry.object).isEmpty, kind.numberField == nil
            else { continue }
            note("unused", [entry.item], "nothing at \(index.place.platform.title) uses \(entry.item.label)", [])
        }
    }
}
