@_spi(Adapter) package import ZentrunkCore

/// The connections that the calls of an account belong to.
///
/// A record names a trunk and numbers, never a connection. A call over a live trunk belongs to the connection after which
/// the trunk is named, and to none if the trunk was made by hand. A call over another trunk, such as one that was deleted,
/// or over none, belongs to the connection that the journal has with the account's number.
package struct CallOwners: Sendable {
    /// A connection of the account.
    package struct Owner: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// The platform.
        package var platform: PlatformID
        /// The connection's name.
        package var name: ConnectionName

        /// Creates an owner.
        package init(platform: PlatformID, name: ConnectionName) {
            self.platform = platform
            self.name = name
        }

        /// The connection as in commands: `vapi/main`.
        package var description: String { "\(platform)/\(name)" }

        /// Orders by the text of the connection.
        package static func < (left: Owner, right: Owner) -> Bool { left.description < right.description }
    }

    /// Owners by trunk; nil for a trunk that was made by hand.
    private var trunks: [Trunk.ID: Owner?] = [:]
    /// Owners by number. A number of several connections says nothing about a call.
    private var numbers: [PhoneNumber: Set<Owner>] = [:]

    /// Creates the owners of an account's calls.
    ///
    /// - Parameters:
    ///   - trunks: All live trunks of the account.
    ///   - connections: The connections of the account that the journal has.
    package init(trunks: [Trunk], connections: [ConnectionRecord]) {
        for record in connections {
            let owner = Owner(platform: record.identity.platform, name: record.identity.name)
            for object in record.objects.values where object.kind == ZentrunkKinds.trunk {
                self.trunks[object.id] = owner
            }
            for number in record.connection.numbers { numbers[number, default: []].insert(owner) }
        }
        for trunk in trunks {
            let name = trunk.name.flatMap(OwnedName.init(parsing:))
            self.trunks[trunk.id] = .some(name.map { Owner(platform: $0.platform, name: $0.connection) })
        }
    }

    /// All connections.
    package var all: Set<Owner> {
        Set(trunks.values.compactMap { $0 }).union(numbers.values.flatMap { $0 })
    }

    /// Returns the connection that a call belongs to; nil if it belongs to none, or to an unknown one.
    package func owner(of record: CallRecord) -> Owner? {
        if let trunk = record.trunkID, let owner = trunks[trunk] { return owner }
        guard let number = record.accountNumber, let owners = numbers[number], owners.count == 1 else { return nil }
        return owners.first
    }
}
