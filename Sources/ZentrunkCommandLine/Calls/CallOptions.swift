import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkJournal
@_spi(Adapter) import ZentrunkPlivo

/// The options that select calls.
struct CallOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only calls of this connection, as in vapi/main, or of all connections to this platform.",
            valueName: "connection"),
        completion: Offer.platforms.completion)
    var connection: String?
    @Option(
        name: [.customShort("n"), .long],
        help: ArgumentHelp("Only calls from or to this number; repeatable.", valueName: "number"),
        completion: Offer.numbers.completion)
    var number: [String] = []
    @Option(
        help: ArgumentHelp(
            "Only calls that ended since then: an age such as 30m, 2h or 7d, or a day or time in UTC (default: 30d; at most 90d).",
            valueName: "time"))
    var since: String?
    @Option(
        help: ArgumentHelp("Only calls that ended before then, or up to the end of that day.", valueName: "time"))
    var until: String?
    @Option(help: "Only inbound or outbound calls.") var direction: CallDirection?
    @Flag(help: "Only calls that were not answered or did not end normally.") var failed = false

    /// The age of the oldest call without `--since`.
    static let defaultAge = "30d"

    /// The period that is searched.
    struct Period: Sendable {
        var start: UTCTime
        var end: UTCTime
    }

    /// Returns the period.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` for a malformed or empty period, and one that begins more than 90 days ago.
    func period(at now: UTCTime) throws(ZentrunkError) -> Period {
        let start = try CallMoment(since ?? Self.defaultAge, of: "--since", at: now).start
        guard let until else { return Period(start: start, end: now) }
        let end = try CallMoment(until, of: "--until", at: now).end
        guard start < end else {
            throw ZentrunkError(.invalid, "--until \(until) is not after --since \(since ?? Self.defaultAge)")
        }
        return Period(start: start, end: min(end, now))
    }

    /// Returns the selection, without the connection.
    ///
    /// - Throws: ``ZentrunkError`` `invalid`.
    func selection(at now: UTCTime) throws(ZentrunkError) -> CallSelection {
        var selection = CallSelection()
        let given = try GivenNumbers(number, files: [])
        selection.numbers = Set(given.numbers)
        selection.isFailedOnly = failed
        selection.filter.direction = direction.map { Trunk.Direction(rawValue: $0.rawValue) }
        if since != nil || until != nil {
            let period = try period(at: now)
            selection.filter.end.atLeast = period.start
            if until != nil { selection.filter.end.below = period.end }
        }
        return selection
    }

    /// The connection to select; nil for all calls.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` for an unknown platform.
    func owner() throws(ZentrunkError) -> ConnectionFilter? {
        try connection.map { (text) throws(ZentrunkError) in try ConnectionFilter(text) }
    }
}

/// A direction of calls.
enum CallDirection: String, Choice { case inbound, outbound }

extension CallOwners {
    /// Reads the owners of the account's calls: the live trunks, and the journal.
    static func read(_ session: Session, _ client: ZentrunkClient) async throws -> CallOwners {
        async let trunks = client.trunks.list()
        let identities = try await session.journal.identities(of: session.carrierAccount)
        let connections = try await session.journal.connections(identities)
        return CallOwners(trunks: try await trunks, connections: connections)
    }

    /// Returns whether a call belongs to a connection.
    ///
    /// - Throws: ``ZentrunkError`` `notFound` if there is no such connection.
    func belonging(to filter: ConnectionFilter, _ text: String) throws(ZentrunkError) -> @Sendable (CallRecord) -> Bool
    {
        guard all.contains(where: { filter.matches($0.platform, $0.name) }) else {
            throw ZentrunkError(
                .notFound, "no connection \(text) was found: neither a trunk nor this machine's journal has its name",
                remedies: [.line("zentrunk list")])
        }
        return { record in owner(of: record).map { filter.matches($0.platform, $0.name) } ?? false }
    }
}
