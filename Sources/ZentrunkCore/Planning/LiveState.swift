import ZentrunkJSON

/// The live objects of one connection, and those about its numbers.
struct LiveState: Sendable {
    struct Found: Sendable, Hashable {
        var kind: String
        var object: LiveObject
    }

    /// Objects that belong to the connection.
    var owned: [InstanceID: Found] = [:]
    /// Further owned objects of an instance that already has one.
    var twins: [InstanceID: [Found]] = [:]
    /// Foreign objects about the same numbers.
    var foreign = ForeignObjects()
    /// Platform objects with a name given by version 0.1, which does not identify the carrier account.
    var untagged: [InstanceID: [Found]] = [:]
    /// The routes of the numbers that were looked up; nil for numbers that are not on the account.
    var routes: [PhoneNumber: LiveObject?] = [:]
    /// All numbers of the carrier's account; read only if a requested number is not among them.
    var numbersOfAccount: [PhoneNumber] = []

    /// The instances of the connection, by object.
    var instances: [RecordedObject: InstanceID] {
        Dictionary(owned.map { (RecordedObject(kind: $1.kind, id: $1.object.id), $0) }) { first, _ in first }
    }

    /// Returns the numbers of owned objects.
    func numbers(_ kinds: KindTable) -> [PhoneNumber] {
        let shared = owned.values.flatMap { found in
            (try? kinds.kind(found.kind).description.numbers(of: found.object)) ?? []
        }
        return Set(owned.keys.compactMap(\.number) + shared).sorted()
    }

    /// Returns the number of the connection's objects on one side.
    func count(at side: Side, _ kinds: KindTable) -> Int {
        owned.values.count { (try? kinds.kind($0.kind).description.side) == side }
    }

    /// Adds an object according to its name.
    mutating func sort(_ object: LiveObject, of kind: KindDescription, for owner: ResourceQuery.Owner) {
        let found = Found(kind: kind.name, object: object)
        guard let name = kind.name(of: object).flatMap(OwnedName.init(parsing:)), owner.owns(name) else {
            return foreign.add(found)
        }
        let instance = InstanceID(name.key, number: kind.number(of: object))
        if kind.side == .platform, name.tag == nil {
            if untagged[instance]?.contains(found) != true { untagged[instance, default: []].append(found) }
        } else {
            own(found, as: instance)
        }
    }

    /// Adds an object as the connection's own.
    mutating func own(_ found: Found, as instance: InstanceID) {
        guard let known = owned[instance] else { return owned[instance] = found }
        if known.object.id != found.object.id, twins[instance]?.contains(found) != true {
            twins[instance, default: []].append(found)
        }
    }
}

extension KindDescription {
    /// Whether the platform keeps the objects and they hold numbers, so that foreign ones may take calls of the
    /// connection.
    fileprivate var hasNumbersAtPlatform: Bool { side == .platform && numberField != nil }
}

/// A reader of live objects that sends its requests concurrently.
struct LiveReader: Sendable {
    let kinds: KindTable
    let owner: ResourceQuery.Owner
    let references: LiveReferences
    let events: RunEvents?

    private enum Job: Sendable {
        case route(PhoneNumber)
        case hint(kind: String, instance: InstanceID, id: String)
        case list(kind: String, numbersSuffice: Bool = false)
    }

    private enum Answer: Sendable {
        case route(PhoneNumber, LiveObject?)
        case hint(kind: String, instance: InstanceID, LiveObject?)
        case list(kind: String, [LiveObject])
    }

    /// Reads the connection's live objects.
    ///
    /// - Parameters:
    ///   - wanted: The kind of each instance that the connection is to have.
    ///   - hints: Objects that the journal knows. Each is verified, and a kind with a wrong or missing hint is listed.
    ///   - remembered: Further objects that the journal knows. They are the connection's, whatever their names.
    ///   - numbers: The numbers to look up.
    ///   - known: Numbers that the connection already has. Others may belong to other connections, so kinds whose
    ///     objects share numbers are listed for them.
    ///   - listing: A side whose kinds are listed regardless of hints.
    ///   - looksAside: Whether to list the platform's kinds with numbers regardless of hints, because others may have
    ///     created objects about the same numbers since.
    func read(
        wanted: [InstanceID: String], hints: [InstanceID: RecordedObject],
        remembered: [InstanceID: RecordedObject] = [:], numbers: [PhoneNumber], known: [PhoneNumber] = [],
        listing: Side? = nil, looksAside: Bool = false
    ) async throws -> LiveState {
        var jobs: [Job] = numbers.map { .route($0) }
        let hasNewNumbers = !Set(numbers).isSubset(of: known)
        for kind in kinds.objects.map(\.description) {
            let needed = wanted.filter { $0.value == kind.name }.keys
            let hinted = hints.filter { $0.value.kind == kind.name }
            let isAside = looksAside && kind.hasNumbersAtPlatform && !needed.isEmpty && !numbers.isEmpty
            if hints.isEmpty || kind.side == listing || needed.contains(where: { hinted[$0] == nil })
                || (kind.sharesNumbers && hasNewNumbers)
            {
                jobs.append(.list(kind: kind.name))
            } else if isAside {
                // The known objects hold the numbers, too.
                jobs.append(.list(kind: kind.name, numbersSuffice: true))
            } else {
                jobs += hinted.sorted { $0.key < $1.key }
                    .map { .hint(kind: kind.name, instance: $0.key, id: $0.value.id) }
            }
        }
        var state = LiveState()
        let answers = try await run(jobs, numbers)
        let wrong = try answers.reduce(into: Set<String>()) { wrong, answer in
            guard case .hint(let name, let instance, let object) = answer else { return }
            if try object.map({ try !carriesOwnName($0, name, instance) }) ?? true { wrong.insert(name) }
        }
        let more = try await run(wrong.sorted().map { .list(kind: $0) }, numbers)
        for answer in answers + more {
            switch answer {
            case .route(let number, let route): state.routes[number] = .some(route)
            case .hint(let name, _, let object?) where !wrong.contains(name):
                state.sort(object, of: try kinds.kind(name).description, for: owner)
            case .hint: continue
            case .list(let name, let objects):
                let kind = try kinds.kind(name).description
                for object in objects { state.sort(object, of: kind, for: owner) }
            }
        }
        try await readRoutes(untaggedNumbers(state), into: &state)
        let all = hints.merging(remembered) { hint, _ in hint }
        try state.claimUntagged(remembered: Set(all.values), kinds, references)
        try await keepRenamed(all, answers, &state)
        return state
    }

