import HTTPTypes
import Synchronization
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

/// A server's list that changes between pages, with the three kinds of paging.
final class MovingList: HTTPTransport {
    /// The changes before each page is read.
    struct Churn: Sendable {
        /// The percentage of reads with a change just before them, of up to `most` rows.
        var percent: Int
        var most = 1
        var inserts = true
        var deletes = true

        static let none = Churn(percent: 0)
    }

    private struct State {
        /// Rows in the server's order.
        var rows: [Row]
        var generator: SeededGenerator
        /// Rows that may be deleted.
        var passing: [String]
        var requests = 0
        var made = 0
    }

    private struct Row {
        var id: String
        /// A text that sorts like the creation time. Several rows may share one.
        var created: String
        /// Whether the row is never deleted.
        var isSteady: Bool
    }

    private let churn: Churn
    private let state: Mutex<State>
    let steady: Set<String>

    /// - Parameters:
    ///   - steady: The number of rows that are never deleted.
    ///   - passing: The number of rows that may be deleted; more are added later.
    ///   - moments: The maximum number of rows that share a creation time.
    init(steady: Int, passing: Int, moments: Int = 1, churn: Churn, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var rows = (0..<steady + passing).map { Row(id: "row-\($0)", created: "", isSteady: $0 < steady) }
        rows.shuffle(using: &generator)
        // Newest first.
        var time = 1_000_000
        var left = moments
        for index in rows.indices {
            rows[index].created = Self.time(time)
            left -= 1
            if left <= 0 {
                time -= 1
                left = Int.random(in: 1...max(1, moments), using: &generator)
            }
        }
        self.steady = Set(rows.filter(\.isSteady).map(\.id))
        self.churn = churn
        state = Mutex(State(rows: rows, generator: generator, passing: rows.filter { !$0.isSteady }.map(\.id)))
    }

    var requests: Int { state.withLock { $0.requests } }

    func send(_ request: TransportRequest) async throws -> TransportResponse {
        let query = Self.query(request.head.path ?? "")
        let answer = state.withLock { state -> JSONValue in
            state.requests += 1
            change(&state)
            return Self.answer(query, state.rows)
        }
        var head = HTTPResponse(status: .ok)
        if answer["has_more"] == true, let name = HTTPField.Name("x-next") {
            head.headerFields[name] = answer["next_cursor"]?.string
        }
        return TransportResponse(head: head, body: answer.bytes())
    }

    /// Returns the same page without encoding it as JSON.
    func page(at offset: Int, size: Int) -> ListPage {
        state.withLock { state in
            state.requests += 1
            change(&state)
            let ids = state.rows.dropFirst(offset).prefix(size).map(\.id)
            return ListPage(
                offset: offset, count: ids.count, ids: ids, kept: ids.map { LiveObject(id: $0, fields: [:]) },
                total: state.rows.count)
        }
    }

    private func change(_ state: inout State) {
        guard Int.random(in: 0..<100, using: &state.generator) < churn.percent else { return }
        for _ in 0..<Int.random(in: 1...churn.most, using: &state.generator) {
            let deletes = churn.deletes && (!churn.inserts || Bool.random(using: &state.generator))
            if deletes {
                guard let place = state.passing.indices.randomElement(using: &state.generator) else { continue }
                let id = state.passing.remove(at: place)
                if let index = state.rows.firstIndex(where: { $0.id == id }) { state.rows.remove(at: index) }
            } else if churn.inserts {
                // At any position: the only assumption is that the order of the server does not change.
                let index = Int.random(in: 0...state.rows.count, using: &state.generator)
                state.made += 1
                state.passing.append("new-\(state.made)")
                let created = state.rows.indices.contains(index) ? state.rows[index].created : Self.time(1)
                state.rows.insert(Row(id: "new-\(state.made)", created: created, isSteady: false), at: index)
            }
        }
    }

    private static func answer(_ query: [String: String], _ rows: [Row]) -> JSONValue {
        if let offset = query["offset"].flatMap({ Int($0) }), let limit = query["limit"].flatMap({ Int($0) }) {
            return [
                "objects": .array(rows.dropFirst(offset).prefix(limit).map(json)),
                "meta": query["total"] == nil ? ["total_count": .integer(Int64(rows.count))] : [:],
            ]
        }
        if let size = query["page_size"].flatMap({ Int($0) }) {
            // The worst that a cursor can be: a position.
            let page = query["page"].flatMap { Int($0) } ?? 0
            let start = query["cursor"].flatMap { Int($0) } ?? page * size
            let end = min(rows.count, start + size)
            return [
                "items": .array(rows.dropFirst(start).prefix(size).map(json)), "has_more": .bool(end < rows.count),
                "next_cursor": .string("\(end)"),
            ]
        }
        let before = query["before"] ?? "3000"
        let limit = query["limit"].flatMap { Int($0) } ?? 100
        return .array(rows.lazy.filter { $0.created < before }.prefix(limit).map(json))
    }

    private static func json(_ row: Row) -> JSONValue {
        ["id": .string(row.id), "createdAt": .string(row.created), "bulk": .string(row.isSteady ? "keep" : "")]
    }

    /// Returns a text that sorts like the time.
    private static func time(_ milliseconds: Int) -> String {
        func digits(_ value: Int, _ count: Int) -> String {
            let text = String(value)
            return String(repeating: "0", count: max(0, count - text.count)) + text
        }
        let (seconds, rest) = (milliseconds / 1000, milliseconds % 1000)
        return
            "2026-11-23T\(digits(seconds / 3600 % 24, 2)):\(digits(seconds / 60 % 60, 2)):\(digits(seconds % 60, 2)).\(digits(rest, 3))Z"
    }

    private static func query(_ path: String) -> [String: String] {
        let text = path.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        return Dictionary(
            text.split(separator: "&").map { pair in
                let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
                return (parts[0], parts[1].replacing("%3A", with: ":"))
            }
        ) { $1 }
    }
}
