package import ZentrunkJSON

extension [Remedy] {
    /// The remedies as JSON.
    package var json: JSONValue { .array(map { .object($0.json) }) }

    init(_ cursor: JSONCursor) throws { self = try cursor.elements().map { try Remedy($0) } }
}

extension Remedy {
    /// Reads a remedy that ``json`` has written.
    init(_ cursor: JSONCursor) throws {
        func text(_ name: String) throws -> String { try cursor.member(name).string() }
        func texts(_ name: String) throws -> [String] {
            try cursor.member(name).elements().map { try $0.string() }
        }
        func destination(_ cursor: JSONCursor) throws -> Destination {
            switch try cursor.string() {
            case "nowhere": .nowhere
            case "application": .application
            default: throw cursor.mismatch("a destination")
            }
        }
        switch try text("code") {
        case "set":
            self = .set(
                try cursor.member("settings").elements().map {
                    Assignment(
                        try $0.member("setting").string(), try $0.memberIfPresent("value").map { try $0.string() })
                })
        case "unset": self = .unset(try texts("settings"))
        case "correct": self = .correct(setting: try text("setting"))
        case "allow": self = .allow(try Permission(cursor))
        case "parameter": self = .parameter(try Parameter(cursor))
        case "route": self = .route(try destination(cursor.member("to")))
        case "retry": self = .retry(after: try cursor.memberIfPresent("seconds").map { .seconds(try $0.integer()) })
        case "undo": self = .undo(run: try text("run"))
        case "connect":
            self = .connect(
                try Target(cursor), try cursor.member("parameters").elements().map { try Parameter($0) })
        case "repair":
            self = .repair(
                try Target(cursor), try cursor.member("permissions").elements().map { try Permission($0) })
        case "disconnect":
            self = .disconnect(
                try Target(cursor), numbers: try texts("numbers"),
                to: try cursor.memberIfPresent("to").map { try destination($0) })
        case "show": self = .show(try Target(cursor))
        case "list-parameters": self = .listParameters(PlatformID(try text("platform")))
        case "validate-template": self = .validateTemplate(file: try text("file"))
        case "choose": self = .choose(ids: try texts("ids"))
        case "command": self = .command(try texts("words"))
        case "page": self = .page(try text("url"))
        case "advice": self = .advice(try text("text"))
        default:
            let plain: [Remedy] = [
                .waitForRun, .plan, .withoutJournal, .moveJournal, .listNumbers, .listRuns, .createURI, .report,
            ]
            let code = try text("code")
            guard let remedy = plain.first(where: { $0.code == code }) else {
                throw try cursor.member("code").mismatch("a remedy")
            }
            self = remedy
        }
    }
}

extension Remedy.Permission {
    fileprivate init(_ cursor: JSONCursor) throws {
        let what = try cursor.member("what")
        switch try what.string() {
        case "changes": self = .changes
        case "adoption": self = .adoption
        case "rerouting": self = .rerouting
        case "one-sided": self = .oneSided
        case "replacement": self = .replacement(id: try cursor.member("id").string())
        default: throw what.mismatch("a permission")
        }
    }
}

extension Remedy.Parameter {
    fileprivate init(_ cursor: JSONCursor) throws {
        let name = try cursor.member("name").string()
        if let word = try cursor.memberIfPresent("placeholder") {
            self.init(name, .placeholder(try word.string()))
        } else if case .bool(let flag) = try cursor.member("value").value {
            self.init(name, .flag(flag))
        } else {
            self.init(name, .text(try cursor.member("value").string()))
        }
    }
}

extension Remedy.Target {
    fileprivate init(_ cursor: JSONCursor) throws {
        self.init(
            PlatformID(try cursor.member("platform").string()),
            try ConnectionName(cursor.member("connection").string()))
    }
}
