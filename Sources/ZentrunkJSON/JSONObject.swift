/// The members of a JSON object, in the order in which they were written or added.
///
/// Two objects are equal when they have equal members, in whatever order: JSON gives order no meaning, we only keep it
/// for people who read what we print.
public struct JSONObject: Sendable {
    private var order: [String] = []
    private var members: [String: JSONValue] = [:]

    public init() {}

    /// The given members; of two with one name the later value stays, in the place of the first.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (name, value) in members { self[name] = value }
    }

    /// The member's value; setting nil removes it, setting a new name appends it.
    public subscript(_ name: String) -> JSONValue? {
        get { members[name] }
        set {
            let isNew = members[name] == nil
            members[name] = newValue
            switch (isNew, newValue == nil) {
            case (true, false): order.append(name)
            case (false, true): order.removeAll { $0 == name }
            default: break
            }
        }
    }

    /// The names, in order.
    public var names: [String] { order }

    public var count: Int { order.count }
    public var isEmpty: Bool { order.isEmpty }

    /// These members with another object's laid over them.
    public func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for (name, value) in other { merged[name] = value }
        return merged
    }
}

extension JSONObject: Sequence {
    public func makeIterator() -> AnyIterator<(name: String, value: JSONValue)> {
        var names = order.makeIterator()
        return AnyIterator {
            while let name = names.next() {
                if let value = members[name] { return (name, value) }
            }
            return nil
        }
    }
}

extension JSONObject: Hashable {
    public static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }
    public func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}
