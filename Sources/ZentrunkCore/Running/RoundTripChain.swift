import Synchronization

/// Counts how many requests had to follow one another: the depth of a run.
///
/// A step of a run carries the length of the longest chain that led to it; every request sent below it makes the chain one
/// longer. Work that is started side by side forks the chain and joins it at the longest branch.
public final class RoundTripChain: Sendable {
    /// The chain that requests of this task add to.
    @TaskLocal public static var current: RoundTripChain?

    private let state: Mutex<Int>

    public init(startingAt depth: Int = 0) { state = Mutex(depth) }

    /// Requests that followed one another so far.
    public var depth: Int { state.withLock { $0 } }

    func advance() { state.withLock { $0 += 1 } }

    func join(_ depth: Int) { state.withLock { $0 = max($0, depth) } }
}

/// Runs the work for all elements side by side and gives back the results in the elements' order.
///
/// The ``RoundTripChain`` of this task grows by the longest of the branches, not by their sum.
///
/// - Parameter limit: How many run at once.
/// - Throws: The first error; the others are cancelled.
public func concurrently<Element: Sendable, Result: Sendable>(
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
