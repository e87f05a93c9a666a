import ArgumentParser
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

@testable import ZentrunkCommandLine

@Suite("Each remedy is a command that can be pasted, or words")
struct RemedyTextTests {
    private static let line =
        "zentrunk connect vapi --number +14155550100 --no-agent --name shop --sandbox --yes --assistant 'a b'"
    private static let target = Remedy.Target("vapi", ConnectionRequest().name)
    private static let run = "20260101-000000-abcdef"

    /// Remedies and the step that they are after ``line``, without what `connect` was given.
    private static let commands: [(remedy: Remedy, step: String)] = [
        (.allow(.changes), ""), (.allow(.adoption), "\(line) --adopt"), (.allow(.rerouting), "\(line) --reroute"),
        (.allow(.oneSided), line.replacing(" --yes", with: "") + " --one-sided"),
        (.allow(.replacement(id: "x y")), "\(line) --replace 'x y'"),
        (.waitForRun, "\(line) --wait"), (.withoutJournal, "\(line) --no-journal"),
        (.parameter(.init("secure", .flag(true))), "\(line) --secure"),
        (.parameter(.init("secure", .flag(false))), "\(line) --no-secure"),
        (.parameter(.init("no-agent", .flag(false))), "\(line) --set no-agent=false"),
        (
            .parameter(.init("assistant", .placeholder("ID"))),
            line.replacing(" --assistant 'a b'", with: "") + " --assistant ID"
        ),
        (.parameter(.init("authentication", .text("credentials"))), "\(line) --auth credentials"),
        (.retry(after: .zero), line), (.plan, line.replacing("connect", with: "plan").replacing(" --yes", with: "")),
        (.undo(run: run), "zentrunk undo \(run) --sandbox"),
        (.listRuns, "zentrunk runs --sandbox"), (.listNumbers, "zentrunk number list --sandbox"),
        (.show(target), "zentrunk show vapi --name main --sandbox"),
        (.listParameters("vapi"), "zentrunk connect vapi --help"),
        (
            .createURI, "zentrunk uri create --name NAME --uri HOST --username USER --password-stdin --sandbox"
        ),
        (.validateTemplate(file: "my file.json"), "zentrunk template validate 'my file.json'"),
        (
            .connect(target, [.init("assistant", .placeholder("ID"))]),
            "zentrunk connect vapi --name main --assistant ID --sandbox"
        ),
        (
            .repair(target, [.changes, .rerouting]),
            "zentrunk connect vapi --name main --yes --reroute --sandbox"
        ),
        (
            .disconnect(target, numbers: ["+14155550100"], to: .nowhere),
            "zentrunk disconnect vapi --name main --number +14155550100 --route-to none --sandbox"
        ),
        (.command(["zentrunk", "template", "list"]), "zentrunk template list"),
    ]

    private static let all: [Remedy] =
        commands.map(\.remedy) + [
            .set([.init("A")]), .unset(["A"]), .correct(setting: "A"), .retry(after: nil), .moveJournal,
            .route(.nowhere), .choose(ids: []), .page(""), .report, .advice(""),
        ]
    /// The codes of all remedies.
    static let codes = Set(all.map(\.code))

    @Test("A command keeps what the one that failed was given, and the parser takes it")
    func pasted() throws {
        let text = RemedyText(commandLine: Self.line, profile: nil)
        for (remedy, step) in Self.commands {
            #expect(text.steps([remedy]) == (step.isEmpty ? [] : [step]), "\(remedy)")
            guard !step.isEmpty, !step.hasSuffix("--help") else { continue }
            let words = Array(step.shellWords.dropFirst())
            #expect(throws: Never.self, "\(step)") {
                _ = try RootCommand.parseAsRoot(PlatformArguments(words).expanded())
            }
        }
    }

    @Test("What is no command of ours is words, a page or a command of another tool")
    func words() {
        let text = RemedyText(commandLine: Self.line, profile: "/etc/profile")
        for (remedy, steps) in [
            (
                .set([.init("A_KEY"), .init("B_KEY")]),
                ["export A_KEY=… B_KEY=…", "or write A_KEY=…, B_KEY=… into /etc/profile, one per line, mode 0600"]
            ),
            (.set([.init("A_URL", "https://a b")]), ["export A_URL='https://a b'"]),
            (.unset(["A", "B"]), ["unset A B"]),
            (
                .correct(setting: "A_KEY"),
                ["set A_KEY to a valid key, in the environment or in /etc/profile, then run the command again"]
            ),
            (.retry(after: nil), ["wait a few minutes, then run the command again"]),
            (.retry(after: .seconds(3600)), ["wait 60 minutes, then run the command again"]),
            (.moveJournal, ["set ZENTRUNK_STATE_DIR to another folder, then run the command again"]),
            (.route(.application), ["\(Self.line) --route-to app:ID"]),
            (.choose(ids: ["1", "2"]), ["name one by its id: 1, 2"]),
            (.command(["lk", "sip", "inbound", "delete", "x y"]), ["lk sip inbound delete 'x y'"]),
            (.page("https://example.com"), ["https://example.com"]),
            (.report, ["report this message with the output of zentrunk --version; the same command may fail again"]),
            (.advice("check the disk"), ["check the disk"]),
        ] as [(Remedy, [String])] {
            #expect(text.steps([remedy]) == steps, "\(remedy)")
        }
    }

    @Test("Without a command line a remedy is words")
    func unknownLine() {
        let text = RemedyText(commandLine: "", profile: nil)
        #expect(text.steps([.allow(.changes)]) == ["run the command again with --yes"])
        #expect(text.steps([.retry(after: .zero)]) == ["run the same command again"])
        #expect(text.steps([.plan]) == ["run the same command again"])
    }

    @Test("A command that only reads is not offered again, nor is an option that the command lacks")
    func deadEnds() {
        let show = RemedyText(commandLine: "zentrunk show vapi --json", profile: nil)
        #expect(show.steps([.show(Self.target)]).isEmpty)
        #expect(RemedyText(commandLine: "zentrunk undo 1", profile: nil).steps([.withoutJournal]).isEmpty)
        #expect(show.steps(ZentrunkError(.invalid, "")) == ["zentrunk show --help"])
    }

    @Test("Words are the same after a shell has read them", arguments: ["a b", "it's", "", "\\", "plain", "a'b c'"])
    func shellWords(_ word: String) {
        #expect("x \(word.shellWord) y".shellWords == ["x", word, "y"])
    }

    @Test(
        "A vendor's text in a suggested command is a single word",
        arguments: [
            ("ST_1-a.b", "ST_1-a.b"), ("", "''"), ("a; rm -rf ~", "'a; rm -rf ~'"), ("$(id)", "'$(id)'"),
            ("it's", #"'it'\''s'"#), ("größe", "'größe'"),
        ])
    func words(_ text: String, _ expected: String) {
        #expect(text.shellWord == expected)
    }

    @Test("Programs get a code and the data")
    func json() {
        #expect(Self.codes.count == 26)
        for remedy in Self.all { #expect(remedy.json["code"]?.string == remedy.code) }
        #expect(
            Remedy.parameter(.init("agent", .placeholder("ID"))).json
                == ["code": "parameter", "name": "agent", "value": .null, "placeholder": "ID"])
        #expect(
            Remedy.disconnect(Self.target, numbers: ["+1"], to: .application).json
                == [
                    "code": "disconnect", "platform": "vapi", "connection": "main", "numbers": ["+1"],
                    "to": "application",
                ])
    }
}
