import Foundation

/// A command as `zentrunk --experimental-dump-help` describes it.
struct CommandDump: Decodable {
    struct Root: Decodable { var command: CommandDump }

    struct Argument: Decodable {
        struct Name: Decodable {
            var kind: String
            var name: String
        }

        var kind: String
        var names: [Name]?
        var valueName: String?
        var abstract: String?
        var defaultValue: String?
        var isOptional: Bool
        var isRepeating: Bool
        var shouldDisplay: Bool
    }

    var commandName: String
    var superCommands: [String]?
    var abstract: String?
    var discussion: String?
    var arguments: [Argument]?
    var subcommands: [CommandDump]?
    var shouldDisplay: Bool

    /// `zentrunk-trunk-list`, the name of the page.
    var pageName: String { ((superCommands ?? []) + [commandName]).joined(separator: "-") }

    /// Subcommands that help lists, without `help` itself.
    var visible: [CommandDump] { (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" } }
}

/// One manual page, in the macros of man(7).
struct ManPage {
    let command: CommandDump
    let version: String

    /// The pages of a command and of everything below it, by file name.
    static func pages(of command: CommandDump, version: String) -> [String: String] {
        var pages = ["\(command.pageName).1": ManPage(command: command, version: version).text]
        for below in command.visible { pages.merge(Self.pages(of: below, version: version)) { first, _ in first } }
        return pages
    }

    var text: String {
        var lines = [
            ".TH \"\(command.pageName.uppercased())\" 1 \"\" \"zentrunk \(version)\" \"zentrunk\"",
            ".SH NAME", "\(Self.escaped(command.pageName)) \\- \(Self.escaped(command.abstract ?? ""))",
            ".SH SYNOPSIS", synopsis,
        ]
        if let discussion = command.discussion, !discussion.isEmpty {
            lines += [".SH DESCRIPTION", Self.paragraphs(discussion)]
        }
        let shown = (command.arguments ?? []).filter(\.shouldDisplay)
        if !shown.isEmpty { lines += [".SH OPTIONS"] + shown.flatMap(Self.entry) }
        if !command.visible.isEmpty {
            lines.append(".SH COMMANDS")
            for below in command.visible {
                lines += [".TP", Self.bold(below.commandName), Self.escaped(below.abstract ?? "")]
            }
        }
        let parent = command.superCommands.map { [$0.joined(separator: "-")] } ?? []
        let related = parent + command.visible.map(\.pageName)
        if !related.isEmpty {
            lines += [".SH SEE ALSO", related.map { "\(Self.bold($0))(1)" }.joined(separator: ",\n")]
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var synopsis: String {
        let words = ((command.superCommands ?? []) + [command.commandName]).joined(separator: " ")
        let positional = (command.arguments ?? []).filter { $0.kind == "positional" && $0.shouldDisplay }
        let operands = positional.map { argument in
            let name = Self.italic(argument.valueName ?? "value") + (argument.isRepeating ? " ..." : "")
            return argument.isOptional ? "[\(name)]" : name
        }
        let rest = command.visible.isEmpty ? ["[\(Self.italic("options"))]"] : [Self.italic("command")]
        return ([Self.bold(words)] + operands + rest).joined(separator: " ")
    }

    private static func entry(_ argument: CommandDump.Argument) -> [String] {
        let names = (argument.names ?? []).map { bold(($0.kind == "long" ? "--" : "-") + $0.name) }
        let value = argument.kind == "flag" ? "" : italic(argument.valueName ?? "value")
        let head = names.isEmpty ? value : names.joined(separator: ", ") + (value.isEmpty ? "" : " " + value)
        let ending = argument.defaultValue.map { " (default: \($0))" } ?? ""
        return [".TP", head, escaped((argument.abstract ?? "") + ending)]
    }

    private static func bold(_ text: String) -> String { "\\fB\(escaped(text))\\fR" }

    private static func italic(_ text: String) -> String { "\\fI\(escaped(text))\\fR" }

    /// Prose is filled; a paragraph with a command or an indented line keeps its lines.
    private static func paragraphs(_ text: String) -> String {
        text.split(separator: "\n\n").map { paragraph in
            let lines = paragraph.split(separator: "\n")
            let text = lines.map { escaped(String($0)) }.joined(separator: "\n")
            let isExample = lines.contains { $0.hasPrefix(" ") || $0.hasPrefix("zentrunk ") }
            return isExample ? ".nf\n\(text)\n.fi" : text
        }
        .joined(separator: "\n.PP\n")
    }

    /// The text as roff prints it literally: a backslash begins an escape, a dot or quote at the start a request, and a plain
    /// hyphen would become a typographic one.
    private static func escaped(_ text: String) -> String {
        let text = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
        return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
    }
}
