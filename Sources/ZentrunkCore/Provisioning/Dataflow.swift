import Synchronization

/// Runs steps side by side, each as soon as those it waits for are done, and keeps count of the longest chain.
///
/// A step may have a look at the live object first. The look is sent as soon as everything the step waits for has started, so
/// that it runs beside other work; when it turns out to be older than one round trip, the step is told to look again.
struct Dataflow<Look: Sendable>: Sendable {
    struct Outcome: Sendable {
        /// In the order in which they failed; the first is the cause.
        var failures: [(step: Int, error: any Error)] = []
        /// The longest chain of round trips, looks included.
        var depth: Int
        /// Whether every step was done.
        var isComplete = false
    }

    let steps: [RunGraph.Step]
    /// Round trips that came before the first step.
    let start: Int
    let limit: Int
    /// When it says so, no further step starts.
    let shouldStop: @Sendable () -> Bool
    let hasLook: @Sendable (Int) -> Bool
    let look: @Sendable (Int) async throws -> Look
    /// Does the step; the look is nil when there was none or it is too old.
    let perform: @Sendable (Int, Look?) async throws -> Void

    private enum Event: Sendable {
        case looked(Int, Look?, depth: Int)
        case done(Int, depth: Int)
        case failed(Int, any Error, depth: Int)
    }

    private struct Progress {
        enum State { case waiting, running, done }
        var state: State = .waiting
        /// The chain before the step; for a gate, before the last of those it waits for.
        var startDepth = 0
        var endDepth = 0
        var isLooking = false
        var lookStart = 0
        var look: (value: Look?, depth: Int)?
    }

    func run() async -> Outcome {
        var progress = [Progress](repeating: Progress(), count: steps.count)
        var outcome = Outcome(depth: start)
        var running = 0
        await withTaskGroup(of: Event.self) { group in
            advance(&progress, outcome, &running, &group)
            while let event = await group.next() {
                running -= 1
                switch event {
                case .looked(let index, let value, let depth):
                    progress[index].look = (value, depth)
                case .done(let index, let depth):
                    progress[index].state = .done
                    progress[index].endDepth = depth
                    outcome.depth = max(outcome.depth, depth)
                case .failed(let index, let error, let depth):
                    outcome.failures.append((index, error))
                    outcome.depth = max(outcome.depth, depth)
                }
                advance(&progress, outcome, &running, &group)
            }
        }
        outcome.isComplete = progress.allSatisfy { if case .done = $0.state { true } else { false } }
        return outcome
    }

    private func advance(
        _ progress: inout [Progress], _ outcome: Outcome, _ running: inout Int, _ group: inout TaskGroup<Event>
    ) {
        // What starts may let a gate start, and that lets looks start: again until nothing does.
        var before: Int
        repeat {
            before = running
            passGates(&progress)
            startReady(&progress, outcome, &running, &group)
        } while running > before
    }

    private func startReady(
        _ progress: inout [Progress], _ outcome: Outcome, _ running: inout Int, _ group: inout TaskGroup<Event>
    ) {
        guard outcome.failures.isEmpty, !shouldStop() else { return }
        for index in steps.indices where progress[index].state == .waiting && running < limit {
            guard steps[index].work != .gate else { continue }
            let before = steps[index].prerequisites
            if hasLook(index), !progress[index].isLooking {
                guard before.allSatisfy({ progress[$0].state != .waiting }) else { continue }
                progress[index].isLooking = true
                progress[index].lookStart = before.map { progress[$0].startDepth }.max() ?? start
                startLook(index, progress[index].lookStart, &group)
                running += 1
            }
            guard before.allSatisfy({ progress[$0].state == .done }), !hasLook(index) || progress[index].look != nil
            else { continue }
            let ready = before.map { progress[$0].endDepth }.max() ?? start
            progress[index].state = .running
            progress[index].startDepth = ready
            let look = progress[index].look
            let isFresh = ready - progress[index].lookStart <= 1
            startStep(index, isFresh ? look?.value : nil, max(ready, isFresh ? look?.depth ?? 0 : 0), &group)
            running += 1
        }
    }

    /// Gates open by themselves: they start when the last step before them has started, and are done when it is.
    private func passGates(_ progress: inout [Progress]) {
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for index in steps.indices where steps[index].work == .gate && progress[index].state != .done {
                let before = steps[index].prerequisites
                if progress[index].state == .waiting, before.allSatisfy({ progress[$0].state != .waiting }) {
                    progress[index].state = .running
                    progress[index].startDepth = before.map { progress[$0].startDepth }.max() ?? start
                    hasChanged = true
                }
                if before.allSatisfy({ progress[$0].state == .done }) {
                    progress[index].state = .done
                    progress[index].endDepth = before.map { progress[$0].endDepth }.max() ?? start
                    hasChanged = true
                }
            }
        }
    }

    private func startLook(_ index: Int, _ depth: Int, _ group: inout TaskGroup<Event>) {
        group.addTask {
            let chain = RoundTripChain(startingAt: depth)
            // A look that fails is no reason to stop: the step looks for itself and meets the error there.
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
