import ZentrunkJSON

/// A password that the vendor never returns, and the username that it belongs to. Whatever changes the username, or
/// the object that holds both, loses a password that was set by hand.
struct Login: Hashable {
    /// The path of the username, or of the object that holds it.
    var path: JSONPointer
    /// The path of the password, or of the object that holds it.
    var place: JSONPointer
    /// The username; nil if the object shows none.
    var username: String?
    /// Whether every update of the object sends a password.
    var isAlwaysSent = false

    /// What is lost with the username, worded as a phrase.
    var loss: String { "the password next to \(path), which cannot be read" }
    /// What an update of an object loses that the connection takes over, worded as a phrase.
    var overwritten: String { "the password at \(place), which cannot be read" }
}

extension KindDescription {
    /// Returns the logins that the live object has, that the target lacks, and whose passwords cannot be derived.
    func logins(lostFrom live: JSONObject, to target: JSONObject, _ secrets: any SIPSecretDeriver) -> [Login] {
        let kept = Set(logins(in: target))
        return logins(in: live).filter { login in
            guard let username = login.username else { return false }
            return !kept.contains(login) && !secrets.isOurs(username)
        }
    }

    /// Returns the object with these logins as `other` has them. A login that is only half there would admit every
    /// caller.
    func leaving(_ logins: [Login], of object: JSONObject, as other: JSONObject) -> JSONObject {
        logins.reduce(object) { Self.replacing($1.path.tokens[...], in: $0, from: other) }
    }

    /// Returns what cannot be restored once these fields of an object have been changed, worded as phrases.
    ///
    /// - Parameter former: The object before the change.
    func irreversible(_ names: some Collection<String>, from former: JSONObject) -> [String] {
        let unclearable = names.filter { former[$0] == nil && fields[$0]?.isClearable == false }
        let overwritten = logins(in: former).filter { login in
            !names.isEmpty && (login.isAlwaysSent || login.path.tokens.first.map(names.contains) ?? false)
        }
        let phrases =
            unclearable.map { ($0, "\($0), which cannot be cleared") }
            + overwritten.map { ($0.path.tokens.first ?? "", $0.overwritten) }
        return phrases.sorted { $0.0 < $1.0 }.map(\.1)
    }

    /// The rule for where a login lies, in APIs that nest it and in flat ones: the object that has a write-only member
    /// holds both halves. Next to a kind's other fields, a write-only field is sent with its username, or always.
    private func logins(in object: JSONObject) -> [Login] {
        fields.sorted { $0.key < $1.key }.flatMap { name, field -> [Login] in
            guard field.isWriteOnly else { return field.logins(in: object[name], JSONPointer([name])) }
            let password = JSONPointer([name])
            switch field.company {
            case .of(let user):
                guard let username = object[user]?.string, !username.isEmpty else { return [] }
                return [Login(path: JSONPointer([user]), place: password, username: username)]
            case .always: return [Login(path: password, place: password, isAlwaysSent: true)]
            case .none: return []
            }
        }
    }

    private static func replacing(
        _ path: ArraySlice<String>, in object: JSONObject, from other: JSONObject?
    ) -> JSONObject {
        guard let name = path.first else { return object }
        var object = object
        if path.count == 1 {
            object[name] = other?[name]
        } else if let inner = object[name]?.object {
            object[name] = .object(replacing(path.dropFirst(), in: inner, from: other?[name]?.object))
        }
        return object
    }
}

extension Field {
    /// Returns the logins in a value at this path: each object with a member that is never returned.
    fileprivate func logins(in value: JSONValue?, _ path: JSONPointer) -> [Login] {
        guard case .object(let fields) = shape, let members = value?.object, !members.isEmpty else { return [] }
        let inside = fields.sorted { $0.key < $1.key }.flatMap { name, field in
            field.logins(in: members[name], path.appending(name))
        }
        guard fields.values.contains(where: \.isWriteOnly) else { return inside }
        let username = members.compactMap(\.value.string).first
        return [Login(path: path, place: path, username: username?.isEmpty == true ? nil : username)] + inside
    }
}
