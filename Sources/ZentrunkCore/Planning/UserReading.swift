/// A reader of the live objects that reference others.
struct UserReading: Sendable {
    private let kinds: [any ResourceKind]

    /// Creates a reader of users of all kinds.
    init(kinds: KindTable) { self.kinds = kinds.all }

    /// Creates a reader of users of one kind.
    init(kinds kind: any ResourceKind) { kinds = [kind] }

    /// Returns the live users of these objects; objects without users are left out.
    func users(of resources: [PlannedResource]) async throws -> [RecordedObject: [LiveState.Found]] {
        try await users(
            of: Set(
                resources.compactMap { resource in resource.id.map { RecordedObject(kind: resource.kind, id: $0) } }))
    }

    /// Returns the live users of these objects; objects without users are left out.
    func users(of objects: Set<RecordedObject>) async throws -> [RecordedObject: [LiveState.Found]] {
        let byKind = Dictionary(grouping: objects, by: \.kind)
        let questions = kinds.compactMap { kind -> (kind: any ResourceKind, query: ResourceQuery)? in
            let references = Set(
                kind.description.references.flatMap { reference in
                    (byKind[reference.kind] ?? []).map { ResourceQuery.Reference(field: reference.field, id: $0.id) }
                })
            return references.isEmpty ? nil : (kind, ResourceQuery(references: references))
        }
        let answers = try await concurrently(questions.indices.map { $0 }) { [questions] index in
            let (kind, query) = questions[index]
            return try await kind.find(query).map { (kind.description, $0) }
        }
        var users: [RecordedObject: [LiveState.Found]] = [:]
        for (kind, object) in answers.joined() {
            for reference in kind.references {
                for id in object.ids(in: reference.field) {
                    let used = RecordedObject(kind: reference.kind, id: id)
                    guard objects.contains(used) else { continue }
                    users[used, default: []].append(LiveState.Found(kind: kind.name, object: object))
                }
            }
        }
        return users
    }
}
