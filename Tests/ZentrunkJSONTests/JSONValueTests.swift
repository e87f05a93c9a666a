import Testing
import ZentrunkJSON

@Suite("Values and objects")
struct JSONValueTests {
    @Test(
        "A value is never converted to another type",
        arguments: [
            .null, true, 1, 1.0, "1", [1], ["a": 1],
        ] as [JSONValue])
    func accessors(value: JSONValue) {
        #expect((value.bool != nil) == (value == true))
        #expect((value.integer != nil) == (value == 1))
        #expect((value.string != nil) == (value == "1"))
        #expect((value.array != nil) == (value == [1]))
        #expect((value.object != nil) == (value == ["a": 1]))
        #expect(value.isNull == (value == .null))
        #expect(value["a"] == (value.object == nil ? nil : 1))
    }

    @Test("Type and content determine equality; the order of members does not")
    func equality() {
        let values: [JSONValue] = [
            .null, true, false, 0, 1, 1.0, "", "1", "\u{E9}", "e\u{301}", [], [1], [[]], [:], ["a": 1], ["a": .null],
        ]
        for (left, leftValue) in values.enumerated() {
            for (right, rightValue) in values.enumerated() {
                #expect((leftValue == rightValue) == (left == right))
            }
        }
        #expect(Set(values).count == values.count)
        let one: JSONValue = ["a": 1, "b": 2]
        let other: JSONValue = ["b": 2, "a": 1]
        #expect(one == other)
        #expect(Set([one, other]).count == 1)
    }

    @Test("Setting a member appends it or keeps its position; setting nil removes it")
    func members() {
        var object: JSONObject = ["a": 1, "b": 2, "c": 3]
        object["b"] = nil
        #expect(object.names == ["a", "c"])
        object["b"] = .null
        object["a"] = "new"
        object["none"] = nil
        #expect(object.names == ["a", "c", "b"])
        #expect(object.map(\.value) == ["new", 3, .null])
        #expect(object.count == 3)
        #expect(!object.isEmpty)
        #expect(JSONObject().isEmpty)
    }

    @Test("Of two values with the same name the later is kept, in the position of the first")
    func repeatedNames() {
        let object: JSONObject = ["a": 1, "b": 2, "a": 3]
        #expect(object.names == ["a", "b"])
        #expect(object["a"] == 3)
    }

    @Test("Merging keeps positions, takes the other's values and appends new members")
    func merging() {
        let merged = JSONObject([("a", 1), ("b", 2)]).merging(["c": 3, "a": .null])
        #expect(JSONValue.object(merged).text() == #"{"a":null,"b":2,"c":3}"#)
    }
}
