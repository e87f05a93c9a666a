import Foundation
import Testing
import ZentrunkJSON
import ZentrunkJournal

@testable import ZentrunkCore

/// The two journals. They must only differ in what a crash leaves.
enum Subject: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite

    var testDescription: String { rawValue }

    func with(_ body: (any Journal) async throws -> Void) async throws {
        switch self {
        case .memory: try await body(InMemoryJournal())
        case .sqlite:
            let folder = TemporaryFolder()
            try await body(SQLiteJournal(directory: folder.path))
        }
    }
}

/// A path that does not exist yet. It is removed with its contents.
final class TemporaryFolder {
    let path = NSTemporaryDirectory() + "/zentrunk-journal-" + UUID().uuidString
    var file: String { path + "/zentrunk.sqlite" }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

extension ConnectionIdentity {
    static func example(_ name: ConnectionName = .main) -> ConnectionIdentity {
        ConnectionIdentity(carrierAccount: "MAEXAMPLE", platform: "acme", platformAccount: "org \"1\"", name: name)
    }
}

extension Connection {
    static func example(_ numbers: [String] = ["+14155550101", "+14155550100"], name: ConnectionName = .main) throws
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
    static func example(
        _ id: String = "run-1", _ operation: RunOperation = .connect, of name: ConnectionName = .main,
        _ connection: Connection? = nil
    ) throws -> RunRecord {
        RunRecord(
            id: id, identity: .example(name), operation: operation, connection: try connection ?? .example(name: name))
    }
}

extension WriteIntent {
    /// Returns a create of `key`, of kind `acme.key`.
    static func create(_ sequence: Int, _ key: String) -> WriteIntent {
        WriteIntent(
            sequence: sequence, operation: .create, instance: InstanceID(key), kind: "acme.\(key)", id: nil,
            name: "zc_acme_main_\(key)", fields: ["name": "zc", "z": 1, "a": [1, 2]], former: nil)
    }

    /// Returns a change of the route of `number`, which pointed to `application` before.
    static func route(_ sequence: Int, _ number: String, from application: String?) throws -> WriteIntent {
        let number = try PhoneNumber(number)
        return WriteIntent(
            sequence: sequence, operation: .update, instance: InstanceID("route", number: number), kind: "acme.route",
            id: number.digits, name: nil, fields: ["app_id": "ours"],
            former: application.map { ["app_id": .string($0), "alias": .null] })
    }

    static func delete(_ sequence: Int, _ key: String, id: String) -> WriteIntent {
        WriteIntent(
            sequence: sequence, operation: .delete, instance: InstanceID(key), kind: "acme.\(key)", id: id, name: nil,
            fields: [:], former: nil)
    }
}

extension RecordedObject {
    static func route(_ number: String) -> RecordedObject { RecordedObject(kind: "acme.route", id: number) }
    static func object(_ key: String, _ id: String) -> RecordedObject { RecordedObject(kind: "acme.\(key)", id: id) }
}

extension ConnectionRecord {
    static func example(
        _ name: ConnectionName = .main, objects: [InstanceID: RecordedObject] = [:],
        former: [RecordedObject: JSONObject] = [:]
    ) throws -> ConnectionRecord {
        ConnectionRecord(
            identity: .example(name), connection: try .example(name: name), objects: objects, former: former)
    }
}

/// Returns the error that the body throws.
func failure(_ body: () async throws -> Void) async -> ZentrunkError? {
    do {
        try await body()
        Issue.record("nothing was thrown")
        return nil
    } catch let error as ZentrunkError {
        return error
    } catch {
        Issue.record("\(error) is no ZentrunkError")
        return nil
    }
}
