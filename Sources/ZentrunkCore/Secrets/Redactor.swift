import Synchronization

/// Removes known secrets from foreign text, because vendors quote requests in their errors.
///
/// Not inlined, because of the compiler's defect that `Scripts/check-locks` looks for.
@_spi(Adapter) public final class Redactor: Sendable {
    /// The number of derived secrets that are known at a time.
    package static let recentLimit = 1024

    fileprivate struct State {
        var keys: Set<String> = []
        /// Derived secrets, each with the time of its last use.
        var recent: [String: Int] = [:]
        var time = 0
        /// The known secrets by their first four bytes.
        var byStart: [UInt32: [[UInt8]]] = [:]
    }

    /// Knows secrets that are shared with others.
    private let parent: Redactor?
    private let state = Mutex(State())

    /// Creates a redactor that knows these secrets.
    ///
    /// - Parameter parent: A redactor whose secrets are removed as well.
    public init(_ secrets: [Secret] = [], extending parent: Redactor? = nil) {
        self.parent = parent
        for secret in secrets { learn(secret) }
    }

    /// Adds a secret to remove for ever, such as a key. Texts of fewer than 4 characters are ignored, because they occur
    /// in ordinary words.
    @inline(never)
    public func learn(_ secret: Secret) {
        let text = secret.reveal()
        guard text.count >= 4 else { return }
        state.withLock { state in
            guard state.keys.insert(text).inserted, state.recent.removeValue(forKey: text) == nil else { return }
            state.add(text)
        }
    }

    /// Adds a secret that is one of many and is derived for each use, such as a SIP password or a token. Only the most
    /// recently derived ones are known, so that a redactor does not grow for ever.
    @inline(never)
    public func learnDerived(_ secret: Secret) {
        let text = secret.reveal()
        guard text.count >= 4 else { return }
        state.withLock { state in
            guard !state.keys.contains(text) else { return }
            state.time += 1
            if state.recent.updateValue(state.time, forKey: text) == nil { state.add(text) }
            guard state.recent.count > Self.recentLimit else { return }
            // Forgets half of them at once, so that the time for each new one is constant on average.
            let oldest = state.recent.sorted { $0.value < $1.value }.prefix(Self.recentLimit / 2)
            for (text, _) in oldest {
                state.recent[text] = nil
                state.remove(text)
            }
        }
    }

    /// The number of secrets that are known here, without those of the parent.
    package var count: Int {
        @inline(never) get { state.withLock { $0.keys.count + $0.recent.count } }
    }

    /// Returns the text with every known secret replaced, and with terminal control characters escaped; line breaks and
    /// tabs stay.
    public func clean(_ text: String) -> String { replaced(text).madeVisible(keepingLines: true) }

    private func replaced(_ text: String) -> String {
        let tables = tables
        let bytes = Array(text.utf8)
        var cleaned: [UInt8] = []
        /// The end of the secrets that cover the current byte; those that overlap are replaced together.
        var end = 0
        for index in bytes.indices {
            let found = tables.isEmpty ? nil : Self.end(of: tables, bytes, at: index)
            if index >= end {
                if found == nil { cleaned.append(bytes[index]) } else { cleaned += "<redacted>".utf8 }
            }
            end = max(end, found ?? 0)
        }
        return end == 0 ? text : String(decoding: cleaned, as: UTF8.self)
    }

    /// The end of the longest secret that begins at the index; nil if none does.
    private static func end(of tables: [[UInt32: [[UInt8]]]], _ bytes: [UInt8], at index: Int) -> Int? {
        guard let start = State.start(bytes[index...]) else { return nil }
        var longest: Int?
        for table in tables {
            for secret in table[start] ?? [] where bytes[index...].starts(with: secret) {
                longest = max(longest ?? 0, index + secret.count)
            }
        }
        return longest
    }

    /// The secrets known here, and those of the connector at work: a vendor may quote the key of the other side.
    private var tables: [[UInt32: [[UInt8]]]] {
        guard let other = RunScope.current?.observation?.redactor, other !== self else { return known }
        return known + other.known
    }

    /// The secrets known here and by the parent.
    private var known: [[UInt32: [[UInt8]]]] {
        @inline(never) get {
            let own = state.withLock { $0.byStart }
            return (own.isEmpty ? [] : [own]) + (parent?.known ?? [])
        }
    }
}

extension Redactor.State {
    /// The first four bytes; nil if there are fewer.
    fileprivate static func start(_ bytes: some Collection<UInt8>) -> UInt32? {
        let first = bytes.prefix(4)
        return first.count == 4 ? first.reduce(0) { $0 << 8 | UInt32($1) } : nil
    }

    fileprivate mutating func add(_ text: String) {
        let bytes = Array(text.utf8)
        if let start = Self.start(bytes) { byStart[start, default: []].append(bytes) }
    }

    fileprivate mutating func remove(_ text: String) {
        let bytes = Array(text.utf8)
        guard let start = Self.start(bytes) else { return }
        byStart[start]?.removeAll { $0 == bytes }
        if byStart[start]?.isEmpty == true { byStart[start] = nil }
    }
}
