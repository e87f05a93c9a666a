public import ZentrunkJSON

/// One kind of remote object at the carrier or a platform: how to find, create, read, update and delete it.
///
/// A kind states facts and makes single calls. Order, retries, the journal, unclear outcomes and undo belong to the
/// engine. Every method may throw ``APIError`` and `CancellationError`. A kind never repeats a call that writes.
@_spi(Adapter) public protocol ResourceKind: Sendable {
    /// The kind's name, the rules for its fields, and what identifies an object.
    var description: KindDescription { get }

    /// Returns all live objects that match; lists are read to their end.
    func find(_ query: ResourceQuery) async throws -> [LiveObject]

    /// Returns the object with that id; nil if there is none.
    func read(_ id: String) async throws -> LiveObject?

    /// Creates an object. The result has the id and whatever else the vendor answered; it may lack fields that only a
    /// read returns.
    func create(_ body: JSONObject) async throws -> LiveObject

    /// Changes the given fields and leaves all others unchanged.
    ///
    /// - Parameters:
    ///   - live: The object as it was last read.
    ///   - changes: The fields to send.
    func update(_ live: LiveObject, _ changes: JSONObject) async throws

    /// Deletes the object.
    ///
    /// - Throws: ``APIError`` with `isNotFound` if the object does not exist.
    func delete(_ id: String) async throws

    /// Reports whether an object with this body would conflict with `other`, and how the vendor reacts.
    ///
    /// - Parameters:
    ///   - body: The connection's object as planned: the live fields with the template's merged in. Values not known
    ///     yet, such as ids of objects to be created, are missing.
    ///   - other: An object that ``find(_:)`` returned.
    func conflict(of body: JSONObject, with other: LiveObject) -> Conflict?

    /// The API calls behind these methods, for the documentation; empty if they are not listed.
    var calls: [KindCall] { get }
}

extension ResourceKind {
    /// Reports no conflict: most vendors allow such objects next to each other.
    public func conflict(of body: JSONObject, with other: LiveObject) -> Conflict? { nil }

    /// An empty list.
    public var calls: [KindCall] { [] }
}

/// Two objects that interfere with each other.
@_spi(Adapter) public struct Conflict: Sendable, Hashable {
    /// The calls to the connection's object that fail or reach the other object while both exist.
    public enum Reach: Sendable, Hashable { case noCall, someCalls, everyCall }

    /// What the vendor says or does, and which of the two objects it concerns.
    public var message: String
    /// The calls that are affected.
    public var reach: Reach
    /// Whether the vendor refuses to create or change the connection's object while the other exists.
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
    /// Reports two records of one number at a platform that does not document which of them receives a call.
    ///
    /// - Parameters:
    ///   - body: The connection's record as planned.
    ///   - other: The other record.
    ///   - kind: The kind of both, with the fields that hold number and name.
    ///   - vendor: The platform's name.
    ///   - delete: The command that deletes a record, without its id.
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

/// The facts about a kind.
@_spi(Adapter) public struct KindDescription: Sendable {
    /// How objects of a kind take part in a run.
    public enum Role: Sendable, Hashable {
        /// An object that is created and deleted.
        case object
        /// A number's route. It exists as long as the number and is changed to point elsewhere. Its id is the number's
        /// digits. Only routes move live traffic.
        case route
    }

    /// What distinguishes an object from others of its kind.
    public enum Identity: Sendable, Hashable {
        /// An id that the vendor makes, so that a replacement can be created next to the object that it replaces.
        case madeByVendor
        /// The phone number. The vendor has no second object of a number, so none can be replaced: a plan that would
        /// need that has a collision.
        case number
    }

