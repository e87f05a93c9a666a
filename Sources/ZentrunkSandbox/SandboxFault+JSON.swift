public import ZentrunkJSON

/// The JSON form of faults, for use between processes:
///
///     {"vendor": "plivo", "method": "POST", "writes": true, "path": "*/Zentrunk/Trunk/", "body": {"/name": "x"},
///      "nth": 2, "effect": {"answer": {"status": 429, "headers": {"Retry-After": "1"}, "body": "slow down"}}}
///
/// `effect` is one of the words `close`, `lose-answer`, `truncate-answer`, `break-json`, `empty-answer`, `hang`, the
/// name of a ``NoRoute`` such as `text-404` or `nest-404`, or an object with `answer` or `delay_ms`. Use at most one of
/// `nth`, `first` and `from`; without them, the fault applies to every match.
extension SandboxFault {
    private enum Key {
        static let vendor = "vendor"
        static let method = "method"
        static let writes = "writes"
        static let reads = "reads"
        static let path = "path"
        static let body = "body"
        static let nth = "nth"
        static let first = "first"
        static let from = "from"
        static let effect = "effect"
        static let all: Set<String> = [vendor, method, writes, reads, path, body, nth, first, from, effect]
    }

    /// - Throws: `JSONDecodingError` with the path of the invalid value.
    public init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        if let unknown = try cursor.members().names.first(where: { !Key.all.contains($0) }) {
            throw JSONDecodingError(
                path: cursor.path.appending(unknown), expected: "one of \(Key.all.sorted().joined(separator: ", "))",
                found: "another name")
        }
        var body: [JSONPointer: JSONValue] = [:]
        if let conditions = try cursor.memberIfPresent(Key.body) {
            for (name, value) in try conditions.members() {
                guard let pointer = JSONPointer(name) else { throw conditions.mismatch("JSON Pointers as names") }
                body[pointer] = value
            }
        }
        var hits = Hits.every
        if let nth = try cursor.memberIfPresent(Key.nth) { hits = .nth(Int(try nth.integer())) }
        if let first = try cursor.memberIfPresent(Key.first) { hits = .first(Int(try first.integer())) }
        if let from = try cursor.memberIfPresent(Key.from) { hits = .from(Int(try from.integer())) }
        self.init(
            vendor: try cursor.memberIfPresent(Key.vendor)?.string(),
            method: try cursor.memberIfPresent(Key.method)?.string(),
            writesOnly: try cursor.memberIfPresent(Key.writes)?.bool() ?? false,
            readsOnly: try cursor.memberIfPresent(Key.reads)?.bool() ?? false,
            path: try cursor.memberIfPresent(Key.path)?.string(), body: body, hits: hits,
            effect: try Effect(try cursor.member(Key.effect)))
    }

    public var json: JSONValue {
        var rule = JSONObject()
        if let vendor { rule[Key.vendor] = .string(vendor) }
        if let method { rule[Key.method] = .string(method) }
        if writesOnly { rule[Key.writes] = true }
        if readsOnly { rule[Key.reads] = true }
        if let path { rule[Key.path] = .string(path) }
        if !body.isEmpty { rule[Key.body] = .object(JSONObject(body.map { ($0.key.description, $0.value) })) }
        switch hits {
        case .every: break
        case .nth(let n): rule[Key.nth] = .integer(Int64(n))
        case .first(let n): rule[Key.first] = .integer(Int64(n))
        case .from(let n): rule[Key.from] = .integer(Int64(n))
        }
        rule[Key.effect] = effect.json
        return .object(rule)
    }
}

extension SandboxFault.Effect {
    private static let words: [(word: String, effect: SandboxFault.Effect)] =
        [
            ("close", .closeBeforeActing), ("lose-answer", .loseAnswer), ("truncate-answer", .truncateAnswer),
            ("break-json", .breakJSON), ("empty-answer", .emptyAnswer), ("hang", .hang),
        ] + SandboxFault.NoRoute.allCases.map { ($0.rawValue, .noRoute($0)) }

    init(_ cursor: JSONCursor) throws(JSONDecodingError) {
        let expectation = "answer, delay_ms or one of \(Self.words.map(\.word).joined(separator: ", "))"
        if let word = cursor.value.string {
            guard let known = Self.words.first(where: { $0.word == word }) else { throw cursor.mismatch(expectation) }
            self = known.effect
        } else if let delay = try cursor.memberIfPresent("delay_ms") {
            self = .delay(.milliseconds(try delay.integer()))
        } else if let answer = try cursor.memberIfPresent("answer") {
            var headers: [String: String] = [:]
            if let fields = try answer.memberIfPresent("headers") {
                for name in try fields.members().names { headers[name] = try fields.member(name).string() }
            }
            let status = Int(try answer.member("status").integer())
            guard (200...599).contains(status) else {
                throw try answer.member("status").mismatch("a status from 200 to 599")
            }
            let body = try answer.memberIfPresent("body")
            let bytes = body.map { $0.value.string.map { Array($0.utf8) } ?? $0.value.bytes() } ?? []
            self = .answer(SandboxAnswer(status: status, headers: headers, body: bytes))
        } else {
            throw cursor.mismatch(expectation)
        }
    }

    var json: JSONValue {
        switch self {
        case .answer(let answer):
            [
                "answer": [
                    "status": .integer(Int64(answer.status)),
                    "headers": .object(JSONObject(answer.headers.map { ($0.key, .string($0.value)) })),
                    "body": .string(String(decoding: answer.body, as: UTF8.self)),
                ]
            ]
        case .delay(let delay): ["delay_ms": .integer(Int64(delay.milliseconds))]
        default: .string(Self.words.first { $0.effect == self }?.word ?? "")
        }
    }
}
