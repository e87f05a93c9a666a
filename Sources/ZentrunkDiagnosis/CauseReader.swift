@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// Reads the file of causes.
enum CauseReader {
    /// A source of evidence.
    struct Source {
        var title: String
        var url: String?
    }

    /// Reads the sources by their keys.
    static func sources(_ cursor: JSONCursor) throws(JSONDecodingError) -> [String: Source] {
        var sources: [String: Source] = [:]
        for name in try cursor.members().names {
            let source = try cursor.member(name)
            try source.refuseMembers(except: ["title", "url"])
            sources[name] = Source(
                title: try source.member("title").text(), url: try source.memberIfPresent("url")?.text())
        }
        return sources
    }

    /// Reads the head of a set.
    static func set(_ cursor: JSONCursor) throws(JSONDecodingError) -> CodeSet {
        try cursor.refuseMembers(except: ["name", "title", "match", "platforms", "inferred", "causes"])
        let platforms = try cursor.texts("platforms")
        let inferred = try cursor.texts("inferred")
        guard Set(inferred).isSubset(of: platforms) else {
            throw try cursor.member("inferred").mismatch("some of the platforms")
        }
        return CodeSet(
            id: .init(rawValue: try cursor.member("name").text()), title: try cursor.member("title").text(),
            match: try cursor.member("match").choice(), platforms: platforms.map { PlatformID($0) },
            inferredPlatforms: inferred.map { PlatformID($0) })
    }

    /// Reads a cause.
    static func cause(
        _ cursor: JSONCursor, of set: CodeSet, _ sources: [String: Source]
    ) throws(JSONDecodingError) -> Cause {
        try cursor.refuseMembers(except: [
            "code", "prefix", "texts", "when", "direction", "owner", "cause", "step", "remedy", "evidence",
        ])
        let step = try cursor.member("step").text()
        let remedy = try cursor.memberIfPresent("remedy").map { (remedy) throws(JSONDecodingError) in
            try Self.remedy(remedy)
        }
        let evidence = try cursor.member("evidence").elements()
        guard !evidence.isEmpty else { throw try cursor.member("evidence").mismatch("evidence") }
        return Cause(
            set: set, code: try cursor.member("code").text(),
            isPrefix: try cursor.memberIfPresent("prefix")?.bool() ?? false, texts: try cursor.texts("texts"),
            condition: try cursor.memberIfPresent("when")?.text(),
            direction: try cursor.memberIfPresent("direction")?.choice() ?? .any,
            owner: try cursor.member("owner").choice(), meaning: try cursor.member("cause").text(), step: step,
            remedies: [remedy, step == "Nothing." ? nil : .advice(step)].compactMap { $0 },
            evidence: try evidence.map { (item) throws(JSONDecodingError) in try Self.evidence(item, sources) })
    }

    /// Reads `documentation:hangup`, a kind and the key of a source, or `inference`, a kind alone.
    private static func evidence(
        _ cursor: JSONCursor, _ sources: [String: Source]
    ) throws(JSONDecodingError) -> Cause.Evidence {
        let parts = try cursor.text().split(separator: ":", maxSplits: 1).map(String.init)
        guard let kind = parts.first.flatMap(Cause.Evidence.Kind.init) else {
            throw cursor.mismatch("a kind of evidence")
        }
        guard parts.count > 1 else { return Cause.Evidence(kind: kind) }
        guard let source = sources[parts[1]] else { throw cursor.mismatch("the key of a source") }
        return Cause.Evidence(kind: kind, title: source.title, url: source.url)
    }

    /// Reads a remedy that needs no connection.
    private static func remedy(_ cursor: JSONCursor) throws(JSONDecodingError) -> Remedy {
        let code = try cursor.member("code")
        switch try code.string() {
        case "retry":
            return .retry(
                after: try cursor.memberIfPresent("seconds").map { (seconds) throws(JSONDecodingError) in
                    .seconds(try seconds.integer())
                })
        case "correct": return .correct(setting: try cursor.member("setting").text())
        case "list-numbers": return .listNumbers
        default: throw code.mismatch("a remedy")
        }
    }
}

extension JSONCursor {
    /// Throws an error if the object has other members.
    func refuseMembers(except known: Set<String>) throws(JSONDecodingError) {
        guard let strange = try members().names.first(where: { !known.contains($0) }) else { return }
        throw JSONDecodingError(path: path.appending(strange), expected: "no such member", found: "one")
    }

    /// Returns a string that is not empty.
    func text() throws(JSONDecodingError) -> String {
        let text = try string()
        guard !text.isEmpty else { throw JSONDecodingError(path: path, expected: "a text", found: "an empty one") }
        return text
    }

    /// Returns the texts in a member; empty if it is missing.
    func texts(_ name: String) throws(JSONDecodingError) -> [String] {
        guard let list = try memberIfPresent(name) else { return [] }
        return try list.elements().map { (item) throws(JSONDecodingError) in try item.text() }
    }

    /// Returns a case by its raw value.
    func choice<Choice: RawRepresentable<String>>() throws(JSONDecodingError) -> Choice {
        guard let choice = Choice(rawValue: try text()) else { throw mismatch("one of the known words") }
        return choice
    }
}
