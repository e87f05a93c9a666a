import ArgumentParser
import ZentrunkCore
import ZentrunkJSON
import ZentrunkPlivo

/// Lets a template's parameters be options: `--assistant ID` becomes `--set assistant=ID`.
///
/// The parser's options are fixed when it is compiled; a template's are known when the platform is. So what the parser does
/// not know is looked up in the template before the parser sees it.
struct PlatformArguments {
    let arguments: [String]

    init(_ arguments: [String]) { self.arguments = arguments }

    private static let commands = ["connect", "plan"]
    /// Options of those commands that the parser knows, with a value and without.
    private static let withValue = [
        "--number", "-n", "--numbers", "--direction", "--name", "--auth", "--region", "--failover", "--template",
        "--set", "--expect", "--graph", "--replace",
    ]
    private static let flags = [
        "--secure", "--no-secure", "--reroute", "--adopt", "--yes", "-y", "--json", "--events", "--sandbox", "--help",
        "--journal", "--no-journal", "--wait", "--one-sided", "--dry-run",
        "-h",
        "--version",
    ]

    /// The arguments as the parser takes them.
    ///
    /// - Throws: ``ConnectionError`` `invalid` for unknown options, with what was probably meant.
    func expanded() throws -> [String] {
        if let word = arguments.first, !word.hasPrefix("-") {
            let names = ZentrunkCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + ["help"]
            guard names.contains(word) else {
                throw ConnectionError(
                    .invalid, "there is no command \"\(word)\"\(Spelling.hint(for: word, among: names))",
                    next: ["zentrunk --help"])
            }
        }
        guard let command = arguments.first, Self.commands.contains(command), let place = platformIndex else {
            return arguments
        }
        let adapter = try AdapterRegistry.adapter(arguments[place])
        if arguments.contains("--help") || arguments.contains("-h") {
            throw CleanExit.message(try help(command, adapter))
        }
        let template = try self.template(adapter)
        var expanded: [String] = []
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument.count > 2 else {
                expanded.append(argument)
                if Self.withValue.contains(argument), let value = rest.popFirst() { expanded.append(value) }
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if Self.withValue.contains(parts[0]) {
                expanded.append(argument)
                if parts.count == 1, let value = rest.popFirst() { expanded.append(value) }
            } else if Self.flags.contains(parts[0]) {
                expanded.append(argument)
            } else {
                expanded += try setting(parts, template, &rest)
            }
        }
        return expanded
    }

    /// The template whose parameters are options: the one that is given, or the built-in one. Those of a remembered template
    /// are set by `--set`.
    private func template(_ adapter: any PlatformAdapter.Type) throws(ConnectionError) -> Template {
        if let given = try TemplateSource.given(adapter, file: value(of: "--template")) { return given }
        return try TemplateSource.load(adapter, file: nil)
    }

    private func setting(
        _ parts: [String], _ template: Template, _ rest: inout ArraySlice<String>
    ) throws(ConnectionError) -> [String] {
        let name = String(parts[0].dropFirst(2))
        if let parameter = template.parameters.first(where: { $0.name == name }) {
            if parts.count == 2 { return ["--set", "\(name)=\(parts[1])"] }
            if parameter.type == .bool { return ["--set", "\(name)=true"] }
            guard let value = rest.popFirst() else {
                throw ConnectionError(.invalid, "--\(name) needs a value: \(parameter.help)")
            }
            return ["--set", "\(name)=\(value)"]
        }
        if name.hasPrefix("no-"),
            template.parameters.contains(where: { $0.name == name.dropFirst(3) && $0.type == .bool })
        {
            return ["--set", "\(name.dropFirst(3))=false"]
        }
        let known = Self.withValue + Self.flags + template.parameters.map { "--" + $0.name }
        throw ConnectionError(
            .invalid,
            "there is no option \(parts[0])\(Spelling.hint(for: parts[0], among: known.filter { $0.hasPrefix("--") }))",
            next: ["zentrunk \(arguments[0]) \(template.pairing) --help"])
    }

    /// Where the platform's name stands: the first word behind the command that no option takes.
    private var platformIndex: Int? {
        var index = 1
        while index < arguments.count {
            let argument = arguments[index]
            if !argument.hasPrefix("-") { return index }
            index += Self.withValue.contains(argument) ? 2 : 1
        }
        return nil
    }

    private func value(of option: String) -> String? {
        for (index, argument) in arguments.enumerated() {
            if argument == option, index + 1 < arguments.count { return arguments[index + 1] }
            if argument.hasPrefix(option + "=") { return String(argument.dropFirst(option.count + 1)) }
        }
        return nil
    }

    private func help(_ command: String, _ adapter: any PlatformAdapter.Type) throws -> String {
        let template = try self.template(adapter)
        let parent: any ParsableCommand.Type = command == "plan" ? PlanCommand.self : ConnectCommand.self
        let base = ZentrunkCommand.helpMessage(for: parent, columns: 100)
        let options = template.parameters.map { parameter in
            let option = "  --\(parameter.name) \(parameter.type == .bool ? "" : "<\(parameter.placeholder)>")"
            let given = parameter.defaultValue?.string.map { " (default: \($0))" } ?? ""
            let gap = option.count > 24 ? option + "\n" + String(repeating: " ", count: 26) : option.padding(to: 26)
            return gap + parameter.help + given
        }
        let settings = (PlivoCarrier.settings + adapter.platform.settings).map {
            "  \($0.variable)".padding(to: 26) + $0.help
        }
        return """
            \(base)
            \(adapter.platform.title.uppercased()) OPTIONS (--set name=value, or as below; an empty value takes one away):
            \(options.joined(separator: "\n"))

            SETTINGS (environment, or the profile \(ProfileFile.place ?? "zentrunk/profile")):
            \(settings.joined(separator: "\n"))

            Facts verified \(template.verified): \(template.guides.joined(separator: ", "))
            """
    }
}

extension TemplateParameter {
    fileprivate var placeholder: String {
        switch type {
        case .choice(let choices): choices.joined(separator: "|")
        case .bool: "true|false"
        case .string: "text"
        case .host: "host"
        case .uri: "uri"
        }
    }
}

extension String {
    /// The text with blanks behind it up to a width, at least two.
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(2, width - count)) }
}
