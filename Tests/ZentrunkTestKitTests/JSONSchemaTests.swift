import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@Suite("Alternatives in a schema")
struct JSONSchemaTests {
    private static let document: JSONValue = [
        "animals": [
            "cat": [
                "type": "object", "properties": ["kind": ["const": "cat"], "lives": ["type": "integer"]],
                "required": ["lives"], "additionalProperties": false,
            ],
            "dog": [
                "type": "object", "properties": ["kind": ["const": "dog"], "name": ["type": "string"]],
                "additionalProperties": false,
            ],
        ]
    ]
    private static let parts: JSONValue = [["$ref": "#/animals/cat"], ["$ref": "#/animals/dog"]]
    private static let discriminator: JSONValue = [
        "propertyName": "kind", "mapping": ["cat": "#/animals/cat", "dog": "#/animals/dog", "fish": "#/animals/fish"],
    ]
    private static let orNull: JSONValue = ["anyOf": [["$ref": "#/animals/cat"], ["type": "null"]]]

    struct Case: Sendable, CustomTestStringConvertible {
        var schema: JSONValue
        var value: JSONValue
        var complaints: [String]
        var testDescription: String { "\(value.text()) by \(schema.text())" }
    }

    @Test(
        "A discriminated alternative decides; otherwise the closest one of the value's type does",
        arguments: ["anyOf", "oneOf"].flatMap { keyword in
            let chosen: JSONValue = .object(
                JSONObject([(keyword, Self.parts), ("discriminator", Self.discriminator)]))
            return [
                Case(schema: chosen, value: ["kind": "dog", "name": "Rex"], complaints: []),
                // The other alternative, which was not meant, would have shorter complaints.
                Case(
                    schema: chosen, value: ["kind": "cat", "name": "Tom"],
                    complaints: ["/lives is required", "/name must not be there"]),
                Case(
                    schema: chosen, value: ["kind": "bird"],
                    complaints: [#"/kind must be one of ["cat","dog","fish"]"#]),
                Case(schema: chosen, value: ["kind": 1], complaints: [#"/kind must be one of ["cat","dog","fish"]"#]),
                Case(
                    schema: chosen, value: ["kind": "fish"],
                    complaints: ["the body has an unknown schema #/animals/fish"]),
                Case(schema: chosen, value: ["name": "Rex"], complaints: []),
                Case(schema: chosen, value: ["lives": 9, "name": 1], complaints: ["/name must not be there"]),
            ]
        } + [
            Case(schema: orNull, value: .null, complaints: []),
            Case(
                schema: orNull, value: ["a": 1, "b": 2],
                complaints: ["/lives is required", "/a must not be there", "/b must not be there"]),
            Case(schema: orNull, value: "text", complaints: ["the body must be object"]),
        ])
    func alternatives(_ expected: Case) {
        let schema = JSONSchema(document: Self.document)
        #expect(schema.complaints(about: expected.value, by: expected.schema) == expected.complaints)
    }
}
