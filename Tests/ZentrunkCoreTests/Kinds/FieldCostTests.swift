import Synchronization
import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("What comparing objects costs")
struct FieldCostTests {
    /// A rule that brings a value to its normal form and counts how often that is asked for.
    private final class Counter: Sendable {
        private let state = Mutex(0)
        var count: Int { state.withLock { $0 } }
        func add() { state.withLock { $0 += 1 } }
    }

    private static func values(_ count: Int) -> [JSONValue] {
        (0..<count).map { .string("host \($0 * 7919 % count)") }
    }

    @Test("The key by which a list is sorted is made once for each element")
    func keys() {
        let counter = Counter()
        let sorted = Self.values(1000).sorted(byKey: { value in
            counter.add()
            return value.text(.canonical)
        })
        #expect(counter.count == 1000)
        #expect(sorted == Self.values(1000).sorted { $0.text(.canonical) < $1.text(.canonical) })
    }

    @Test("Elements of a list with a key are matched by looking at each key a few times, not at each pair")
    func laying() throws {
        let count = 400
        let counter = Counter()
        let host = Field.string.normalised { value in
            counter.add()
            return value
        }
        let field = Field.list(of: .object(["host": host, "port": .integer]), unordered: true, key: "host")
        let live = Self.values(count).map { JSONValue.object(["host": $0, "port": 1, "more": true]) }
        let wanted = Self.values(count).reversed().map { JSONValue.object(["host": $0, "port": 2]) }
        var losses: [JSONPointer] = []
        let laid = field.laid(
            .array(wanted), over: .array(live), own: .whole, earlier: [.array(wanted)], at: .root, losses: &losses)
        #expect(laid?.array?.count == count)
        #expect(laid?.array?.allSatisfy { $0["port"] == 2 && $0["more"] == true } == true)
        #expect(losses == [])
        #expect(counter.count <= 12 * count)
    }

    @Test("Elements that two lists have in common are no change, however often they occur")
    func pairs() {
        let kind = KindDescription(
            "test.kind", title: "kind", side: .platform, idField: "id",
            fields: ["hosts": .list(of: .string, unordered: true)])
        let comparison = Comparison(kind: kind, managed: .whole)
        let changes = comparison.changes(from: ["hosts": ["a", "b", "b", "c"]], to: ["hosts": ["c", "b", "a", "d"]])
        #expect(changes == [.init(path: JSONPointer(["hosts", "2"]), from: "b", to: "d", knownAfter: [])])
        let same = JSONValue.array(Self.values(400))
        #expect(comparison.changes(from: ["hosts": same], to: ["hosts": .array(Self.values(400).reversed())]) == [])
    }

    @Test("A query with many references matches by the fields that an object has")
    func references() {
        let kind = KindDescription("test.kind", title: "kind", side: .platform, idField: "id", fields: [:])
        var query = ResourceQuery(references: [.init(field: "uri", id: "1"), .init(field: "spare", id: "2")])
        #expect(query.matches(LiveObject(id: "a", fields: ["uri": "1"]), of: kind))
        #expect(query.matches(LiveObject(id: "a", fields: ["spare": ["9", "2"]]), of: kind))
        #expect(!query.matches(LiveObject(id: "a", fields: ["uri": "2", "spare": "1"]), of: kind))
        query.references = [.init(field: "other", id: "1")]
        #expect(query.matches(LiveObject(id: "a", fields: ["other": "1"]), of: kind))
        #expect(!query.matches(LiveObject(id: "a", fields: ["uri": "1"]), of: kind))
    }
}
