import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
@_spi(Adapter) import ZentrunkTestKit

@Suite("The JSON Schema of templates")
struct TemplateSchemaTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("templates")

    private static func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(file)))
    }

    private static func complaints(about bytes: [UInt8]) throws -> [String] {
        let document = try JSONValue(parsing: self.bytes("template.schema.json"))
        return JSONSchema(document: document).complaints(about: try JSONValue(parsing: bytes), by: document)
    }

    @Test("Accepts every built-in template, as it is written and as it is shown", arguments: Pairing.all)
    func builtIn(_ pairing: Pairing) throws {
        #expect(try Self.complaints(about: pairing.adapter.template) == [])
        #expect(try Self.complaints(about: Array(pairing.templateText().utf8)) == [])
        #expect(try Self.bytes("\(pairing.id).json") == pairing.adapter.template)
    }

    @Test("Accepts the carrier's base")
    func base() throws {
        let base = try #require(PlivoAccount.templateBase)
        #expect(try Self.complaints(about: base.bytes) == [])
        #expect(try Self.bytes("\(base.name).json") == base.bytes)
    }

    /// A change of a built-in template that the loader refuses as well.
    struct Mistake: Sendable, CustomTestStringConvertible {
        var from: String
        var to: String
        /// Where the schema complains.
        var path: String

        var testDescription: String { "\(from) → \(to)" }

        init(_ from: String, _ to: String, _ path: String) {
            self.from = from
            self.to = to
            self.path = path
        }
    }

    @Test(
        "Refuses a template of another shape, as the loader does",
        arguments: [
            Mistake(#""title": "Plivo Zentrunk and Vapi","#, "", "/title"),
            Mistake(#""pairing": "vapi","#, "", "/pairing"),
            Mistake(#""verified":"#, #""verifeid":"#, "/verif"),
            Mistake(#""pairing": "vapi""#, #""pairing": 1"#, "/pairing"),
            Mistake(#""extends": "zentrunk","#, "", "/resources/acl/kind"),
            Mistake(#""type": "id","#, #""type": "ident","#, "/parameters/assistant/type"),
            Mistake(#""choices": ["us", "eu"],"#, "", "/parameters/region/choices"),
            Mistake(#""kept": true"#, #""kept": "yes""#, "/parameters/assistant/kept"),
            Mistake(#""number": "+91*""#, #""number": {}"#, "/refuse/4/when/number"),
            Mistake(#""number": "+91*""#, #""number": []"#, "/refuse/4/when/number"),
            Mistake(#""each": "numbers""#, #""each": "number""#, "/resources/line/each"),
            Mistake(
                #""failover-uri": {}"#, #""failover-uri": { "kind": "zentrunk.origination-uri" }"#,
                "/resources/failover-uri/body"),
            Mistake(#""${assistant?}""#, #""${assistant ?}""#, "/resources/line/body/assistantId"),
            Mistake(#""cases": { "true": 5061"#, #""case": { "true": 5061"#, "/resources/sip/body/gateways/0/port"),
            Mistake(
                #"{ "$when": { "server-url": "*" }, "#, #"{ "$wen": { "server-url": "*" }, "#,
                "/resources/line/body/server"),
        ])
    func mistakes(_ mistake: Mistake) throws {
        let text = String(decoding: Pairing.vapi.adapter.template, as: UTF8.self)
        try #require(text.contains(mistake.from))
        let changed = Array(text.replacing(mistake.from, with: mistake.to, maxReplacements: 1).utf8)
        let complaints = try Self.complaints(about: changed)
        #expect(complaints.contains { $0.hasPrefix(mistake.path) }, "\(complaints)")
        #expect(throws: (any Error).self) {
            let template = try Template(parsing: changed, file: "mine.json", base: PlivoAccount.templateBase)
            try template.check(kinds: World.kinds(of: .vapi))
        }
    }
}
