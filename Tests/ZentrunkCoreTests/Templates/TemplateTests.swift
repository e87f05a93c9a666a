import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Reading a template")
struct TemplateTests {
    /// A valid template with one part replaced.
    private func document(
        parameters: String = "{}", secrets: String = "{}", refuse: String = "[]", resources: String, more: String = ""
    ) -> String {
        """
        {"pairing": "test", "title": "Test", "verified": "2026-11-22", \(more)"parameters": \(parameters), "secrets": \(secrets),
         "refuse": \(refuse), "resources": \(resources)}
        """
    }

    private func template(_ text: String) throws(TemplateError) -> Template {
        let template = try Template(parsing: Array(text.utf8), file: "test.json")
        try template.check(kinds: Self.kinds)
        return template
    }

    private static let kinds = [
        KindDescription(
            "test.thing", title: "thing", side: .platform, idField: "id",
            fields: [
                "id": .string.readOnly(), "name": .string, "user": .string, "password": .string.writeOnly(),
                "port": .integer,
                "mode": .choice("udp", "tls"), "list": .list(of: .object(["ip": .string])), "on": .boolean,
            ]),
        KindDescription(
            "test.route", title: "route", side: .carrier, role: .route, idField: "number", nameField: nil,
            numberField: "number",
            fields: ["number": .string.fixed(), "thing": .string]),
    ]

    private func thing(_ more: String) -> String {
        #"{"a": {"kind": "test.thing", "body": {"name": "${name}"\#(more)}}}"#
    }

