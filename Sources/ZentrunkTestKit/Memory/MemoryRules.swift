@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// What a ``MemoryVendor`` does with the objects of one kind, beyond what the kind's description says.
@_spi(Adapter) public struct MemoryRules: Sendable {
    /// What becomes of the objects that point at a deleted one.
    public enum Removal: Sendable, Hashable {
        /// They keep a reference to nothing.
        case leavesUsers
        /// The vendor refuses to delete an object that is used.
        case isRefused
        /// They are deleted as well.
        case takesUsers
        /// They lose the reference.
        case detachesUsers
    }

    /// Name, fields and identifying members of the kind.
    public var description: KindDescription
    /// What becomes of the objects that point at a deleted one.
    public var removal: Removal
    /// Whether a write that refers to a missing object is refused.
    public var checksReferences: Bool
    /// Whether a create answers the id alone.
    public var answersIDOnly: Bool
    /// The members that the vendor adds to a new object, from its id.
    public var added: @Sendable (_ id: String) -> JSONObject

    /// - Parameters:
    ///   - description: Name, fields and identifying members of the kind.
    ///   - removal: What becomes of the objects that point at a deleted one.
    ///   - checksReferences: Whether a write that refers to a missing object is refused.
    ///   - answersIDOnly: Whether a create answers the id alone.
    ///   - added: The members that the vendor adds to a new object, from its id.
    public init(
        _ description: KindDescription, removal: Removal = .leavesUsers, checksReferences: Bool = true,
        answersIDOnly: Bool = false, added: @escaping @Sendable (_ id: String) -> JSONObject = { _ in [:] }
    ) {
        self.description = description
        self.removal = removal
        self.checksReferences = checksReferences
        self.answersIDOnly = answersIDOnly
        self.added = added
    }
}

/// The objects of a ``MemoryVendor``, and what each call does to them.
struct MemoryStore {
    private(set) var objects: [String: [String: JSONObject]] = [:]
    private var lastNumbers: [String: Int] = [:]
    private let rules: [String: MemoryRules]

    init(_ rules: [MemoryRules]) {
        self.rules = Dictionary(rules.map { ($0.description.name, $0) }) { first, _ in first }
    }

    // MARK: Objects

    /// Adds an object under its id, or under the next free one.
    mutating func insert(_ kind: String, _ fields: JSONObject, id: String?) -> String {
        let id = id ?? number(in: fields, rules[kind]) ?? nextID(kind)
        var record = JSONObject(fields.filter { !$0.value.isNull }.map { ($0.name, $0.value) })
        if let rule = rules[kind] {
            record = rule.added(id).merging(record)
            record[rule.description.idField] = .string(id)
        }
        objects[kind, default: [:]][id] = record
        return id
    }

    /// The id of an object whose number is its id.
    private func number(in fields: JSONObject, _ rule: MemoryRules?) -> String? {
        guard let kind = rule?.description, kind.identity == .number else { return nil }
        return kind.numberField.flatMap { fields[$0]?.string }
    }

    /// Lays fields over an object; null removes a member.
    mutating func change(_ kind: String, _ id: String, _ fields: JSONObject) {
        guard var record = objects[kind]?[id] else { return }
        for (name, value) in fields { record[name] = value.isNull ? .none : value }
        objects[kind]?[id] = record
    }

    mutating func remove(_ kind: String, _ id: String) { objects[kind]?[id] = nil }

