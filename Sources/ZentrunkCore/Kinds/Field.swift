public import ZentrunkJSON

/// One field of a kind's objects: its shape, and how the vendor treats it.
///
/// Everything that plans, compares, updates and undoes reads these rules; no kind has code of its own for them.
public struct Field: Sendable {
    /// What a value looks like.
    public indirect enum Shape: Sendable {
        case string, boolean, integer
        /// One of these strings.
        case choice([String])
        /// A list; `unordered` when the vendor gives the order no meaning.
        case list(of: Field, unordered: Bool)
        /// An object with these members.
        case object([String: Field])
        /// An object whose members are the user's own, such as header fields; compared whole.
        case map
    }

    /// What it takes to remove a value from a live object. A key that is left out keeps its value, at every vendor here.
    public enum Removal: Sendable {
        /// This value in an update removes what is there.
        case byWriting(JSONValue)
        /// Writing another field's value removes what is there: a trunk's fallback that equals its primary is none.
        case byCopying(String)
        /// The value means nothing while that other field has its default, and goes with it: a username without
        /// authentication.
        case along(with: String)
        /// Nothing is known to remove it: the object is replaced.
        case byReplacing
    }

    /// What a field has to be sent together with.
    public enum SendRule: Sendable, Hashable {
        case none
        /// Every update.
        case always
        /// A change of that field.
        case of(String)
    }

    public var shape: Shape
    /// What the vendor takes a missing value to be; nil when missing is a value of its own.
    public var defaultValue: JSONValue?
    /// Never returned, so never compared; answers that return it all the same are stripped.
    public var isWriteOnly = false
    /// Cannot be changed: a new value means a new object.
    public var isFixed = false
    /// Set by the vendor: references may read it, bodies may not set it.
    public var isReadOnly = false
    /// Which updates carry it, beside those that change it.
    public var company = SendRule.none
    public var removal = Removal.byReplacing
    /// Whether the object's being there says something by itself, so that it goes with every member: a direction of a trunk.
    /// Otherwise only the members that a template sets go, and the object stays as long as it holds others.
    public var goesWhole = false
    /// The member that tells the elements of a list apart; nil for a list that is one value.
    public var key: String?
    /// The kind whose id this field holds; of a list, the kind whose ids its elements are.
    public var refersTo: String?
    /// Brings two spellings of one value to the same.
    public var normalise: @Sendable (JSONValue) -> JSONValue = { $0 }

    public init(_ shape: Shape) { self.shape = shape }

    public static let string = Field(.string)
    public static let boolean = Field(.boolean)
    public static let integer = Field(.integer)
    public static let map = Field(.map)
    public static func choice(_ choices: String...) -> Field { Field(.choice(choices)) }
    public static func list(of element: Field, unordered: Bool = false, key: String? = nil) -> Field {
        Field(.list(of: element, unordered: unordered)).with { $0.key = key }
    }
    public static func object(_ members: [String: Field]) -> Field { Field(.object(members)) }

    public func defaulting(to value: JSONValue) -> Field { with { $0.defaultValue = value } }
    public func writeOnly() -> Field { with { $0.isWriteOnly = true } }
    public func fixed() -> Field { with { $0.isFixed = true } }
    public func readOnly() -> Field { with { $0.isReadOnly = true } }
    public func alwaysSent() -> Field { with { $0.company = .always } }
    public func goingWhole() -> Field { with { $0.goesWhole = true } }
    public func sent(with other: String) -> Field { with { $0.company = .of(other) } }
    public func removed(_ removal: Removal) -> Field { with { $0.removal = removal } }
    public func referring(to kind: String) -> Field { with { $0.refersTo = kind } }
    public func normalised(_ rule: @escaping @Sendable (JSONValue) -> JSONValue) -> Field {
        with { $0.normalise = rule }
    }

    private func with(_ change: (inout Field) -> Void) -> Field {
        var copy = self
        change(&copy)
        return copy
    }
}

extension Field {
    /// Whether the field, or a member of it, is never returned.
    var holdsWriteOnly: Bool {
        if isWriteOnly { return true }
        switch shape {
        case .object(let members): return members.values.contains(where: \.holdsWriteOnly)
        case .list(let element, _): return element.holdsWriteOnly
        default: return false
        }
    }

