import ZentrunkJSON

/// A username beside a password that nobody shows. Where somebody set both by hand, the password is lost with the username.
struct Login: Hashable {
    /// The username, or the object that holds it.
    var path: JSONPointer
    var username: String

    /// What goes with it, a phrase.
    var loss: String { "the password next to \(path), which cannot be read" }
}

extension KindDescription {
    /// Logins that an object has, that another state of it lacks, and whose passwords cannot be computed.
    func logins(lostFrom live: JSONObject, to target: JSONObject, _ secrets: any SIPSecretDeriver) -> [Login] {
        let kept = Set(logins(in: target))
        return logins(in: live).filter { !kept.contains($0) && !secrets.isOurs($0.username) }
    }

    /// The object with these logins as another state of it has them: half a login would let everybody in.
    func leaving(_ logins: [Login], of object: JSONObject, as other: JSONObject) -> JSONObject {
        logins.reduce(object) { Self.replacing($1.path.tokens[...], in: $0, from: other) }
    }

    private func logins(in object: JSONObject) -> [Login] {
        let beside = fields.values.compactMap { field -> Login? in
            guard field.isWriteOnly, case .of(let name) = field.company else { return nil }
            return login(object[name], JSONPointer([name]))
        }
        let inside = fields.sorted { $0.key < $1.key }.flatMap { name, field in
            field.secretPlaces(in: object[name], JSONPointer([name])).compactMap { path in
                login(
                    JSONValue.object(object)[path]?.object?.compactMap(\.value.string).first.map { .string($0) }, path)
            }
        }
        return beside + inside
    }

    private func login(_ username: JSONValue?, _ path: JSONPointer) -> Login? {
        guard let username = username?.string, !username.isEmpty else { return nil }
        return Login(path: path, username: username)
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
