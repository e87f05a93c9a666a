public import ZentrunkJSON

/// One field of a kind's objects: its shape and the vendor's rules for it.
///
/// Planning, comparison, update and undo all read these rules; kinds have no code of their own for them.
@_spi(Adapter) public struct Field: Sendable {
    /// The type of a field's values.
    public indirect enum Shape: Sendable {
        /// A JSON string, boolean or integer.
        case string, boolean, integer
        /// A JSON number with or without a fraction, such as a weight from 0 to 1.
        case number
        /// A string, boolean or number, for vendors that take a word in place of a number.
        case scalar
        /// One of these strings.
        case choice([String])
        /// A list; `unordered` if the vendor gives the order no meaning.
        case list(of: Field, unordered: Bool)
        /// An object with these members.
        case object([String: Field])
        /// An object with user-defined members, such as header fields; compared as a whole.
        case map
    }

    /// How to remove a value from a live object. No supported vendor removes a value because an update omits its key.
    public enum Removal: Sendable {
        /// Writing this value removes the live value.
        case byWriting(JSONValue)
        /// Writing the value of another field removes the live value: a trunk's fallback equal to its primary means no
        /// fallback.
        case byCopying(String)
        /// Ignored by the vendor while the other field has its default, and removed with it: a username without
        /// authentication.
        case along(with: String)
        /// No known way to remove the value: the object has to be replaced.
        case byReplacing
    }

    /// When an update must include the field although its value is unchanged.
    public enum SendRule: Sendable, Hashable {
        /// Only updates that change the field.
        case none
        /// Every update.
        case always
        /// Updates that change the other field.
        case of(String)
    }

    /// The names of a field in an API that calls it differently from operation to operation.
    public struct Names: Sendable, Hashable {
        /// The member of a request that creates an object; nil for the field's name.
        public var create: String?
        /// The member of a request that changes an object; nil for the field's name.
        public var update: String?
        /// The members that lead to the value in a record, outermost first; nil for the field's name.
        public var read: [String]?
    }

    /// The type of the field's values.
    public var shape: Shape
    /// The names of the field in the API. ``RESTResource`` applies them to a kind's own fields, not to members of these;
    /// everything else knows a field by its name in the kind.
    public var names = Names()
    /// The value that the vendor assumes if the field is missing; nil if missing is a value of its own.
    public var defaultValue: JSONValue?
    /// Never returned by the vendor, so never compared. Removed from responses that contain it nevertheless.
    public var isWriteOnly = false
    /// Cannot be changed after creation: a new value requires a new object.
    public var isFixed = false
    /// Set by the vendor: references may read the field, bodies may not set it.
    public var isReadOnly = false
    /// When an update must include the field although its value is unchanged.
    public var company = SendRule.none
    /// How to remove the field's value from a live object.
    public var removal = Removal.byReplacing
    /// Whether the presence of the object has a meaning, such as a direction of a trunk, so that it is removed together
    /// with all its members. Otherwise only members that a template sets are removed, and the object stays while it
    /// holds others.
    public var goesWhole = false
    /// The member that identifies an element of a list; nil for a list that is a single value.
    public var key: String?
    /// The kind whose id the field holds; for a list, the kind whose ids its elements are.
    public var refersTo: String?
    /// Returns the canonical form of a value, so that two spellings compare equal.
    public var normalise: @Sendable (JSONValue) -> JSONValue = { $0 }

    /// Creates a field of the given shape with default rules: readable, changeable, removed by replacing the object.
    public init(_ shape: Shape) { self.shape = shape }

    /// A string field.
    public static let string = Field(.string)
    /// A boolean field.
    public static let boolean = Field(.boolean)
    /// An integer field.
    public static let integer = Field(.integer)
    /// A field for a number with or without a fraction.
    public static let number = Field(.number)
    /// A field for a string, boolean or number.
    public static let scalar = Field(.scalar)
    /// An object with user-defined members.
    public static let map = Field(.map)
    /// A string field that allows only these values.
    public static func choice(_ choices: String...) -> Field { Field(.choice(choices)) }
    /// A list field; `key` is the member that identifies an element.
    public static func list(of element: Field, unordered: Bool = false, key: String? = nil) -> Field {
        Field(.list(of: element, unordered: unordered)).with { $0.key = key }
    }
    /// An object field with these members.
    public static func object(_ members: [String: Field]) -> Field { Field(.object(members)) }

