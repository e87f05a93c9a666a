import ZentrunkJSON

/// What was found live of one connection, and of the numbers that it is about.
struct LiveState: Sendable {
    struct Found: Sendable, Hashable {
        var kind: String
        var object: LiveObject
    }

    /// Objects that carry the connection's names.
    var owned: [InstanceID: Found] = [:]
    /// Owned objects beyond the first of an instance.
    var twins: [InstanceID: [Found]] = [:]
    /// Others' objects about the same numbers.
    var foreign: [Found] = []
    /// The numbers that were looked up; nil for those that are not on the account.
    var routes: [PhoneNumber: LiveObject?] = [:]

    /// Whether a route points at an object of the connection.
    func isOurs(_ route: LiveObject, _ kind: KindDescription) -> Bool { target(of: route, kind) != nil }

    /// The instance of this connection that a route points at.
    func target(of route: LiveObject, _ kind: KindDescription) -> InstanceID? {
        kind.references.lazy.compactMap { reference -> InstanceID? in
            guard let id = route.fields[reference.field]?.string else { return nil }
            return owned.first { $0.value.kind == reference.kind && $0.value.object.id == id }?.key
        }.first
    }

    /// The numbers of owned objects.
    func numbers(_ kinds: KindTable) -> [PhoneNumber] {
        let shared = owned.values.flatMap { found in
            (try? kinds.kind(found.kind).description.numbers(of: found.object)) ?? []
        }
        return Set(owned.keys.compactMap(\.number) + shared).sorted()
    }

    mutating func sort(_ object: LiveObject, of kind: KindDescription, for owner: ResourceQuery.Owner) {
        let name = kind.name(of: object).flatMap(OwnedName.init(parsing:))
        guard let name, name.platform == owner.platform, name.connection == owner.connection else {
            if !foreign.contains(where: { $0.kind == kind.name && $0.object.id == object.id }) {
                foreign.append(Found(kind: kind.name, object: object))
            }
            return
        }
        let instance = InstanceID(name.key, number: kind.number(of: object))
        let found = Found(kind: kind.name, object: object)
        guard let known = owned[instance] else { owned[instance] = found; return }
        if known.object.id != object.id, twins[instance]?.contains(found) != true {
            twins[instance, default: []].append(found)
        }
    }
}

/// Reads what is live, everything side by side.
struct LiveReader: Sendable {
    let kinds: KindTable
    let owner: ResourceQuery.Owner
    let events: RunEvents?

    private enum Job: Sendable {
        case route(PhoneNumber)
        case hint(kind: String, instance: InstanceID, id: String)
        case list(kind: String)
    }

    private enum Answer: Sendable {
        case route(PhoneNumber, LiveObject?)
        case hint(kind: String, instance: InstanceID, LiveObject?)
        case list(kind: String, [LiveObject])
    }

    /// - Parameters:
    ///   - wanted: The kind of each instance that the connection shall have.
    ///   - hints: What the journal remembers; each is verified, and a kind with a wrong or missing hint is listed.
    ///   - known: Numbers that the connection has already. Others may be somebody else's, so kinds whose objects share numbers
    ///     are listed for them.
    func read(
        wanted: [InstanceID: String], hints: [InstanceID: RecordedObject], numbers: [PhoneNumber],
        known: [PhoneNumber] = []
    ) async throws -> LiveState {
        var jobs: [Job] = numbers.map { .route($0) }
        let hasNewNumbers = !Set(numbers).isSubset(of: known)
        for kind in kinds.objects.map(\.description) {
            let needed = wanted.filter { $0.value == kind.name }.keys
            let hinted = hints.filter { $0.value.kind == kind.name }
            if hints.isEmpty || needed.contains(where: { hinted[$0] == nil }) || (kind.sharesNumbers && hasNewNumbers) {
                jobs.append(.list(kind: kind.name))
            } else {
                jobs += hinted.sorted { $0.key < $1.key }
                    .map { .hint(kind: kind.name, instance: $0.key, id: $0.value.id) }
            }
        }
        var state = LiveState()
        let answers = try await run(jobs, numbers)
        var wrong: Set<String> = []
        for case .hint(let name, let instance, let object) in answers {
            let kind = try kinds.kind(name).description
            let expected = OwnedName(platform: owner.platform, connection: owner.connection ?? .main, key: instance.key)
            guard let object, kind.name(of: object) == expected.description, kind.number(of: object) == instance.number
            else {
                wrong.insert(name)
                continue
            }
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
        return state
    }

    /// Looks up numbers that were not known before.
    func readRoutes(_ numbers: [PhoneNumber], into state: inout LiveState) async throws {
        let missing = numbers.filter { state.routes[$0] == nil }
        for case .route(let number, let route) in try await run(missing.map { .route($0) }, []) {
            state.routes[number] = .some(route)
        }
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
                case .list(let name):
                    .list(
                        kind: name,
                        try await kinds.kind(name).find(ResourceQuery(owner: owner, numbers: Set(numbers))))
                }
            }
        }
    }
}
