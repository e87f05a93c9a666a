/// Limits how many callers run at the same time; the others wait in the order of arrival.
///
/// All test cases of a run start at the same time, and each sandbox has four servers with their connections. With more
/// than about 1,300 open files, Foundation writes beyond a buffer when it starts a process.
public actor Turnstile {
    public static let sandboxes = Turnstile(12)
    /// Limits processes with their pipes. A process that another one under test needs does not wait here.
    public static let processes = Turnstile(12)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ free: Int) { self.free = free }

    public nonisolated func pass<Result>(_ body: () async throws -> Result) async rethrows -> Result {
        await enter()
        do {
            let result = try await body()
            await leave()
            return result
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
    }

    private func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
