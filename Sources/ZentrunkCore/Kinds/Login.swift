import ZentrunkJSON

/// A username whose password the vendor never returns. If both were set by hand, losing the username loses the
/// password.
struct Login: Hashable {
    /// The path of the username, or of the object that holds it.
    var path: JSONPointer
    var username: String

    /// What is lost with the username, worded as a phrase.
    var loss: String { "the password next to \(path), which cannot be read" }
}

extension KindDescription {
    /// Returns the logins that the live object has, that the target lacks, and whose passwords cannot be derived.
    func logins(lostFrom live: JSONObject, to target: JSONObject, _ secrets: any SIPSecretDeriver) -> [Login] {
        let kept = Set(logins(in: target))
        return logins(in: live).filter { !kept.contains($0) && !secrets.isOurs($0.username) }
    }

    /// Returns the object with these logins as `other` has them. A login that is only half there would admit every
    /// caller.
    func leaving(_ logins: [Login], of object: JSONObject, as other: JSONObject) -> JSONObject {
        logins.reduce(object) { Self.replacing($1.path.tokens[...], in: $0, from: other) }
    }

    private func logins(in object: JSONObject) -> [Login] {
        let outer = fields.values.compactMap { field -> Login? in
            guard field.isWriteOnly, case .of(let name) = field.company else { return nil }
            return login(object[name], JSONPointer([name]))
        }
        let inside = fields.sorted { $0.key < $1.key }.flatMap { name, field in
            field.secretPlaces(in: object[name], JSONPointer([name])).compactMap { path in
                login(
                    JSONValue.object(object)[path]?.object?.compactMap(\.value.string).first.map { .string($0) }, path)
            }
        }
        return outer + inside
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
