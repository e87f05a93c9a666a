/// The members of a JSON object, in the order in which they were written or added.
///
/// Two objects are equal when they have equal members, in whatever order: JSON gives order no meaning, we only keep it
/// for people who read what we print. Two names are the same when all their code points are.
/// <https://www.rfc-editor.org/rfc/rfc8259#section-8.3>
public struct JSONObject: Sendable {
    private var order: [Name] = []
    private var members: [Name: JSONValue] = [:]

    /// No members.
    public init() {}

    /// The given members; of two with one name the later value stays, in the place of the first.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (name, value) in members { self[name] = value }
    }

    /// The member's value; setting nil removes it, setting a new name appends it.
    ///
    /// A member that is null is set with `.null`: the literal `nil` means none.
    public subscript(_ name: String) -> JSONValue? {
        get { members[Name(text: name)] }
        set {
            let name = Name(text: name)
            let former =
                if let newValue { members.updateValue(newValue, forKey: name) } else {
                    members.removeValue(forKey: name)
                }
            switch (former, newValue) {
            case (nil, .some): order.append(name)
            case (.some, nil): order.removeAll { $0 == name }
            default: break
            }
        }
    }

    /// The names, in order.
    public var names: [String] { order.map(\.text) }

    /// How many members there are.
    public var count: Int { order.count }

    /// Whether there are none.
    public var isEmpty: Bool { order.isEmpty }

    /// These members with another object's laid over them: what both have keeps its place and takes the other's value.
    public func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for (name, value) in other { merged[name] = value }
        return merged
    }
}

extension JSONObject {
    /// A name that is compared by code points. Swift compares text by what it looks like, and would lose one of two
    /// members whose names differ only in how an accent is encoded.
    private struct Name: Sendable, Hashable {
        var text: String

        static func == (left: Name, right: Name) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    }
}

extension JSONObject: Sequence {
    /// The members in order.
    public func makeIterator() -> AnyIterator<(name: String, value: JSONValue)> {
        var names = order.makeIterator()
        return AnyIterator {
            while let name = names.next() {
                if let value = members[name] { return (name.text, value) }
            }
            return nil
        }
    }
}

extension JSONObject: Hashable {
    /// Whether both have equal members, in whatever order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }

    /// Hashes the members without their order.
    public func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// The given members; of two with one name the later value stays, in the place of the first.
    public init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}
