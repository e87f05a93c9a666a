import Synchronization

/// A counter of consecutive round trips: the depth of a run.
///
/// Each step carries the length of the longest chain before it, and every request extends the chain by one. Concurrent
/// work forks the chain and joins it again at the longest branch.
///
/// Not inlined, because of the compiler's defect that `Scripts/check-locks` looks for.
package final class RoundTripChain: Sendable {
    /// The chain that requests of this task extend.
    @TaskLocal package static var current: RoundTripChain?

    private let state: Mutex<Int>

    /// Creates a chain of the given length.
    package init(startingAt depth: Int = 0) { state = Mutex(depth) }

    /// The number of consecutive requests so far.
    package var depth: Int {
        @inline(never) get { state.withLock { $0 } }
    }

    @inline(never)
    func advance() { state.withLock { $0 += 1 } }

    @inline(never)
    package func join(_ depth: Int) { state.withLock { $0 = max($0, depth) } }
}

/// Runs the work for all elements concurrently and returns the results in the order of the elements.
///
/// The ``RoundTripChain`` of this task grows by the longest branch, not by the sum.
///
/// - Parameters:
///   - elements: The inputs.
///   - limit: The number of concurrent tasks.
///   - work: The work for one element.
/// - Throws: The first error; the other tasks are cancelled.
package func concurrently<Element: Sendable, Result: Sendable>(
    _ elements: [Element], limit: Int = 32, _ work: @escaping @Sendable (Element) async throws -> Result
) async throws -> [Result] {
    let parent = RoundTripChain.current
    let start = parent?.depth ?? 0
    return try await withThrowingTaskGroup(of: (Int, Result, Int).self) { group in
        var results = [Result?](repeating: nil, count: elements.count)
        var next = 0
        func startOne() {
            guard next < elements.count else { return }
            let index = next
            let element = elements[index]
            next += 1
            group.addTask {
                let chain = RoundTripChain(startingAt: start)
                let result = try await RoundTripChain.$current.withValue(chain) { try await work(element) }
                return (index, result, chain.depth)
            }
        }
        for _ in 0..<min(limit, elements.count) { startOne() }
        while let (index, result, depth) = try await group.next() {
            results[index] = result
            parent?.join(depth)
            startOne()
        }
        return results.compactMap { $0 }
    }
}
