import ZentrunkJSON

/// What a plan replaces so that both halves of a connection get new SIP logins.
///
/// Where a platform dials a trunk that asks for a login, the trunk and its credential are replaced: the old ones stay
/// until the platform has the new domain and the new login, which it takes in one request. So every call meets a trunk
/// that accepts its login. Where the carrier dials, it has one login per origination URI, and the two halves change one
/// after the other: the calls in between are refused.
struct LoginRenewal {
    /// The carrier's objects that are created again.
    let replaced: Set<InstanceID>
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
        var gaps: [Warning] = []
        for secret in blueprint.secrets {
            let chain = search.dialledChain(of: secret)
            replaced.formUnion(chain)
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

    private func holds(_ secret: String, _ instance: Blueprint.Instance) -> Bool {
        !SecretReading.places(of: secret, in: instance.body).isEmpty
    }

    private func isAt(_ side: Side, _ instance: Blueprint.Instance) -> Bool {
        (try? kinds.kind(instance.kind).description.side) == side
    }
}
