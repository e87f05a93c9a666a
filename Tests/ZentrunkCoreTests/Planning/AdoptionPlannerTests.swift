import Synchronization
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Planner of adoptions, and checks of foreign objects")
struct AdoptionPlannerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var records: [JSONObject]
        var mayAdopt = false
        var isAdopted = false
        /// A part of the collision's sentence.
        var collision: String?
        var remedies: [Remedy] = []
    }

    private static let record: JSONObject = ["name": "theirs", "type": "sip", "number": "+14155550100"]

    static let cases = [
        Case(testDescription: "no record", records: []),
        Case(testDescription: "a record of another number", records: [record.merging(["number": "+14155550199"])]),
        Case(
            testDescription: "a record without consent", records: [record], collision: "under another label",
            remedies: [.allow(.adoption)]),
        Case(testDescription: "a record with consent", records: [record], mayAdopt: true, isAdopted: true),
        Case(
            testDescription: "a record of another connection",
            records: [record.merging(["name": "zc_memory_sales_line"])], mayAdopt: true,
            collision: "belongs to the connection memory/sales",
            remedies: [.disconnect(.init("memory", .sales), numbers: ["+14155550100"])]),
        Case(
            testDescription: "two records", records: [record, record], mayAdopt: true,
            collision: "exists 2 times already: line r0, r1"),
        Case(
            testDescription: "a record that an update cannot change", records: [record.merging(["type": "old"])],
            mayAdopt: true, collision: "and its type is old, which cannot be changed to sip"),
    ]

    @Test("A foreign record of a number is taken over, or a collision", arguments: cases)
    func adoption(_ test: Case) throws {
        var example = try PlanningExample(isLive: false)
        for (index, record) in test.records.enumerated() { example.add(MemoryAdapter.line, "r\(index)", record) }
        let (part, adopted) = try AdoptionPlanner(subject: example.subject, mayAdopt: test.mayAdopt).plan()
        #expect(adopted.keys.map(\.key) == (test.isAdopted ? ["line"] : []))
        #expect(part.collisions.count == (test.collision == nil ? 0 : 1))
        if let collision = test.collision {
            #expect(part.collisions.first?.message.contains(collision) == true)
            #expect(part.collisions.first?.remedies == test.remedies)
        }
        #expect(part.resources.isEmpty && part.warnings == [] && part.losses == [])
    }

    @Test("A number that the connection already has is not adopted again")
    func owned() throws {
        var example = try PlanningExample()
        example.add(MemoryAdapter.line, "r0", Self.record)
        let (part, adopted) = try AdoptionPlanner(subject: example.subject, mayAdopt: true).plan()
        #expect(adopted == [:] && part.collisions == [])
    }

    // MARK: Conflicts

    @Test(
        "A conflict that breaks every call is a collision; others are warnings, and a refusal matters to changes only",
        arguments: [
            (Conflict("c", reach: .everyCall), false, true), (Conflict("c", reach: .someCalls), false, false),
            (Conflict("c", reach: .noCall, isRefusal: true), false, false),
            (Conflict("c", reach: .noCall, isRefusal: true), true, true),
        ])
    func conflicts(_ conflict: Conflict, _ isChanged: Bool, _ isCollision: Bool) throws {
        var example = try PlanningExample { kind, _, _ in kind == MemoryAdapter.line ? conflict : nil }
        example.add(MemoryAdapter.line, "other", Self.record)
        if isChanged { example.change("line", ["gateway": "hand"]) }
        let (part, bodies) = try example.objects()
        func check(looksAside: Bool, besides known: [Collision] = []) throws -> PlanPart {
            try ConflictCheck(subject: example.subject, bodies: bodies, looksAside: looksAside)
                .check(part.resources, besides: known)
        }
        let found = try check(looksAside: true)
        #expect(found.collisions.map(\.id) == (isCollision ? ["other"] : []))
        #expect(found.warnings.map(\.object?.id) == (isCollision ? [] : ["other"]))
        // A disconnect does not check what it keeps.
        #expect(try check(looksAside: false).collisions.isEmpty == !(isCollision && isChanged))
        let known = Collision(what: "line", id: "first, other", message: "")
        #expect(try check(looksAside: true, besides: [known]).collisions == [])
    }

    @Test("Each foreign record is compared only with the objects of its own number")
    func comparisons() throws {
        let numbers = (0..<50).map { "+141555502\($0 < 10 ? "0" : "")\($0)" }
        let compared = Mutex(0)
        var example = try PlanningExample(numbers: numbers) { kind, body, other in
            guard kind == MemoryAdapter.line else { return nil }
            compared.withLock { $0 += 1 }
            return body["number"] == other.fields["number"] ? Conflict("c", reach: .someCalls) : nil
        }
        for (index, number) in numbers.enumerated() {
            example.add(
                MemoryAdapter.line, "other\(index)", Self.record.merging(["number": .string(number)]))
        }
        // It may concern any number.
        example.add(MemoryAdapter.line, "open", ["name": "theirs", "type": "sip"])
        let (part, bodies) = try example.objects()
        let found = try ConflictCheck(subject: example.subject, bodies: bodies, looksAside: true)
            .check(part.resources, besides: [])
        #expect(found.warnings.map(\.object?.id) == numbers.indices.map { "other\($0)" })
        #expect(compared.withLock(\.self) == 2 * numbers.count)
    }

    @Test("A member that diverts calls is a warning, unless the plan changes it")
    func diversions() throws {
        var example = try PlanningExample()
        example.change("gateway", ["prefix": "9"])
        let (part, bodies) = try example.objects()
        let check = ConflictCheck(subject: example.subject, bodies: bodies, looksAside: true)
        #expect(try check.check(part.resources, besides: []).warnings.map(\.code) == [.diversion])
        let aside = ConflictCheck(subject: example.subject, bodies: bodies, looksAside: false)
        #expect(try aside.check(part.resources, besides: []).warnings == [])
        var changed = part.resources
        for index in changed.indices {
            changed[index].changes = [.init(path: JSONPointer(["prefix"]), from: "9", to: nil, knownAfter: [])]
        }
        #expect(try check.check(changed, besides: []).warnings == [])
    }
}

extension ConnectionName {
    fileprivate static var sales: ConnectionName { (try? ConnectionName("sales")) ?? .main }
}
