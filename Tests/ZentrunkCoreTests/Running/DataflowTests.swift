import Synchronization
import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Running steps by dataflow")
struct DataflowTests {
    struct Broken: Error {}

    /// The events in order.
    private final class Log: Sendable {
        private let lines = Mutex<[String]>([])
        var all: [String] { lines.withLock { $0 } }
        func add(_ line: String) { lines.withLock { $0.append(line) } }
        func place(_ line: String) -> Int { all.firstIndex(of: line) ?? -1 }
    }

    private let log = Log()

    /// - Parameter costs: The round trips of each step, by default 1.
    private func flow(
        _ steps: [RunGraph.Step], start: Int = 0, limit: Int = 8, costs: [Int: Int] = [:], looks: Set<Int> = [],
        failing: Set<Int> = [], failingLooks: Set<Int> = [], shouldStop: @escaping @Sendable () -> Bool = { false }
    ) -> Dataflow<String> {
        Dataflow(
            steps: steps, start: start, limit: limit, shouldStop: shouldStop, hasLook: { looks.contains($0) },
            look: { [log] index in
                RoundTripChain.current?.advance()
                log.add("look \(index)")
                if failingLooks.contains(index) { throw Broken() }
                return "look"
            },
            perform: { [log] index, look in
                log.add("\(index) \(look ?? "blind")")
                for _ in 0..<(costs[index] ?? 1) { RoundTripChain.current?.advance() }
                if failing.contains(index) { throw Broken() }
                log.add("end \(index)")
            })
    }

    private func deed(_ index: Int) -> RunGraph.Work {
        .deed(.make, .init(instance: InstanceID("object-\(index)"), id: nil))
    }

    private func step(_ work: RunGraph.Work, _ prerequisites: Int...) -> RunGraph.Step {
        RunGraph.Step(work: work, prerequisites: prerequisites)
    }

    @Test("A step starts only after all its prerequisites, and the depth is the longest chain")
    func order() async {
        // 0 → 1 → 3, 2 → 3
        let steps = [step(deed(0)), step(deed(1), 0), step(deed(2)), step(deed(3), 1, 2)]
        let outcome = await flow(steps, start: 1, costs: [1: 2]).run()
        #expect(outcome.isComplete)
        #expect(outcome.failures.isEmpty)
        #expect(outcome.depth == 5)
        #expect(log.place("end 0") < log.place("1 blind"))
        #expect(log.place("end 1") < log.place("3 blind"))
        #expect(log.place("end 2") < log.place("3 blind"))
    }

    @Test("No more steps than the limit run in parallel")
    func limit() async {
        let steps = (0..<6).map { step(deed($0)) }
        let outcome = await flow(steps, limit: 1).run()
        #expect(outcome.isComplete)
        #expect(outcome.depth == 1)
        #expect(log.all == (0..<6).flatMap { ["\($0) blind", "end \($0)"] })
    }

    @Test("After a failure no further step starts, and the failure is reported with its step")
    func failure() async {
        let steps = [step(deed(0)), step(deed(1), 0), step(deed(2), 1)]
        let outcome = await flow(steps, failing: [1]).run()
        #expect(outcome.failures.map(\.step) == [1])
        #expect(outcome.failures.first?.error is Broken)
        #expect(!outcome.isComplete)
        #expect(log.place("2 blind") == -1)
        #expect(outcome.depth == 2)
    }

    @Test("After a stop, running steps finish and no other starts")
    func stop() async {
        let steps = [step(deed(0)), step(deed(1), 0)]
        let outcome = await flow(steps, shouldStop: { [log] in log.place("0 blind") >= 0 }).run()
        #expect(log.all == ["0 blind", "end 0"])
        #expect(outcome.failures.isEmpty)
        #expect(!outcome.isComplete)
    }

    @Test("A look runs in parallel with the previous step and adds no round trip")
    func freshLook() async {
        let outcome = await flow([step(deed(0)), step(deed(1), 0)], looks: [1]).run()
        #expect(outcome.depth == 2)
        #expect(log.place("1 look") >= 0)
    }

    @Test("A look that is older than one round trip is not used")
    func staleLook() async {
        let outcome = await flow([step(deed(0)), step(deed(1), 0)], costs: [0: 2], looks: [1]).run()
        #expect(outcome.isComplete)
        #expect(log.place("look 1") >= 0)
        #expect(log.place("1 blind") >= 0)
        #expect(outcome.depth == 3)
    }

    @Test("The first step's look comes before it and adds a round trip")
    func firstLook() async {
        let outcome = await flow([step(deed(0))], start: 1, looks: [0]).run()
        #expect(log.all == ["look 0", "0 look", "end 0"])
        #expect(outcome.depth == 3)
    }

    @Test("If a look fails, the step looks again itself")
    func failedLook() async {
        let outcome = await flow([step(deed(0))], looks: [0], failingLooks: [0]).run()
        #expect(outcome.isComplete)
        #expect(log.all == ["look 0", "0 blind", "end 0"])
    }

    @Test("A gate holds back the steps behind it and takes no time")
    func gates() async {
        let steps = [step(deed(0)), step(deed(1)), step(.gate, 0, 1), step(deed(2), 2)]
        let outcome = await flow(steps, costs: [1: 3], looks: []).run()
        #expect(outcome.isComplete)
        #expect(outcome.depth == 4)
        #expect(log.place("end 0") < log.place("3 blind"))
        #expect(log.place("end 1") < log.place("3 blind"))
    }

    @Test("Without steps, the run is complete at once")
    func empty() async {
        let outcome = await flow([], start: 3).run()
        #expect(outcome.isComplete)
        #expect(outcome.depth == 3)
    }
}
