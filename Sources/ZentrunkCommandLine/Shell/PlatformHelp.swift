import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkPairings
@_spi(Adapter) import ZentrunkPlivo

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A command's help for one platform: with the template's parameters, the settings, and an example for it.
struct PlatformHelp {
    /// The help, wrapped to the terminal's width.
    let text: String

    /// - Parameter template: The template whose parameters are options.
    init(
        _ command: any ParsableCommand.Type, _ shape: CommandShape, _ adapter: any PlatformAdapter.Type,
        _ template: Template
    ) {
        // Wrapped once, at the end.
        let base = RootCommand.helpMessage(for: command, columns: 100_000)
            .replacing(Self.example(AdapterRegistry.exemplary), with: Self.example(adapter))
            .replacing(
                "\(command._commandName) \(AdapterRegistry.exemplary.platform.id)",
                with: "\(command._commandName) \(adapter.platform.id)")
        let options = template.parameters.map { parameter in
            let given = parameter.defaultValue?.string.map { " (default: \($0))" } ?? ""
            return Self.row("--\(parameter.name) \(parameter.placeholder)", parameter.help + given)
        }
        let settings = (PlivoAccount.settings + adapter.platform.settings).map { Self.row($0.variable, $0.help) }
        let own = """
            \(adapter.platform.title.uppercased()) OPTIONS (--set name=value, or as below; an empty value unsets one):
            \(options.joined(separator: "\n"))

            """
        let whole = """
            \(base)
            \(shape.takesParameters ? own : "")
            SETTINGS (environment, or the profile \(ProfileFile.place ?? "zentrunk/profile")):
            \(settings.joined(separator: "\n"))

            Facts verified \(template.verified): \(template.guides.joined(separator: ", "))
            """
        text = whole.split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { Self.wrapped(String($0), to: Self.columns) }.joined(separator: "\n")
    }

    /// The shortest useful arguments of connect: `vapi --number +14155550100 --assistant ID`.
    static func example(_ adapter: any PlatformAdapter.Type) -> String {
        (["\(adapter.platform.id) --number +14155550100"] + adapter.platform.example.flatMap(\.options))
            .joined(separator: " ")
    }

    /// The column at which explanations begin, as in the parser's own help.
    private static let margin = 26

    private static func row(_ option: String, _ help: String) -> String {
        let head = "  " + option
        let isLong = head.count > margin - 1
        return (isLong ? head + "\n" + String(repeating: " ", count: margin) : head.padding(to: margin)) + help
    }

    /// Wraps a line. Further lines are indented like its text, or like its explanation.
    static func wrapped(_ line: String, to width: Int) -> [String] {
        guard line.count > width else { return [line] }
        var indent = line.prefix { $0 == " " }.count
        // An option's explanation begins at the margin.
        let edge = Array(line.prefix(margin + 1).suffix(2))
        if indent == 2, edge.first == " ", edge.last != " " { indent = margin }
        var lines = [String(line.prefix(indent))]
        var isEmpty = true
        for word in line.dropFirst(indent).split(separator: " ", omittingEmptySubsequences: false) {
            if !isEmpty, lines[lines.count - 1].count + 1 + word.count > max(width, indent + 20) {
                lines.append(String(repeating: " ", count: indent) + word)
            } else {
                lines[lines.count - 1] += (isEmpty ? "" : " ") + word
            }
            isEmpty = false
        }
        return lines
    }

    /// The maximum width of a line: `COLUMNS`, or the terminal's width, or 80.
    static var columns: Int {
        if let text = Terminal.environment("COLUMNS"), let columns = Int(text), columns > 0 { return columns }
        var size = winsize()
        let answer = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size)
        return answer == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }
}

extension TemplateParameter {
    fileprivate var placeholder: String {
        switch type {
        case .choice(let choices): "<\(choices.joined(separator: "|"))>"
        case .bool: ""
        case .string: "<text>"
        case .id: "<id>"
        case .country: "<country>"
        case .host: "<host>"
        case .uri: "<uri>"
        case .url: "<url>"
        }
    }
}

extension String {
    /// Returns the text, padded with at least two blanks to a width.
    func padding(to width: Int) -> String { self + String(repeating: " ", count: max(2, width - count)) }
}
