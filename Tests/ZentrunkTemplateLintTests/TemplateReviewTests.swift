import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTemplateLint

@testable @_spi(Adapter) import ZentrunkCore

/// One error in an otherwise valid template, made by replacing a single text.
struct BrokenTemplate: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Occurs exactly once in the valid template.
    var from: String
    var to: String
    /// The expected path, line, message and suggestion.
    var path: String
    var line: Int
    var message: String
    var suggestion: String?

    static let sound = #"""
        {
          "pairing": "test", "title": "Test", "verified": "2026-11-22",
          "guides": ["https://example.com/guide"],
          "parameters": {
            "agent": { "type": "string", "help": "who answers" },
            "region": { "type": "choice", "choices": ["us", "eu"], "default": "us", "help": "where" },
            "authentication": { "type": "choice", "choices": ["list", "credentials"], "default": "list", "help": "how" }
          },
          "secrets": { "sip": { "type": "sip-credential", "when": { "authentication": "credentials" } } },
          "refuse": [
            { "when": { "number": "+91*", "region": "us" }, "because": "not from here" }
          ],
          "resources": {
            "acl": {
              "kind": "test.list", "when": { "authentication": "list" },
              "body": { "name": "${name}", "networks": ["192.0.2.0/24", { "$spread": "${platform.networks}" }] }
            },
            "trunk": {
              "kind": "test.trunk",
              "body": {
                "name": "${name}", "secure": "${secure}", "list": "${acl.id?}",
                "port": { "$select": "secure", "cases": { "true": 5061, "false": 5060 } },
                "user": { "$when": { "authentication": "credentials" }, "$value": "${secrets.sip.username}" },
                "password": "${secrets.sip.password?}",
                "host": "${platform.host}", "mode": "udp"
              }
            },
            "line": {
              "kind": "test.line", "each": "numbers",
              "body": { "name": "${name}", "number": "${number}", "agent": "${agent?}", "trunk": "${trunk.id}" }
            },
            "route": {
              "kind": "test.route", "each": "numbers", "after": ["line"], "when": { "direction": ["inbound", "both"] },
              "body": { "number": "${number}", "trunk": "${trunk.id}" }
            }
          }
        }
        """#

    static let kinds = [
        KindDescription(
            "test.list", title: "list", side: .carrier, idField: "id",
            fields: ["id": .string.readOnly(), "name": .string, "networks": .list(of: .string)]),
        KindDescription(
            "test.trunk", title: "trunk", side: .carrier, idField: "id", longestName: 29,
            fields: [
                "id": .string.readOnly(), "name": .string, "secure": .boolean, "port": .integer, "user": .string,
                "password": .string.writeOnly(), "host": .string, "mode": .choice("udp", "tls"),
                "list": .string.referring(to: "test.list"), "extra": .list(of: .string),
            ]),
        KindDescription(
            "test.line", title: "line", side: .platform, idField: "id", numberField: "number",
            fields: [
                "id": .string.readOnly(), "name": .string, "number": .string, "agent": .string,
                "trunk": .string.referring(to: "test.trunk"),
            ]),
        KindDescription(
            "test.route", title: "route", side: .carrier, role: .route, idField: "number", nameField: nil,
            numberField: "number", fields: ["number": .string, "trunk": .string.referring(to: "test.trunk")]),
    ]

    static func review(_ text: String, today: String = "2026-11-23") throws -> TemplateReview {
        TemplateReview(
            Array(text.utf8), file: "mine.json", today: try #require(Day(today)), platforms: ["test", "other"]
        ) { _ in
            TemplateReview.Pairing(kinds: kinds, parameters: ["region"]) { connection in
                guard connection.values["agent"] != "nobody" else { throw ZentrunkError(.unsupported, "no") }
                return (["host": "sip.example.com", "networks": ["198.51.100.0/24"]], ["networks": []])
            }
        }
    }
}

@Suite("A template review reports every error with its position and a correction")
struct TemplateReviewTests {
    @Test("A valid template has no errors and no warnings")
    func sound() throws {
        let review = try BrokenTemplate.review(BrokenTemplate.sound)
        #expect(review.errors.map(\.description) == [])
        #expect(review.warnings.map(\.description) == [])
        #expect(review.template?.resources.count == 4)
    }

    private func broken(_ broken: BrokenTemplate) throws -> TemplateReview {
        #expect(BrokenTemplate.sound.components(broken.from) == 2, "\(broken.from) should occur once")
        return try BrokenTemplate.review(BrokenTemplate.sound.replacing(broken.from, with: broken.to))
    }

    @Test("An error is reported once, at its position", arguments: BrokenTemplate.errors)
    func mistake(_ mistake: BrokenTemplate) throws {
        let review = try broken(mistake)
        let error = try #require(review.errors.first, "nothing was found")
        #expect(review.errors.count == 1, "\(review.errors.map(\.description))")
        #expect(review.template == nil)
        #expect(error.path?.description == mistake.path)
        #expect(error.position?.line == mistake.line)
        #expect(error.message.contains(mistake.message), "\(error.message)")
        #expect(error.file == "mine.json")
        if let suggestion = mistake.suggestion {
            #expect(error.suggestion?.contains(suggestion) == true, "\(error.suggestion ?? "no suggestion")")
        }
    }

    @Test("What needs no adapter is checked of a template of an unknown platform as well")
    func unknownPlatform() throws {
        let carrier = BrokenTemplate.kinds.filter { $0.side == .carrier }
        func review(_ text: String) throws -> TemplateReview {
            let text = text.replacing(#""pairing": "test""#, with: #""pairing": "afar""#)
                .replacing("test.line", with: "afar.line")
            return try TemplateReview(
                Array(text.utf8), file: "mine.json", today: #require(Day("2026-11-23")), platforms: ["test"],
                carrier: carrier
            ) { _ in throw ZentrunkError(.internalFault, "there is no adapter") }
        }
        let sound = try review(BrokenTemplate.sound).errors
        #expect(sound.map(\.path?.description) == ["/pairing"], "\(sound)")
        let broken = BrokenTemplate.sound.replacing(#""trunk": "${trunk.id}" }"#, with: #""trunk": "${trunk.uid}" }"#)
        let errors = try review(broken).errors
        #expect(errors.map(\.path?.description).contains("/resources/route/body/trunk"), "\(errors)")
        #expect(errors.map(\.path?.description).contains("/pairing"))
        let kind = try review(BrokenTemplate.sound.replacing("test.route", with: "test.rout")).errors
        #expect(kind.contains { $0.path?.description == "/resources/route/kind" }, "\(kind)")
    }

    @Test("A valid but questionable template causes a warning", arguments: BrokenTemplate.warnings)
    func doubt(_ doubt: BrokenTemplate) throws {
        let review = try broken(doubt)
        #expect(review.errors.map(\.description) == [])
        #expect(review.template != nil)
        let warning = try #require(review.warnings.first, "nothing was found")
        #expect(review.warnings.count == 1, "\(review.warnings.map(\.description))")
        #expect(warning.path?.description == doubt.path)
        #expect(warning.position?.line == doubt.line)
        #expect(warning.message.contains(doubt.message), "\(warning.message)")
    }

    @Test("All errors of a file are reported together, in their order")
    func all() throws {
        let changes = [
            (#""title": "Test""#, #""title": 7"#), (#""type": "string""#, #""type": "strnig""#),
            (#"{ "type": "sip-credential","#, #"{ "type": "password","#), (#""because""#, #""becuase""#),
            (#""kind": "test.list""#, #""kind": "test.lst""#), (#""secure": "${secure}""#, #""secure": "${secrue}""#),
            (#""mode": "udp""#, #""mode": "sctp", "colour": 1"#), (#""each": "numbers", "after""#, #""after""#),
        ]
        let text = changes.reduce(BrokenTemplate.sound) { $0.replacing($1.0, with: $1.1, maxReplacements: 1) }
        let review = try BrokenTemplate.review(text)
        #expect(
            review.errors.compactMap(\.path?.description) == [
                "/title", "/parameters/agent/type", "/secrets/sip/type", "/refuse/0/because", "/refuse/0/becuase",
                "/resources/acl/kind", "/resources/trunk/body/secure", "/resources/trunk/body/mode",
                "/resources/trunk/body/colour", "/resources/route", "/resources/route/body/number",
            ])
        let lines = review.errors.compactMap(\.position)
        #expect(lines == lines.sorted())
        #expect(lines.count == review.errors.count)
    }

    @Test("Invalid JSON is one error with line and column")
    func syntax() throws {
        let review = try BrokenTemplate.review("{\n  \"pairing\": oops\n}")
        #expect(review.errors.map(\.position) == [JSONPosition(line: 2, column: 14)])
        #expect(review.errors.first?.path == nil)
        #expect(review.errors.first?.description.hasPrefix("template mine.json:2:14: ") == true)
    }

    @Test("Control characters in a template's names do not reach a terminal")
    func printable() throws {
        let text = BrokenTemplate.sound.replacing(
            #""secure": "${secure}""#, with: #""\u001b[2J\n\u202e": "${secure}""#, maxReplacements: 1)
        let error = try #require(BrokenTemplate.review(text).errors.first)
        #expect(error.message.contains("\u{1B}"))
        #expect(error.summary.contains(#"\u001b[2J\u000a\u202e"#))
        #expect(!error.description.contains { "\u{1B}\n\u{202E}".contains($0) })
    }

    @Test(
        "A document that is not a template is an error and does not crash",
        arguments: ["[]", "7", "{}", #"{"resources": []}"#])
    func shapeless(_ text: String) throws {
        #expect(try !BrokenTemplate.review(text).errors.isEmpty)
    }

    @Test(
        "Facts not verified for more than 90 days cause a warning with the pages to check",
        arguments: [("2026-11-21", false), ("2026-11-22", false), ("2027-02-20", false), ("2027-02-21", true)])
    func freshness(_ today: String, _ isStale: Bool) throws {
        let review = try BrokenTemplate.review(BrokenTemplate.sound, today: today)
        #expect(review.errors.isEmpty)
        #expect(
            review.warnings.map(\.summary)
                == (isStale
                    ? [
                        "mine.json:2:39 at /verified: the facts of mine.json were verified on 2026-11-22, 91 days ago: look whether they still hold, against https://example.com/guide"
                    ] : []))
        let staleness = try review.template?.staleness(on: #require(Day(today)))
        #expect((staleness != nil) == isStale)
    }

    @Test("An error found while connecting has line, path and suggestion")
    func thrown() throws {
        let text = BrokenTemplate.sound.replacing("${agent?}", with: "${agnet?}")
        let error = #expect(throws: TemplateError.self) { try Template(parsing: Array(text.utf8), file: "mine.json") }
        #expect(
            error?.zentrunkError.message
                == "template mine.json:30:59 at /resources/line/body/agent: unknown parameter \"agnet\"; did you mean \"agent\"?"
        )
        #expect(error?.zentrunkError.remedies == [.validateTemplate(file: "mine.json")])
    }
}

extension String {
    /// Returns the number of parts separated by another text.
    fileprivate func components(_ separator: String) -> Int { ranges(of: separator).count + 1 }
}
