import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkPairings

/// Brings a command line to the form that the parser takes: `--assistant ID` becomes `--set assistant=ID`, `vapi/support`
/// becomes `vapi --name support`, and `help connect` becomes `connect --help`.
///
/// The parser's options are fixed at compile time, a template's are known once the platform is. So unknown options are
/// looked up in the template before the parser sees them.
struct PlatformArguments {
    private let words: [String]
    private let path: CommandPath
    private let shape: CommandShape

    init(_ arguments: [String]) {
        let asksForHelp = arguments.first == "help"
        words = asksForHelp ? arguments.dropFirst() + ["--help"] : arguments
        path = CommandPath(words)
        shape = CommandShape(path.command)
    }

    /// Returns the arguments for the parser.
    ///
    /// - Throws: ``ZentrunkError`` `invalid` for unknown commands, platforms and options, with what was probably meant.
    func expanded() throws -> [String] {
        guard path.subcommands.isEmpty else {
            try checkSubcommand()
            return words
        }
        guard shape.takesConnection, let place = platformIndex else { return try rewritten() }
        let (platform, connection) = Self.parts(words[place])
        if words[place].contains("/"), platform.isEmpty || connection?.isEmpty == true {
            throw ZentrunkError(
                .invalid, "\"\(words[place])\" is not a connection: use the form vapi/main",
                remedies: [.line("zentrunk list")])
        }
        // A run's id may take the platform's place; the command handles it.
        guard connection != nil || !RunID.isOne(platform) else { return try rewritten((place, platform)) }
        let adapter = try AdapterRegistry.adapter(platform)
        if words.contains("--help") || words.contains("-h") {
            throw CleanExit.message(try PlatformHelp(path.command, shape, adapter, template(adapter)).text)
        }
        let template = shape.takesParameters ? try template(adapter) : nil
        return try named(connection, by: rewritten((place, platform), template))
    }

    /// The template whose parameters are options: the given one, or the built-in one. The parameters of a connection's custom
    /// template are set with `--set`.
    private func template(_ adapter: any PlatformAdapter.Type) throws(ZentrunkError) -> Template {
        let file = try value(of: "--template").map { (file) throws(ZentrunkError) in
            try given(file, to: "--template", nil, isFile: true)
        }
        if let given = try TemplateSource.given(adapter, file: file) { return given }
        return try TemplateSource.load(adapter, file: nil)
    }

    /// `zentrunk connect --help`
    var helpLine: String {
        let platform = shape.takesConnection ? platformIndex.map { Self.parts(words[$0]).platform } : nil
        let known = platform.flatMap { AdapterRegistry.names.contains($0) ? " \($0)" : nil } ?? ""
        return "\(path.text)\(known) --help"
    }

    private func checkSubcommand() throws(ZentrunkError) {
        guard let word = path.rest.first, !word.hasPrefix("-") else { return }
        let names = path.subcommands.filter { $0.configuration.shouldDisplay }.map { $0._commandName }
        let whole = (path.commands.dropFirst().map { $0._commandName } + [word]).joined(separator: " ")
        throw ZentrunkError(
            .invalid, "unknown command \"\(whole)\"\(Wording.hint(for: word, among: names))",
            remedies: [.line(helpLine)])
    }

    /// Platform and connection of `vapi/main`; no connection where only a platform is named.
    private static func parts(_ word: String) -> (platform: String, connection: String?) {
        let word = word.withoutMargins()
        guard let slash = word.firstIndex(of: "/") else { return (word, nil) }
        return (
            String(word[..<slash]).withoutMargins(), String(word[word.index(after: slash)...]).withoutMargins()
        )
    }

    /// The line with the connection's name as an option.
    private func named(_ connection: String?, by line: [String]) throws(ZentrunkError) -> [String] {
        guard let connection else { return line }
        guard let given = value(of: "--name") else { return line + ["--name=\(connection)"] }
        guard given == connection else {
            throw ZentrunkError(
                .invalid, "the connection has two different names: \"\(connection)\" and --name \"\(given)\"",
                remedies: [.line(helpLine)])
        }
        return line
    }

