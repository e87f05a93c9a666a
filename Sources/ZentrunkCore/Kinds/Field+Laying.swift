import ZentrunkJSON

/// Merges a template's values into a live object, and preserves members that the connection does not own.
///
/// Plans compare the live value with the result, updates send it, and replacements are created from it.
extension Field {
    /// Returns the live value with the wanted value merged into it.
    ///
    /// Members of an object that the connection does not own keep their values. Elements of a list with a key are
    /// matched by that key; an element is removed only if an earlier description of the connection set it.
    ///
    /// - Parameters:
    ///   - wanted: The value in the template; nil if the template sets none.
    ///   - own: The members of the value that the connection owns.
    ///   - earlier: Values that the connection set before; their elements are removed unless they are still wanted.
    ///   - path: The path of the value in the object.
    ///   - losses: Collects the paths of foreign members that are removed nevertheless.
    /// - Returns: nil if nothing is left.
    func laid(
        _ wanted: JSONValue?, over live: JSONValue?, own: OwnMembers, earlier: [JSONValue], at path: JSONPointer,
        losses: inout [JSONPointer]
    ) -> JSONValue? {
        let wanted = wanted.flatMap { $0.isNull ? nil : $0 }
        guard let live, !live.isNull else { return wanted }
        switch (wanted, live) {
        case (.object(let new)?, .object(let old)) where new[Pending.key] == nil:
            return .object(
                members(new, over: old, own: own, earlier: earlier.compactMap(\.object), at: path, losses: &losses))
        case (nil, .object(let old)) where !goesWhole && own != .whole:
            let rest = members(
                [:], over: old, own: own, earlier: earlier.compactMap(\.object), at: path, losses: &losses)
            return rest.contains { saysSomething($0.name, $0.value) } ? .object(rest) : nil
        case (_, .array(let old)) where keyedList != nil && (wanted == nil || wanted?.array != nil):
            let elements = keyedList?.laid(
                wanted?.array ?? [], over: old, earlier: earlier.compactMap(\.array), at: path, losses: &losses)
            return wanted == nil && elements?.isEmpty == true ? nil : elements.map { .array($0) }
        default:
            if wanted?.object == nil, case .object(let old) = live { losses += others(in: old, own, path) }
            return wanted
        }
    }

    /// Returns the value with those members added that it lacks, that the connection does not own, and that the former
    /// value had.
    ///
    /// - Parameters:
    ///   - former: The value to take the missing members from.
    ///   - own: The members of the value that the connection owns.
    func completed(_ value: JSONValue, from former: JSONValue, own: OwnMembers) -> JSONValue {
        switch (value, former) {
        case (.object(var members), .object(let old)):
            for (name, before) in old {
                if let member = members[name] {
                    members[name] = (knownMembers[name] ?? .map).completed(
                        member, from: before, own: own[name] ?? .whole)
                } else if !owns(name, own) {
                    members[name] = before
                }
            }
            return .object(members)
        case (.array(let elements), .array(let old)):
            guard let list = keyedList else { return value }
            // Elements without their former key, such as the address of a re-created object, are matched in order.
            let places = list.places(of: elements, in: old, hasFormer: false, [])
            return .array(
                zip(elements, places).map { value, place in
                    place.map { list.element.completed(value, from: old[$0], own: .setting(value)) } ?? value
                })
        default: return value
        }
    }

    // MARK: Objects

    /// The list whose elements are matched by a key; nil for any other field.
    private var keyedList: KeyedList? {
        guard case .list(let element, let isUnordered) = shape, let key else { return nil }
        return KeyedList(element: element, key: key, isUnordered: isUnordered)
    }

    fileprivate var knownMembers: [String: Field] { if case .object(let fields) = shape { fields } else { [:] } }

    private func owns(_ name: String, _ own: OwnMembers) -> Bool {
        if case .members(let members) = own { return members[name] != nil }
        if case .object(let fields) = shape { return fields[name] != nil }
        return true
    }

    private func members(
        _ new: JSONObject, over old: JSONObject, own: OwnMembers, earlier: [JSONObject], at path: JSONPointer,
        losses: inout [JSONPointer]
    ) -> JSONObject {
        var result = old
        for name in old.names + new.names.filter({ old[$0] == nil }) {
            guard owns(name, own) else {
                // Members that the connection does not own occur only in former values.
                result[name] = old[name] ?? new[name]
                continue
            }
            result[name] = (knownMembers[name] ?? .map).laid(
                new[name], over: old[name], own: own[name] ?? .whole, earlier: earlier.compactMap { $0[name] },
                at: path.appending(name), losses: &losses)
        }
        return result
    }

