import Foundation
import Testing

@testable import docgen

@Suite("Manual pages say what the command's help says")
struct ManPageTests {
    private static let dump = """
        {"command": {"commandName": "tool", "abstract": "Does it.", "shouldDisplay": true, "subcommands": [
          {"commandName": "list", "superCommands": ["tool"], "abstract": "List all.", "shouldDisplay": true,
           "discussion": "Lists it.\\n\\nzentrunk list --json\\n.hidden \\\\ line",
           "arguments": [
             {"kind": "positional", "valueName": "name", "isOptional": true, "isRepeating": true, "shouldDisplay": true},
             {"kind": "option", "names": [{"kind": "short", "name": "n"}, {"kind": "long", "name": "limit"}],
              "valueName": "count", "abstract": "How many.", "defaultValue": "5", "isOptional": true,
              "isRepeating": false, "shouldDisplay": true},
             {"kind": "flag", "names": [{"kind": "long", "name": "secret"}], "isOptional": true, "isRepeating": false,
              "shouldDisplay": false}]},
          {"commandName": "inner", "superCommands": ["tool"], "shouldDisplay": false}]}}
        """

    @Test("One page per command that help lists, with its options, and nothing read as a request")
    func pages() throws {
        let command = try JSONDecoder().decode(CommandDump.Root.self, from: Data(Self.dump.utf8)).command
        let pages = ManPage.pages(of: command, version: "1.2.3")
        #expect(pages.keys.sorted() == ["tool-list.1", "tool.1"])
        let list = try #require(pages["tool-list.1"])
        #expect(list.hasPrefix(".TH \"TOOL-LIST\" 1 \"\" \"zentrunk 1.2.3\""))
        #expect(list.contains("\\fBtool list\\fR [\\fIname\\fR ...] [\\fIoptions\\fR]"))
        #expect(list.contains(".TP\n\\fB\\-n\\fR, \\fB\\-\\-limit\\fR \\fIcount\\fR\nHow many. (default: 5)\n"))
        #expect(list.contains("Lists it.\n.PP\n.nf\nzentrunk list \\-\\-json\n\\&.hidden \\e line\n.fi\n"))
        #expect(!list.contains("secret"))
        #expect(pages["tool.1"]?.contains(".TP\n\\fBlist\\fR\nList all.") == true)
    }
}