    /// Returns the field with the value that the vendor assumes if the field is missing.
    public func defaulting(to value: JSONValue) -> Field { with { $0.defaultValue = value } }
    /// Returns the field marked as never returned by the vendor.
    ///
    /// Inside an object, such as `{"username": …, "password": …}`, nothing else is needed. Among a kind's own fields, add
    /// ``sent(with:)`` with the field of the username, or ``alwaysSent()``: then an update sends the password when the
    /// username changes, and a plan names a password that is lost.
    public func writeOnly() -> Field { with { $0.isWriteOnly = true } }
    /// Returns the field marked as unchangeable after creation.
    public func fixed() -> Field { with { $0.isFixed = true } }
    /// Returns the field marked as set by the vendor alone.
    public func readOnly() -> Field { with { $0.isReadOnly = true } }
    /// Returns the field marked to be part of every update.
    public func alwaysSent() -> Field { with { $0.company = .always } }
    /// Returns the field marked to be removed together with all its members.
    public func goingWhole() -> Field { with { $0.goesWhole = true } }
    /// Returns the field marked to be part of every update that changes the other field.
    public func sent(with other: String) -> Field { with { $0.company = .of(other) } }
    /// Returns the field with this way of removing its value.
    public func removed(_ removal: Removal) -> Field { with { $0.removal = removal } }
    /// Returns the field with the names that it has in the API where they differ from its name in the kind.
    ///
    /// - Parameters:
    ///   - create: The member of a request that creates an object.
    ///   - update: The member of a request that changes an object.
    ///   - read: The members that lead to the value in a record, outermost first.
    public func named(create: String? = nil, update: String? = nil, read: [String]? = nil) -> Field {
        with { $0.names = Names(create: create, update: update, read: read) }
    }
    /// Returns the field marked as holding ids of that kind's objects.
    public func referring(to kind: String) -> Field { with { $0.refersTo = kind } }
    /// Returns the field with a rule that brings two spellings of one value to the same form.
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
    /// Whether the vendor never returns the field or a member of it.
    var holdsWriteOnly: Bool {
        if isWriteOnly { return true }
        switch shape {
        case .object(let members): return members.values.contains(where: \.holdsWriteOnly)
        case .list(let element, _): return element.holdsWriteOnly
        default: return false
        }
    }

    /// Returns the value in the form that comparisons use: defaults filled in, spellings normalised, write-only members
    /// removed, unordered lists sorted. A missing or null value becomes the default, or nil.
    ///
    /// - Parameter own: The members of an object to compare; others are left out.
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
            return .array(unordered ? values.sorted(byKey: { $0.text(.canonical) }) : values)
        // JSON has one number type: 5060.0 equals 5060.
        case (.integer, .double(let number)), (.number, .double(let number)),
            (.scalar, .double(let number))
        where number == number.rounded() && abs(number) < 1e15:
            return .integer(Int64(number))
        default: return normalise(value)
        }
    }

    /// Returns the value as an update sends it. Live members that the template no longer sets are set to the value that
    /// removes them, because vendors rarely document whether they merge or replace nested objects.
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

    /// Whether the value can be removed without replacing the object.
    var isClearable: Bool {
        if defaultValue != nil || isReadOnly { return true }
        if case .byReplacing = removal { return false }
        return true
    }

    package var isAlwaysSent: Bool { company == .always }

    /// The value that removes the live value, where that does not depend on another field.
    var removalValue: JSONValue? {
        if let defaultValue { return defaultValue }
        if case .byWriting(let value) = removal { return value }
        return nil
    }

    /// Returns the value that removes the live value; nil if none is known.
    ///
    /// - Parameters:
    ///   - target: The object as planned, for values that are removed by copying another field.
    ///   - live: The object as it is.
    func removing(target: JSONObject, live: JSONObject) -> JSONValue? {
        if case .byCopying(let other) = removal { return target[other] ?? live[other] }
        return removalValue
    }

    /// Returns the value without write-only members. Members unknown to the rules stay: a vendor that replaces an
    /// object needs them sent again.
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

extension Array {
    /// Returns the elements sorted by a key, which is made once for each of them.
    func sorted(byKey key: (Element) -> some Comparable) -> [Element] {
        guard count > 1 else { return self }
        return map { (key: key($0), element: $0) }.sorted { $0.key < $1.key }.map(\.element)
    }
}
