import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@Suite("Writing documents")
struct JSONWritingTests {
    private static let sample: JSONValue = [
        "b": [1, 2.5, ["d": .null, "c": true]], "a": ["x", []], "B": [:], "é": "/", "aa": false,
    ]

    @Test(
        "Each style has its own layout",
        arguments: [
            (.compact, #"{"b":[1,2.5,{"d":null,"c":true}],"a":["x",[]],"B":{},"é":"/","aa":false}"#),
            (.canonical, #"{"B":{},"a":["x",[]],"aa":false,"b":[1,2.5,{"c":true,"d":null}],"é":"/"}"#),
            (
                .pretty,
                """
                {
                  "b": [
                    1,
                    2.5,
                    {
                      "d": null,
                      "c": true
                    }
                  ],
                  "a": [
                    "x",
                    []
                  ],
                  "B": {},
                  "é": "/",
                  "aa": false
                }
                """
            ),
        ] as [(JSONValue.Style, String)])
    func styles(style: JSONValue.Style, expected: String) {
        #expect(Self.sample.text(style) == expected)
        #expect(Self.sample.bytes(style) == Array(expected.utf8))
    }

    @Test("The default style is compact")
    func defaultStyle() {
        #expect(Self.sample.text() == Self.sample.text(.compact))
        #expect(Self.sample.bytes() == Self.sample.bytes(.compact))
    }

    @Test("The canonical text does not depend on the order of members")
    func canonicalOrder() {
        let one: JSONValue = ["a": 1, "b": ["c": 2, "d": 3]]
        let other: JSONValue = ["b": ["d": 3, "c": 2], "a": 1]
        #expect(one.text(.canonical) == other.text(.canonical))
        #expect(one.text(.compact) != other.text(.compact))
    }

    @Test(
        "Different values have different canonical texts",
        arguments: [
            (1, 1.0), (1, "1"), ("", .null), ([], [:]), ("\u{E9}", "e\u{301}"), (0.1, 0.10000000000000002),
            ([[]], [[], []]),
        ] as [(JSONValue, JSONValue)])
    func canonicalDifference(one: JSONValue, other: JSONValue) {
        #expect(one != other)
        #expect(one.bytes(.canonical) != other.bytes(.canonical))
    }

    @Test(
        "A double is written in its shortest form",
        arguments: [
            (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (100000, "100000.0"), (1e22, "1e22"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1.0 / 3, "0.3333333333333333"), (0.0065, "0.0065"), (1e-7, "1e-7"), (-2.5, "-2.5"),
            (123456789.125, "123456789.125"),
        ] as [(Double, String)])
    func doubles(number: Double, expected: String) {
        #expect(JSONValue.double(number).text() == expected)
    }

    @Test("A double with many digits does not change the others")
    func mixedDoubles() throws {
        let value: JSONValue = [.double(0.1 + 0.2), .double(5.684341886080802e-14), 0.5]
        #expect(try JSONValue(parsing: value.text()) == value)
    }

    @Test("Every finite double is unchanged after writing and reading", arguments: JSONValue.Style.allCases)
    func doublesRoundTrip(style: JSONValue.Style) throws {
        var random = SeededGenerator(seed: 0xD0B1)
        let corners = [
            0, Double.leastNonzeroMagnitude, .leastNormalMagnitude, .greatestFiniteMagnitude, .ulpOfOne, .pi, 0x1p-44,
            9007199254740991,
        ]
        let numbers = corners + (0..<2000).map { _ in Double(bitPattern: random.next()) }.filter(\.isFinite)
        for number in numbers.flatMap({ [$0, -$0] }) {
            let read = try JSONValue(parsing: JSONValue.double(number).text(style))
            guard case .double(let copy) = read else {
                Issue.record("\(number) was read back as \(read.kindName)")
                continue
            }
            #expect(copy.bitPattern == number.bitPattern)
        }
    }

    @Test(
        "A double that JSON cannot represent is written as null",
        arguments: [Double.nan, .infinity, -.infinity, .signalingNaN])
    func notFinite(number: Double) {
        #expect(JSONValue.array([.double(number), 1]).text() == "[null,1]")
    }

    @Test(
        "A written value is read back equal",
        arguments: [
            .null, true, false, 0, .integer(.min), .integer(.max), 0.1, "", "é😀\u{10FFFF}\u{FFFF}",
            "\"\\/\u{8}\u{C}\n\r\t\u{1}\u{1F}\u{7F}",
            "\u{2028}\u{FEFF}", [], [:], [.null], ["": ""], ["\"\\\n😀": ["a": [1, [2, [3]]]]], sample,
        ] as [JSONValue])
    func roundTrip(value: JSONValue) throws {
        for style in JSONValue.Style.allCases {
            let copy = try JSONValue(parsing: value.bytes(style))
            #expect(copy == value)
            if style != .canonical { #expect(copy.text() == value.text()) }
        }
    }

    @Test(
        "Control characters are escaped, and NUL does not end a string",
        arguments: [
            ("a\0b", #""a\u0000b""#), ("\u{1}\n", #""\u0001\n""#), ("\"\\", #""\"\\""#), ("/", #""/""#),
            ("😀é", #""😀é""#),
        ])
    func escaping(text: String, expected: String) {
        #expect(JSONValue.string(text).text() == expected)
        #expect(JSONValue.object([text: 1]).text() == "{\(expected):1}")
    }

    @Test("A value of the maximum depth is written; a deeper one stops the program")
    func depth() async {
        let deepest = nested(JSONValue.maximumWritableDepth)
        #expect(deepest.bytes().count == 2 * JSONValue.maximumWritableDepth)
        await #expect(processExitsWith: .failure) { _ = nested(JSONValue.maximumWritableDepth + 1).bytes() }
    }
}

/// Returns arrays nested to a depth.
private func nested(_ depth: Int) -> JSONValue {
    (1..<depth).reduce([]) { value, _ in [value] }
}
