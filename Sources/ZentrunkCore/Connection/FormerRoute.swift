import ZentrunkJSON

/// The connections that a number's calls went through, by the journal.
package struct FormerRoute: Sendable {
    /// What the journal knows of the account's connections.
    private let records: [ConnectionRecord]
    private let route: KindDescription

    /// - Parameters:
    ///   - records: What the journal knows of the connections of the carrier's account.
    ///   - route: The kind of the carrier's number routes.
    package init(_ records: [ConnectionRecord], route: KindDescription) {
        self.records = records
        self.route = route
    }

    /// Returns the connection that the number's calls go through now.
    ///
    /// - Parameters:
    ///   - number: The number.
    ///   - live: Its route as it is now.
    /// - Throws: ``ZentrunkError`` `invalid` if the journal does not know such a connection.
    package func current(_ number: PhoneNumber, _ live: LiveObject) throws(ZentrunkError) -> ConnectionRecord {
        guard let now = owner(of: live.fields) else {
            throw ZentrunkError(
                .invalid, "\(number) is not routed through a connection that this machine's journal knows",
                at: .carrier, remedies: [.listNumbers])
        }
        return now
    }

    /// Returns the connection through which the number's calls went before they were switched.
    ///
    /// If a way back was interrupted after the route was written, it is the connection that the route leads to.
    ///
    /// - Parameters:
    ///   - number: The number.
    ///   - live: Its route as it is now.
    ///   - writes: The writes of interrupted runs of the connection that it leads to.
    ///   - runs: Interrupted runs of all connections, in the order in which they began. One that was to take the number over
    ///     is named in the error, because its switch is what the user wants to reverse.
    /// - Throws: ``ZentrunkError`` `invalid` if the number is not routed through a connection of the journal, or was not
    ///   routed through another one before.
    package func connection(
        of number: PhoneNumber, _ live: LiveObject, after writes: [PastWrite] = [],
        interrupted runs: [PastRun] = []
    ) throws(ZentrunkError) -> ConnectionRecord {
        let now = try current(number, live)
        let object = RecordedObject(kind: route.name, id: live.id)
        if isOnItsWayBack(object, to: now, writes) { return now }
        let name = "\(now.identity.platform)/\(now.identity.name)"
        guard let former = now.former[object], let before = owner(of: former), before.identity != now.identity else {
            let words = "\(number) was not routed through another connection before \(name)"
            let begun = runs.last {
                $0.operation == .connect && $0.record.identity != now.identity && $0.connection.numbers.contains(number)
            }
            guard let begun else {
                throw ZentrunkError(
                    .invalid, words, at: .carrier,
                    remedies: [.show(.init(now.identity.platform, now.identity.name))])
            }
            let other = "\(begun.record.identity.platform)/\(begun.record.identity.name)"
            throw ZentrunkError(
                .invalid,
                "\(words): run \(begun.id), which was to route it through \(other), did not end and has not changed the route",
                at: .carrier,
                remedies: [.undo(run: begun.id), .command(["zentrunk", "switch", number.e164, "--to", other])])
        }
        return before
    }

    /// Whether an interrupted run took the route from a connection that had taken it from this one.
    private func isOnItsWayBack(_ object: RecordedObject, to now: ConnectionRecord, _ writes: [PastWrite]) -> Bool {
        let move = writes.last { $0.intent.object == object }
        guard let left = move?.intent.before.flatMap(owner(of:)), left.identity != now.identity else { return false }
        return left.former[object].flatMap(owner(of:))?.identity == now.identity
    }

    /// Returns the connection that has the trunk which these members of a route lead to.
    private func owner(of fields: JSONObject) -> ConnectionRecord? {
        let targets = Set(
            route.references.compactMap { field, kind in
                fields[field]?.string.map { RecordedObject(kind: kind, id: $0) }
            })
        return records.first { $0.objects.values.contains(where: targets.contains) }
    }
}
