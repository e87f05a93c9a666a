import ZentrunkJSON

/// A value that only a later step of a plan will know, standing in its place until then.
///
/// Names that begin with `$` belong to the template language, so no body of a vendor can be confused with it.
enum Pending {
    static let key = "$after"

    /// The stand-in for a value known after these instances, or after a secret is made.
    static func value(after what: [String]) -> JSONValue { .object([key: .array(what.map { .string($0) })]) }

    /// What has to come first, when anything inside the value is pending; without repetitions, in order.
    static func after(in value: JSONValue) -> [String]? {
        var found: [String] = []
        collect(value, &found)
        return found.isEmpty ? nil : found
    }

    /// The value without what is not known yet.
    static func known(in value: JSONValue) -> JSONValue? {
        switch value {
        case .object(let members):
            members[key] != nil
                ? nil : .object(JSONObject(members.compactMap { name, member in known(in: member).map { (name, $0) } }))
        case .array(let elements): .array(elements.compactMap(known))
        default: value
        }
    }

    private static func collect(_ value: JSONValue, _ found: inout [String]) {
        switch value {
        case .object(let members):
            if let names = members[key]?.array {
                for name in names.compactMap(\.string) where !found.contains(name) { found.append(name) }
            }
            for (_, member) in members { collect(member, &found) }
        case .array(let elements):
            for element in elements { collect(element, &found) }
        default: break
        }
    }
}
