import ZentrunkJSON

/// A placeholder for a value that becomes known in a later step of the plan.
///
/// Names that begin with `$` belong to the template language, so no vendor's body can be mistaken for a placeholder.
enum Pending {
    static let key = "$after"

    /// Returns the placeholder for a value that depends on these instances or secrets.
    static func value(after what: [String]) -> JSONValue { .object([key: .array(what.map { .string($0) })]) }

    /// Returns the instances and secrets that placeholders in the value wait for, without duplicates, in order; nil if
    /// there are none.
    static func after(in value: JSONValue) -> [String]? {
        var found: [String] = []
        collect(value, &found)
        return found.isEmpty ? nil : found
    }

    /// Returns the value without placeholders; nil if it is one.
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