    /// Returns every word in the parser's form.
    ///
    /// - Parameter platform: The index of the platform's name, and the name without a connection.
    private func rewritten(
        _ platform: (place: Int, name: String)? = nil, _ template: Template? = nil
    ) throws(ZentrunkError) -> [String] {
        let start = words.count - path.rest.count
        var line = Array(words[..<start])
        var rest = words[start...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word.count > 1 else {
                if let platform, rest.startIndex - 1 == platform.place {
                    line.append(platform.name)
                } else {
                    try checkNumber(word, at: rest.startIndex - 1)
                    line.append(word)
                }
                continue
            }
            guard word != "--" else { return line + [word] + rest }
            let name = word.hasPrefix("--") ? String(word.prefix { $0 != "=" }) : word
            if let option = shape.option(name) {
                if option.kind == .option, name != word {
                    let value = String(word.dropFirst(name.count + 1))
                    line.append("\(name)=\(try given(value, to: name, template, isFile: option.isFile))")
                } else {
                    line.append(word)
                    if option.kind == .option, let value = rest.popFirst() {
                        line.append(try given(value, to: name, template, isFile: option.isFile))
                    }
                }
            } else if word.hasPrefix("--") {
                line += try setting(word, name, template, &rest)
            } else {
                line.append(word)
            }
        }
        return line
    }

    /// A parameter of the template, in the form that the parser knows.
    private func setting(
        _ word: String, _ option: String, _ template: Template?, _ rest: inout ArraySlice<String>
    ) throws(ZentrunkError) -> [String] {
        let name = String(option.dropFirst(2))
        let parameters = template?.parameters ?? []
        for parameter in parameters {
            guard let chosen = parameter.switches.first(where: { $0.option == word }) else { continue }
            return ["--set", "\(parameter.name)=\(chosen.value)"]
        }
        if let parameter = parameters.first(where: { $0.name == name }) {
            guard let value = option == word ? rest.popFirst() : String(word.dropFirst(option.count + 1)) else {
                throw ZentrunkError(.invalid, "\(option) needs a value: \(parameter.help)", remedies: [.line(helpLine)])
            }
            return ["--set", "\(name)=\(try given(value, to: option, template))"]
        }
        let known = shape.options.compactMap(\.option) + parameters.map { "--" + $0.name }
        throw ZentrunkError(
            .invalid, "unknown option \(option)\(Wording.hint(for: option, among: known, prefix: "--"))",
            remedies: [.line(helpLine)])
    }

    /// The value of an option, without white space and invisible marks around it.
    ///
    /// - Parameter isFile: Whether it names a file, which may be called anything.
    /// - Throws: ``ZentrunkError`` `invalid` for nothing, which an unset shell variable leaves, and for a value in quotes.
    private func given(
        _ value: String, to option: String, _ template: Template?, isFile: Bool = false
    ) throws(ZentrunkError) -> String {
        let text = value.withoutMargins()
        guard !text.isEmpty else {
            let parameter = template?.allParameters.first { $0.option == option }?.name
            throw ZentrunkError(
                .invalid,
                "\(option) is empty: is a shell variable not set?"
                    + (parameter.map { " --set \($0)= unsets it" } ?? ""),
                remedies: [.line(helpLine)])
        }
        // A file may have any name, and the value after --set is checked as its parameter's value.
        guard !isFile, option != "--set" else { return value }
        guard !text.isQuoted else {
            throw ZentrunkError(
                .invalid, "the value of \(option) is in quotes: write it without them",
                remedies: [.line(helpLine)])
        }
        return text
    }

    /// The error of a number without its option, which is the most common mistake.
    private func checkNumber(_ word: String, at index: Int) throws(ZentrunkError) {
        guard shape.option("--number") != nil, let number = try? WrittenNumber(word) else { return }
        let typed = number.hasPlus ? number.number.e164 : number.number.digits
        var repaired = words
        repaired.replaceSubrange(index...index, with: ["--number", typed])
        throw ZentrunkError(
            .invalid, "unexpected number \(typed): write --number \(typed)",
            remedies: [.command(["zentrunk"] + repaired)])
    }

    /// The index of the platform's name: the first word after the command that is not an option's value.
    private var platformIndex: Int? {
        var index = words.count - path.rest.count
        while index < words.count {
            let word = words[index]
            if !word.hasPrefix("-") { return index }
            index += shape.option(word)?.kind == .option ? 2 : 1
        }
        return nil
    }

    private func value(of option: String) -> String? {
        for (index, word) in words.enumerated() {
            if word == option, index + 1 < words.count { return words[index + 1] }
            if word.hasPrefix(option + "=") { return String(word.dropFirst(option.count + 1)) }
        }
        return nil
    }
}
