import ZentrunkJSON

/// How much a live object is like one that was to be made.
enum TwinMatch: Int, Comparable {
    /// It carries another name, or is about another number.
    case none
    /// It carries the name and is otherwise than what was to be made.
    case sameName
    /// It is just what was to be made. Somebody else who makes the same connection may have made it all the same: who finds
    /// half of it takes that for its own, and makes the rest just as we would.
    case equal

    static func < (left: TwinMatch, right: TwinMatch) -> Bool { left.rawValue < right.rawValue }
}

extension ResourceKind {
    /// The objects that carry the name, those that are most alike last, of equals the smallest id: whoever else looks takes
    /// the same one.
    ///
    /// Each is read, since a row of a list may show less than the object.
    func alike(
        _ query: ResourceQuery, _ likeness: @Sendable (LiveObject) -> TwinMatch
    ) async throws -> [(object: LiveObject, likeness: TwinMatch)] {
        var found: [(object: LiveObject, likeness: TwinMatch)] = []
        for row in try await find(query) where likeness(row) > .none {
            guard let object = try await read(row.id) else { continue }
            found.append((object, likeness(object)))
        }
        return found.filter { $0.likeness > .none }
            .sorted { ($0.likeness, $1.object.id) < ($1.likeness, $0.object.id) }
    }
}

extension WriteIntent {
    /// How much an object is like the one that this intent was to make, as far as it can be seen.
    func likeness(_ object: LiveObject, _ kind: KindDescription) -> TwinMatch {
        guard kind.name(of: object) == name, kind.number(of: object) == instance.number else { return .none }
        let comparison = Comparison(kind: kind, managed: OwnMembers(fields.names))
        return comparison.changes(from: object.fields, to: fields).isEmpty ? .equal : .sameName
    }

    /// The written fields as they can be read afterwards; null where a value was taken away.
    func seen(_ kind: KindDescription) -> JSONObject {
        let after = fieldsAfter(kind)
        return JSONObject(fields.names.map { ($0, after[$0] ?? .null) })
    }
}
