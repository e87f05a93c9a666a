import ZentrunkJSON

/// The lookup of SIP secrets that are still valid: all live objects that use the secret have the same username, and its
/// check tag shows that the password can be derived.
struct SecretReading {
    let blueprint: Blueprint
    let state: LiveState
    let secrets: any SIPSecretDeriver

    /// Returns the valid usernames, by secret. A secret that is left out is new or broken and gets a new username.
    func usernames() -> [String: String] {
        var usernames: [String: String] = [:]
        for name in blueprint.secrets {
            let live = Set(
                blueprint.instances.flatMap { instance -> [String] in
                    guard let object = state.owned[instance.id]?.object else { return [] }
                    return Self.places(of: name, in: instance.body).compactMap {
                        JSONValue.object(object.fields)[$0]?.string
                    }
                })
            if let username = live.first, live.count == 1, secrets.isOurs(username) { usernames[name] = username }
        }
        return usernames
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
