import ZentrunkJSON

/// The reading of evidence about a connection's halves: that they belong together, and what other machines added.
struct HalvesReading {
    let kinds: KindTable
    let template: Template
    let platform: PlatformDescription
    let journal: any Journal
    let reader: LiveReader

    private static let fewNumbers = 20

    /// Checks that the platform's key belongs to the account with the connection's objects.
    ///
    /// - Throws: ``ZentrunkError`` `oneSided`.
    func check(_ state: inout LiveState, _ record: ConnectionRecord?, _ runs: [PastRun]) async throws {
        guard state.count(at: .carrier, kinds) > 0 else { return }
        let check = SideCheck(
            kinds: kinds, platform: platform, record: record,
            unfinished: try await UnfinishedWrites(of: runs, in: journal), template: template,
            references: reader.references)
        do { try check.check(state) } catch {
            // The route of a number may still prove that both halves belong together.
            let open = state.numbers(kinds).filter { state.routes[$0] == nil }.prefix(Self.fewNumbers)
            guard !open.isEmpty else { throw error }
            try await reader.readRoutes(Array(open), into: &state)
            try check.check(state)
        }
    }

    /// Returns numbers that another machine added to the connection: its objects hold them, and they are routed to its
    /// trunks; nil if its objects hold no further numbers.
    func numbersOfOthers(_ connection: Connection, _ state: inout LiveState) async throws -> [PhoneNumber]? {
        let known = Set(connection.numbers)
        let more = state.numbers(kinds).filter { !known.contains($0) }
        guard !more.isEmpty else { return nil }
        try await reader.readRoutes(more, into: &state)
        let own = state.instances
        let route = kinds.route.description
        let isRouted = template.resources.contains { $0.kind == route.name } && connection.direction != .outbound
        return more.filter { number in
            guard let live = state.routes[number] ?? nil else { return false }
            return !isRouted
                || route.references.contains { field, target in
                    live.fields[field]?.string.map { own[RecordedObject(kind: target, id: $0)] != nil } ?? false
                }
        }
    }
}
