@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// Connections in this machine's journal, next to those that are live.
struct ConnectionList: Sendable {
    /// An account of a platform, whether or not it could be queried.
    struct Place: Sendable {
        var platform: PlatformID
        var account: String
        /// nil when it could not be read.
        var found: [ConnectionSurvey.Owned]?
    }

    struct Row: Sendable {
        var platform: PlatformID
        var name: ConnectionName
        var carrierAccount: String
        /// nil when only the carrier's half is known.
        var platformAccount: String?
        /// The connection as the journal has it.
        var connection: Connection?
        /// The counts of live objects on each side; nil if that side was not looked up.
        var carrierObjects: Int?
        var platformObjects: Int?
    }

    private(set) var rows: [Row] = []

    /// - Parameters:
    ///   - account: The carrier's account whose keys are set.
    ///   - carrier: The live objects of that account; nil when they could not be read.
    ///   - places: The platforms' accounts.
    init(
        _ records: [ConnectionRecord], account: String?, carrier: [ConnectionSurvey.Owned]?, places: [Place],
        _ filter: ConnectionFilter
    ) {
        for record in records {
            let identity = record.identity
            rows.append(
                Row(
                    platform: identity.platform, name: identity.name, carrierAccount: identity.carrierAccount,
                    platformAccount: identity.platformAccount, connection: record.connection))
        }
        if let account {
            // An object with another account's tag belongs to that account, whatever its name.
            let tag = AccountTag(of: account)
            let places = places.map { place in
                var place = place
                place.found = place.found?.filter { $0.name.tag == nil || $0.name.tag == tag }
                return place
            }
            addLive(account, carrier, places)
        }
        rows = rows.filter { filter.matches($0.platform, $0.name) }.sorted { $0.order < $1.order }
    }

    private mutating func addLive(_ account: String, _ carrier: [ConnectionSurvey.Owned]?, _ places: [Place]) {
        let halves = carrier.map(Self.counts)
        for place in places {
            for (name, _) in Self.counts(place.found ?? []) where name.platform == place.platform {
                // Another carrier account's objects at this platform are not a connection of this account.
                let isOthers = rows.contains { $0.carrierAccount != account && $0.isAbout(name, place.account) }
                if isOthers, halves?[name] == nil { continue }
                add(name, account, place.account)
            }
        }
        for name in (halves ?? [:]).keys { add(name, account, nil) }
        for index in rows.indices where rows[index].carrierAccount == account {
            let row = rows[index]
            let name = Name(platform: row.platform, name: row.name)
            rows[index].carrierObjects = halves.map { $0[name] ?? 0 }
            guard let place = places.first(where: { $0.platform == row.platform && row.isAt($0.account) }) else {
                continue
            }
            rows[index].platformObjects = place.found.map { Self.counts($0)[name] ?? 0 }
        }
    }

    private mutating func add(_ name: Name, _ account: String, _ platformAccount: String?) {
        let isKnown = rows.contains {
            $0.carrierAccount == account && $0.platform == name.platform && $0.name == name.name
                && (platformAccount == nil || $0.isAt(platformAccount ?? ""))
        }
        guard !isKnown else { return }
        rows.append(
            Row(
                platform: name.platform, name: name.name, carrierAccount: account, platformAccount: platformAccount))
    }

    // MARK: Grouping

    /// The identity that the objects of a connection share.
    struct Name: Hashable, Sendable {
        var platform: PlatformID
        var name: ConnectionName
    }

    /// The count of objects of each connection. Decides to which connection an object belongs.
    private static func counts(_ objects: [ConnectionSurvey.Owned]) -> [Name: Int] {
        Dictionary(grouping: objects) { Name(platform: $0.name.platform, name: $0.name.connection) }
            .mapValues(\.count)
    }
}

extension ConnectionList.Row {
    fileprivate func isAt(_ account: String) -> Bool { platformAccount == nil || platformAccount == account }

    fileprivate func isAbout(_ name: ConnectionList.Name, _ account: String) -> Bool {
        platform == name.platform && self.name == name.name && platformAccount == account
    }

    fileprivate var order: String { "\(carrierAccount) \(platform)/\(name) \(platformAccount ?? "")" }

    /// The live objects, in words.
    ///
    /// - Parameter title: The platform's name.
    func live(_ title: String) -> String {
        switch (carrierObjects, platformObjects) {
        case (let carrier?, let platform?):
            carrier + platform == 0 ? "no live objects" : (carrier + platform).counted("object")
        case (let carrier?, nil): "\(carrier.counted("object")) at Plivo"
        case (nil, let platform?): "\(platform.counted("object")) at \(title)"
        case (nil, nil): "not looked up"
        }
    }

    var json: JSONValue {
        func count(_ value: Int?) -> JSONValue { value.map { .integer(Int64($0)) } ?? .null }
        let objects = carrierObjects.flatMap { carrier in platformObjects.map { carrier + $0 } }
        return [
            "connection": .string(name.description), "platform": .string(platform.description),
            "carrier_account": .string(carrierAccount),
            "platform_account": platformAccount.map { .string($0) } ?? .null,
            "direction": connection.map { .string($0.direction.rawValue) } ?? .null,
            "numbers": connection.map { .array($0.numbers.map { .string($0.e164) }) } ?? .null,
            "remembered": .bool(connection != nil), "objects": count(objects),
            "carrier_objects": count(carrierObjects), "platform_objects": count(platformObjects),
        ]
    }
}
