@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// Joins a source's objects, each by an index.
struct InventoryJoin {
    let source: InventorySource
    private let tag: AccountTag
    let titles: [PlatformID: String]

    let trunks: [String: Trunk]
    let uris: [String: OriginationURIRecord]
    let credentials: [String: SIPCredential]
    let accessLists: [String: IPAccessControlList]
    let indexes: [PlatformIndex]
    /// The domain below which the account's trunks are: `zt.plivo.com`.
    let trunkSuffixes: Set<String>

    var numbers: [Inventory.Number] = []
    var dialling: [Inventory.Dialling] = []
    var items: [Inventory.Item] = []
    var links: [Inventory.Link] = []
    /// Trunks by the objects that they use: URIs, credentials and access lists.
    private(set) var users: [String: [Inventory.Item]] = [:]
    /// The number of numbers that lead to each trunk.
    private(set) var routed: [String: Int] = [:]

    init(_ source: InventorySource) {
        self.source = source
        let tag = AccountTag(of: source.carrierAccount)
        self.tag = tag
        titles = Dictionary(source.platforms.map { ($0.id, $0.title) }) { first, _ in first }
        trunks = Dictionary(source.trunks.map { ($0.id, $0) }) { first, _ in first }
        uris = Dictionary(source.uris.map { ($0.id, $0) }) { first, _ in first }
        credentials = Dictionary(source.credentials.map { ($0.id, $0) }) { first, _ in first }
        accessLists = Dictionary(source.accessLists.map { ($0.id, $0) }) { first, _ in first }
        indexes = source.places.map { place in
            PlatformIndex(place) { kind, object in Self.item(kind, object, place, tag) }
        }
        let suffixes = source.trunks.compactMap { trunk in
            trunk.domain.flatMap { domain in domain.firstIndex(of: ".").map { String(domain[$0...].dropFirst()) } }
        }
        trunkSuffixes = Set(suffixes).union(["zt.plivo.com"])
    }

    mutating func run() {
        addCarrierItems()
        for index in indexes {
            for key in index.order {
                guard let entry = index.entries[key] else { continue }
                items.append(entry.item)
                links += entry.references.map { .init(from: key, to: $0, label: "uses") }
                addDialling(entry)
            }
        }
        addNumbers()
    }

    // MARK: Items

    func title(_ platform: PlatformID) -> String { titles[platform] ?? platform.description }

    private static func item(
        _ kind: KindDescription, _ object: LiveObject, _ place: InventorySource.Place, _ tag: AccountTag
    ) -> Inventory.Item {
        let name = kind.name(of: object).flatMap { $0.isEmpty ? nil : $0 }
        // An object with another account's tag belongs to a connection of that account.
        let owned = name.flatMap(OwnedName.init(parsing:)).flatMap { $0.tag == nil || $0.tag == tag ? $0 : nil }
        return Inventory.Item(
            side: .platform, platform: place.platform.id, account: place.account, kind: kind.name, id: object.id,
            title: kind.title, name: name,
            connection: owned.map { .init(platform: $0.platform, name: $0.connection) })
    }

    private func item<Object: ZentrunkObject>(_ object: Object, _ kind: String) -> Inventory.Item {
        let owned = object.name.flatMap(OwnedName.init(parsing:))
        return Inventory.Item(
            side: .carrier, platform: nil, account: source.carrierAccount, kind: kind, id: object.id,
            title: Object.title, name: object.name,
            connection: owned.map { .init(platform: $0.platform, name: $0.connection) })
    }

    func item(_ trunk: Trunk) -> Inventory.Item { item(trunk, "zentrunk.trunk") }
    func item(_ uri: OriginationURIRecord) -> Inventory.Item { item(uri, "zentrunk.origination-uri") }
    func item(_ credential: SIPCredential) -> Inventory.Item { item(credential, "zentrunk.credential") }
    func item(_ list: IPAccessControlList) -> Inventory.Item { item(list, "zentrunk.ip-access-control-list") }
    func item(_ number: NumberRecord) -> Inventory.Item { item(number, Inventory.numberKind) }

