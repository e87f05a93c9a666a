import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// The objects of one kind, stored as the JSON that was sent plus the members that Vapi adds.
struct VapiTable: Sendable {
    /// The sandbox's organization.
    static let organization = "5a4db0c5-0000-4000-8000-000000000001"

    private(set) var rows: [JSONObject] = []
    private var last = Date.distantPast

    /// Adds an object.
    ///
    /// - Returns: Its id.
    mutating func add(_ members: JSONObject) -> String {
        let id = UUID().uuidString.lowercased()
        let now = JSONValue.string(stamp())
        let own: JSONObject = [
            "id": .string(id), "orgId": .string(Self.organization), "createdAt": now, "updatedAt": now,
        ]
        rows.append(own.merging(members))
        return id
    }

    func row(_ id: String) -> JSONObject? { rows.first { $0["id"]?.string == id } }

    /// Changes the given members of an object; others are kept.
    mutating func update(_ id: String, with members: JSONObject) {
        guard let index = rows.firstIndex(where: { $0["id"]?.string == id }) else { return }
        rows[index] = rows[index].merging(members).merging(["updatedAt": .string(stamp())])
    }

    mutating func remove(_ id: String) { rows.removeAll { $0["id"]?.string == id } }

    /// Returns the current time in milliseconds. Values are unique, because clients use them for paging.
    private mutating func stamp() -> String {
        last = max(Date(), last.addingTimeInterval(0.001))
        return last.formatted(Self.style)
    }

    static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

    // MARK: Lists

    private static let comparisons: [(suffix: String, holds: @Sendable (Date, Date) -> Bool)] = [
        ("Gt", { $0 > $1 }), ("Lt", { $0 < $1 }), ("Ge", { $0 >= $1 }), ("Le", { $0 <= $1 }),
    ]

    /// The query parameters that every list accepts.
    static let parameters: Set<String> = Set(
        ["createdAt", "updatedAt"].flatMap { field in comparisons.map { field + $0.suffix } } + ["limit"])

    /// Returns the objects within the queried times, newest first.
    func selected(by request: SandboxRequest) throws(VapiRefusal) -> [JSONObject] {
        var found = Array(rows.reversed())
        for field in ["createdAt", "updatedAt"] {
            for (suffix, holds) in Self.comparisons {
                guard let text = request.parameter(field + suffix) else { continue }
                guard let bound = Self.date(text) else {
                    throw .invalid(["\(field)\(suffix) must be a valid ISO 8601 date string"])
                }
                found.removeAll { row in
                    row[field]?.string.flatMap(Self.date).map { !holds($0, bound) } ?? true
                }
            }
        }
        return found
    }

    private static func date(_ text: String) -> Date? {
        (try? style.parse(text)) ?? (try? Date.ISO8601FormatStyle().parse(text))
    }

    /// Returns the maximum number of objects: 0 to 1000, by default 100.
    static func limit(_ request: SandboxRequest) throws(VapiRefusal) -> Int {
        guard let text = request.parameter("limit") else { return 100 }
        guard let limit = Int(text) else { throw .invalid(["limit must be a number"]) }
        guard limit >= 0 else { throw .invalid(["limit must not be less than 0"]) }
        guard limit <= 1000 else { throw .invalid(["limit must not be greater than 1000"]) }
        return limit
    }
}
