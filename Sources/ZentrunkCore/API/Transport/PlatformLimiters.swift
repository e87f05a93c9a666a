import Crypto
import Synchronization

/// The rate limiters of platforms' accounts: connectors with the same key share one, which lives as long as they do.
package final class PlatformLimiters: Sendable {
    private let living = WeakValues<String, RateLimiter>()

    /// Creates a table without limiters.
    package init() {}

    /// Returns the limiter of an account.
    ///
    /// - Parameters:
    ///   - platform: The platform.
    ///   - settings: The settings of the account, by variable. The table keeps a hash of them.
    package func limiter(of platform: PlatformID, _ settings: [String: Secret]) -> RateLimiter {
        var hash = SHA256()
        for (variable, value) in settings.sorted(by: { $0.key < $1.key }) {
            hash.update(data: Array("\(variable)=\(value.reveal())\n".utf8))
        }
        let digits = hash.finalize().map { String($0, radix: 16) }.joined(separator: " ")
        // Platforms publish no limit, so only their refusals cause pauses.
        return living.value(for: "\(platform) \(digits)") { RateLimiter(nil) }
    }

    /// The number of limiters in use.
    package var count: Int { living.count }
}

/// A table that does not keep its values alive.
///
/// Not inlined, because of the compiler's defect that `Scripts/check-locks` looks for.
package final class WeakValues<Key: Hashable & Sendable, Value: AnyObject & Sendable>: Sendable {
    private struct Entry: Sendable {
        weak var value: Value?
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        /// The number of entries at which dead ones are removed.
        var limit = 64
    }

    private let state = Mutex(State())

    package init() {}

    /// Returns the living value of the key, or the new one.
    @inline(never)
    package func value(for key: Key, make: () throws -> Value) rethrows -> Value {
        try state.withLock { state in
            if let value = state.entries[key]?.value { return value }
            let value = try make()
            if state.entries.count >= state.limit {
                state.entries = state.entries.filter { $0.value.value != nil }
                // Twice as many as live, so that the time for each new entry is constant on average.
                state.limit = max(64, 2 * state.entries.count)
            }
            state.entries[key] = Entry(value: value)
            return value
        }
    }

    /// The number of living values.
    package var count: Int {
        @inline(never) get { state.withLock { $0.entries.values.count { $0.value != nil } } }
    }
}
