package import ZentrunkJSON
import ZentrunkSandbox

/// What the vendors hold, without what differs from one connection to the next: ids, usernames, passwords, dates, order.
package struct Account: Equatable {
    private let rows: [String]

    /// Rows that only one of both has.
    package func difference(from other: Account) -> [String] {
        rows.filter { !other.rows.contains($0) }.map { "+ \($0)" }
            + other.rows.filter { !rows.contains($0) }.map { "- \($0)" }
    }

    package init(_ state: JSONValue, of pairing: Pairing) {
        self.init(state, idFields: pairing.facts.idFields)
    }

    /// - Parameter idFields: The members of platforms' rows that hold the row's own id.
    package init(_ state: JSONValue, idFields: Set<String>) {
        let idFields = idFields.union(["trunk_id", "trunk_domain", "uri_uuid", "credential_uuid", "ipacl_uuid"])
        let tables = (state.object ?? [:]).flatMap { vendor, tables in
            (tables.object ?? [:]).compactMap { name, rows in rows.array.map { (table: "\(vendor) \(name)", rows: $0) }
            }
        }
        var names: [String: String] = [:]
        for (table, rows) in tables {
            for row in rows {
                let title = Self.name(of: row) ?? ""
                for (member, value) in row.object ?? [:] {
                    guard let text = value.string, !text.isEmpty else { continue }
                    if idFields.contains(member), names[text] == nil {
                        names[text] = "<\(table) \(title) \(row["number"]?.text() ?? "")>"
                    }
                    if member.hasSuffix("username") { names[text] = "<username>" }
                }
            }
        }
        // In some tables, referencing rows come before their targets, so names of referencing rows are not used.
        let ids = names.sorted { $0.key.count > $1.key.count }
        rows = tables.flatMap { table, rows in
            rows.map { row in
                var text = "\(table) \(Self.plain(row).text(.canonical))"
                for (id, name) in ids { text = text.replacing(id, with: name) }
                return text.replacing(/set:[0-9a-f]+/, with: "<password>")
            }
        }.sorted()
    }

    /// The name by which the connection owns the row; otherwise what the row calls itself.
    package static func name(of row: JSONValue) -> String? {
        row.object?.first { $0.value.string?.hasPrefix("zc_") == true }?.value.string
            ?? (row["name"] ?? row["label"])?.string
    }

    private static func plain(_ value: JSONValue) -> JSONValue {
        guard var members = value.object else { return value }
        // A fallback equal to the primary is the same as no fallback.
        if members["fallback_uri_uuid"] == members["primary_uri_uuid"] { members["fallback_uri_uuid"] = .null }
        return .object(
            JSONObject(
                members.compactMap { name, value in
                    // Null, an empty list or object, and no member at all mean the same.
                    value.isNull || value == [] || value == [:]
                        || ["created_at", "updated_at", "createdAt", "updatedAt", "modified_at"].contains(name)
                        ? nil : (name, plain(value))
                }))
    }
}
