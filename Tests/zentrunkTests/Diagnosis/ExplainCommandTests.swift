import Foundation
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkCommandLine

@Suite("explain")
struct ExplainCommandTests {
    private func explain(_ arguments: String..., input: String? = nil) async throws -> Program.Result {
        // A state folder that cannot be made: the command needs none.
        var program = Program(["explain"] + arguments, state: "/dev/null/none")
        program.input = input
        return try await program.run()
    }

    /// Words on the command line, and what the first cause's lines contain.
    struct Case: Sendable, CustomTestStringConvertible {
        var words: [String]
        var parts: [String]
        var testDescription: String { words.joined(separator: " ") }

        static let table = [
            Case(
                words: ["4150", "--direction", "outbound"],
                parts: ["4150", "Zentrunk hangup code", "owner:", "meaning:", "next:", "evidence:", "<https://"]),
            Case(words: ["SIP/2.0", "404", "Does", "not", "match", "any", "SIP", "Trunks"], parts: ["LiveKit's SIP"]),
            Case(words: ["customer-busy"], parts: ["Vapi's endedReason", "owner:"]),
            Case(words: ["486", "--platform", "vapi"], parts: ["486", "SIP status"]),
            Case(words: ["tcp.refused"], parts: ["Result of a probe", "wire"]),
        ]
    }

    @Test("A known code is explained with owner, meaning, next step and evidence, without keys", arguments: Case.table)
    func known(_ example: Case) async throws {
        var program = Program(["explain"] + example.words, state: "/dev/null/none")
        program.environment["HOME"] = "/dev/null"
        let page = try await program.run()
        #expect(page.status == 0, "\(page.stderr)")
        #expect(page.stderr == "")
        for part in example.parts { #expect(page.stdout.contains(part), "\(page.stdout)") }
    }

    @Test("The same code has other causes in the other direction")
    func direction() async throws {
        let inbound = try await explain("4150", "--direction", "inbound", "--json").json
        let outbound = try await explain("4150", "--direction", "outbound", "--json").json
        func owner(_ document: JSONValue) -> JSONValue? {
            document["explanations"]?.array?.first?["causes"]?.array?.first?["owner"]
        }
        #expect(owner(inbound) != nil && owner(inbound) != owner(outbound))
        let text = try await explain("4150", "--direction", "inbound").stdout
        #expect(text.contains("only to calls in the other direction"))
    }

    @Test("An unknown text is shown as received, without a meaning, and ends with exit code 8")
    func unknown() async throws {
        let result = try await explain("flux", "capacitor\u{1B}[31m")
        #expect(result.status == 8)
        #expect(result.stdout.contains("\"flux capacitor\\u001b[31m\" is unknown"))
        #expect(!result.stdout.contains("owner:"))
        let json = try await explain("flux", "--json")
        #expect(json.status == 8)
        #expect(try json.json["outcome"] == "unknown")
        #expect(try json.json["explanations"]?.array?.first?["causes"] == [])
    }

    @Test("Each line of stdin is one query, in one document")
    func lines() async throws {
        let result = try await explain("-", "--json", input: "4150\r\n\n  nonsense \ncustomer-busy\n")
        #expect(result.status == 8)
        let explanations = try #require(try result.json["explanations"]?.array)
        #expect(explanations.map { $0["query"] } == ["4150", "nonsense", "customer-busy"])
        #expect(explanations.map { $0["known"] } == [true, false, true])
        let page = try await explain("-", input: "4150\ncustomer-busy")
        #expect(page.status == 0)
    }

    @Test("Input without a line, or too long, and unknown options are refused")
    func refused() async throws {
        #expect(try await explain("-", input: "\n \n").stderr.contains("no lines to explain"))
        #expect(try await explain("-", input: "").status == 1)
        #expect(try await explain("4150", "--platform", "nope").stderr.contains("unknown platform \"nope\""))
        #expect(try await explain("4150", "--direction", "sideways").status == 1)
    }

    @Test("A text is wrapped behind its label")
    func wrapping() {
        let lines = "one two three four five six seven eight nine ten".hanging(behind: "  next:     ", to: 40)
        #expect(lines == ["  next:     one two three four five six", "            seven eight nine ten"])
        #expect("short".hanging(behind: "a ", to: nil) == ["a short"])
    }
}
