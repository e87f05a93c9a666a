/// The kinds of one pairing, by name.
struct KindTable: Sendable {
    /// All kinds: the carrier's first, each side in its own order.
    let all: [any ResourceKind]
    /// The kind of number routes, the only one that moves live traffic.
    let route: any ResourceKind
    /// The tag of the carrier's account in the names of platform objects.
    let tag: AccountTag
    /// The field of a carrier trunk that holds the domain which platforms dial.
    let domainField: String
    private let byName: [String: any ResourceKind]

    /// - Throws: ``ZentrunkError`` `invalid` if two kinds have the same name or the carrier has no route kind.
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
        route = try carrier.routes
    }

    /// The kinds whose objects are created and deleted.
    var objects: [any ResourceKind] { all.filter { $0.description.role == .object } }

    /// - Throws: ``ZentrunkError`` `invalid` if no vendor has a kind of that name.
    func kind(_ name: String) throws(ZentrunkError) -> any ResourceKind {
        guard let kind = byName[name] else { throw ZentrunkError(.invalid, "unknown kind \"\(name)\"") }
        return kind
    }

    /// Returns the query for objects that carry the name of a connection; nil for every connection of the platform.
    func owner(_ platform: PlatformID, _ connection: ConnectionName?) -> ResourceQuery.Owner {
        .init(platform: platform, connection: connection, tag: tag)
    }

    /// Returns the name that a connection gives to an object of that kind.
    func name(_ key: String, of kind: KindDescription, in connection: Connection) -> OwnedName {
        connection.ownedName(key, tag: kind.side == .platform ? tag : nil)
    }

    /// Returns the temporary name of an object while its replacement takes its name.
    func oldName(_ key: String, of kind: KindDescription, in connection: Connection) -> OwnedName {
        name(OwnedName.oldKey(key, of: kind), of: kind, in: connection)
    }

    /// Returns the kinds whose objects can reference objects of this kind, with the fields that do.
    func users(of name: String) -> [(kind: any ResourceKind, fields: [String])] {
        all.compactMap { kind in
            let fields = kind.description.references.filter { $0.kind == name }.map(\.field)
            return fields.isEmpty ? nil : (kind, fields)
        }
    }
}
