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

    /// Returns the connection through which the number's calls went before they were switched.
    ///
    /// - Parameters:
    ///   - number: The number.
    ///   - live: Its route as it is now.
    /// - Throws: ``ZentrunkError`` `invalid` if the number is not routed through a connection of the journal, or was not
    ///   routed through another one before.
    package func connection(of number: PhoneNumber, _ live: LiveObject) throws(ZentrunkError) -> ConnectionRecord {
        guard let now = owner(of: live.fields) else {
            throw ZentrunkError(
                .invalid, "\(number) is not routed through a connection that this machine's journal knows",
                at: .carrier, remedies: [.listNumbers])
        }
        let name = "\(now.identity.platform)/\(now.identity.name)"
        guard let former = now.former[RecordedObject(kind: route.name, id: live.id)], let before = owner(of: former),
            before.identity != now.identity
        else {
            throw ZentrunkError(
                .invalid, "\(number) was not routed through another connection before \(name)", at: .carrier,
                remedies: [.show(.init(now.identity.platform, now.identity.name))])
        }
        return before
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
