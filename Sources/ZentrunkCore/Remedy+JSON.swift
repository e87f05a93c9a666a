public import ZentrunkJSON

extension Remedy {
    /// The ``code`` and what belongs to it, for programs.
    public var json: JSONObject {
        var members: JSONObject = ["code": .string(code)]
        switch self {
        case .set(let values):
            members["settings"] = .array(
                values.map { ["setting": .string($0.setting), "value": $0.value.map { .string($0) } ?? .null] })
        case .unset(let names): members["settings"] = .array(names.map { .string($0) })
        case .correct(let setting): members["setting"] = .string(setting)
        case .allow(let permission):
            members = members.merging(permission.json)
        case .parameter(let parameter): for (name, value) in parameter.json { members[name] = value }
        case .route(let destination): members["to"] = .string(destination.word)
        case .retry(let pause): members["seconds"] = pause.map { .integer($0.components.seconds) } ?? .null
        case .undo(let run): members["run"] = .string(run)
        case .connect(let target, let parameters):
            target.add(to: &members)
            members["parameters"] = .array(parameters.map { .object($0.json) })
        case .repair(let target, let permissions):
            target.add(to: &members)
            members["permissions"] = .array(permissions.map { .object($0.json) })
        case .disconnect(let target, let numbers, let destination):
            target.add(to: &members)
            members["numbers"] = .array(numbers.map { .string($0) })
            members["to"] = destination.map { .string($0.word) } ?? .null
        case .show(let target): target.add(to: &members)
        case .listParameters(let platform): members["platform"] = .string(platform.description)
        case .validateTemplate(let file): members["file"] = .string(file)
        case .choose(let ids): members["ids"] = .array(ids.map { .string($0) })
        case .command(let words): members["words"] = .array(words.map { .string($0) })
        case .page(let address): members["url"] = .string(address)
        case .advice(let text): members["text"] = .string(text)
        case .waitForRun, .plan, .withoutJournal, .moveJournal, .listNumbers, .listRuns, .createURI, .report: break
        }
        return members
    }
}

extension Remedy.Permission {
    fileprivate var json: JSONObject {
        var members: JSONObject = ["what": .string(word)]
        if case .replacement(let id) = self { members["id"] = .string(id) }
        return members
    }

    private var word: String {
        switch self {
        case .changes: "changes"
        case .adoption: "adoption"
        case .rerouting: "rerouting"
        case .oneSided: "one-sided"
        case .replacement: "replacement"
        }
    }
}

extension Remedy.Destination {
    fileprivate var word: String {
        switch self {
        case .nowhere: "nowhere"
        case .application: "application"
        }
    }
}

extension Remedy.Parameter {
    fileprivate var json: JSONObject {
        switch value {
        case .text(let text): ["name": .string(name), "value": .string(text)]
        case .flag(let flag): ["name": .string(name), "value": .bool(flag)]
        case .placeholder(let word): ["name": .string(name), "value": .null, "placeholder": .string(word)]
        }
    }

    /// Reads what a template writes for people, `--agent ID` or `--no-agent`.
    ///
    /// - Parameter parameters: The template's; what begins with `no-` may take back one that is on or off.
    /// - Returns: nil for other texts.
    init?(option text: String, _ parameters: [TemplateParameter]) {
        guard text.hasPrefix("--") else { return nil }
        let parts = text.dropFirst(2).split(separator: " ", maxSplits: 1).map(String.init)
        guard let word = parts.first else { return nil }
        let name = TemplateParameter.abbreviations.first { $0.value == word }?.key ?? word
        if parts.count > 1 {
            let isPlaceholder = parts[1].allSatisfy { $0.isUppercase }
            self.init(name, isPlaceholder ? .placeholder(parts[1]) : .text(parts[1]))
        } else if !parameters.contains(where: { $0.name == name }), name.hasPrefix("no-") {
            self.init(String(name.dropFirst(3)), .flag(false))
        } else {
            self.init(name, .flag(true))
        }
    }
}

extension Remedy.Target {
    fileprivate func add(to members: inout JSONObject) {
        members["platform"] = .string(platform.description)
        members["connection"] = .string(name.description)
    }
}
