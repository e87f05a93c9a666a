@_spi(Adapter) public import ZentrunkCore
public import ZentrunkJSON

/// What is known about a code, a phrase or a status that a user entered.
public struct Explanation: Sendable, Hashable {
    /// The text as received.
    public var query: String
    /// The direction of calls that was asked for.
    public var direction: Cause.Direction
    /// The platform of the pairing; nil for all of them.
    public var platform: PlatformID?
    /// The causes, the likeliest first. Empty if the text is unknown: then show it as received, without a meaning.
    public var causes: [Cause]
    /// Causes that apply only to calls of the other direction, which were left out.
    public var otherDirection: [Cause]

    /// Whether the text has a known cause for the direction.
    public var isKnown: Bool { !causes.isEmpty }

    /// The explanation for programs.
    public var json: JSONObject {
        [
            "query": .string(query), "direction": .string(direction.rawValue),
            "platform": platform.map { .string($0.description) } ?? .null, "known": .bool(isKnown),
            "causes": .array(causes.map { .object($0.json) }),
            "other_direction": .array(otherDirection.map { .object($0.json) }),
        ]
    }
}

extension Cause {
    /// The cause for programs.
    public var json: JSONObject {
        [
            "source": .string(set.id.rawValue), "title": .string(set.title), "code": .string(code),
            "prefix": .bool(isPrefix), "texts": .array(texts.map { .string($0) }),
            "when": condition.map { .string($0) } ?? .null, "direction": .string(direction.rawValue),
            "owner": .string(owner.rawValue), "cause": .string(meaning), "step": .string(step),
            "remedies": .array(remedies.map { .object($0.json) }),
            "evidence": .array(evidence.map { .object($0.json) }),
        ]
    }
}

extension Cause.Evidence {
    /// The evidence for programs.
    public var json: JSONObject {
        [
            "kind": .string(kind.rawValue), "title": title.map { .string($0) } ?? .null,
            "url": url.map { .string($0) } ?? .null,
        ]
    }
}

extension CauseTable {
    /// Explains what a user copied from a record, a log or a message.
    ///
    /// Recognises codes (`4150`, `customer-busy`), SIP statuses with or without phrase (`486`, `SIP/2.0 404 Not Found`),
    /// phrases and names regardless of case, and messages that contain a known phrase.
    ///
    /// - Parameters:
    ///   - text: The text.
    ///   - direction: The direction of the call; `any` if it is unknown.
    ///   - platform: The platform of the pairing; nil for all of them.
    /// - Returns: All causes that fit. Causes of the direction are before those of both, and causes of the other direction
    ///   are left out. A cause with the phrase is preferred to those with the status alone.
    public func explain(
        _ text: String, direction: Cause.Direction = .any, platform: PlatformID? = nil
    ) -> Explanation {
        let query = Query(text)
        let sets = sets.filter { $0.occurs(with: platform) }
        let looks: [(CodeSet) -> [Cause]] = [
            { self.entire(query, in: $0) }, { self.status(of: query, in: $0) }, { self.within(query, in: $0) },
            { self.causes(ofPrefixOf: query.text, in: $0.id) },
        ]
        let found = looks.lazy.map { look in sets.flatMap(look) }.first { !$0.isEmpty } ?? []
        return Explanation(
            query: text, direction: direction, platform: platform, causes: found.applying(to: direction),
            otherDirection: direction == .any ? [] : found.filter { $0.direction != direction && $0.direction != .any })
    }

    /// Returns the causes whose code or text is the entire query, or whose status and phrase are.
    private func entire(_ query: Query, in set: CodeSet) -> [Cause] {
        let exact = causes(ofExactly: query.text, in: set.id)
        guard exact.isEmpty else { return exact }
        return causes.filter { cause in
            guard cause.set.id == set.id, !cause.isPrefix else { return false }
            let hasText = cause.texts.contains { $0.lowercased() == query.phrase }
            if let status = query.status { return hasText && cause.code == status }
            return hasText || cause.code.lowercased() == query.phrase
        }
    }

    /// Returns the causes of the query's status, if no phrase of theirs says otherwise.
    private func status(of query: Query, in set: CodeSet) -> [Cause] {
        guard let status = query.status else { return [] }
        let fitting = causes(ofExactly: status, in: set.id)
        return set.match == .phrase ? fitting.filter(\.texts.isEmpty) : fitting
    }

    /// Returns the causes with the longest phrase that the query contains.
    private func within(_ query: Query, in set: CodeSet) -> [Cause] {
        guard set.match == .contains else { return [] }
        let found = causes.lazy.filter { $0.set.id == set.id }.compactMap { cause -> (cause: Cause, length: Int)? in
            let lengths = cause.texts.filter { query.whole.contains($0.lowercased()) }.map(\.count)
            return lengths.max().map { (cause, $0) }
        }
        let longest = found.map(\.length).max()
        return found.filter { $0.length == longest }.map(\.cause)
    }
}

/// A text that a user entered, taken apart.
private struct Query {
    /// The text without margins, with single spaces.
    let text: String
    /// The same in lower case.
    let whole: String
    /// The status of three digits before a phrase; nil if there is none.
    let status: String?
    /// The phrase after the status, or the entire text; lower case.
    let phrase: String

    init(_ entered: String) {
        var words = entered.split(whereSeparator: \.isWhitespace).map(String.init)
        // Only before a status: phrases such as "sip request timed out" begin with the word, too.
        if words.count > 1, ["sip", "sip/2.0"].contains(words[0].lowercased()), Self.isStatus(words[1]) {
            words.removeFirst()
        }
        text = words.joined(separator: " ")
        whole = text.lowercased()
        let isStatus = words.count > 1 && Self.isStatus(words[0])
        status = isStatus ? words[0] : nil
        phrase = (isStatus ? Array(words.dropFirst()) : words).joined(separator: " ").lowercased()
    }

    private static func isStatus(_ word: String) -> Bool {
        word.utf8.count == 3 && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