    /// The value as comparisons see it: defaults filled in, spellings unified, write-only members gone, and lists whose
    /// order means nothing sorted. A missing or null value becomes the default, or nil.
    ///
    /// - Parameter own: The members of an object that are looked at; the others are left out.
    func comparable(_ value: JSONValue?, of own: OwnMembers = .whole) -> JSONValue? {
        guard !isWriteOnly else { return nil }
        guard let value, !value.isNull else { return defaultValue }
        if Pending.after(in: value) != nil, value.object?.names == [Pending.key] { return value }
        switch (shape, value) {
        case (.object(let fields), .object(let members)):
            return .object(
                JSONObject(
                    fields.keys.sorted().compactMap { name in
                        own[name].flatMap { fields[name]?.comparable(members[name], of: $0) }.map { (name, $0) }
                    }))
        case (.map, .object(let members)) where own != .whole:
            return .object(JSONObject(members.filter { own.contains($0.name) }.map { ($0.name, $0.value) }))
        case (.list(let element, let unordered), .array(let elements)):
            let values = elements.compactMap { element.comparable($0) }
            return .array(unordered ? values.sorted { $0.text(.canonical) < $1.text(.canonical) } : values)
        // JSON has one kind of number: 5060.0 is 5060.
        case (.integer, .double(let number)) where number == number.rounded() && abs(number) < 1e15:
            return .integer(Int64(number))
        default: return normalise(value)
        }
    }

    /// The value as an update writes it: members that are live and are wanted no more are named with what removes them, since
    /// whether a vendor merges or replaces an object inside an object is rarely said.
    func written(_ value: JSONValue, over live: JSONValue?) -> JSONValue {
        guard case .object(let fields) = shape, case .object(var members) = value else { return value }
        let old = live?.object ?? [:]
        for (name, field) in fields.sorted(by: { $0.key < $1.key }) {
            if let member = members[name] {
                members[name] = field.written(member, over: old[name])
            } else if let there = field.comparable(old[name]), there != field.defaultValue {
                members[name] = field.removalValue
            }
        }
        return .object(members)
    }

    /// Whether something is known that takes a value away without another object.
    var isClearable: Bool {
        if defaultValue != nil || isReadOnly { return true }
        if case .byReplacing = removal { return false }
        return true
    }

    package var isAlwaysSent: Bool { company == .always }

    /// What is written to make a value go, where that takes no other field.
    var removalValue: JSONValue? {
        if let defaultValue { return defaultValue }
        if case .byWriting(let value) = removal { return value }
        return nil
    }

    /// Where a live value stands beside something that is never returned.
    func secretPlaces(in value: JSONValue?, _ path: JSONPointer) -> [JSONPointer] {
        guard case .object(let fields) = shape, let members = value?.object, !members.isEmpty else { return [] }
        let own = fields.values.contains(where: \.isWriteOnly) ? [path] : []
        return own
            + fields.keys.sorted().flatMap { fields[$0]?.secretPlaces(in: members[$0], path.appending($0)) ?? [] }
    }

    /// What is written to make the value go; nil when nothing is known to.
    ///
    /// - Parameters:
    ///   - target: The object as it shall be, for values that go by being made equal to another.
    ///   - live: The object as it is.
    func removing(target: JSONObject, live: JSONObject) -> JSONValue? {
        if case .byCopying(let other) = removal { return target[other] ?? live[other] }
        return removalValue
    }

    /// The value without anything write-only. Members that the rules do not know stay: where a vendor replaces an object, they
    /// have to be sent again.
    func readable(_ value: JSONValue) -> JSONValue? {
        guard !isWriteOnly else { return nil }
        switch (shape, value) {
        case (.object(let fields), .object(let members)):
            return .object(
                JSONObject(
                    members.compactMap { name, member in
                        guard let field = fields[name] else { return (name, member) }
                        return field.readable(member).map { (name, $0) }
                    }))
        case (.list(let element, _), .array(let elements)): return .array(elements.compactMap(element.readable))
        default: return value
        }
    }
}
