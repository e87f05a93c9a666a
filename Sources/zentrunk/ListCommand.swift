import ArgumentParser
import ZentrunkCore
import ZentrunkJSON

/// `zentrunk list`
struct ListCommand: RunnableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the connections: those that this machine remembers and those that are live.",
        discussion: """
            Live ones are found by their objects' names, on platforms whose settings are there.

            zentrunk list --json
            """)

    @OptionGroup var account: AccountOptions
    @OptionGroup var journal: JournalOptions
    @Flag(help: "Print one JSON object on stdout.") var json = false

    func execute() async throws -> ExitStatus {
        let json = json
        return try await Session.run(sandbox: account.sandbox, remembering: journal.journal) { session in
            var rows: [String: Row] = [:]
            for record in try await session.journal.connections() {
                let row = Row(record)
                rows[row.id] = row
            }
            var unseen: [String] = []
            for adapter in AdapterRegistry.all {
                guard session.hasSettings(for: adapter) else {
                    unseen.append(adapter.platform.title)
                    continue
                }
                let connector = try await session.connector(
                    adapter, name: .main, region: nil, template: nil, events: nil)
                for found in try await connector.liveConnections() {
                    let id = "\(found.platform)/\(found.name)"
                    rows[id, default: Row(found)].objects = found.objects
                }
            }
            let sorted = rows.values.sorted { $0.id < $1.id }
            if json {
                Terminal.out(document: JSONValue.object(["connections": .array(sorted.map(\.json))]).text(.pretty))
            } else {
                for row in sorted { Terminal.out(row.text) }
                if sorted.isEmpty { Terminal.err("no connection") }
            }
            for title in unseen { Terminal.err("\(title) was not asked: its settings, or Plivo's, are missing") }
            return .done
        }
    }

    private struct Row {
        var id: String
        var platform: String
        var name: String
        var connection: Connection?
        /// nil when nobody looked.
        var objects: Int?

        init(_ record: ConnectionRecord) {
            platform = record.identity.platform.description
            name = record.identity.name.description
            id = "\(platform)/\(name)"
            connection = record.connection
        }

        init(_ found: LiveConnection) {
            platform = found.platform.description
            name = found.name.description
            id = "\(platform)/\(name)"
        }

        var text: String {
            let numbers = connection?.numbers.map(\.e164).joined(separator: ", ") ?? "not remembered on this machine"
            let live = objects.map { "\($0) objects live" } ?? "not looked up"
            return id.padding(to: 24) + (connection?.direction ?? "?").padding(to: 10) + live.padding(to: 18) + numbers
        }

        var json: JSONValue {
            [
                "connection": .string(name), "platform": .string(platform),
                "direction": connection.map { .string($0.direction) } ?? .null,
                "numbers": connection.map { .array($0.numbers.map { .string($0.e164) }) } ?? .null,
                "remembered": .bool(connection != nil), "objects": objects.map { .integer(Int64($0)) } ?? .null,
            ]
        }
    }
}
