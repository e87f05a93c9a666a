import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

/// A carrier command whose objects can be created and deleted, for use in tables.
struct CarrierNounCase: Sendable, CustomTestStringConvertible {
    /// The command, and the member in JSON documents.
    var name: String
    var plural: String
    var idField: String
    /// The options of a create other than `--name`.
    var create: [String]
    var input: String?
    /// The options of an update, and the members that it changes.
    var update: [String]
    var changed: [String: JSONValue]
    /// The table in the sandbox's state.
    var table: String
    /// Adds the objects that the create references.
    var prepare: @Sendable (Sandbox) -> Void = { _ in }

    var testDescription: String { name }

    static let all: [CarrierNounCase] = [
        CarrierNounCase(
            name: "trunk", plural: "trunks", idField: "trunk_id",
            create: ["--direction", "inbound", "--uri", "seed", "--fallback-uri", "other"],
            update: ["--name", "renamed", "--status", "disabled", "--no-fallback-uri"],
            changed: ["name": "renamed", "trunk_status": "disabled"], table: "trunks",
            prepare: {
                $0.services.plivo.addTrunk(name: "seed", direction: "inbound")
                $0.services.plivo.addTrunk(name: "other", direction: "inbound")
            }),
        CarrierNounCase(
            name: "credential", plural: "credentials", idField: "credential_uuid",
            create: ["--username", "pbx01", "--password-stdin"], input: "canary_1\n",
            update: ["--name", "renamed", "--generate"], changed: ["name": "renamed"], table: "credentials"),
        CarrierNounCase(
            name: "uri", plural: "uris", idField: "uri_uuid",
            create: [
                "--uri", "sip.example.com:5061;transport=tls", "--username", "plivo", "--password-stdin",
            ], input: "canary_1\n",
            update: ["--name", "renamed", "--uri", "sip.example.org;transport=udp", "--no-authentication"],
            changed: ["name": "renamed", "uri": "sip.example.org;transport=udp", "authentication_needed": false],
            table: "uris"),
        CarrierNounCase(
            name: "acl", plural: "acls", idField: "ipacl_uuid",
            create: ["--ip", "203.0.113.7", "--ip", "198.51.100.0/24"],
            update: ["--name", "renamed", "--ip", "192.0.2.0/24"],
            changed: ["name": "renamed", "ip_addresses": ["192.0.2.0/24"]],
            table: "ip_access_control_lists"),
    ]
}

extension Desk {
    /// Runs the command with `--json` and the given stdin.
    func json(_ arguments: [String], input: String? = nil) async throws -> (status: Int32, document: JSONValue) {
        var program = Program(arguments + ["--json"], sandbox: sandbox, state: folder)
        program.input = input
        let result = try await program.run()
        return (result.status, try result.json)
    }
}