    private mutating func addCarrierItems() {
        items += source.numbers.map(item) + source.trunks.map(item) + source.uris.map(item)
        items += source.credentials.map(item) + source.accessLists.map(item)
        for trunk in source.trunks {
            let user = item(trunk)
            let used: [(key: String?, label: String)] = [
                (trunk.primaryURI.map { "zentrunk.origination-uri/\($0)" }, "primary"),
                (trunk.fallbackURI.map { "zentrunk.origination-uri/\($0)" }, "fallback"),
                (trunk.credential.map { "zentrunk.credential/\($0)" }, "credential"),
                (trunk.accessList.map { "zentrunk.ip-access-control-list/\($0)" }, "access list"),
            ]
            for case (let key?, let label) in used {
                users[key, default: []].append(user)
                links.append(.init(from: user.key, to: key, label: label))
            }
        }
        for uri in source.uris {
            guard let host = target(uri, isFallback: false).host else { continue }
            links.append(.init(from: item(uri).key, to: "host/\(host)", label: "leads to"))
        }
    }

    // MARK: Paths

    private func target(_ uri: OriginationURIRecord, isFallback: Bool) -> Inventory.Target {
        let host = (try? OriginationURI(uri.uri))?.host.description.lowercased()
        let platform = host.flatMap { host in source.platforms.first { $0.facts.host(covering: host) != nil } }
        return Inventory.Target(
            uri: item(uri), text: OriginationURI.masked(uri.uri), host: host, platform: platform?.id,
            isFallback: isFallback)
    }

    private mutating func addNumbers() {
        var rows: [PhoneNumber: Inventory.Number] = [:]
        for record in source.numbers {
            guard let number = record.number else { continue }
            var row = Inventory.Number(number: number, isOnAccount: true, targets: [], records: [])
            switch record.route {
            case .trunk(let id)?:
                routed[id, default: 0] += 1
                links.append(.init(from: item(record).key, to: "zentrunk.trunk/\(id)", label: "routed to"))
                guard let trunk = trunks[id] else {
                    row.lostTrunk = id
                    break
                }
                row.trunk = item(trunk)
                row.connection = row.trunk?.connection
                row.targets = [(trunk.primaryURI, false), (trunk.fallbackURI, true)].compactMap { id, isFallback in
                    id.flatMap { uris[$0] }.map { target($0, isFallback: isFallback) }
                }
            case .application(let id)?: row.application = id
            case nil: break
            }
            rows[number] = row
        }
        for index in indexes {
            for number in index.byNumber.keys {
                let group = index.group(of: number)
                // Platforms have numbers of other carriers as well.
                guard rows[number] != nil || isAboutCarrier(group) else { continue }
                rows[number, default: .init(number: number, isOnAccount: false, targets: [], records: [])]
                    .records.append(
                        .init(
                            platform: index.place.platform.id, account: index.place.account,
                            items: group.map(\.item), answer: group.answer))
                for key in index.byNumber[number] ?? [] where rows[number]?.isOnAccount == true {
                    links.append(.init(from: "\(Inventory.numberKind)/\(number.digits)", to: key, label: "known as"))
                }
            }
        }
        numbers = rows.values.sorted { $0.number < $1.number }
    }

    /// Whether a platform's objects are meant for calls with this carrier.
    private func isAboutCarrier(_ group: [PlatformIndex.Entry]) -> Bool {
        group.contains { entry in
            entry.item.connection != nil || entry.terms.outbound.contains { trunkID(in: $0.address) != nil }
                || entry.terms.inbound?.networks?.contains { network in
                    source.carrierNetworks.contains { $0.contains(network) || network.contains($0) }
                } == true
        }
    }

    /// The id of the trunk in an address of the carrier; nil for other addresses. Regional names have more labels.
    func trunkID(in address: String) -> String? {
        let host = address.lowercased()
        guard trunkSuffixes.contains(where: { host.hasSuffix(".\($0)") }) else { return nil }
        return host.split(separator: ".").first.map(String.init)
    }

    private mutating func addDialling(_ entry: PlatformIndex.Entry) {
        for outbound in entry.terms.outbound {
            guard let id = trunkID(in: outbound.address) else { continue }
            let trunk = trunks[id]
            let logins =
                [trunk?.credential.flatMap { credentials[$0] }.map(item)].compactMap { $0 }
                + [trunk?.accessList.flatMap { accessLists[$0] }.map(item)].compactMap { $0 }
            dialling.append(
                .init(
                    item: entry.item, address: outbound.address, trunk: trunk.map(item), logins: logins,
                    connection: entry.item.connection))
            links.append(.init(from: entry.item.key, to: "zentrunk.trunk/\(id)", label: "dials"))
        }
    }
}
