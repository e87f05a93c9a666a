/// Foreign objects about a connection's numbers: each once, in the order in which they were found.
///
/// An account can hold as many of them as the connection has numbers, so they are looked up and never searched.
struct ForeignObjects: Sendable {
    fileprivate struct Entry {
        var position: Int
        var found: LiveState.Found
    }

    /// The kind and the number of objects that each concern one number.
    struct NumberKey: Hashable {
        var kind: String
        var number: PhoneNumber
    }

    private var entries: [RecordedObject: Entry] = [:]
    private var added = 0

    /// Adds an object, unless it was added before.
    mutating func add(_ found: LiveState.Found) {
        guard entries[found.recorded] == nil else { return }
        entries[found.recorded] = Entry(position: added, found: found)
        added += 1
    }

    mutating func remove(_ object: RecordedObject) { entries[object] = nil }

    /// All objects.
    private var all: [LiveState.Found] { entries.values.sorted { $0.position < $1.position }.map(\.found) }

    /// The objects of each kind.
    var byKind: [String: [LiveObject]] { Dictionary(grouping: all, by: \.kind).mapValues { $0.map(\.object) } }

    /// Returns the objects that each concern one number, by that number.
    func byNumber(_ kinds: KindTable) throws -> [NumberKey: [LiveObject]] {
        var objects: [NumberKey: [LiveObject]] = [:]
        for found in all {
            guard let number = try kinds.kind(found.kind).description.number(of: found.object) else { continue }
            objects[NumberKey(kind: found.kind, number: number), default: []].append(found.object)
        }
        return objects
    }

    /// Returns the objects, prepared to be compared with many instances.
    func candidates(_ kinds: KindTable) throws -> Candidates {
        var candidates = Candidates()
        for (position, found) in all.enumerated() {
            let entry = Entry(position: position, found: found)
            candidates.ofKind[found.kind, default: []].append(entry)
            if let number = try kinds.kind(found.kind).description.number(of: found.object) {
                candidates.ofNumber[NumberKey(kind: found.kind, number: number), default: []].append(entry)
            } else {
                candidates.withoutNumber[found.kind, default: []].append(entry)
            }
        }
        return candidates
    }

    /// Foreign objects that may conflict with instances of their kinds.
    struct Candidates {
        fileprivate var ofKind: [String: [Entry]] = [:]
        fileprivate var ofNumber: [NumberKey: [Entry]] = [:]
        fileprivate var withoutNumber: [String: [Entry]] = [:]

        /// Returns the objects of the instance's kind, without those of one other number: an instance of one number
        /// cannot conflict with them.
        func others(than instance: Blueprint.Instance) -> [LiveState.Found] {
            guard let number = instance.id.number else { return (ofKind[instance.kind] ?? []).map(\.found) }
            let entries =
                (ofNumber[NumberKey(kind: instance.kind, number: number)] ?? [])
                + (withoutNumber[instance.kind] ?? [])
            return entries.sorted { $0.position < $1.position }.map(\.found)
        }
    }
}
