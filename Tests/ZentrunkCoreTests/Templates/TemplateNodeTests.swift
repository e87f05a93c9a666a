import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Evaluation of template bodies")
struct TemplateNodeTests {
    private static let values: [String: JSONValue] = [
        "direction": "both", "secure": true, "host": "sip.example.com", "port": 5060, "nets": ["a", "b"], "odd": "odd",
    ]

    private func decided(_ text: String) throws -> JSONValue? {
        let node = try TemplateNode(JSONCursor(JSONValue(parsing: text)))
        return try TemplateValues(parameters: Self.values).settled(node)?.value { _ in nil }
    }

    @Test(
        "Bodies are evaluated to values",
        arguments: [
            (#"{"a": "${port}"}"#, #"{"a": 5060}"#),
            (#"{"a": "${host}:${port};x"}"#, #"{"a": "sip.example.com:5060;x"}"#),
            (#"{"a": "is ${secure}"}"#, #"{"a": "is true"}"#),
            (#"{"a": "${nets}"}"#, #"{"a": ["a", "b"]}"#),
            (#"{"a": "$5 {x}"}"#, #"{"a": "$5 {x}"}"#),
            (#"{"a": "${absent?}", "b": 1}"#, #"{"b": 1}"#),
            (#"{"a": "x-${absent?}", "b": 1}"#, #"{"b": 1}"#),
            (#"{"a": ["${absent?}", "b"]}"#, #"{"a": ["b"]}"#),
            (#"{"a": {"$when": {"direction": "inbound"}, "b": 1}}"#, #"{}"#),
            (#"{"a": {"$when": {"direction": "both"}, "b": 1}}"#, #"{"a": {"b": 1}}"#),
            (#"{"a": {"$when": {"direction": "both"}, "$value": 7}}"#, #"{"a": 7}"#),
            (#"{"a": {"$when": {"direction": "inbound"}, "$value": 7}}"#, #"{}"#),
            (#"{"a": [{"$when": {"secure": false}, "$value": 7}, 8]}"#, #"{"a": [8]}"#),
            (#"{"a": {"$select": "secure", "cases": {"true": 1, "false": 2}}}"#, #"{"a": 1}"#),
            (#"{"a": {"$select": "absent", "cases": {"true": 1}}}"#, #"{}"#),
            (#"{"a": {"$when": {"secure": false}, "$select": "secure", "cases": {"true": 1}}}"#, #"{}"#),
            (#"{"a": ["x", {"$spread": "${nets}"}, "y"]}"#, #"{"a": ["x", "a", "b", "y"]}"#),
            (#"{"a": [{"$spread": "${absent?}"}]}"#, #"{"a": []}"#),
            (#"{"a": [{"$when": {"secure": false}, "$spread": "${nets}"}]}"#, #"{"a": []}"#),
            (#"{"a": null, "b": [1.5, true]}"#, #"{"a": null, "b": [1.5, true]}"#),
        ])
    func bodies(_ text: String, _ expected: String) throws {
        #expect(try decided(text) == JSONValue(parsing: expected))
    }

    @Test("A reference without a value is an error unless it is optional")
    func required() {
        let error = #expect(throws: ZentrunkError.self) { try decided(#"{"a": "${absent}"}"#) }
        #expect(error?.message.contains("${absent}") == true)
    }

    @Test("A value without a case is an error that names both")
    func noCase() {
        let error = #expect(throws: ZentrunkError.self) {
            try decided(#"{"a": {"$select": "odd", "cases": {"even": 1}}}"#)
        }
        #expect(error?.message.contains("odd") == true)
    }

    @Test(
        "Invalid forms are refused",
        arguments: [
            #"{"a": {"$if": 1}}"#, #"{"a": {"$value": 1}}"#, #"{"a": {"$when": {}, "$value": 1, "b": 2}}"#,
            #"{"a": {"$spread": "${nets}"}}"#, #"{"a": [{"$spread": "nets"}]}"#,
            #"{"a": [{"$spread": "${nets}", "b": 1}]}"#,
            #"{"a": {"$select": "secure"}}"#, #"{"a": {"$select": "secure", "cases": {}, "b": 1}}"#, #"{"a": "${}"}"#,
            #"{"a": "${x"}"#,
            #"{"a": "${x y}"}"#, #"{"a": "${secrets.sip}"}"#, #"{"a": "${secrets.sip.token}"}"#, #"{"a": "${x..y}"}"#,
        ])
    func refused(_ text: String) throws {
        let document = JSONCursor(try JSONValue(parsing: text))
        let error = #expect(throws: JSONDecodingError.self) { try TemplateNode(document) }
        #expect(error?.path.tokens.first == "a")
    }

    @Test(
        "References are read and printed the same way",
        arguments: [
            ("x", .parameter("x")), ("sip.id", .resource("sip", field: ["id"])),
            ("platform.sip_host", .platform(["sip_host"])),
            ("carrier.a.b", .carrier(["a", "b"])), ("secrets.sip.password", .secret("sip", .password)),
        ] as [(String, TemplateReference.Source)])
    func references(_ text: String, _ source: TemplateReference.Source) throws {
        let plain = try #require(TemplateReference(text[...]))
        #expect(plain.source == source)
        #expect(!plain.isOptional)
        let optional = try #require(TemplateReference("\(text)?"[...]))
        #expect(optional.source == source)
        #expect(optional.isOptional)
        #expect(optional.description == "${\(text)?}")
    }
}
