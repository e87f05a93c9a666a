import ArgumentParser
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkJournal
import ZentrunkPairings

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A word that a shell may put at the cursor, with an explanation.
struct Candidate: Sendable, Hashable {
    var text: String
    var help: String

    init(_ text: String, _ help: String = "") {
        self.text = text
        self.help = help
    }

    /// As the shells' scripts read it.
    var line: String { "\(text)\t\(help.madeVisible())" }

    /// Whether no shell interprets the word and it does not look like an option. Candidates go onto the command line, and
    /// anybody with access to an account can put `$(…)` into an object's name.
    var isPlain: Bool {
        guard let first = text.first else { return false }
        return text.shellWord == text && (first.isLetter || first.isNumber || "+_./".contains(first))
    }
}

/// Determines the completions of a command line for a key press. The shells' scripts only show them.
struct Completion {
    enum Answer: Sendable, Hashable {
        case words([Candidate])
        /// Files, which the shell completes itself.
        case files
    }

    private let path: CommandPath
    private let shape: CommandShape
    /// The word at the cursor, up to the cursor.
    private let current: String
    private var positionals: [String] = []
    private var values: [String: String] = [:]
    /// Options that stand before the cursor.
    private var given: Set<String> = []
    /// The option whose value the word at the cursor is.
    private var pending: String?
    private let sandbox: Bool

