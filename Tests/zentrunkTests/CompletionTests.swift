import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Completion candidates")
struct CompletionTests {
    /// The words before the cursor, including the incomplete last one. `PLATFORM` is replaced with the pairing's id.
    struct Case: Sendable, CustomTestStringConvertible {
        var words: [String]
        /// Candidates that must exist.
        var has: [String] = []
        /// Candidates that must not exist.
        var lacks: [String] = []
        /// All candidates, if the complete list matters.
        var all: [String]?
        var testDescription: String { words.joined(separator: " ") }

        init(_ words: String..., has: [String] = [], lacks: [String] = [], all: [String]? = nil) {
            self.words = words
            self.has = has
            self.lacks = lacks
            self.all = all
        }

        static let files = [":files"]
        static let platforms = Pairing.all.map(\.id)
        static let table: [Case] = [
            Case("", has: ["connect", "trunk", "help", "completions"], lacks: ["docs", "complete"]),
            Case("conn", all: ["connect"]),
            Case("help", "conn", all: ["connect"]),
            Case("help", "trunk", "cr", all: ["create"]),
            Case("trunk", "", all: ["list", "get", "create", "update", "delete"]),
            Case("template", "s", all: ["show"]),
            Case("template", "show", "", all: platforms),
            Case("template", "validate", "", all: files),
            Case("connect", "", all: platforms),
            Case("plan", "", all: platforms),
            Case("disconnect", "", all: platforms),
            Case("show", "", all: platforms),
            Case("connect", "--sandbox", "--name", "x", "", all: platforms),
            Case("connect", "--dire", all: ["--direction"]),
            Case("connect", "--direction", "", all: ["outbound", "inbound", "both"]),
            Case("connect", "PLATFORM", "--direction", "in", all: ["inbound"]),
            Case("connect", "PLATFORM", "--direction=in", all: ["--direction=inbound"]),
            Case("connect", "PLATFORM", "--no-s", all: ["--no-secure"]),
            Case("connect", "PLATFORM", "", has: ["--number", "--secure", "--no-secure"]),
            Case("connect", "PLATFORM", "--direction", "both", "--dire", all: []),
            Case("connect", "PLATFORM", "--number", "+14155550100", "--numb", all: ["--number", "--numbers"]),
            Case("connect", "PLATFORM", "--set", "dir", all: ["direction="]),
            Case("connect", "PLATFORM", "--set", "direction=o", all: ["direction=outbound"]),
            Case("connect", "PLATFORM", "--set=direction=o", all: ["--set=direction=outbound"]),
            Case("connect", "PLATFORM", "--numbers", "", all: files),
            Case("connect", "PLATFORM", "--numbers=", all: files),
            Case("connect", "PLATFORM", "--template", "mi", all: files),
            Case("disconnect", "PLATFORM", "--numbers", "", all: files),
            Case("disconnect", "PLATFORM", "--route-to", "", all: ["none", "app:"]),
            Case("disconnect", "PLATFORM", "--route-to", "app:", all: []),
            Case("undo", "x", "--template", "", all: files),
            Case("plan", "PLATFORM", "--graph", "", all: ["mermaid", "dot"]),
            Case("credential", "create", "--password-out", "", all: files),
            Case("credential", "get", "x", "--password-out=", all: files),
            Case("trunk", "create", "--direction", "", all: ["inbound", "outbound"]),
            Case("trunk", "create", "--acl", "", all: []),
            Case("completions", "", all: ["bash", "zsh", "fish"]),
            Case("probe", "", all: platforms),
            Case("probe", "sip.example.com", "--na", all: ["--name"]),
            Case("explain", "4150", "--direction", "", all: ["inbound", "outbound"]),
            Case("explain", "4150", "--platform", "", all: platforms),
            Case("sandbox", "--latency", "", all: []),
            Case("calls", "", all: ["list", "get", "stats"]),
            Case("calls", "stats", "--html", "", all: files),
            Case("inventory", "--graph", "", all: ["mermaid", "dot"]),
            Case("calls", "list", "--direction", "", all: ["inbound", "outbound"]),
            Case("calls", "list", "--connection", "", all: platforms),
            Case("calls", "list", "--wat", all: ["--watch"]),
            Case("uri", "create", "--name", "", all: []),
            Case("nonsense", "", has: ["connect"]),
        ]
    }

    private static func offered(_ result: Program.Result) -> [String] {
        result.stdout.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    }

