/// The members of a JSON object, in the order in which they were written or added.
///
/// Two objects are equal if they have equal members, in any order: order has no meaning in JSON and is kept only for
/// readers. Two names are equal if all their code points are. <https://www.rfc-editor.org/rfc/rfc8259#section-8.3>
public struct JSONObject: Sendable {
    private var order: [Name] = []
    private var members: [Name: JSONValue] = [:]

    /// Creates an object without members.
    public init() {}

    /// Creates an object from members; a duplicate name keeps its first position and its last value.
    public init(_ members: some Sequence<(String, JSONValue)>) {
        for (name, value) in members { self[name] = value }
    }

    /// The member's value; setting nil removes the member, setting a new name appends it.
    ///
    /// Use `.null` to set a member to null: the literal `nil` removes it.
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

    /// The number of members.
    public var count: Int { order.count }

    /// Whether there are no members.
    public var isEmpty: Bool { order.isEmpty }

    /// Returns these members with those of another object merged in: common members keep their positions and take the
    /// other's values.
    public func merging(_ other: JSONObject) -> JSONObject {
        var merged = self
        for (name, value) in other { merged[name] = value }
        return merged
    }
}

extension JSONObject {
    /// A name that is compared by code points. Swift compares text by its appearance, and would lose one of two members
    /// whose names differ only in the encoding of an accent.
    private struct Name: Sendable, Hashable {
        var text: String

        static func == (left: Name, right: Name) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    }
}

extension JSONObject: Sequence {
    /// Returns an iterator over the members, in order.
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
    /// Whether both objects have equal members, in any order.
    public static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }

    /// Hashes the members, regardless of their order.
    public func hash(into hasher: inout Hasher) { hasher.combine(members) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Creates an object from members; a duplicate name keeps its first position and its last value.
    public init(dictionaryLiteral members: (String, JSONValue)...) { self.init(members) }
}
