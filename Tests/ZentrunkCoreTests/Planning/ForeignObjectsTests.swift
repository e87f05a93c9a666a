import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Foreign objects, looked up by kind and number")
struct ForeignObjectsTests {
    private let kinds: KindTable

    init() throws { kinds = try EngineBench().connector().engine.kinds }

    private func line(_ id: String, _ number: String?) -> LiveState.Found {
        let fields: JSONObject = number.map { ["id": .string(id), "number": .string($0)] } ?? ["id": .string(id)]
        return .init(kind: MemoryAdapter.line, object: LiveObject(id: id, fields: fields))
    }

    @Test("Each object is there once, in the order in which it was found, until it is removed")
    func order() throws {
        var foreign = ForeignObjects()
        for id in ["c", "a", "b", "a"] { foreign.add(line(id, EngineBench.number)) }
        #expect(foreign.byKind[MemoryAdapter.line]?.map(\.id) == ["c", "a", "b"])
        foreign.remove(RecordedObject(kind: MemoryAdapter.line, id: "a"))
        foreign.remove(RecordedObject(kind: MemoryAdapter.gateway, id: "b"))
        foreign.add(line("a", EngineBench.number))
        #expect(foreign.byKind.mapValues { $0.map(\.id) } == [MemoryAdapter.line: ["c", "b", "a"]])
        let number = try PhoneNumber(EngineBench.number)
        let found = try foreign.byNumber(kinds)
        #expect(found.keys.map(\.number) == [number])
        #expect(found.values.first?.map(\.id) == ["c", "b", "a"])
    }

    @Test("An instance of one number meets the objects of that number and those without one; any other meets all")
    func candidates() throws {
        var foreign = ForeignObjects()
        foreign.add(line("second", EngineBench.second))
        foreign.add(line("any", nil))
        foreign.add(line("first", EngineBench.number))
        let candidates = try foreign.candidates(kinds)
        func others(_ number: String?) throws -> [String] {
            let id = InstanceID("line", number: try number.map { try PhoneNumber($0) })
            let instance = Blueprint.Instance(
                id: id, kind: MemoryAdapter.line, body: .object([]), managed: OwnMembers([]), prerequisites: [],
                edges: [])
            return candidates.others(than: instance).map(\.object.id)
        }
        #expect(try others(EngineBench.number) == ["any", "first"])
        #expect(try others("+14155550188") == ["any"])
        #expect(try others(nil) == ["second", "any", "first"])
    }
}
