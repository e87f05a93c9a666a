import ArgumentParser
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkPairings

/// Remedies as commands to paste, including the options of the failed command that the next one needs as well.
struct RemedyText {
    /// The options that carry over to a next command, whether they take a value, and the commands that have them.
    private static let kept: [(option: String, takesValue: Bool, commands: Set<String>)] = [
        ("--name", true, ["connect", "plan", "disconnect", "show"]),
        ("--template", true, ["connect", "plan", "undo"]),
        ("--no-journal", false, JournalOptions.commands),
        (
            "--sandbox", false,
            [
                "connect", "plan", "disconnect", "list", "show", "doctor", "drift", "test", "calls", "inventory",
                "switch", "rotate", "runs", "undo", "trunk", "credential", "uri", "acl", "number", "probe",
            ]
        ),
    ]

    /// The words of the failed command line; empty when it is unknown.
    private let words: [String]
    /// The profile's path, for messages.
    private let profile: String?

    init(commandLine: String, profile: String? = ProfileFile.place) {
        words = commandLine.shellWords
        self.profile = profile
    }

    /// For the command that is running.
    static var current: RemedyText { RemedyText(commandLine: Invocation.commandLine) }

    /// The steps after an error.
    func steps(_ error: ZentrunkError) -> [String] {
        let steps = steps(error.remedies)
        // For invalid arguments the last resort is the command's help.
        guard steps.isEmpty, error.code == .invalid, let help else { return steps }
        return [help]
    }

    /// The remedies as steps, each once; a remedy that is of no use to the command that failed is left out.
    func steps(_ remedies: [Remedy]) -> [String] {
        var steps: [String] = []
        for step in remedies.flatMap(self.steps) where !steps.contains(step) { steps.append(step) }
        return steps
    }

    /// The options that make the same request with this remedy; nil for one that is another command, or words.
    static func options(_ remedy: Remedy) -> [String]? {
        switch remedy {
        case .allow(let permission): permission.options
        case .parameter(let parameter): parameter.options
        case .route(let destination): destination.options
        case .waitForRun: ["--wait"]
        case .withoutJournal: ["--no-journal"]
        default: nil
        }
    }

    /// The command that a remedy names, without what other commands were given; nil for one that is none.
    static func command(_ remedy: Remedy) -> [String]? {
        switch remedy {
        case .undo(let run): ["zentrunk", "undo", run]
        case .connect(let target, let parameters):
            ["zentrunk", "connect"] + target.words + parameters.flatMap(\.options)
        case .repair(let target, let permissions):
            ["zentrunk", "connect"] + target.words + permissions.flatMap(\.options)
        case .disconnect(let target, let numbers, let destination):
            ["zentrunk", "disconnect"] + target.words + numbers.flatMap { ["--number", $0] }
                + (destination?.options ?? [])
        case .listNumbers: ["zentrunk", "number", "list"]
        case .listRuns: ["zentrunk", "runs"]
        case .show(let target): ["zentrunk", "show"] + target.words
        case .listParameters(let platform): ["zentrunk", "connect", platform.description, "--help"]
        case .createURI:
            ["zentrunk", "uri", "create", "--name", "NAME", "--uri", "HOST", "--username", "USER", "--password-stdin"]
        case .validateTemplate(let file): ["zentrunk", "template", "validate", file]
        case .command(let words): words
        default: nil
        }
    }

    private func steps(_ remedy: Remedy) -> [String] {
        if let options = Self.options(remedy) { return repeated(options).map { [$0] } ?? [] }
        if let command = Self.command(remedy) { return completed(command) }
        switch remedy {
        case .set(let values):
            let line = "export " + values.map { "\($0.setting)=\($0.value?.shellWord ?? "…")" }.joined(separator: " ")
            guard let profile, values.allSatisfy({ $0.value == nil }) else { return [line] }
            let names = values.map { "\($0.setting)=…" }.joined(separator: ", ")
            return [line, "or write \(names) into \(profile)\(values.count > 1 ? ", one per line" : ""), mode 0600"]
        case .unset(let names): return ["unset \(names.joined(separator: " "))"]
        case .correct(let setting):
            let place = profile.map { ", in the environment or in \($0)" } ?? ""
            return ["set \(setting) to a valid key\(place), then run the command again"]
        case .retry(let pause):
            guard let pause else { return ["wait a few minutes, then run the command again"] }
            return pause > .zero ? ["wait \(pause.inWords), then run the command again"] : [again]
        case .plan: return [planned]
        case .moveJournal: return ["set ZENTRUNK_STATE_DIR to another folder, then run the command again"]
        case .choose(let ids): return ["name one by its id: \(ids.joined(separator: ", "))"]
        case .page(let address): return [address]
        case .report:
            return ["report this message with the output of zentrunk --version; the same command may fail again"]
        case .advice(let text): return [text]
        default: return []
        }
    }

    // MARK: The same command again

