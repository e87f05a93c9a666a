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
                    return Self.places(of: name, in: instance.body, .root).compactMap {
                        JSONValue.object(object.fields)[$0]?.string
                    }
                })
            if let username = live.first, live.count == 1, secrets.isOurs(username) { usernames[name] = username }
        }
        return usernames
    }

    static func places(of secret: String, in node: TemplateNode, _ path: JSONPointer) -> [JSONPointer] {
        switch node {
        case .reference(let reference): reference.source == .secret(secret, .username) ? [path] : []
        case .object(let members): members.flatMap { places(of: secret, in: $0.node, path.appending($0.name)) }
        case .array(let nodes): nodes.enumerated().flatMap { places(of: secret, in: $1, path.appending($0)) }
        case .literal, .text, .when, .select, .spread: []
        }
    }
}
