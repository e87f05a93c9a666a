/// All kinds of one pairing, by name.
struct KindTable: Sendable {
    /// The carrier's kinds first, each side in its own order.
    let all: [any ResourceKind]
    /// The one kind that moves live traffic.
    let route: any ResourceKind
    /// The tag of the carrier's account, in the names of the platform's objects.
    let tag: AccountTag
    /// The field of the carrier's trunks that holds the domain which platforms dial.
    let domainField: String
    private let byName: [String: any ResourceKind]

    /// - Throws: ``ZentrunkError`` when two kinds share a name or the carrier has no route.
    init(carrier: any Carrier, adapter: any PlatformAdapter) throws(ZentrunkError) {
        all = carrier.kinds + adapter.kinds
        tag = AccountTag(of: carrier.account)
        domainField = carrier.domainField
        var byName: [String: any ResourceKind] = [:]
        for kind in all {
            guard byName.updateValue(kind, forKey: kind.description.name) == nil else {
                throw ZentrunkError(.invalid, "two kinds are called \(kind.description.name)")
            }
        }
        self.byName = byName
        guard let route = carrier.kinds.first(where: { $0.description.role == .route }) else {
            throw ZentrunkError(.invalid, "the carrier has no kind for a number's route")
        }
        self.route = route
    }

    /// The kinds of objects that are made and removed.
    var objects: [any ResourceKind] { all.filter { $0.description.role == .object } }

    /// - Throws: ``ZentrunkError`` `invalid` when no vendor has such a kind.
    func kind(_ name: String) throws(ZentrunkError) -> any ResourceKind {
        guard let kind = byName[name] else { throw ZentrunkError(.invalid, "unknown kind \"\(name)\"") }
        return kind
    }

    /// The names of a connection's objects, as lists are asked for them.
    func owner(_ platform: PlatformID, _ connection: ConnectionName?) -> ResourceQuery.Owner {
        .init(platform: platform, connection: connection, tag: tag)
    }

    /// The name that a connection gives to an object of that kind.
    func name(_ key: String, of kind: KindDescription, in connection: Connection) -> OwnedName {
        connection.ownedName(key, tag: kind.side == .platform ? tag : nil)
    }

    /// The name that an object gets while the one that replaces it takes its own.
    func oldName(_ key: String, of kind: KindDescription, in connection: Connection) -> OwnedName {
        name(OwnedName.oldKey(key, of: kind), of: kind, in: connection)
    }

    /// The kinds whose objects can point at objects of this kind, with the fields that do.
    func users(of name: String) -> [(kind: any ResourceKind, fields: [String])] {
        all.compactMap { kind in
            let fields = kind.description.references.filter { $0.kind == name }.map(\.field)
            return fields.isEmpty ? nil : (kind, fields)
        }
    }
}