    private var again: String { words.count > 1 ? Self.line(words) : "run the same command again" }

    /// The command that shows the plan of now: the same without what only connect takes.
    private var planned: String {
        guard ["connect", "plan"].contains(command) else { return again }
        var line = removing("--expect", from: words)
        line.removeAll { ["--yes", "-y", "--dry-run", "--wait", "--events"].contains($0) }
        line[1] = "plan"
        return Self.line(line)
    }

    /// The command that failed with more options; one that it has already takes the new value.
    ///
    /// - Returns: nil when that would be the same command, or one that does not take the option.
    private func repeated(_ more: [String]) -> String? {
        guard words.count > 1 else { return "run the command again with \(Self.line(more))" }
        // `show` changes nothing, so connect takes its place.
        if ["show", "doctor", "drift"].contains(command), let subject, !more.contains("--no-journal") {
            return completed(["zentrunk", "connect", subject] + more).first
        }
        return words(with: more).map(Self.line)
    }

    /// The words of the command that failed, with more options.
    func words(with more: [String]) -> [String]? {
        if more.contains("--no-journal"), !JournalOptions.commands.contains(command) { return nil }
        var line = words
        // Continuing with half a connection must be confirmed after its plan was shown.
        if more.contains("--one-sided") { line.removeAll { ["--yes", "-y"].contains($0) } }
        for option in more where option.hasPrefix("--") {
            let hasValue = more.firstIndex(of: option).map { index in
                more.indices.contains(index + 1) && !more[index + 1].hasPrefix("-")
            }
            // Repeatable options are added.
            if option != "--set" { line = removing(option, from: line, hasValue: hasValue ?? false) }
        }
        line += more
        return line.sorted() == words.sorted() ? nil : line
    }

    private func removing(_ option: String, from line: [String], hasValue: Bool = true) -> [String] {
        var line = line
        while let place = line.firstIndex(of: option) {
            line.removeSubrange(place..<min(line.count, place + (hasValue ? 2 : 1)))
        }
        line.removeAll { $0.hasPrefix(option + "=") }
        return line
    }

    // MARK: Another command

    private func completed(_ step: [String]) -> [String] {
        guard step.first == "zentrunk" else { return [Self.line(step)] }
        let line = keeping(step)
        // A read would fail again in the same way; a write may get further.
        let isDeadEnd = ["show", "plan", "list", "runs"].contains(command) && Self.isSame(line, words)
        return isDeadEnd ? [] : [Self.line(line)]
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
        let all = RootCommand.configuration.subcommands.compactMap { $0.configuration.commandName } + carrier
        guard all.contains(command), !words.contains("--help") else { return nil }
        let takesPlatform = ["connect", "plan"].contains(command)
        let more = subject.flatMap { word -> String? in
            if takesPlatform { return AdapterRegistry.names.contains(word) ? word : nil }
            let nouns = carrier + ["template", "calls"]
            return nouns.contains(command) ? word : nil
        }
        return (["zentrunk", command] + [more].compactMap { $0 } + ["--help"]).joined(separator: " ")
    }

    private static func line(_ words: [String]) -> String { words.map(\.shellWord).joined(separator: " ") }
}

extension Remedy {
    /// A command of ours, as a line of a shell.
    static func line(_ text: String) -> Remedy { .command(text.shellWords) }

    /// The command that failed, with more options.
    static func again(with options: [String]) -> Remedy {
        RemedyText.current.words(with: options).map { .command($0) } ?? .retry(after: .zero)
    }
}

extension [Remedy] {
    /// The steps for people, for the command that is running.
    var steps: JSONValue { .array(RemedyText.current.steps(self).map { .string($0) }) }
}

extension Remedy.Permission {
    fileprivate var options: [String] {
        switch self {
        case .changes: ["--yes"]
        case .adoption: ["--adopt"]
        case .rerouting: ["--reroute"]
        case .oneSided: ["--one-sided"]
        case .replacement(let id): ["--replace", id]
        }
    }
}

extension Remedy.Target {
    fileprivate var words: [String] { [platform.description, "--name", name.description] }
}

extension Remedy.Destination {
    fileprivate var options: [String] {
        switch self {
        case .nowhere: ["--route-to", "none"]
        case .application: ["--route-to", "app:ID"]
        }
    }
}

extension String {
    /// The words of a shell's line, without the quotes that ``shellWord`` adds.
    var shellWords: [String] {
        var words: [String] = []
        var word: String?
        var isQuoted = false
        var isEscaped = false
        for character in self {
            if isEscaped {
                word = (word ?? "") + String(character)
                isEscaped = false
            } else if character == "'" {
                isQuoted.toggle()
                word = word ?? ""
            } else if character == "\\", !isQuoted {
                isEscaped = true
            } else if character == " ", !isQuoted {
                if let word { words.append(word) }
                word = nil
            } else {
                word = (word ?? "") + String(character)
            }
        }
        return word.map { words + [$0] } ?? words
    }
}
