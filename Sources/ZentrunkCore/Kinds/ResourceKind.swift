public import ZentrunkJSON

/// One kind of remote object, at the carrier or at a platform: how it is found, made, read, changed and removed.
///
/// A kind states facts and does single calls. Order, retries, the journal, what an unclear answer means, and undo belong to
/// the engine. Every method may throw ``APIError`` and `CancellationError`; calls that change something are never repeated
/// by the kind itself.
public protocol ResourceKind: Sendable {
    /// Name, rules per field, and what identifies an object.
    var description: KindDescription { get }

    /// All live objects that match, lists read to their end.
    func find(_ query: ResourceQuery) async throws -> [LiveObject]

    /// The object with that id, or nil when there is none.
    func read(_ id: String) async throws -> LiveObject?

    /// Makes an object. What is returned holds the id and whatever else the vendor answered; it may lack fields that only a
    /// read returns.
    func create(_ body: JSONObject) async throws -> LiveObject

    /// Changes the given fields and leaves all others as they are.
    ///
    /// - Parameter live: The object as it was last read.
    func update(_ live: LiveObject, _ changes: JSONObject) async throws

    /// Removes the object. When there is none any more it throws an ``APIError`` that `isNotFound`.
    func delete(_ id: String) async throws

    /// What the vendor makes of an object of ours beside another one.
    ///
    /// - Parameters:
    ///   - body: Ours as it shall be: the live fields with the described ones over them. What is not known yet, such as ids
    ///     of objects that are still to be made, is missing.
    ///   - other: One that ``find(_:)`` gave.
    func conflict(of body: JSONObject, with other: LiveObject) -> Conflict?

    /// The calls behind these methods, for documentation; empty when nobody wrote them down.
    var calls: [KindCall] { get }
}

extension ResourceKind {
    /// None: most vendors let objects stand side by side.
    public func conflict(of body: JSONObject, with other: LiveObject) -> Conflict? { nil }

    public var calls: [KindCall] { [] }
}

/// Two objects that get in each other's way.
public struct Conflict: Sendable, Hashable {
    /// Which calls to our object fail, or go to the other one, while both are there.
    public enum Reach: Sendable, Hashable { case noCall, someCalls, everyCall }

    /// What the vendor says or does, and which of the two it is about.
    public var message: String
    public var reach: Reach
    /// Whether the vendor refuses to make or change ours while the other one is there.
    public var isRefusal: Bool
    /// What ends it.
    public var remedy: Remedy?

    public init(_ message: String, reach: Reach, isRefusal: Bool = false, remedy: Remedy? = nil) {
        self.message = message
        self.reach = reach
        self.isRefusal = isRefusal
        self.remedy = remedy
    }
}

extension Conflict {
    /// Two records of one number, at a platform that does not say which of them a call gets.
    ///
    /// - Parameters:
    ///   - kind: Of both, with the fields that hold number and name.
    ///   - vendor: The platform's name.
    ///   - delete: The words of the command that deletes a record, up to its id.
    public static func secondRecord(
        of body: JSONObject, _ other: LiveObject, _ kind: KindDescription, at vendor: String, delete: [String]
    ) -> Conflict? {
        guard let number = kind.number(of: LiveObject(id: "", fields: body)), kind.number(of: other) == number else {
            return nil
        }
        let name = kind.name(of: other) ?? ""
        return Conflict(
            "\(number) has a second record at \(vendor), \(kind.title) \(other.id) (\"\(name)\"): that record may take its calls",
            reach: .someCalls,
            remedy: OwnedName(parsing: name)?.disconnecting([number.e164]) ?? .command(delete + [other.id]))
    }
}

/// What a kind is.
public struct KindDescription: Sendable {
    /// How a kind takes part in a run.
    public enum Role: Sendable, Hashable {
        /// An object that is made and removed.
        case object
        /// A number's route: it exists as long as the number does and is changed to point elsewhere. Its id is the number's
        /// digits, and it is the one thing that moves live traffic.
        case route
    }

    /// `zentrunk.trunk`: what templates call it.
    public var name: String
    /// `trunk`: what people call it.
    public var title: String
    public var side: Side
    public var role: Role
    /// The field that holds the id.
    public var idField: String
    /// The field that holds the name we give, if the kind has one.
    public var nameField: String?
    /// Whether the vendor refuses a second object of the same name, so that nobody has to look for one.
    public var hasUniqueNames: Bool
    /// The field that holds the phone number, or a list of them, if the kind has one. An empty list means every number.
    public var numberField: String?
    /// The longest name the vendor takes, if it is known.
    public var longestName: Int?
    /// Whether a create takes every member that a read shows; otherwise members that the rules do not know are not looked at.
    public var takesWhatItShows: Bool
    public var fields: [String: Field]
    /// Members that stop calls or lead them elsewhere.
    public var diversions: [Diversion]

    public init(
        _ name: String, title: String, side: Side, role: Role = .object, idField: String, nameField: String? = "name",
        hasUniqueNames: Bool = false, numberField: String? = nil, longestName: Int? = nil,
        takesWhatItShows: Bool = false,
        fields: [String: Field], diversions: [Diversion] = []
    ) {
        self.name = name
        self.title = title
        self.side = side
        self.role = role
        self.idField = idField
        self.nameField = nameField
        self.hasUniqueNames = hasUniqueNames
        self.numberField = numberField
        self.longestName = longestName
        self.takesWhatItShows = takesWhatItShows
        self.fields = fields
        self.diversions = diversions
    }

