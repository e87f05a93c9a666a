import Foundation
@_spi(Adapter) package import ZentrunkCore
package import ZentrunkJSON
package import ZentrunkSandbox

/// Finds keys and passwords in texts and files that must not hold any.
package struct Canary {
    /// Every key of the sandbox's accounts, the form in which Plivo's is sent, and every password of the requests so far.
    package let secrets: [String]

    package init(_ secrets: [String]) { self.secrets = secrets }

    package init(_ sandbox: Sandbox, _ pairing: Pairing) {
        self.init(
            Self.keys(sandbox, pairing)
                + Set(sandbox.requests.flatMap { $0.isWrite ? Self.passwords(in: $0.document ?? .null) : [] }))
    }

    /// The secrets that the text holds, masked.
    package func found(in text: String) -> [String] {
        secrets.filter { text.contains($0) }.map { "a secret of \($0.count) characters, \($0.prefix(3))…" }
    }

    /// Files below the folder that hold a secret.
    package func found(inFolder folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: folder).filter { name in
            let bytes = FileManager.default.contents(atPath: folder + "/" + name) ?? Data()
            return secrets.contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }

    /// The keys, and the form in which Plivo's is sent.
    package static func keys(_ sandbox: Sandbox, _ pairing: Pairing) -> [String] {
        let variables = pairing.adapter.platform.settings.filter(\.isSecret).map(\.variable) + ["PLIVO_AUTH_TOKEN"]
        let basic = Data("\(PlivoService.authID):\(PlivoService.authToken)".utf8).base64EncodedString()
        return variables.compactMap { sandbox.environment[$0] } + [basic]
    }

    /// Whatever stands in a member that is called a password.
    package static func passwords(in value: JSONValue) -> [String] {
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

/// Collects the events of a run as text.
package final class Listening: Sendable {
    package let events = RunEvents()
    private let reading: Task<String, Never>

    package init() {
        let events = events
        reading = Task { await events.reduce(into: "") { $0 += "\($1.json.text())\n" } }
    }

    /// Returns the events so far and the report as text. Waits for the last event.
    package func text(_ report: Report) async -> String {
        let error = report.error
        return await reading.value
            + "\(report)\n\(error?.message ?? "") \(error?.vendorMessage ?? "") \(error?.remedies ?? [])"
    }
}
