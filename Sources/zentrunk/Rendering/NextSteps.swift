import ArgumentParser
import ZentrunkCore

/// The steps behind an error, completed so that each command among them can be pasted: with what the command that failed was
/// given and the next one needs as well.
struct NextSteps {
    private static let again = "run the command again with "
    /// Commands and the options that go on from one to the next.
    private static let kept: [(option: String, takesValue: Bool, commands: Set<String>)] = [
        ("--name", true, ["connect", "plan", "disconnect", "show"]),
        ("--template", true, ["connect", "plan", "undo"]),
        ("--no-journal", false, JournalOptions.commands),
        (
            "--sandbox", false,
            [
                "connect", "plan", "disconnect", "list", "show", "runs", "undo", "trunk", "credential", "uri", "acl",
                "number",
            ]
        ),
    ]

    /// The command line as it was typed, each word as a shell takes it.
    private let words: [String]

    init(commandLine: String) { words = Self.split(commandLine) }

    /// The steps of an error.
    func steps(_ error: ZentrunkError) -> [String] {
        let steps = error.next.flatMap(completed)
        // Wrong arguments are answered by the command's help, when nothing better is known.
        guard steps.isEmpty, error.code == .invalid, let help else { return steps }
        return [help]
    }

    /// Steps that belong to no error.
    func steps(_ steps: [String]) -> [String] { steps.flatMap(completed) }

    private func completed(_ step: String) -> [String] {
        if let place = ProfileFile.place {
            // The library knows no profile.
            if step.hasPrefix("export "), step.hasSuffix("=…") {
                let names = Self.split(step).dropFirst()
                let each = names.count > 1 ? ", one a line" : ""
                return [step, "or write \(names.joined(separator: ", ")) into \(place)\(each), mode 0600"]
            }
            if step.hasPrefix("set "), step.contains(" to a valid key") {
                return [step.replacing(" to a valid key", with: " to a valid key, in the environment or in \(place)")]
            }
        }
        if step.hasPrefix("zentrunk ") {
            let line = keeping(Self.split(step))
            // What only reads fails again in the same way; a write may get further.
            let isDeadEnd = ["show", "plan", "list", "runs"].contains(command) && Self.isSame(line, words)
            return isDeadEnd ? [] : [line.joined(separator: " ")]
        }
        guard step.hasPrefix(Self.again), words.count > 1 else { return [step] }
        return repeated(Self.split(String(step.dropFirst(Self.again.count)))).map { [$0] } ?? []
    }

    /// The command that failed with more options; one that it has already takes the new value.
    ///
    /// - Returns: nil when that would be the same command, or one that does not take the option.
    private func repeated(_ more: [String]) -> String? {
        var more = more
        if more.contains("--no-journal"), !JournalOptions.commands.contains(command) { return nil }
        if more.last == "--route-to" { more.append("none") }
        var line = words
        // Whoever goes on with half a connection sees first what that means.
        if more.contains("--one-sided") { line.removeAll { ["--yes", "-y"].contains($0) } }
        for (index, option) in more.enumerated() where option.hasPrefix("-") {
            let hasValue = more.indices.contains(index + 1) && !more[index + 1].hasPrefix("-")
            while let place = line.firstIndex(of: option) {
                line.removeSubrange(place..<min(line.count, place + (hasValue ? 2 : 1)))
            }
            line.removeAll { $0.hasPrefix(option + "=") }
        }
        line += more
        return line.sorted() == words.sorted() ? nil : line.joined(separator: " ")
    }

    /// Whether two lines are the same command, whether or not they name the connection that is meant without a name.
    private static func isSame(_ first: [String], _ second: [String]) -> Bool {
        func plain(_ line: [String]) -> String {
            line.joined(separator: " ").replacing(" --name main", with: "").replacing(" --json", with: "")
        }
        return plain(first) == plain(second)
    }

    private func keeping(_ step: [String]) -> [String] {
        guard step.count > 1, !step.contains("--help") else { return step }
        var step = step
        for (option, takesValue, commands) in Self.kept where commands.contains(step[1]) {
            guard !step.contains(option), let place = words.firstIndex(of: option) else { continue }
            guard takesValue else {
                step.append(option)
                continue
            }
            // Another platform's connection has another name, and another template.
            guard words.indices.contains(place + 1), step[1] == "undo" || step.dropFirst(2).first == subject else {
                continue
            }
            step += [option, words[place + 1]]
        }
        return step
    }

    private var command: String { words.dropFirst().first ?? "" }

    /// The platform or noun's verb behind the command.
    private var subject: String? { words.dropFirst(2).first { !$0.hasPrefix("-") } }

    private var help: String? {
        let carrier = CarrierCommands.group.subcommands.compactMap { $0.configuration.commandName }
        let all = ZentrunkCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + carrier
        guard all.contains(command), !words.contains("--help") else { return nil }
        let takesPlatform = ["connect", "plan"].contains(command)
        let more = subject.flatMap { word -> String? in
            if takesPlatform { return AdapterRegistry.names.contains(word) ? word : nil }
            let nouns = carrier + ["template"]
            return nouns.contains(command) ? word : nil
        }
        return (["zentrunk", command] + [more].compactMap { $0 } + ["--help"]).joined(separator: " ")
    }

    /// The words of a command line, with their quotes.
    private static func split(_ line: String) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in line {
            if character == "'" { isQuoted.toggle() }
            if character == " ", !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        return word.isEmpty ? words : words + [word]
    }
}