    /// Whether one object is about several numbers.
    public var sharesNumbers: Bool {
        if let name = numberField, case .list? = fields[name]?.shape { true } else { false }
    }

    /// The names of the kinds that objects of this kind point at.
    var references: [(field: String, kind: String)] {
        fields.compactMap { name, field in field.refersTo.map { (name, $0) } }.sorted { $0.0 < $1.0 }
    }
}

/// A remote object as it was read.
public struct LiveObject: Sendable, Hashable {
    public var id: String
    /// The fields that the kind's rules know, nothing write-only among them.
    public var fields: JSONObject
    /// Why this object cannot serve the connection, in the vendor's terms; empty when it can.
    public var objections: [String]

    public init(id: String, fields: JSONObject, objections: [String] = []) {
        self.id = id
        self.fields = fields
        self.objections = objections
    }
}

extension LiveObject {
    /// The ids that a field holds: one, several, or none.
    public func ids(in field: String) -> [String] {
        switch fields[field] {
        case .string(let id)?: [id]
        case .array(let elements)?: elements.compactMap(\.string)
        default: []
        }
    }
}

extension KindDescription {
    /// The object in a vendor's record, or nil when the record has no id that can stand in a path: an empty one or a dot
    /// would lead to all objects of the kind.
    public func object(_ record: JSONObject, id knownID: String? = nil) -> LiveObject? {
        guard let id = knownID ?? record[idField]?.string, !["", ".", ".."].contains(id) else { return nil }
        var fields = JSONObject(
            record.compactMap { name, value in
                guard let field = self.fields[name] else { return takesWhatItShows ? (name, value) : nil }
                return field.readable(value).map { (name, $0) }
            })
        fields[idField] = .string(id)
        return LiveObject(id: id, fields: fields)
    }

    /// The name that the object carries.
    public func name(of object: LiveObject) -> String? { nameField.flatMap { object.fields[$0]?.string } }

    /// The phone number that the object alone is about; nil for kinds whose objects share numbers.
    public func number(of object: LiveObject) -> PhoneNumber? { sharesNumbers ? nil : numbers(of: object).first }

    /// The phone numbers that the object is about.
    public func numbers(of object: LiveObject) -> [PhoneNumber] {
        numberField.map(object.ids)?.compactMap { PhoneNumber(vendorSpelling: $0) } ?? []
    }

    /// Whether the object is about one of these numbers, compared by digits.
    func isAbout(_ numbers: Set<PhoneNumber>, _ object: LiveObject) -> Bool {
        guard let field = numberField, !numbers.isEmpty else { return false }
        if sharesNumbers, object.ids(in: field).isEmpty { return true }
        return self.numbers(of: object).contains(where: numbers.contains)
    }
}

/// Which objects are asked for; an object matches when any of the three does.
public struct ResourceQuery: Sendable, Hashable {
    /// Every object of the kind, whoever made it.
    public static let everything: ResourceQuery = {
        var query = ResourceQuery()
        query.isEverything = true
        return query
    }()

    /// Every object that carries a connection's name, whichever connection it is.
    public static let owned: ResourceQuery = {
        var query = ResourceQuery()
        query.isAnyOwner = true
        return query
    }()

    /// Whether all objects match, whatever else is asked for.
    public private(set) var isEverything = false
    private var isAnyOwner = false
    /// Objects whose name belongs to this connection, whatever the key.
    public var owner: Owner?
    /// Objects that are about one of these numbers, compared by digits.
    public var numbers: Set<PhoneNumber>
    /// Whether objects that are about none of the numbers may be missing in the answer, so that a list can be asked for the numbers
    /// alone.
    public var numbersSuffice = false
    /// Objects that point at another: whose field holds that id.
    public var references: Set<Reference>

    /// Whose names are asked for.
    public struct Owner: Sendable, Hashable {
        /// nil: of any connection.
        public var connection: ConnectionName?
        public var platform: PlatformID
        /// Names with another tag than this belong to another account of the carrier; nil asks for all of them.
        public var tag: AccountTag?

        public init(platform: PlatformID, connection: ConnectionName?, tag: AccountTag? = nil) {
            self.platform = platform
            self.connection = connection
            self.tag = tag
        }

        /// Whether a name is one of these; a name without a tag may be anybody's and is one of them.
        public func owns(_ name: OwnedName) -> Bool {
            name.platform == platform && (connection == nil || connection == name.connection)
                && (tag == nil || name.tag == nil || tag == name.tag)
        }
    }

    public struct Reference: Sendable, Hashable {
        public var field: String
        public var id: String

        public init(field: String, id: String) {
            self.field = field
            self.id = id
        }
    }

    public init(owner: Owner? = nil, numbers: Set<PhoneNumber> = [], references: Set<Reference> = []) {
        self.owner = owner
        self.numbers = numbers
        self.references = references
    }

    /// Whether the object is asked for.
    public func matches(_ object: LiveObject, of kind: KindDescription) -> Bool {
        if isEverything { return true }
        if isAnyOwner { return kind.name(of: object).flatMap(OwnedName.init(parsing:)) != nil }
        if let owner, let name = kind.name(of: object).flatMap(OwnedName.init(parsing:)), owner.owns(name) {
            return true
        }
        if kind.isAbout(numbers, object) { return true }
        return references.contains { object.ids(in: $0.field).contains($0.id) }
    }
}
