import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Custom templates")
struct TemplateCommandTests {
    private static let number = "+14155550100"

    /// Writes a built-in template, as shown by the command, to a file.
    private func file(_ desk: Desk, _ pairing: Pairing, _ change: (String) -> String = { $0 }) async throws -> String {
        let shown = try await desk.zentrunk("template", "show", pairing.id)
        #expect(shown.status == 0)
        #expect(try shown.stdout == pairing.templateText())
        let file = desk.folder + "/mine.json"
        try change(shown.stdout).write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    @Test("A shown template is valid, and connects like the built-in one", arguments: Pairing.all)
    func roundTrip(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let file = try await file(desk, pairing)
            let checked = try await desk.zentrunk("template", "validate", file)
            #expect(checked.status == 0, "\(checked.stderr)")
            #expect(checked.stdout.hasPrefix("\(file) is valid: "))
            #expect(desk.sandbox.requests.isEmpty)
            let connect = pairing.command("connect", "--json")
            let done = try await desk.zentrunk(connect + ["--template", file])
            #expect(done.status == 0, "\(done.stderr)")
            #expect(try done.json["outcome"] == "connected")
            try pairing.check(desk.sandbox.state, Combination(pairing: pairing))
            #expect(try await desk.zentrunk(connect).json["outcome"] == "unchanged")
        }
    }

    @Test("A built-in template can be validated by name", arguments: Pairing.all)
    func byName(_ pairing: Pairing) async throws {
        try await withFolder { folder async throws in
            let result = try await Program(["template", "validate", pairing.id, "--json"], state: folder).run()
            #expect(result.status == 0, "\(result.stdout)")
            let json = try result.json
            #expect(json["valid"] == true)
            #expect(json["errors"] == [])
            // Only the warning about the age of the facts is allowed.
            let warnings = try #require(json["warnings"]?.array)
            #expect(warnings.allSatisfy { $0["path"] == "/verified" })
        }
    }

    @Test("Errors are reported together with line, column, path and remedy, as text and as JSON")
    func mistakes() async throws {
        try await Desk.run { desk async throws in
            let file = try await file(desk, .vapi) { text in
                text.replacing(#""secure": "${secure}""#, with: #""secure": "${secrue}""#)
                    .replacing("plivo.number-route", with: "plivo.number-rout")
            }
            let text = try String(contentsOfFile: file, encoding: .utf8)
            let (field, kind) = try (
                Self.place(of: #""secure": "${secrue}""#, text), Self.place(of: #""kind": "plivo."#, text)
            )
            let told = try await desk.zentrunk("template", "validate", file)
            #expect(told.status == 1)
            #expect(told.stdout.isEmpty)
            let lines = told.stderr.split(separator: "\n").map(String.init)
            #expect(
                lines == [
                    "error: \(file):\(field) at /resources/outbound-trunk/body/secure: unknown parameter \"secrue\"; did you mean \"secure\"?",
                    "error: \(file):\(kind) at /resources/route/kind: unknown kind \"plivo.number-rout\"; did you mean \"plivo.number-route\"?",
                ])
            let result = try await desk.zentrunk("template", "validate", file, "--json")
            #expect(result.status == 1)
            let json = try result.json
            #expect(json["valid"] == false)
            #expect(json["file"] == .string(file))
            #expect(
                json["errors"]?.array?.last == [
                    "line": .integer(Int64(kind.line)), "column": .integer(Int64(kind.column)),
                    "path": "/resources/route/kind",
                    "message": "unknown kind \"plivo.number-rout\"",
                    "suggestion": "did you mean \"plivo.number-route\"?",
                ])
            let refused = try await desk.zentrunk(
                "connect", "vapi", "-n", Self.number, "--no-agent", "--template", file, "--json")
            #expect(refused.status == 1)
            #expect(
                try refused.json["error"]?["message"]?.string?.hasPrefix("template \(file):\(field) at /resources/")
                    == true)
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    private static func place(of part: String, _ text: String) throws -> JSONPosition {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let index = try #require(lines.firstIndex { $0.contains(part) })
        let column = try #require(lines[index].firstRange(of: part)).lowerBound
        return JSONPosition(
            line: index + 1, column: lines[index].distance(from: lines[index].startIndex, to: column) + 1)
    }

    @Test(
        "Facts not verified for long cause a warning on stderr and in the result, and do not stop the command",
        arguments: Pairing.all)
    func staleness(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let file = try await file(desk, pairing) {
                $0.replacing(/"verified": "[0-9-]+"/, with: #""verified": "2020-02-29""#)
            }
            let guide = try #require(JSONValue(parsing: pairing.adapter.template)["guides"]?.array?.last?.string)
            func check(_ result: Program.Result, _ warnings: [JSONValue]?) {
                #expect(result.status == 0, "\(result.stderr)")
                for text in [result.stderr] + (warnings ?? []).compactMap({ $0["message"]?.string }) {
                    #expect(text.contains("verified on 2020-02-29"))
                    #expect(text.contains(guide))
                }
            }
            check(try await desk.zentrunk("template", "validate", file), nil)
            let plan = try await desk.zentrunk(pairing.command("plan", "--template", file))
            check(plan, nil)
            #expect(!plan.stdout.contains("2020-02-29"))
            let planned = try await desk.zentrunk(pairing.command("plan", "--template", file, "--json"))
            check(planned, try #require(planned.json["warnings"]?.array))
            #expect(try planned.json["warnings"]?.array?.count == 1)
            let connected = try await desk.zentrunk(pairing.command("connect", "--template", file, "--json"))
            check(connected, try #require(connected.json["warnings"]?.array))
            check(try await desk.zentrunk(pairing.command("connect", "--template", file)), nil)
        }
    }
}
