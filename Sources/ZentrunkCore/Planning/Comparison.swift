import ZentrunkJSON

/// A comparison of a live object with the intended one, by the rules of its kind.
struct Comparison {
    let kind: KindDescription
    /// The members that the template sets; others are left unchanged.
    let managed: OwnMembers
    /// The values that the template set before: elements of lists that it no longer contains are removed.
    var earlier: [JSONObject] = []

    /// Returns the differences that an update or a create has to remove.
    ///
    /// - Parameter desired: The intended body, which may contain placeholders.
    func changes(from live: JSONObject, to desired: JSONObject) -> [PlannedResource.Change] {
        let laid = laid(desired, over: live).object
        return names.flatMap { name in
            Self.difference(
                JSONPointer([name]), comparable(name, in: live), comparable(name, in: laid), kind.fields[name]?.shape
            )
        }
    }

    /// Returns the live object with the intended body merged into it, and the paths of foreign members that are removed
    /// nevertheless.
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

    /// Returns the members of a live object that are compared, in normalised form.
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

    /// Whether the controlling field has its default, so that dependent values are ignored.
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

    /// Pairs the elements of two lists of the same length. If the order has no meaning, equal elements are left out.
    private static func pairs(
        _ old: [JSONValue], _ new: [JSONValue], _ unordered: Bool
    ) -> [(Int, JSONValue, JSONValue)] {
        guard unordered else { return zip(old, new).enumerated().map { ($0, $1.0, $1.1) } }
        // The indices of equal elements, the first one last.
        var places = Dictionary(grouping: old.indices.reversed()) { old[$0] }
        let added = new.filter { places[$0]?.popLast() == nil }
        let left = places.values.joined().sorted().map { (offset: $0, element: old[$0]) }
        return zip(left, added).map { ($0.offset, $0.element, $1) }
    }
}
