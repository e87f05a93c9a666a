import Synchronization

/// Runs steps concurrently, each as soon as its prerequisites are done, and measures the longest chain of round trips.
///
/// A step may first look at the live object. The look is sent as soon as all prerequisites have started, so that it
/// overlaps with other work. If it is older than one round trip when the step starts, the step has to look again.
struct Dataflow<Look: Sendable>: Sendable {
    struct Outcome: Sendable {
        /// The failures in the order in which they occurred; the first is the cause.
        var failures: [(step: Int, error: any Error)] = []
        /// The longest chain of round trips, including looks.
        var depth: Int
        /// Whether all steps were done.
        var isComplete = false
    }

    let steps: [RunGraph.Step]
    /// The number of round trips before the first step.
    let start: Int
    let limit: Int
    /// Returns true to prevent further steps from starting.
    let shouldStop: @Sendable () -> Bool
    let hasLook: @Sendable (Int) -> Bool
    let look: @Sendable (Int) async throws -> Look
    /// Performs the step; the look is nil if there was none or it is too old.
    let perform: @Sendable (Int, Look?) async throws -> Void

    private enum Event: Sendable {
        case looked(Int, Look?, depth: Int)
        case done(Int, depth: Int)
        case failed(Int, any Error, depth: Int)
    }

    private struct Progress {
        enum State { case waiting, running, done }
        var state: State = .waiting
        /// The number of prerequisites that have not started, and that are not done.
        var unstarted = 0
        var undone = 0
        /// Steps that have this one as a prerequisite.
        var dependents: [Int] = []
        /// The length of the chain before the step; for a gate, before the last of its prerequisites.
        var startDepth = 0
        var endDepth = 0
        var isLooking = false
        var lookStart = 0
        var look: (value: Look?, depth: Int)?
    }

    /// How far the run has come.
    private struct Course {
        var progress: [Progress]
        var outcome: Outcome
        /// The steps that can start, or whose look can.
        var ready = LowestFirst()
        /// The number of active steps and looks.
        var running = 0
    }

    func run() async -> Outcome {
        var course = Course(
            progress: [Progress](repeating: Progress(), count: steps.count), outcome: Outcome(depth: start))
        for (index, step) in steps.enumerated() {
            course.progress[index].unstarted = step.prerequisites.count
            course.progress[index].undone = step.prerequisites.count
            for before in step.prerequisites { course.progress[before].dependents.append(index) }
        }
        for index in steps.indices where steps[index].prerequisites.isEmpty {
            if steps[index].work == .gate { begin(index, &course) } else { course.ready.insert(index) }
        }
        await withTaskGroup(of: Event.self) { group in
            startReady(&course, &group)
            while let event = await group.next() {
                course.running -= 1
                switch event {
                case .looked(let index, let value, let depth):
                    course.progress[index].look = (value, depth)
                    if course.progress[index].undone == 0 { course.ready.insert(index) }
                case .done(let index, let depth):
                    course.outcome.depth = max(course.outcome.depth, depth)
                    end(index, at: depth, &course)
                case .failed(let index, let error, let depth):
                    course.outcome.failures.append((index, error))
                    course.outcome.depth = max(course.outcome.depth, depth)
                }
                startReady(&course, &group)
            }
        }
        course.outcome.isComplete = course.progress.allSatisfy { $0.state == .done }
        return course.outcome
    }

    /// Starts looks and steps in order, up to the limit of concurrent ones.
    private func startReady(_ course: inout Course, _ group: inout TaskGroup<Event>) {
        guard course.outcome.failures.isEmpty, !shouldStop() else { return }
        while course.running < limit, let index = course.ready.next() {
            course.running += 1
            let before = steps[index].prerequisites
            if hasLook(index), !course.progress[index].isLooking {
                let depth = before.map { course.progress[$0].startDepth }.max() ?? start
                course.progress[index].isLooking = true
                course.progress[index].lookStart = depth
                startLook(index, depth, &group)
                continue
            }
            let depth = before.map { course.progress[$0].endDepth }.max() ?? start
            course.progress[index].startDepth = depth
            let look = course.progress[index].look
            let isFresh = depth - course.progress[index].lookStart <= 1
            startStep(index, isFresh ? look?.value : nil, max(depth, isFresh ? look?.depth ?? 0 : 0), &group)
            begin(index, &course)
        }
    }

    /// Records the start of a step. Gates behind it and looks of dependent steps may start as well.
    ///
    /// A gate starts when its last prerequisite has started, and is done when its last prerequisite is.
    private func begin(_ first: Int, _ course: inout Course) {
        var started = [first]
        while let index = started.popLast() {
            if course.progress[index].state == .waiting { course.progress[index].state = .running }
            if steps[index].work == .gate {
                course.progress[index].startDepth =
                    steps[index].prerequisites.map { course.progress[$0].startDepth }.max() ?? start
            }
            for next in course.progress[index].dependents {
                course.progress[next].unstarted -= 1
                guard course.progress[next].unstarted == 0 else { continue }
                if steps[next].work == .gate {
                    started.append(next)
                } else if hasLook(next) {
                    course.ready.insert(next)
                }
            }
            if steps[index].work == .gate, course.progress[index].undone == 0, course.progress[index].state != .done {
                end(index, at: gateEnd(index, course.progress), &course)
            }
        }
    }

    /// Records the end of a step. Gates behind it may end as well, and dependent steps may become ready.
    private func end(_ first: Int, at depth: Int, _ course: inout Course) {
        course.progress[first].endDepth = depth
        var done = [first]
        while let index = done.popLast() {
            course.progress[index].state = .done
            for next in course.progress[index].dependents {
                course.progress[next].undone -= 1
                guard course.progress[next].undone == 0 else { continue }
                if steps[next].work == .gate {
                    course.progress[next].endDepth = gateEnd(next, course.progress)
                    done.append(next)
                } else if !hasLook(next) || course.progress[next].look != nil {
                    course.ready.insert(next)
                }
            }
        }
    }

    private func gateEnd(_ gate: Int, _ progress: [Progress]) -> Int {
        steps[gate].prerequisites.map { progress[$0].endDepth }.max() ?? start
    }

    private func startLook(_ index: Int, _ depth: Int, _ group: inout TaskGroup<Event>) {
        group.addTask {
            let chain = RoundTripChain(startingAt: depth)
            // A failed look does not stop the run: the step looks again and reports the error.
            let value = try? await RoundTripChain.$current.withValue(chain) { try await look(index) }
            return .looked(index, value, depth: chain.depth)
        }
    }

    private func startStep(_ index: Int, _ look: Look?, _ depth: Int, _ group: inout TaskGroup<Event>) {
        group.addTask {
            let chain = RoundTripChain(startingAt: depth)
            do {
                try await RoundTripChain.$current.withValue(chain) { try await perform(index, look) }
                return .done(index, depth: chain.depth)
            } catch {
                return .failed(index, error, depth: chain.depth)
            }
        }
    }
}

/// A min-heap of indices.
private struct LowestFirst {
    private var heap: [Int] = []

    mutating func insert(_ index: Int) {
        heap.append(index)
        var child = heap.count - 1
        while child > 0, heap[child] < heap[(child - 1) / 2] {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    mutating func next() -> Int? {
        guard let lowest = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return lowest }
        heap[0] = last
        var parent = 0
        while let child = [2 * parent + 1, 2 * parent + 2].filter({ $0 < heap.count }).min(by: { heap[$0] < heap[$1] }),
            heap[child] < heap[parent]
        {
            heap.swapAt(child, parent)
            parent = child
        }
        return lowest
    }
}