    /// - Parameter words: The words behind the command's name, up to the cursor; the last one may be empty.
    init(_ words: [String]) {
        current = words.last ?? ""
        var before = words.dropLast()
        sandbox = before.contains("--sandbox")
        if before.first == "help" { before = before.dropFirst() }
        path = CommandPath(before)
        shape = CommandShape(path.command)
        var rest = path.rest
        while let word = rest.popFirst() {
            guard word.hasPrefix("-"), word.count > 1 else {
                positionals.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            let option = shape.option(parts[0])
            let name = option?.option ?? parts[0]
            given.insert(name)
            if parts.count == 2 {
                values[name] = parts[1]
            } else if option?.kind == .option || (option == nil && parameter(parts[0]).map { $0.type != .bool } == true)
            {
                if let value = rest.popFirst() { values[name] = value } else { pending = name }
            }
        }
    }

    /// Returns the candidates at the cursor.
    func answer() async -> Answer {
        if let pending { return await value(of: pending, current, before: "") }
        if current.hasPrefix("--"), let equals = current.firstIndex(of: "=") {
            let option = String(current[..<equals])
            return await value(of: option, String(current[current.index(after: equals)...]), before: option + "=")
        }
        guard path.subcommands.isEmpty else { return .words(matching(current.hasPrefix("-") ? options : subcommands)) }
        guard !current.hasPrefix("-") else { return .words(matching(options)) }
        guard positionals.count < shape.positionals.count else { return .words(matching(options)) }
        return await value(of: shape.positionals[positionals.count], nil, current, before: "")
    }

    // MARK: Commands and options

    private var subcommands: [Candidate] {
        var found: [Candidate] = []
        for command in path.subcommands where command.configuration.shouldDisplay {
            found.append(Candidate(command._commandName, command.configuration.abstract))
        }
        if path.isRoot { found.append(Candidate("help", "Show the help of a command.")) }
        return found
    }

    private var options: [Candidate] {
        let declared = shape.options.filter(\.shouldDisplay).compactMap { argument in
            argument.option.flatMap { name in
                given.contains(name) && !argument.isRepeating ? nil : Candidate(name, argument.abstract ?? "")
            }
        }
        guard shape.takesParameters, platform != nil else { return declared }
        let own = templates.flatMap(\.parameters).filter { Self.option(of: $0.name) == "--" + $0.name }
        let parameters = own.flatMap { parameter in
            let options = parameter.type == .bool ? parameter.switches.map(\.option) : ["--\(parameter.name)"]
            return options.map { Candidate($0, parameter.help) }
        }
        let known = Set(declared.map(\.text))
        return declared + parameters.filter { !given.contains($0.text) && !known.contains($0.text) }
    }

    /// Options that set a parameter under another name, or that the parser has itself.
    private static func option(of parameter: String) -> String {
        TemplateParameter.option(parameter)
    }

    // MARK: Values

    private func value(of option: String, _ typed: String, before head: String) async -> Answer {
        if option == "--set" { return .words(matching(settings(typed, before: head))) }
        return await value(of: shape.option(option), parameter(option), typed, before: head)
    }

    private func value(
        of argument: CommandShape.Argument?, _ parameter: TemplateParameter?, _ typed: String, before head: String
    ) async -> Answer {
        if argument?.completionKind?.file != nil || argument?.completionKind?.directory != nil { return .files }
        var found = (argument?.completionKind?.list?.values ?? []).map { Candidate($0) }
        if let offer = argument?.completionKind?.shellCommand.flatMap({ Offer(rawValue: $0.command) }) {
            found += await candidates(offer, typed)
        }
        if found.isEmpty, let option = argument?.option { found = choices(of: option) }
        if found.isEmpty, let parameter { found = Self.choices(parameter) }
        let plain = found.filter { $0.isPlain }
        return .words(matching(plain.map { Candidate(head + $0.text, $0.help) }))
    }

    /// `parameter=`, and behind that its values.
    private func settings(_ typed: String, before head: String) -> [Candidate] {
        let parameters = templates.flatMap(\.allParameters)
        guard let equals = typed.firstIndex(of: "=") else {
            return parameters.map { Candidate("\(head)\($0.name)=", $0.help) }
        }
        let name = String(typed[..<equals])
        return parameters.filter { $0.name == name }.flatMap(Self.choices).map {
            Candidate("\(head)\(name)=\($0.text)", $0.help)
        }
    }

    private func choices(of option: String) -> [Candidate] {
        guard shape.takesConnection else { return [] }
        return templates.flatMap(\.allParameters).filter { Self.option(of: $0.name) == option }.flatMap(Self.choices)
    }

    private static func choices(_ parameter: TemplateParameter) -> [Candidate] {
        switch parameter.type {
        case .choice(let choices): choices.map { Candidate($0) }
        case .bool: [Candidate("true"), Candidate("false")]
        case .string, .id, .country, .host, .uri, .url: []
        }
    }

    private func candidates(_ offer: Offer, _ typed: String) async -> [Candidate] {
        switch offer {
        case .platforms: return await platforms(typed)
        case .platformsAndRuns: return await platforms(typed) + Memory.runs()
        case .names:
            return await Memory.connections(of: platform).map {
                Candidate($0.identity.name.description, $0.connection.numbers.map(\.e164).joined(separator: ", "))
            }
        case .runs: return await Memory.runs()
        case .remembered:
            let name = connectionName
            return await Memory.connections(of: platform).filter { name == nil || $0.identity.name.description == name }
                .flatMap { record in
                    record.connection.numbers.map {
                        Candidate($0.e164, "\(record.identity.platform)/\(record.identity.name)")
                    }
                }
        case .routes: return [Candidate("none", "to nothing"), Candidate("app:", "to an application, by its id")]
        case .shells: return CompletionScript.shells.map { Candidate($0) }
        case .trunks, .inboundTrunks, .credentials, .uris, .acls, .numbers:
            return await AccountObjects.names(offer, prefix: typed, sandbox: sandbox)
        }
    }

    private func platforms(_ typed: String) async -> [Candidate] {
        guard let slash = typed.firstIndex(of: "/") else {
            return AdapterRegistry.all.map { Candidate($0.platform.id.description, $0.platform.title) }
        }
        return await Memory.connections(of: String(typed[..<slash])).map {
            Candidate(
                "\($0.identity.platform)/\($0.identity.name)",
                $0.connection.numbers.map(\.e164).joined(separator: ", "))
        }
    }

    /// Returns the candidates that begin with the word at the cursor and extend it, without duplicates, in their order. A
    /// candidate that equals the word is kept, so that the cursor moves on, unless it needs a continuation.
    private func matching(_ candidates: [Candidate]) -> [Candidate] {
        var seen: Set<String> = []
        return candidates.filter { candidate in
            candidate.text.hasPrefix(current) && candidate.text.shellWord == candidate.text
                && (candidate.text != current || !current.hasSuffix("=") && !current.hasSuffix(":"))
                && seen.insert(candidate.text).inserted
        }
    }

    // MARK: The line so far

    /// The platform, if it is named and known.
    private var platform: String? {
        guard shape.positionals.first?.valueName == "platform", let word = positionals.first else { return nil }
        let name = String(word.prefix { $0 != "/" })
        return AdapterRegistry.names.contains(name) ? name : nil
    }

    private var connectionName: String? {
        if let name = values["--name"] { return name }
        guard let word = positionals.first, let slash = word.firstIndex(of: "/") else { return nil }
        return String(word[word.index(after: slash)...])
    }

    /// The template in use; all templates while no platform is named.
    private var templates: [Template] {
        let adapters = AdapterRegistry.all.filter { platform == nil || $0.platform.id.description == platform }
        let home = Terminal.environment("HOME") ?? "~"
        let file = values["--template"].map { $0.hasPrefix("~/") ? home + $0.dropFirst() : $0 }
        return adapters.compactMap { adapter in
            try? TemplateSource.given(adapter, file: platform == nil ? nil : file)
                ?? TemplateSource.load(adapter, file: nil)
        }
    }

    private func parameter(_ option: String) -> TemplateParameter? {
        guard shape.takesParameters, platform != nil, option.hasPrefix("--") else { return nil }
        return templates.flatMap(\.parameters).first { $0.name == option.dropFirst(2) }
    }
}

/// The journal's connections and runs, for a key press; empty if the journal is missing or cannot be read.
private enum Memory {
    static func connections(of platform: String?) async -> [ConnectionRecord] {
        guard let journal else { return [] }
        let identities = (try? await journal.identities(of: nil)) ?? []
        let ofPlatform = identities.filter { platform == nil || $0.platform.description == platform }
        return ((try? await journal.connections(ofPlatform)) ?? [])
            .sorted {
                ($0.identity.platform.description, $0.identity.name.description)
                    < ($1.identity.platform.description, $1.identity.name.description)
            }
    }

    /// The last runs, the newest first.
    static func runs() async -> [Candidate] {
        let runs = (try? await journal?.runs(of: nil)) ?? []
        return runs.suffix(20).reversed().map { run in
            let identity = run.record.identity
            return Candidate(
                run.record.id,
                "\(run.record.operation.rawValue) \(identity.platform)/\(identity.name) \(run.begun ?? "")")
        }
    }

    /// No folder is created for a key press.
    private static var journal: SQLiteJournal? {
        guard let directory = try? StateDirectory.path(ProcessInfo.processInfo.environment) else { return nil }
        return try? SQLiteJournal.reading(directory: directory)
    }
}
