import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("A template that extends a base")
struct TemplateBaseTests {
    private static let base = TemplateBase(
        name: "half",
        bytes: Array(
            #"""
            { "base": "half", "title": "Half",
              "parameters": { "mode": { "type": "choice", "choices": ["a", "b"], "default": "a", "help": "which" } },
              "secrets": { "sip": { "type": "sip-credential", "when": { "mode": "a" } } },
              "resources": {
                "uri": { "kind": "test.thing", "when": { "mode": "a" },
                         "body": { "name": "${name}", "user": "${secrets.sip.username?}",
                                   "port": 5060 } },
                "extra": { "kind": "test.thing", "body": { "name": "${name}" } }
              } }
            """#.utf8))

    private static func text(_ resources: String, more: String = "") -> String {
        """
        {"extends": "half", "pairing": "test", "title": "Test", "verified": "2026-11-22", \(more)
         "resources": \(resources)}
        """
    }

    private static func template(
        _ text: String, base: TemplateBase? = Self.base
    ) throws(TemplateError) -> Template { try Template(parsing: Array(text.utf8), file: "mine.json", base: base) }

    private static let kinds = [
        KindDescription(
            "test.thing", title: "thing", side: .platform, idField: "id",
            fields: ["id": .string.readOnly(), "name": .string, "user": .string, "port": .integer, "on": .boolean])
    ]

    private static let shared = #""parameters": {"mode": {"help": "mine"}}, "secrets": {"sip": {}},"#

    @Test("Takes over what it names, in its own order, with its own members in front")
    func laid() throws {
        let template = try Self.template(
            Self.text(
                #"{"own": {"kind": "test.thing", "body": {"name": "${name}"}}, "uri": {"body": {"port": 1}}}"#,
                more: Self.shared))
        try template.check(kinds: Self.kinds)
        #expect(template.resources.map(\.key) == ["own", "uri"])
        let uri = try #require(template.resources.last)
        #expect(uri.condition?.description == "mode is `a`")
        let expected = try TemplateNode(
            JSONCursor(["name": "${name}", "user": "${secrets.sip.username?}", "port": 1]))
        #expect(uri.body == expected)
        #expect(template.parameters.map(\.help) == ["mine"])
        #expect(template.parameters.first?.defaultValue == "a")
        #expect(template.secrets.first?.condition?.description == "mode is `a`")
    }

    @Test(
        "An entry with a kind stands for itself, null takes a member away, and a choice replaces the body",
        arguments: [
            (#"{"kind": "test.thing", "body": {"name": "${name}"}}"#, false, ["name"]),
            (#"{"when": null, "body": {"on": true}}"#, false, ["name", "user", "port", "on"]),
            (
                #"{"body": {"$select": "secure", "cases": {"true": {"name": "${name}"}, "false": {"name": "${name}"}}}}"#,
                true, ["name"]
            ),
            ("{}", true, ["name", "user", "port"]),
        ])
    func precedence(_ entry: String, _ isConditional: Bool, _ fields: [String]) throws {
        let template = try Self.template(Self.text(#"{"uri": \#(entry)}"#, more: Self.shared))
        try template.check(kinds: Self.kinds)
        let uri = try #require(template.resources.first)
        #expect((uri.condition != nil) == isConditional)
        #expect(Set(uri.body.ownMembers.names) == Set(fields))
    }

    @Test("Its text stands for itself, so a later base changes nothing")
    func text() throws {
        let template = try Self.template(Self.text(#"{"uri": {}, "extra": {"after": ["uri"]}}"#, more: Self.shared))
        let again = try Self.template(template.text, base: nil)
        #expect(again.resources == template.resources)
        #expect(again.parameters == template.parameters)
        #expect(again.secrets == template.secrets)
        #expect(again.text == template.text)
        #expect(!template.text.contains("extends"))
    }

    @Test("A template without a base keeps its text to the byte")
    func verbatim() throws {
        let text = #"{ "pairing":"test", "title": "T",   "verified": "2026-11-22", "resources": {} }"#
        #expect(try Self.template(text).text == text)
    }

    @Test(
        "A mistake is reported in the file in which it stands",
        arguments: [
            // In the template itself.
            (#"{"uri": {"body": {"prot": 1}}}"#, "mine.json:2:33 at /resources/uri/body/prot"),
            (#"{"uri": {"after": ["x"]}}"#, "mine.json:2:34 at /resources/uri/after/0"),
            // In the base: this kind lacks the field.
            (#"{"uri": {}}"#, "half (built in):6:43 at /resources/uri/body/user"),
            // A missing kind: the base has no such entry.
            (#"{"other": {"body": {}}}"#, "mine.json:2:16 at /resources/other/kind"),
        ])
    func places(_ resources: String, _ place: String) throws {
        let kind = KindDescription(
            "test.thing", title: "thing", side: .platform, idField: "id",
            fields: ["id": .string.readOnly(), "name": .string, "port": .integer])
        let error = #expect(throws: TemplateError.self) {
            let template = try Self.template(Self.text(resources, more: Self.shared))
            try template.check(kinds: [kind])
        }
        #expect(error?.summary.hasPrefix(place + ": ") == true, "\(error?.summary ?? "")")
    }

    @Test(
        "Another base than the one that exists is refused",
        arguments: [
            (#""extends": "haf""#, Optional(Self.base), #"there is no base "haf"; write "half""#),
            (#""extends": "half""#, nil, #"there is no base "half""#),
            (#""extends": 1"#, Optional(Self.base), #"expected a string, found an integer; write "half""#),
        ])
    func unknown(_ extends: String, _ base: TemplateBase?, _ words: String) {
        let text = Self.text("{}").replacing(#""extends": "half""#, with: extends)
        let error = #expect(throws: TemplateError.self) { try Self.template(text, base: base) }
        #expect(error?.summary == "mine.json:1:2 at /extends: \(words)")
    }
}
