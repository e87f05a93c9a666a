import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Conditions")
struct TemplateConditionTests {
    private static let values: [String: JSONValue] = [
        "direction": "both", "secure": false, "empty": "", "number": "+919876543210", "port": 5060, "list": ["a"],
        "nothing": .null,
    ]

    @Test(
        "A condition holds if every parameter has one of its values",
        arguments: [
            (#"{}"#, true),
            (#"{"direction": "both"}"#, true), (#"{"direction": "Both"}"#, false),
            (#"{"direction": ["outbound", "both"]}"#, true), (#"{"direction": ["outbound", "inbound"]}"#, false),
            (#"{"direction": "both", "secure": false}"#, true), (#"{"direction": "both", "secure": true}"#, false),
            (#"{"secure": "false"}"#, true), (#"{"port": 5060}"#, true), (#"{"port": "5061"}"#, false),
            (#"{"absent": null}"#, true), (#"{"nothing": null}"#, true), (#"{"direction": null}"#, false),
            (#"{"empty": null}"#, false),
            (#"{"direction": "*"}"#, true), (#"{"empty": "*"}"#, false), (#"{"absent": "*"}"#, false),
            (#"{"secure": "*"}"#, true),
            (#"{"number": "+91*"}"#, true), (#"{"number": "+1*"}"#, false), (#"{"number": "*3210"}"#, true),
            (#"{"number": "*3211"}"#, false), (#"{"number": "*9876*"}"#, true), (#"{"number": "*555*"}"#, false),
            (#"{"direction": "!both"}"#, false), (#"{"direction": "!inbound"}"#, true),
            (#"{"number": "!+91*"}"#, false),
            (#"{"number": "!+1*"}"#, true), (#"{"absent": "!both"}"#, false), (#"{"empty": "!*"}"#, true),
            (#"{"absent": [null, "x"]}"#, true), (#"{"direction": [null, "x"]}"#, false),
            (#"{"absent": "both"}"#, false),
        ])
    func holds(_ text: String, _ expected: Bool) throws {
        let condition = try TemplateCondition(JSONCursor(JSONValue(parsing: text)))
        #expect(condition.holds(Self.values) == expected)
    }

    @Test(
        "Values that no parameter can have are refused with their path",
        arguments: [#"{"x": {}}"#, #"{"x": 1.5}"#, #"{"x": []}"#, #"{"x": [["a"]]}"#])
    func refused(_ text: String) throws {
        let document = JSONCursor(try JSONValue(parsing: text))
        let error = #expect(throws: JSONDecodingError.self) { try TemplateCondition(document) }
        #expect(error?.path.tokens.first == "x")
    }
}

@Suite("Conditions in words")
struct TemplateConditionWordsTests {
    @Test(
        "A condition is described as a sentence",
        arguments: [
            (#"{}"#, ""), (#"{"secure": true}"#, "secure is `true`"),
            (
                #"{"direction": ["outbound", "both"], "auth": "list"}"#,
                "direction is `outbound` or `both`, auth is `list`"
            ),
            (#"{"a": "*"}"#, "a is given"), (#"{"a": "!*"}"#, "a is not given"), (#"{"a": null}"#, "a is not given"),
            (#"{"a": [null, "x"]}"#, "a is not given or is `x`"),
            (#"{"a": [null, "!x", "!y"]}"#, "a is not given or is not `x` or `y`"),
            (#"{"a": ["!x", null]}"#, "a is not `x` or is not given"),
            (#"{"a": "!x"}"#, "a is not `x`"),
            (#"{"n": ["+91*", "+92*"]}"#, "n begins with `+91` or `+92`"),
            (#"{"n": "!*.in"}"#, "n does not end with `.in`"),
            (#"{"n": ["*7*", "x"]}"#, "n holds `7` or is `x`"),
        ])
    func words(_ text: String, _ words: String) throws {
        #expect(try TemplateCondition(JSONCursor(JSONValue(parsing: text))).description == words)
    }
}