    /// The name in templates: `zentrunk.trunk`.
    public var name: String
    /// The name in messages: `trunk`.
    public var title: String
    /// The side that keeps the objects.
    public var side: Side
    /// How the objects take part in a run.
    public var role: Role
    /// The field that holds the id.
    public var idField: String
    /// The field that holds the object's name, if the kind has one.
    public var nameField: String?
    /// What distinguishes an object from others of its kind.
    public var identity: Identity
    /// Whether the vendor refuses a second object of the same name, so that a run need not look for one.
    public var hasUniqueNames: Bool
    /// The field that holds the phone number or a list of them, if the kind has one. An empty list means every number.
    public var numberField: String?
    /// The length limit of a name in characters, if it is known.
    public var longestName: Int?
    /// Whether a create accepts every member that a read returns. Otherwise members without a rule are ignored.
    public var takesWhatItShows: Bool
    /// Whether reads return the values of write-only fields, so that an empty one shows that there is none.
    public var showsSecrets = false
    /// The rules of the fields, by name.
    public var fields: [String: Field]
    /// Members that block calls or send them elsewhere.
    public var diversions: [Diversion]

    /// Creates a description; parameters have the meaning of the properties.
    public init(
        _ name: String, title: String, side: Side, role: Role = .object, idField: String, nameField: String? = "name",
        identity: Identity = .madeByVendor, hasUniqueNames: Bool = false, numberField: String? = nil,
        longestName: Int? = nil, takesWhatItShows: Bool = false,
        fields: [String: Field], diversions: [Diversion] = []
    ) {
        self.name = name
        self.title = title
        self.side = side
        self.role = role
        self.idField = idField
        self.nameField = nameField
        self.identity = identity
        self.hasUniqueNames = hasUniqueNames
        self.numberField = numberField
        self.longestName = longestName
        self.takesWhatItShows = takesWhatItShows
        self.fields = fields
        self.diversions = diversions
    }

    /// Whether one object holds several numbers.
    public var sharesNumbers: Bool {
        if let name = numberField, case .list? = fields[name]?.shape { true } else { false }
    }

    /// The fields that reference other kinds, with the names of those kinds.
    package var references: [(field: String, kind: String)] {
        fields.compactMap { name, field in field.refersTo.map { (name, $0) } }.sorted { $0.0 < $1.0 }
    }
}

/// A remote object as it was last read.
@_spi(Adapter) public struct LiveObject: Sendable, Hashable {
    /// The vendor's id.
    public var id: String
    /// The fields that the kind's rules know, without write-only ones.
    public var fields: JSONObject
    /// Why the connection cannot use this object, in the vendor's terms; empty if it can.
    public var objections: [String]
    /// The write-only fields that the vendor showed as empty, by name; always empty for a kind that hides secrets.
    public var emptySecrets: Set<String> = []

    /// Creates an object from its id and fields.
    public init(id: String, fields: JSONObject, objections: [String] = []) {
        self.id = id
        self.fields = fields
        self.objections = objections
    }
}

extension LiveObject {
    /// Returns the ids in a field: several, one or none.
    public func ids(in field: String) -> [String] {
        switch fields[field] {
        case .string(let id)?: [id]
        case .array(let elements)?: elements.compactMap(\.string)
        default: []
        }
    }
}

extension KindDescription {
    /// Returns the object in a vendor's record. Returns nil for a record without an id that is valid in a path: an
    /// empty id or a dot would address the collection.
    public func object(_ record: JSONObject, id knownID: String? = nil) -> LiveObject? {
        guard let id = knownID ?? record[idField]?.string, !["", ".", ".."].contains(id) else { return nil }
        var fields = JSONObject(
            record.compactMap { name, value in
                guard let field = self.fields[name] else { return takesWhatItShows ? (name, value) : nil }
                return field.readable(value).map { (name, $0) }
            })
        fields[idField] = .string(id)
        var object = LiveObject(id: id, fields: fields)
        if showsSecrets {
            object.emptySecrets = Set(self.fields.filter { $1.isWriteOnly && record[$0] == "" }.keys)
        }
        return object
    }

    /// Returns the object's name.
    public func name(of object: LiveObject) -> String? { nameField.flatMap { object.fields[$0]?.string } }

