import ZentrunkJSON

/// How well a live object matches one that was to be created.
enum TwinMatch: Int, Comparable {
    /// It has a different name or number.
    case none
    /// It has the name, but differs otherwise.
    case sameName
    /// It is exactly what was to be created. It may nevertheless be another run's: a concurrent run of the same
    /// connection creates equal objects.
    case equal

    static func < (left: TwinMatch, right: TwinMatch) -> Bool { left.rawValue < right.rawValue }
}

extension ResourceKind {
    /// Returns the objects with the name, sorted by match and with the best match last. Of equal ones, the smallest id
    /// is last, so that every run chooses the same one.
    ///
    /// Each object is read, because a list may return fewer fields.
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
    /// Compares an object with the one that this intent was to create, as far as it can be read.
    func likeness(_ object: LiveObject, _ kind: KindDescription) -> TwinMatch {
        guard kind.name(of: object) == name, kind.number(of: object) == instance.number else { return .none }
        let comparison = Comparison(kind: kind, managed: OwnMembers(fields.names))
        return comparison.changes(from: object.fields, to: fields).isEmpty ? .equal : .sameName
    }

    /// Returns the written fields as they can be read afterwards; null for removed values.
    func seen(_ kind: KindDescription) -> JSONObject {
        let after = fieldsAfter(kind)
        return JSONObject(fields.names.map { ($0, after[$0] ?? .null) })
    }
}
