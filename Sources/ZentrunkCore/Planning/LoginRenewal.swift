import ZentrunkJSON

/// What a plan replaces so that both halves of a connection get new SIP logins.
///
/// Where a platform dials a trunk that asks for a login, the trunk and its credential are replaced: the old ones stay
/// until the platform has the new domain and the new login, which it takes in one request. So every call meets a trunk
/// that accepts its login. Where the carrier dials, it has one login per origination URI, and the two halves change one
/// after the other: the calls in between are refused.
///
/// A renewal that was interrupted is completed: what it has created already is kept, and only the rest is replaced.
struct LoginRenewal {
    /// The carrier's objects that are created again.
    let replaced: Set<InstanceID>
    /// The new usernames that an interrupted renewal has created at the carrier, by secret.
    let usernames: [String: String]
    /// Warnings of logins that cannot be replaced without a gap.
    let gaps: [Warning]

    /// - Throws: ``ZentrunkError`` `invalid` if the connection has no login.
    init(_ blueprint: Blueprint, _ state: LiveState, _ kinds: KindTable, _ secrets: any SIPSecretDeriver)
        throws(ZentrunkError)
    {
        guard !blueprint.secrets.isEmpty else {
            throw ZentrunkError(
                .invalid,
                "\(blueprint.connection.platform)/\(blueprint.connection.name) has no SIP login that could be replaced: its calls are admitted by their addresses",
                remedies: [.show(.init(blueprint.connection.platform, blueprint.connection.name))])
        }
        let search = Search(blueprint: blueprint, state: state, kinds: kinds, secrets: secrets)
        var replaced: Set<InstanceID> = []
        var usernames: [String: String] = [:]
        var gaps: [Warning] = []
        for secret in blueprint.secrets {
            let chain = search.dialledChain(of: secret)
            let created = chain.filter { search.isCreated($0, in: chain) }
            replaced.formUnion(chain.subtracting(created))
            usernames[secret] = created.lazy.compactMap { search.username(secret, of: $0) }.first
            for holder in search.holders(of: secret, at: .carrier) where !chain.contains(holder.id) {
                guard let live = state.owned[holder.id], let kind = try? kinds.kind(holder.kind).description else {
                    continue
                }
                gaps.append(
                    Warning(
                        .gap,
                        "calls that use the login of \(kind.title) \(live.object.id) are refused for some seconds, until both halves have the new one",
                        about: live.recorded))
            }
        }
        self.replaced = replaced
        self.usernames = usernames
        self.gaps = gaps
    }
}

/// The search for the carrier's objects that hold a login, or lead to one.
private struct Search {
    let blueprint: Blueprint
    let state: LiveState
    let kinds: KindTable
    let secrets: any SIPSecretDeriver

    /// Returns the instances of one side whose bodies have the secret's username.
    func holders(of secret: String, at side: Side) -> [Blueprint.Instance] {
        blueprint.instances.filter { isAt(side, $0) && holds(secret, $0) }
    }

    /// Returns the carrier's objects that have the secret and that the platform dials, and the objects between; empty if
    /// one of them cannot be replaced without a gap.
    func dialledChain(of secret: String) -> Set<InstanceID> {
        let dialled = holders(of: secret, at: .platform).flatMap(\.edges).flatMap(\.targets)
        let chain = dialled.reduce(into: Set<InstanceID>()) { $0.formUnion(self.chain(to: secret, from: $1)) }
        return chain.allSatisfy { canStay($0, secret) } ? chain : []
    }

    private func chain(to secret: String, from id: InstanceID) -> Set<InstanceID> {
        guard let instance = blueprint[id], isAt(.carrier, instance) else { return [] }
        var found = instance.edges.flatMap(\.targets).reduce(into: Set<InstanceID>()) {
            $0.formUnion(chain(to: secret, from: $1))
        }
        if !found.isEmpty || holds(secret, instance) { found.insert(id) }
        return found
    }

    /// Whether the live object keeps its login while it is renamed: the password of a foreign username is not known, and
    /// an update of a credential contains it.
    private func canStay(_ id: InstanceID, _ secret: String) -> Bool {
        guard let live = state.owned[id]?.object, let body = blueprint[id]?.body else { return true }
        return SecretReading.places(of: secret, in: body).allSatisfy { place in
            JSONValue.object(live.fields)[place]?.string.map(secrets.isOurs) ?? true
        }
    }

    /// Whether an interrupted renewal created the object: the former one still has its temporary name, or that of an
    /// object which it references. The order is: rename from the top, create from the bottom, delete from the top.
    func isCreated(_ id: InstanceID, in chain: Set<InstanceID>) -> Bool {
        let hasFormer = state.owned.keys.contains { $0.number == id.number && OwnedName.isOldKey($0.key, of: id.key) }
        let targets = blueprint[id]?.edges.flatMap(\.targets) ?? []
        return hasFormer || targets.contains { chain.contains($0) && isCreated($0, in: chain) }
    }

    /// Returns the username of the secret in a live object; nil for an object that does not hold it or does not exist.
    func username(_ secret: String, of id: InstanceID) -> String? {
        guard let live = state.owned[id]?.object, let body = blueprint[id]?.body else { return nil }
        return SecretReading.places(of: secret, in: body).lazy
            .compactMap { JSONValue.object(live.fields)[$0]?.string }.first { secrets.isOurs($0) }
    }

    private func holds(_ secret: String, _ instance: Blueprint.Instance) -> Bool {
        !SecretReading.places(of: secret, in: instance.body).isEmpty
    }

    private func isAt(_ side: Side, _ instance: Blueprint.Instance) -> Bool {
        (try? kinds.kind(instance.kind).description.side) == side
    }
}
