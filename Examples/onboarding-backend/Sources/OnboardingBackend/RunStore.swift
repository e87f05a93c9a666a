import Foundation
import ZentrunkCore
import ZentrunkJSON

/// An order that was accepted, and what became of it.
struct RunRecordFile: Sendable {
    let id: String
    let customer: String
    let order: Order
    /// The report; nil until the run has ended.
    var report: JSONObject?
}

/// Accepted orders and their reports, a file each: on disk before the customer gets the answer 202, which is a promise
/// that outlives the process.
final class RunStore: Sendable {
    private let accepted: String
    private let ended: String
    private let lock: Int32

    /// Opens the folder for this process alone: two would continue each other's runs.
    ///
    /// - Throws: ``ZentrunkError`` `busy` if another process has it, `journal` if it cannot be used.
    init(in state: String) throws {
        accepted = state + "/accepted"
        ended = state + "/ended"
        do {
            for folder in [accepted, ended] {
                try FileManager.default.createDirectory(
                    atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
            }
        } catch { throw Self.failure(state, error) }
        lock = open(state + "/backend.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw ZentrunkError(.busy, "another backend uses \(state)")
        }
    }

    deinit { close(lock) }

    /// Writes the record; when this returns, it survives a crash of the machine.
    func write(_ record: RunRecordFile) throws {
        let json: JSONObject = [
            "customer": .string(record.customer), "order": .object(record.order.json),
            "report": record.report.map { .object($0) } ?? .null,
        ]
        let folder = record.report == nil ? accepted : ended
        do {
            try Self.write(JSONValue.object(json).bytes(), to: path(record.id, in: folder), in: folder)
            if record.report != nil { try FileManager.default.removeItem(atPath: path(record.id, in: accepted)) }
        } catch { throw Self.failure(folder, error) }
    }

    /// Returns the record; nil if there is none of that id.
    func read(_ id: String) throws -> RunRecordFile? {
        // The id comes from a request's path, and must not lead out of the folder.
        guard id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }) else { return nil }
        let places = [path(id, in: ended), path(id, in: accepted)]
        guard let bytes = places.lazy.compactMap(FileManager.default.contents).first else { return nil }
        do {
            let json = JSONCursor(try JSONValue(parsing: Array(bytes)))
            return RunRecordFile(
                id: id, customer: try json.member("customer").string(),
                order: try Order(try json.member("order").members()),
                report: try json.memberIfPresent("report")?.members())
        } catch { throw Self.failure(id, error) }
    }

    /// Returns the runs that a process left when it died, in the order in which they were accepted.
    func unfinished() throws -> [RunRecordFile] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: accepted)) ?? []
        return try names.filter { $0.hasSuffix(".json") }.sorted().compactMap { try read(String($0.dropLast(5))) }
            .filter { $0.report == nil }
    }

    private func path(_ id: String, in folder: String) -> String { "\(folder)/\(id).json" }

    private static func write(_ bytes: [UInt8], to path: String, in folder: String) throws {
        let new = path + ".new"
        guard FileManager.default.createFile(atPath: new, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw CocoaError(.fileWriteUnknown)
        }
        let file = try FileHandle(forWritingTo: URL(filePath: new))
        try file.write(contentsOf: Data(bytes))
        try file.synchronize()
        try file.close()
        guard rename(new, path) == 0 else { throw CocoaError(.fileWriteUnknown) }
        let entries = try FileHandle(forReadingFrom: URL(filePath: folder))
        try entries.synchronize()
        try entries.close()
    }

    private static func failure(_ what: String, _ error: any Error) -> ZentrunkError {
        ZentrunkError(.journal, "\(what) cannot be used: \(error)", cause: error)
    }
}
