/// All kinds of one pairing, by name.
struct KindTable: Sendable {
    /// The carrier's kinds first, each side in its own order.
    let all: [any ResourceKind]
    /// The one kind that moves live traffic.
    let route: any ResourceKind
    private let byName: [String: any ResourceKind]

    /// - Throws: ``ConnectionError`` when two kinds share a name or the carrier has no route.
    init(carrier: any Carrier, adapter: any PlatformAdapter) throws(ConnectionError) {
        all = carrier.kinds + adapter.kinds
        var byName: [String: any ResourceKind] = [:]
        for kind in all {
            guard byName.updateValue(kind, forKey: kind.description.name) == nil else {
                throw ConnectionError(.invalid, "two kinds are called \(kind.description.name)")
            }
        }
        self.byName = byName
        guard let route = carrier.kinds.first(where: { $0.description.role == .route }) else {
            throw ConnectionError(.invalid, "the carrier has no kind for a number's route")
        }
        self.route = route
    }

    /// The kinds of objects that are made and removed.
    var objects: [any ResourceKind] { all.filter { $0.description.role == .object } }

    /// - Throws: ``ConnectionError`` `invalid` when no vendor has such a kind.
    func kind(_ name: String) throws(ConnectionError) -> any ResourceKind {
        guard let kind = byName[name] else { throw ConnectionError(.invalid, "there is no kind \"\(name)\"") }
        return kind
    }

    /// The kinds whose objects can point at objects of this kind, with the fields that do.
    func users(of name: String) -> [(kind: any ResourceKind, fields: [String])] {
        all.compactMap { kind in
            let fields = kind.description.references.filter { $0.kind == name }.map(\.field)
            return fields.isEmpty ? nil : (kind, fields)
        }
    }
}