    /// `trunk-0001` for the first object of `carrier.trunk`: ids sort by age, and none is part of another.
    private mutating func nextID(_ kind: String) -> String {
        lastNumbers[kind, default: 0] += 1
        let digits = String(lastNumbers[kind] ?? 0)
        let word = kind.split(separator: ".").last.map(String.init) ?? kind
        return "\(word)-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    // MARK: Calls

    mutating func perform(_ call: MemoryCall) -> MemoryAnswer {
        guard let rule = rules[call.kind] else { return MemoryFailure.noSuchRoute }
        let kind = rule.description
        let shown = { (record: JSONObject) in kind.object(record)?.fields ?? record }
        switch call.operation {
        case .list:
            let all = (objects[call.kind] ?? [:]).sorted { $0.key < $1.key }
            return MemoryAnswer(200, .array(all.map { .object(shown($0.value)) }))
        case .read:
            guard let record = objects[call.kind]?[call.id ?? ""] else { return .missing }
            return MemoryAnswer(200, .object(shown(record)))
        case .create:
            if kind.role == .route { return refusal("a route is not made") }
            if let answer = objection(to: call, rule, nil) { return answer }
            let id = insert(call.kind, call.fields, id: nil)
            let answer: JSONObject = [kind.idField: .string(id)]
            return MemoryAnswer(201, .object(rule.answersIDOnly ? answer : shown(objects[call.kind]?[id] ?? answer)))
        case .update:
            guard let id = call.id, let record = objects[call.kind]?[id] else { return .missing }
            if let answer = objection(to: call, rule, record) { return answer }
            change(call.kind, id, call.fields)
            return MemoryAnswer(200, .object(shown(objects[call.kind]?[id] ?? record)))
        case .delete:
            if kind.role == .route { return refusal("a route is not deleted") }
            guard let id = call.id, objects[call.kind]?[id] != nil else { return .missing }
            return delete(id, rule)
        }
    }

    private mutating func delete(_ id: String, _ rule: MemoryRules) -> MemoryAnswer {
        let users = users(of: RecordedObject(kind: rule.description.name, id: id))
        switch rule.removal {
        case .leavesUsers: break
        case .isRefused where !users.isEmpty: return refusal("it is in use", status: 409)
        case .isRefused: break
        case .takesUsers: for (user, _) in users { remove(user.kind, user.id) }
        case .detachesUsers: for (user, field) in users { objects[user.kind]?[user.id]?[field] = .none }
        }
        remove(rule.description.name, id)
        return MemoryAnswer(200, [:])
    }

    /// The objects that point at this one, and the field of each.
    private func users(of object: RecordedObject) -> [(RecordedObject, field: String)] {
        rules.values.flatMap { rule in
            rule.description.pointers.filter { $0.kind == object.kind }.flatMap { field, _ in
                (objects[rule.description.name] ?? [:])
                    .filter { LiveObject(id: $0.key, fields: $0.value).ids(in: field).contains(object.id) }
                    .map { (RecordedObject(kind: rule.description.name, id: $0.key), field) }
            }
        }
    }

    /// Why the vendor does not take a write.
    ///
    /// - Parameter live: The object that would be changed; nil for a create.
    private func objection(to call: MemoryCall, _ rule: MemoryRules, _ live: JSONObject?) -> MemoryAnswer? {
        let kind = rule.description
        for (name, value) in call.fields {
            guard let field = kind.fields[name] else { return refusal("\(name) is not known") }
            if field.isReadOnly { return refusal("\(name) cannot be set") }
            if let live, field.isFixed, live[name] != value { return refusal("\(name) cannot be changed") }
        }
        if live != nil {
            for (name, field) in kind.fields.sorted(by: { $0.key < $1.key })
            where field.company == .always && call.fields[name] == nil && live?[name] != nil {
                return refusal("an update needs \(name)")
            }
        }
        if kind.hasUniqueNames, let nameField = kind.nameField, let name = call.fields[nameField],
            (objects[kind.name] ?? [:]).contains(where: { $0.key != call.id && $0.value[nameField] == name })
        {
            return refusal("the name is taken", status: 409)
        }
        if live == nil, let id = number(in: call.fields, rule), objects[kind.name]?[id] != nil {
            return refusal("the number is taken", status: 409)
        }
        guard rule.checksReferences else { return nil }
        for (field, target) in kind.pointers {
            for id in LiveObject(id: "", fields: call.fields).ids(in: field) where objects[target]?[id] == nil {
                return refusal("\(field) refers to nothing: \(id)")
            }
        }
        return nil
    }

    private func refusal(_ reason: String, status: Int = 400) -> MemoryAnswer {
        MemoryAnswer(status, ["error": .string(reason)])
    }
}

extension MemoryFailure {
    /// The answer to a path that the vendor does not know.
    static let noSuchRoute = MemoryAnswer(404, ["error": "no such route"])
}

extension KindDescription {
    /// The fields that hold ids of other objects, and the kind of those.
    fileprivate var pointers: [(field: String, kind: String)] {
        fields.compactMap { name, field in field.refersTo.map { (name, $0) } }.sorted { $0.0 < $1.0 }
    }
}