    private func saysSomething(_ name: String, _ value: JSONValue) -> Bool {
        if let field = knownMembers[name] {
            guard let value = field.comparable(value) else { return false }
            return value != field.defaultValue
        }
        return ![.null, "", [], [:]].contains(value)
    }

    /// Returns the paths of non-empty members that the connection does not own.
    fileprivate func others(in members: JSONObject, _ own: OwnMembers, _ path: JSONPointer) -> [JSONPointer] {
        guard case .members(let tree) = own else { return [] }
        return members.flatMap { name, value -> [JSONPointer] in
            guard saysSomething(name, value) else { return [] }
            guard let own = tree[name] else { return [path.appending(name)] }
            return value.object.map { (knownMembers[name] ?? .map).others(in: $0, own, path.appending(name)) } ?? []
        }
    }
}

/// A list whose elements are objects and are matched by the value of one member.
private struct KeyedList {
    let element: Field
    let key: String
    let isUnordered: Bool

    /// Returns the live list with the wanted elements merged into it, as ``Field/laid(_:over:own:earlier:at:losses:)``.
    func laid(
        _ new: [JSONValue], over old: [JSONValue], earlier: [[JSONValue]], at path: JSONPointer,
        losses: inout [JSONPointer]
    ) -> [JSONValue] {
        var former: [JSONValue: [JSONValue]] = [:]
        for value in earlier.joined() {
            if let id = id(of: value) { former[id, default: []].append(value) }
        }
        let places = places(of: new, in: old, hasFormer: !earlier.isEmpty, Set(former.keys))
        let taken = Set(places.compactMap { $0 })
        var result = old.map { Optional($0) }
        var wanted: [JSONValue] = []
        for place in old.indices where !taken.contains(place) {
            guard let id = id(of: old[place]), let ours = former[id]?.first else { continue }
            result[place] = nil
            guard let members = old[place].object else { continue }
            losses += element.others(in: members, .setting(ours), path.appending(place))
        }
        for (value, place) in zip(new, places) {
            guard let place else {
                wanted.append(value)
                continue
            }
            let ours = id(of: old[place]).flatMap { former[$0] } ?? []
            let own = ours.reduce(OwnMembers.setting(value)) { $0.union(.setting($1)) }
            let laid = element.laid(
                value, over: old[place], own: own, earlier: ours, at: path.appending(place), losses: &losses)
            wanted.append(laid ?? value)
        }
        if taken.count == new.count {
            // Existing elements keep their positions. If the order has meaning, the wanted order applies.
            let slots = isUnordered ? places.compactMap { $0 } : taken.sorted()
            for (value, slot) in zip(wanted, slots) { result[slot] = value }
            return result.compactMap { $0 }
        }
        return wanted + result.indices.filter { !taken.contains($0) }.compactMap { result[$0] }
    }

    /// Returns the index of the live element that each wanted element is merged into: the element with the same key,
    /// else one that the connection set and no longer wants, else one whose key was changed by hand.
    func places(
        of new: [JSONValue], in old: [JSONValue], hasFormer: Bool, _ former: Set<JSONValue>
    ) -> [Int?] {
        let oldIDs = old.map(id)
        // The indices of live elements with the same key, the first one last.
        var byID: [JSONValue: [Int]] = [:]
        for index in old.indices.reversed() {
            if let id = oldIDs[index] { byID[id, default: []].append(index) }
        }
        var places = new.map { value in id(of: value).flatMap { byID[$0]?.popLast() } }
        var taken = Set(places.compactMap { $0 })
        func next(_ line: inout ArraySlice<Int>) -> Int? {
            while let place = line.popFirst() { if taken.insert(place).inserted { return place } }
            return nil
        }
        var all = Array(old.indices)[...]
        var ours = old.indices.filter { oldIDs[$0].map(former.contains) ?? false }[...]
        // The number of the connection's elements that no longer exist under their key.
        var renamed = hasFormer ? former.subtracting(oldIDs.compactMap { $0 }).count : old.count
        for index in new.indices where places[index] == nil {
            places[index] = next(&ours)
            guard places[index] == nil, renamed > 0 else { continue }
            places[index] = next(&all)
            renamed -= 1
        }
        return places
    }

    private func id(of element: JSONValue) -> JSONValue? {
        guard let value = element[key] else { return nil }
        return self.element.knownMembers[key]?.comparable(value) ?? value
    }
}

extension OwnMembers {
    /// Returns the members that a value sets.
    fileprivate static func setting(_ value: JSONValue) -> OwnMembers {
        guard let members = value.object, members[Pending.key] == nil else { return .whole }
        return .members(Dictionary(members.map { ($0.name, .setting($0.value)) }) { first, _ in first })
    }
}
