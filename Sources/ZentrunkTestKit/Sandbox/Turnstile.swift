/// Limits how many callers run at the same time; the others wait in the order of arrival.
///
/// All test cases of a run begin at the same moment, and each sandbox is four servers with their connections. With more than
/// about 1,300 files open, Foundation's way of starting processes writes beyond a buffer.
package actor Turnstile {
    package static let sandboxes = Turnstile(12)
    /// Processes with their pipes. One that is started while another runs, for that one's sake, does not wait here.
    package static let processes = Turnstile(12)

    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init(_ free: Int) { self.free = free }

    package nonisolated func pass<Result>(_ body: () async throws -> Result) async rethrows -> Result {
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