    /// Returns the object's phone number; nil for kinds whose objects share numbers.
    public func number(of object: LiveObject) -> PhoneNumber? { sharesNumbers ? nil : numbers(of: object).first }

    /// Returns the object's phone numbers.
    public func numbers(of object: LiveObject) -> [PhoneNumber] {
        numberField.map(object.ids)?.compactMap { PhoneNumber(vendorSpelling: $0) } ?? []
    }

    /// Whether the object holds one of these numbers, compared by digits.
    func isAbout(_ numbers: Set<PhoneNumber>, _ object: LiveObject) -> Bool {
        guard let field = numberField, !numbers.isEmpty else { return false }
        if sharesNumbers, object.ids(in: field).isEmpty { return true }
        return self.numbers(of: object).contains(where: numbers.contains)
    }
}

/// The objects to look for: those that match at least one of the criteria.
@_spi(Adapter) public struct ResourceQuery: Sendable, Hashable {
    /// Every object of the kind, no matter who created it.
    public static let everything: ResourceQuery = {
        var query = ResourceQuery()
        query.isEverything = true
        return query
    }()

    /// Every object with the name of a connection, no matter which.
    public static let owned: ResourceQuery = {
        var query = ResourceQuery()
        query.isAnyOwner = true
        return query
    }()

    /// Whether all objects match, regardless of the other criteria.
    public private(set) var isEverything = false
    private var isAnyOwner = false
    /// Objects whose name belongs to this connection, with any key.
    public var owner: Owner?
    /// Objects that hold one of these numbers, compared by digits.
    public var numbers: Set<PhoneNumber>
    /// Whether the result may lack objects without any of the numbers, so that the list can be filtered by number.
    public var numbersSuffice = false
    /// Objects that reference another object: the field and the id that it holds.
    public var references: Set<Reference> { didSet { referenceFields = Set(references.map(\.field)) } }
    /// The fields of the references, so that a match costs no more with many of them.
    private var referenceFields: Set<String>

    /// The connection whose names match.
    public struct Owner: Sendable, Hashable {
        /// The connection; nil for all connections of the platform.
        public var connection: ConnectionName?
        /// The platform in the name.
        public var platform: PlatformID
        /// The tag of the carrier's account: names with a different tag do not match. nil matches every tag.
        public var tag: AccountTag?

        /// Creates an owner; a `connection` or `tag` of nil matches all.
        public init(platform: PlatformID, connection: ConnectionName?, tag: AccountTag? = nil) {
            self.platform = platform
            self.connection = connection
            self.tag = tag
        }

        /// Whether a name matches. A name without a tag may belong to any account and always matches.
        public func owns(_ name: OwnedName) -> Bool {
            name.platform == platform && (connection == nil || connection == name.connection)
                && (tag == nil || name.tag == nil || tag == name.tag)
        }
    }

    /// A field and the id that it holds.
    public struct Reference: Sendable, Hashable {
        /// The field's name.
        public var field: String
        /// The id in the field.
        public var id: String

        /// Creates a reference.
        public init(field: String, id: String) {
            self.field = field
            self.id = id
        }
    }

    /// Creates a query for objects that match at least one of the criteria.
    public init(owner: Owner? = nil, numbers: Set<PhoneNumber> = [], references: Set<Reference> = []) {
        self.owner = owner
        self.numbers = numbers
        self.references = references
        referenceFields = Set(references.map(\.field))
    }

    /// Whether the object matches.
    public func matches(_ object: LiveObject, of kind: KindDescription) -> Bool {
        if isEverything { return true }
        if isAnyOwner { return kind.name(of: object).flatMap(OwnedName.init(parsing:)) != nil }
        if let owner, let name = kind.name(of: object).flatMap(OwnedName.init(parsing:)), owner.owns(name) {
            return true
        }
        if kind.isAbout(numbers, object) { return true }
        return referenceFields.contains { field in
            object.ids(in: field).contains { references.contains(Reference(field: field, id: $0)) }
        }
    }
}
