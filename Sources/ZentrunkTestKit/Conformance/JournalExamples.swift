import Testing
@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON

// Values for the tests of journals.

extension ConnectionIdentity {
    package static func example(_ name: ConnectionName = .main) -> ConnectionIdentity {
        ConnectionIdentity(carrierAccount: "MAEXAMPLE", platform: "acme", platformAccount: "org \"1\"", name: name)
    }
}

extension Connection {
    package static func example(_ numbers: [String] = ["+14155550101", "+14155550100"], name: ConnectionName = .main)
        throws
        -> Self
    {
        Connection(
            platform: "acme", name: name, numbers: try numbers.map { try PhoneNumber($0) },
            values: [
                "direction": "both", "secure": true, "limit": 3, "rate": 0.1, "nothing": .null,
                "networks": ["192.0.2.0/24", ["é": "\u{1F600}"]],
            ])
    }
}

extension RunRecord {
    package static func example(
        _ id: String = "run-1", _ operation: RunOperation = .connect, of name: ConnectionName = .main,
        _ connection: Connection? = nil
    ) throws -> RunRecord {
        RunRecord(
            id: id, identity: .example(name), operation: operation, connection: try connection ?? .example(name: name))
    }
}

extension WriteIntent {
    /// Returns the intent to create `key`, of kind `acme.key`.
    package static func create(_ sequence: Int, _ key: String) -> WriteIntent {
        WriteIntent(
            sequence: sequence, deed: .make, instance: InstanceID(key), kind: "acme.\(key)", id: nil,
            name: "zc_acme_main_\(key)", fields: ["name": "zc", "z": 1, "a": [1, 2]], former: nil)
    }

    /// Returns the intent to change the route of `number`, whose former target is `application`.
    package static func route(_ sequence: Int, _ number: String, from application: String?) throws -> WriteIntent {
        let number = try PhoneNumber(number)
        return WriteIntent(
            sequence: sequence, deed: .moveRoute, instance: InstanceID("route", number: number), kind: "acme.route",
            id: number.digits, name: nil, fields: ["app_id": "ours"],
            former: application.map { ["app_id": .string($0), "alias": .null] })
    }

    /// Returns the intent to delete an object of kind `acme.key`.
    package static func delete(_ sequence: Int, _ key: String, id: String) -> WriteIntent {
        WriteIntent(
            sequence: sequence, deed: .remove, instance: InstanceID(key), kind: "acme.\(key)", id: id, name: nil,
            fields: [:], former: nil)
    }
}

extension RecordedObject {
    package static func route(_ number: String) -> RecordedObject { RecordedObject(kind: "acme.route", id: number) }
    package static func object(_ key: String, _ id: String) -> RecordedObject {
        RecordedObject(kind: "acme.\(key)", id: id)
    }
}

extension ConnectionRecord {
    package static func example(
        _ name: ConnectionName = .main, objects: [InstanceID: RecordedObject] = [:],
        former: [RecordedObject: JSONObject] = [:]
    ) throws -> ConnectionRecord {
        ConnectionRecord(
            identity: .example(name), connection: try .example(name: name), objects: objects, former: former)
    }
}

/// Returns the error that the body throws; records an issue if there is none or it has another type.
package func failure(_ body: () async throws -> Void) async -> ZentrunkError? {
    do {
        try await body()
        Issue.record("no error was thrown")
        return nil
    } catch let error as ZentrunkError {
        return error
    } catch {
        Issue.record("\(error) is not a ZentrunkError")
        return nil
    }
}