    @Test("A valid template is read in the file's order")
    func sound() throws {
        let template = try template(
            document(
                parameters: #"{"agent": {"type": "choice", "choices": ["x", "y"], "default": "y", "help": "h"}}"#,
                resources: #"""
                    {"b": {"kind": "test.thing", "after": ["a"], "body": {"name": "${name}", "user": "${a.id}", "port": 1}},
                     "a": {"kind": "test.thing", "when": {"agent": "x"}, "body": {"name": "${name}"}},
                     "r": {"kind": "test.route", "each": "numbers", "body": {"number": "${number}"}}}
                    """#))
        #expect(template.resources.map(\.key) == ["b", "a", "r"])
        #expect(template.resources.map(\.isPerNumber) == [false, false, true])
        #expect(template.resources[0].prerequisites(of: template.resources[0].body) == ["a"])
        #expect(template.allParameters.map(\.name) == ["direction", "secure", "failover", "agent"])
        #expect(template.parameters.first?.defaultValue == "y")
    }

    @Test("Invalid JSON is reported with line and column")
    func brokenJSON() {
        let error = #expect(throws: TemplateError.self) { try template("{\n  \"pairing\": \"x\",\n  \"title\" 7\n}") }
        #expect(error?.position?.line == 3)
        #expect(error?.path == nil)
        #expect(error?.description.hasPrefix("template test.json:3:") == true)
    }

    private func expect(
        _ document: String, _ path: String, _ message: String, _ location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: TemplateError.self, sourceLocation: location) { try template(document) }
        #expect(error?.path?.description == path, sourceLocation: location)
        #expect(error?.description.contains(message) == true, "\(String(describing: error))", sourceLocation: location)
        #expect(error?.position != nil, sourceLocation: location)
        #expect(error?.file == "test.json", sourceLocation: location)
    }

    @Test("Unknown members are refused with their path")
    func unknownMembers() {
        expect(document(resources: thing(""), more: #""titel": 1, "#), "/titel", "did you mean \"title\"?")
        expect(
            document(resources: #"{"a": {"kind": "test.thing", "wenn": {}, "body": {}}}"#), "/resources/a/wenn", "wenn")
        expect(
            document(parameters: #"{"xx": {"type": "int", "help": ""}}"#, resources: "{}"), "/parameters/xx/type",
            "choice")
        expect(document(parameters: #"{"xx": {"type": "string"}}"#, resources: "{}"), "/parameters/xx/help", "a value")
        expect(document(secrets: #"{"s": {"type": "key"}}"#, resources: "{}"), "/secrets/s/type", "sip-credential")
        expect(document(resources: #"{"a": {"kind": "test.thing"}}"#), "/resources/a/body", "a value")
        expect(
            document(parameters: #"{"xx": {"type": "bool", "help": "", "default": "maybe"}}"#, resources: "{}"),
            "/parameters/xx/default",
            "true or false")
    }

    @Test("Reference cycles are shown")
    func circles() {
        let resources = #"""
            {"a": {"kind": "test.thing", "body": {"name": "${name}", "user": "${b.id}"}},
             "b": {"kind": "test.thing", "after": ["c"], "body": {"name": "${name}"}},
             "c": {"kind": "test.thing", "body": {"name": "${name}", "user": "${a.id}"}}}
            """#
        expect(document(resources: resources), "/resources/a", "a → b → c → a")
        expect(document(resources: thing(#", "user": "${a.id}""#)), "/resources/a", "a → a")
    }

    @Test("Unknown names are refused with their path")
    func unknownNames() {
        expect(
            document(resources: #"{"a": {"kind": "test.thin", "body": {}}}"#), "/resources/a/kind",
            "did you mean \"test.thing\"?")
        expect(
            document(resources: thing(#", "user": "${agent}""#)), "/resources/a/body/user",
            "unknown parameter \"agent\"")
        expect(document(resources: thing(#", "user": "${b.id}""#)), "/resources/a/body/user", "unknown resource \"b\"")
        expect(
            document(resources: thing(#", "user": "x ${secrets.s.username}""#)), "/resources/a/body/user",
            "unknown secret \"s\"")
        expect(document(resources: thing(#", "user": "${number}""#)), "/resources/a/body/user", "each")
        expect(document(resources: thing(#", "colour": 1"#)), "/resources/a/body/colour", "no field \"colour\"")
        expect(document(resources: thing(#", "id": "1""#)), "/resources/a/body/id", "no field \"id\" to write")
        expect(
            document(resources: #"{"a": {"kind": "test.thing", "when": {"directoin": "x"}, "body": {}}}"#),
            "/resources/a/when/directoin",
            "did you mean \"direction\"?")
        expect(
            document(resources: #"{"a": {"kind": "test.thing", "after": ["b"], "body": {}}}"#), "/resources/a/after/0",
            "\"b\"")
        expect(
            document(refuse: #"[{"when": {"xx": 1}, "because": "y"}]"#, resources: "{}"), "/refuse/0/when/xx",
            "unknown parameter \"xx\"")
        expect(
            document(resources: thing(#", "list": [{"$when": {"xx": 1}, "ip": "a"}]"#)),
            "/resources/a/body/list/0/$when/xx", "xx")
        expect(document(resources: #"{"A": {"kind": "test.thing", "body": {}}}"#), "/resources/A", "1 to 16")
        expect(
            document(resources: #"{"carrier": {"kind": "test.thing", "body": {}}}"#), "/resources/carrier", "carrier")
    }

    @Test("A field that cannot be read cannot be referenced")
    func unreadableFields() {
        let resources = #"""
            {"a": {"kind": "test.thing", "body": {"name": "${name}"}},
             "b": {"kind": "test.thing", "body": {"name": "${name}", "user": "${a.FIELD}"}}}
            """#
        for field in ["password", "colour", "list.ip"] {
            expect(
                document(resources: resources.replacing("FIELD", with: field)), "/resources/b/body/user",
                "no field \"\(field)\"")
        }
    }

    @Test("A password is allowed only in a write-only field")
    func passwords() throws {
        let secrets = #"{"s": {"type": "sip-credential"}}"#
        expect(
            document(secrets: secrets, resources: thing(#", "user": "${secrets.s.password}""#)),
            "/resources/a/body/user",
            "a password is allowed only")
        expect(
            document(secrets: secrets, resources: thing(#", "user": "x${secrets.s.password}""#)),
            "/resources/a/body/user",
            "a password is allowed only")
        _ = try template(
            document(
                secrets: secrets,
                resources: thing(#", "user": "${secrets.s.username}", "password": "${secrets.s.password}""#)))
    }

    @Test("A selection must cover every value of its parameter")
    func cases() {
        expect(
            document(resources: thing(#", "port": {"$select": "secure", "cases": {"true": 1}}"#)),
            "/resources/a/body/port/cases",
            "no case for secure \"false\"")
        expect(
            document(resources: thing(#", "port": {"$select": "direction", "cases": {"both": 1, "inbound": 2}}"#)),
            "/resources/a/body/port/cases", "\"outbound\"")
        expect(
            document(resources: thing(#", "port": {"$select": "sekure", "cases": {}}"#)),
            "/resources/a/body/port/$select",
            "did you mean \"secure\"?")
    }

    @Test("Values must match their field's type")
    func shapes() {
        expect(document(resources: thing(#", "port": "5060""#)), "/resources/a/body/port", "an integer")
        expect(document(resources: thing(#", "mode": "tsl""#)), "/resources/a/body/mode", "did you mean \"tls\"?")
        expect(document(resources: thing(#", "list": {}"#)), "/resources/a/body/list", "a list")
        expect(document(resources: thing(#", "on": [true]"#)), "/resources/a/body/on", "true or false")
        expect(document(resources: thing(#", "list": [{"ip": 7}]"#)), "/resources/a/body/list/0/ip", "a string")
        expect(
            document(resources: thing(#", "port": {"$select": "secure", "cases": {"true": 1, "false": "x"}}"#)),
            "/resources/a/body/port/cases/false", "an integer")
    }

    @Test("Fields that identify an object are required")
    func identity() {
        expect(
            document(resources: #"{"a": {"kind": "test.thing", "body": {}}}"#), "/resources/a/body", "needs \"name\"")
        expect(document(resources: #"{"a": {"kind": "test.route", "body": {"number": "x"}}}"#), "/resources/a", "each")
        expect(
            document(resources: #"{"a": {"kind": "test.route", "each": "numbers", "body": {}}}"#), "/resources/a/body",
            "needs \"number\"")
    }
}
