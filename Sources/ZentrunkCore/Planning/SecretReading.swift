import ZentrunkJSON

/// The lookup of SIP secrets that are still valid: the live objects of one half that use the secret have the same
/// username, and its check tag shows that the password can be derived.
struct SecretReading {
    let blueprint: Blueprint
    let state: LiveState
    let kinds: KindTable
    let secrets: any SIPSecretDeriver

    /// Returns the valid usernames, by secret. A secret that is left out is new or broken and gets a new username.
    ///
    /// The platform's username is preferred: calls are placed with it. If a rotation died while the platform's objects
    /// changed one after the other, they differ, and the carrier's new one is what the rest will get.
    func usernames() -> [String: String] {
        var usernames: [String: String] = [:]
        for name in blueprint.secrets {
            usernames[name] = [Side.platform, .carrier].lazy.compactMap { username(of: name, at: $0) }.first
        }
        return usernames
    }

    /// Returns the valid username on which all objects of one side agree.
    private func username(of secret: String, at side: Side) -> String? {
        let live = Set(
            blueprint.instances.flatMap { instance -> [String] in
                guard let object = state.owned[instance.id]?.object,
                    (try? kinds.kind(instance.kind).description.side) == side
                else { return [] }
                return Self.places(of: secret, in: instance.body).compactMap {
                    JSONValue.object(object.fields)[$0]?.string
                }
            })
        guard let username = live.first, live.count == 1, secrets.isOurs(username) else { return nil }
        return username
    }

    /// Returns the members of a settled body that hold the secret's username.
    static func places(of secret: String, in body: TemplateNode) -> [JSONPointer] {
        body.walk().compactMap { place in
            guard case .reference(let reference) = place.node, reference.source == .secret(secret, .username) else {
                return nil
            }
            return place.path
        }
    }
}