    private static func complete(
        _ words: [String], _ pairing: Pairing, in folder: String, _ more: [String: String] = [:]
    ) async throws -> [String] {
        let line = words.map { $0.replacing("PLATFORM", with: pairing.id) }
        let result = try await Program(["complete", "--"] + line, state: folder, more).run()
        #expect(result.status == 0 && result.stderr.isEmpty, "\(result.stderr)")
        return offered(result)
    }

    @Test("Candidates without an account and a journal", arguments: Pairing.all)
    func table(_ pairing: Pairing) async throws {
        try await withFolder { folder async throws in
            for row in Case.table where pairing.id == Pairing.all[0].id || row.words.contains("PLATFORM") {
                let found = try await Self.complete(row.words, pairing, in: folder)
                if let all = row.all { #expect(found == all, "\(row.testDescription)") }
                #expect(row.has.allSatisfy(found.contains), "\(row.testDescription): \(found)")
                #expect(!row.lacks.contains(where: found.contains), "\(row.testDescription): \(found)")
            }
        }
    }

    @Test("The platform's parameters are options with their values", arguments: Pairing.all)
    func parameters(_ pairing: Pairing) async throws {
        try await withFolder { folder async throws in
            let template = try pairing.template()
            let options = try await Self.complete(["connect", "PLATFORM", "--"], pairing, in: folder)
            for parameter in template.parameters {
                let name = parameter.name == "authentication" ? "--auth" : "--\(parameter.name)"
                #expect(options.contains(name))
                let isNegated =
                    (parameter.type == .bool && !parameter.name.hasPrefix("no-"))
                    || template.parameters.contains { $0.name == "no-\(parameter.name)" }
                #expect(options.contains("--no-\(parameter.name)") == isNegated, "\(parameter.name)")
                guard case .choice(let choices) = parameter.type else { continue }
                let values = try await Self.complete(["connect", "PLATFORM", name, ""], pairing, in: folder)
                #expect(values == choices, "\(name)")
            }
            let agent = pairing.agent.name
            #expect(
                try await Self.complete(["plan", "PLATFORM", "--\(agent.prefix(2))"], pairing, in: folder) == [
                    "--\(agent)"
                ])
            let others = Pairing.all.flatMap { other in
                (try? other.template())?.parameters.map { "--" + $0.name }
                    ?? []
            }
            let own = template.allParameters.map { "--" + $0.name }
            for foreign in Set(others).subtracting(own) where foreign != "--region" && foreign != "--authentication" {
                #expect(!options.contains(foreign))
            }
            // Regions are also completed in disconnect.
            let regions = try pairing.choices("region")
            #expect(
                try await Self.complete(["disconnect", "PLATFORM", "--region", ""], pairing, in: folder) == regions)
        }
    }

    @Test("Parameters of a custom template are options", arguments: Pairing.all)
    func ownTemplate(_ pairing: Pairing) async throws {
        try await withFolder { folder async throws in
            let text = """
                {"pairing": "\(pairing.id)", "title": "t", "verified": "2026-11-22", "guides": [], "parameters": {
                   "colour": {"type": "choice", "choices": ["red", "green"], "help": "Its colour"}}, "resources": {}}
                """
            let file = folder + "/mine.json"
            try text.write(toFile: file, atomically: true, encoding: .utf8)
            for path in [file, "~/mine.json"] {
                let words = ["connect", "PLATFORM", "--template", path]
                #expect(try await Self.complete(words + ["--col"], pairing, in: folder) == ["--colour"])
                #expect(try await Self.complete(words + ["--colour", ""], pairing, in: folder) == ["red", "green"])
            }
            // An unreadable template is ignored.
            let broken = ["connect", "PLATFORM", "--template", "/nowhere", "--numb"]
            #expect(try await Self.complete(broken, pairing, in: folder) == ["--number", "--numbers"])
        }
    }

    @Test("Connections, their numbers and runs are completed from the journal", arguments: Pairing.all)
    func remembered(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let made = try await desk.zentrunk(pairing.command("connect", "--name", "support"))
            #expect(made.status == 0, "\(made.stderr)")
            func complete(_ words: String...) async throws -> [String] {
                try await Self.complete(words, pairing, in: desk.folder)
            }
            let name = "\(pairing.id)/support"
            #expect(try await complete("show", "PLATFORM/") == [name])
            #expect(try await complete("disconnect", "PLATFORM/su") == [name])
            #expect(try await complete("connect", "PLATFORM", "--name", "") == ["support"])
            #expect(try await complete("show", "PLATFORM", "--name=s") == ["--name=support"])
            #expect(try await complete("disconnect", "PLATFORM", "--name", "support", "-n", "") == ["+14155550100"])
            #expect(try await complete("disconnect", "PLATFORM/support", "--number", "+1") == ["+14155550100"])
            #expect(try await complete("disconnect", "PLATFORM/other", "--number", "+1").isEmpty)
            let runs = try await desk.zentrunk("runs", "--json").json["runs"]?.array?.compactMap { $0["run"]?.string }
            #expect(try await complete("undo", "") == runs)
            #expect(try await complete("show", "2") == runs)
            #expect(try await complete("show", "") == Case.platforms + (runs ?? []))
        }
    }

    @Test("The account's numbers and names are completed with one request, whatever its size")
    func account() async throws {
        try await Desk.run { desk async throws in
            for index in 0..<100 {
                desk.sandbox.services.plivo.addTrunk(name: "trunk-\(index)", direction: "inbound")
            }
            // On a busy machine an answer can take longer than a completion waits for it.
            func complete(_ words: String..., attempts: Int = 20) async throws -> (found: [String], requests: Int) {
                var (found, requests): ([String], Int) = ([], 0)
                for _ in 0..<attempts where found.isEmpty {
                    let before = desk.sandbox.requests.count
                    let result = try await desk.zentrunk(["complete", "--"] + words)
                    #expect(result.status == 0 && result.stderr.isEmpty)
                    (found, requests) = (Self.offered(result), desk.sandbox.requests.count - before)
                }
                return (found, requests)
            }
            let numbers = try await complete("connect", "vapi", "--number", "+1415555010")
            #expect(numbers.found.count == 10 && numbers.requests == 1)
            let one = try await complete("plan", "vapi", "-n", "+14155550107")
            #expect(one.found == ["+14155550107"] && one.requests == 1)
            let trunks = try await complete("trunk", "delete", "")
            #expect(trunks.found.count == 20 && trunks.requests == 1)
            let none = try await complete("connect", "vapi", "--direction", "", attempts: 1)
            #expect(none.requests == 0)
            #expect(desk.writes.isEmpty)
        }
    }

    @Test("Names with a meaning to a shell, and names that look like options, are not offered")
    func plainNames() async throws {
        try await Desk.run { desk async throws in
            let names = [
                "$(id)", "`id`", "a b", "a;b", "a|b", "a*", "~root", "=ls", "-rf", "--yes", "a'b", "a\"b", "{a,b}",
                "a\tb",
                "a\u{202E}b", ":files", "#a", "!!", "a&b", "good.one",
            ]
            for name in names { desk.sandbox.services.plivo.addTrunk(name: name, direction: "inbound") }
            var found: [String] = []
            // On a busy machine an answer can take longer than a completion waits for it.
            for _ in 0..<20 where found.isEmpty {
                found = Self.offered(try await desk.zentrunk("complete", "--", "uri", "get", ""))
            }
            #expect(found.contains("good.one") && found.count > 1)
            for name in found where name != "good.one" {
                #expect(name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "-" }, "\(name)")
                #expect(!names.contains(name))
            }
        }
    }

    @Test("A hanging vendor, refused keys and a damaged journal yield no candidates and no messages")
    func nothing() async throws {
        try await Desk.run { desk async throws in
            try "no journal".write(toFile: desk.folder + "/zentrunk.sqlite", atomically: true, encoding: .utf8)
            let result = try await desk.zentrunk("complete", "--", "undo", "")
            #expect(result.status == 0 && result.stdout.isEmpty && result.stderr.isEmpty)
            let refused = try await desk.zentrunk(
                ["complete", "--", "trunk", "get", ""], with: ["PLIVO_AUTH_TOKEN": "wrong"])
            #expect(refused.status == 0 && refused.stdout.isEmpty)
            let closed = try await desk.zentrunk(
                ["complete", "--", "trunk", "get", ""], with: ["PLIVO_API_URL": "http://127.0.0.1:1"])
            #expect(closed.status == 0 && closed.stdout.isEmpty)
        }
        // Completion creates no folder.
        try await withFolder { folder async throws in
            let state = folder + "/none"
            _ = try await Program(["complete", "--", "show", "vapi/"], state: state).run()
            #expect(!FileManager.default.fileExists(atPath: state))
        }
    }
}
