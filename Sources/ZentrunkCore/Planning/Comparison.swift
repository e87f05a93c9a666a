import ZentrunkJSON

/// Finds the differences between what an object is and what it should be, by its kind's rules.
struct Comparison {
    let kind: KindDescription
    /// The members that the template speaks about; others are left alone.
    let managed: OwnMembers
    /// What the template said before: elements of lists that it names no more go.
    var earlier: [JSONObject] = []

    /// - Parameter desired: The described body, in which values may be pending.
    func changes(from live: JSONObject, to desired: JSONObject) -> [PlannedResource.Change] {
        let laid = laid(desired, over: live).object
        return names.flatMap { name in
            Self.difference(
                JSONPointer([name]), comparable(name, in: live), comparable(name, in: laid), kind.fields[name]?.shape
            )
        }
    }

    /// The live object with the described body laid over it, and where members that are not the template's go all the same.
    func laid(_ desired: JSONObject, over live: JSONObject) -> (object: JSONObject, losses: [JSONPointer]) {
        var object = live
        var losses: [JSONPointer] = []
        for name in names {
            object[name] = kind.fields[name]?.laid(
                desired[name], over: live[name], own: managed[name] ?? .whole, earlier: earlier.compactMap { $0[name] },
                at: JSONPointer([name]), losses: &losses)
        }
        return (object, losses)
    }

    /// The members of a live object that decide whether it is as described.
    func compared(_ object: JSONObject) -> JSONObject {
        JSONObject(
            names.compactMap { name in
                comparable(name, in: object, of: managed[name] ?? .whole).map { (name, $0) }
            })
    }

    private var names: [String] {
        kind.fields.filter { managed.contains($0.key) && !$0.value.isWriteOnly && !$0.value.isReadOnly }.keys.sorted()
    }

    private func comparable(_ name: String, in object: JSONObject, of own: OwnMembers = .whole) -> JSONValue? {
        guard let field = kind.fields[name] else { return nil }
        switch field.removal {
        case .byCopying(let other) where object[name] != nil && object[name] == object[other]: return field.defaultValue
        case .along(let other) where isDefault(other, in: object): return field.defaultValue
        default: return field.comparable(object[name], of: own)
        }
    }

    /// Whether another field says that a value which goes along with it means nothing.
    func isDefault(_ name: String, in object: JSONObject) -> Bool {
        guard let field = kind.fields[name] else { return false }
        return field.comparable(object[name]) == field.defaultValue
    }

    private static func difference(
        _ path: JSONPointer, _ live: JSONValue?, _ desired: JSONValue?, _ shape: Field.Shape?
    ) -> [PlannedResource.Change] {
        guard live != desired else { return [] }
        switch (live, desired, shape) {
        case (.object(let old), .object(let new), .object(let fields)?) where new[Pending.key] == nil:
            return fields.keys.sorted().flatMap { difference(path.appending($0), old[$0], new[$0], fields[$0]?.shape) }
        case (.array(let old), .array(let new), .list(let element, let unordered)?) where old.count == new.count:
            return pairs(old, new, unordered).flatMap { index, old, new in
                difference(path.appending(index), old, new, element.shape)
            }
        default:
            let after = desired.flatMap(Pending.after) ?? []
            return [.init(path: path, from: live, to: after.isEmpty ? desired : nil, knownAfter: after)]
        }
    }

    /// What belongs together in two lists of one length: equal elements first when the order means nothing.
    private static func pairs(
        _ old: [JSONValue], _ new: [JSONValue], _ unordered: Bool
    ) -> [(Int, JSONValue, JSONValue)] {
        guard unordered else { return zip(old, new).enumerated().map { ($0, $1.0, $1.1) } }
        var left = Array(old.enumerated())
        var added: [JSONValue] = []
        for element in new {
            if let index = left.firstIndex(where: { $0.element == element }) {
                left.remove(at: index)
            } else {
                added.append(element)
            }
        }
        return zip(left, added).map { ($0.offset, $0.element, $1) }
    }
}
