import Foundation
import Synchronization
import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

/// Searches for keys and passwords in places where they must not be.
struct Canary {
    /// All keys of the sandbox's accounts, including the encoded form of Plivo's, and all passwords of the requests so
    /// far.
    let secrets: [String]

    init(_ sandbox: Sandbox, _ pairing: Pairing) {
        secrets =
            Self.keys(sandbox, pairing)
            + Set(sandbox.requests.flatMap { $0.isWrite ? Self.passwords(in: $0.document ?? .null) : [] })
    }

    /// Returns the secrets in a text, masked.
    func found(in text: String) -> [String] {
        secrets.filter { text.contains($0) }.map { "a secret of \($0.count) characters, \($0.prefix(3))…" }
    }

    /// Returns the files below a folder that contain a secret.
    func found(inFolder folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
            let bytes = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
            return secrets.contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }

    /// Returns the keys, including the encoded form of Plivo's.
    static func keys(_ sandbox: Sandbox, _ pairing: Pairing) -> [String] {
        let variables = pairing.adapter.platform.settings.filter(\.isSecret).map(\.variable) + ["PLIVO_AUTH_TOKEN"]
        let basic = Data("\(PlivoService.authID):\(PlivoService.authToken)".utf8).base64EncodedString()
        return variables.compactMap { sandbox.environment[$0] } + [basic]
    }

    /// Returns the values of all members named like a password.
    static func passwords(in value: JSONValue) -> [String] {
        switch value {
        case .array(let elements): elements.flatMap(passwords)
        case .object(let members):
            members.flatMap { name, member in
                name.lowercased().contains("password")
                    ? [member.string].compactMap { $0 }.filter { !$0.isEmpty } : passwords(in: member)
            }
        default: []
        }
    }
}

/// The events of a run as text.
final class Listening: Sendable {
    let events = RunEvents()
    private let reading: Task<String, Never>

    init() {
        let events = events
        reading = Task { await events.reduce(into: "") { $0 += "\($1.json.text())\n" } }
    }

    /// Returns the events and the report as text.
    func text(_ report: Report) async -> String {
        let error = report.error
        return await reading.value
            + "\(report)\n\(error?.message ?? "") \(error?.vendorMessage ?? "") \(error?.next ?? [])"
    }
}