    /// Looks up numbers that are not known yet.
    ///
    /// - Parameters:
    ///   - numbers: The numbers to look up.
    ///   - aside: Numbers for which foreign objects have not been searched yet.
    func readRoutes(_ numbers: [PhoneNumber], into state: inout LiveState, aside: [PhoneNumber] = []) async throws {
        let missing = numbers.filter { state.routes[$0] == nil }
        let lists = aside.isEmpty ? [] : kinds.objects.map(\.description).filter(\.hasNumbersAtPlatform)
        for answer in try await run(
            missing.map { .route($0) } + lists.map { .list(kind: $0.name, numbersSuffice: true) }, aside)
        {
            switch answer {
            case .route(let number, let route): state.routes[number] = .some(route)
            case .list(let name, let objects):
                let kind = try kinds.kind(name).description
                let known = Set(state.owned.values.filter { $0.kind == name }.map(\.object.id))
                for object in objects where !known.contains(object.id) { state.sort(object, of: kind, for: owner) }
            case .hint: continue
            }
        }
    }

    /// Whether a known object still has the name that it was given, with or without a tag.
    private func carriesOwnName(_ object: LiveObject, _ kindName: String, _ instance: InstanceID) throws -> Bool {
        let kind = try kinds.kind(kindName).description
        guard let name = kind.name(of: object).flatMap(OwnedName.init(parsing:)), owner.owns(name) else { return false }
        return name.key == instance.key && kind.number(of: object) == instance.number
    }

    /// Keeps objects that the journal knows and whose names were changed by hand: they are still the connection's.
    ///
    /// The name of another connection means that the other connection took the object over.
    private func keepRenamed(
        _ hints: [InstanceID: RecordedObject], _ answers: [Answer], _ state: inout LiveState
    ) async throws {
        var answered: [InstanceID: LiveObject?] = [:]
        for case .hint(_, let instance, let object) in answers { answered[instance] = .some(object) }
        let missing = hints.filter { state.owned[$0.key] == nil }.sorted { $0.key < $1.key }
        // Where the kind was listed instead, an object without the name or number is not in the result.
        let found = try await concurrently(missing) { [answered] instance, hint in
            if let known = answered[instance] { return known }
            return try await kinds.kind(hint.kind).read(hint.id)
        }
        for ((instance, hint), object) in zip(missing, found) {
            let kind = try kinds.kind(hint.kind).description
            guard let object, kind.number(of: object) == instance.number,
                kind.name(of: object).flatMap(OwnedName.init(parsing:)) == nil
            else { continue }
            state.owned[instance] = .init(kind: hint.kind, object: object)
            state.foreign.remove(RecordedObject(kind: hint.kind, id: object.id))
        }
    }

    private func untaggedNumbers(_ state: LiveState) throws -> [PhoneNumber] {
        let all = try state.untagged.values.joined().flatMap {
            try kinds.kind($0.kind).description.numbers(of: $0.object)
        }
        return Set(all).sorted()
    }

    private func query(_ numbers: [PhoneNumber], _ numbersSuffice: Bool) -> ResourceQuery {
        var query = ResourceQuery(owner: owner, numbers: Set(numbers))
        query.numbersSuffice = numbersSuffice
        return query
    }

    private func run(_ jobs: [Job], _ numbers: [PhoneNumber]) async throws -> [Answer] {
        let progress = ReadingProgress(total: jobs.count, events: events)
        return try await ReadingProgress.$current.withValue(progress) {
            try await concurrently(jobs) { job in
                defer { progress.advance() }
                return switch job {
                case .route(let number): .route(number, try await kinds.route.read(number.digits))
                case .hint(let kind, let instance, let id):
                    .hint(kind: kind, instance: instance, try await kinds.kind(kind).read(id))
                case .list(let name, let numbersSuffice):
                    .list(
                        kind: name,
                        try await kinds.kind(name).find(query(numbers, numbersSuffice)))
                }
            }
        }
    }
}
