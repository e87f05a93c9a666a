import Testing

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Pace of requests if the vendor counts refused ones")
struct RequestPaceTests {
    private static let limit = RateLimiter.Limit(requests: 300, per: .seconds(5))

    @Test(
        "A single client is never refused and uses 90 % of the limit at any latency",
        arguments: [5, 20, 50, 200])
    func single(_ latency: Int) {
        var simulation = Simulation(Self.limit, clients: [3000], latency: .milliseconds(latency))
        simulation.run()
        #expect(simulation.refusals == 0)
        #expect(simulation.givenUp == 0)
        // Over the whole run, and in the long run without the first window, which is unlimited.
        #expect(simulation.rate(from: .zero) >= 0.9 * 60)
        #expect(simulation.rate(from: .seconds(5)) >= 0.9 * 60)
    }

    @Test(
        "Directly after another command, the next one waits and returns to the full pace",
        arguments: [nil, 1, 3, 5])
    func after(_ retryAfter: Int?) {
        var simulation = Simulation(Self.limit, clients: [5000], retryAfter: retryAfter)
        simulation.usedBefore = 300
        simulation.run()
        #expect(simulation.givenUp == 0)
        #expect(simulation.refusals > 0)
        #expect(simulation.rate(from: .seconds(60)) >= 0.9 * 60)
        #expect(simulation.rate(from: .zero) >= 0.7 * 60)
        #expect(simulation.shares == [1])
    }

    @Test(
        "Two and three processes on one account all finish, and no request is given up", arguments: [2, 3],
        [nil, 1, 5])
    func several(_ count: Int, _ retryAfter: Int?) {
        var simulation = Simulation(Self.limit, clients: Array(repeating: 1500, count: count), retryAfter: retryAfter)
        simulation.run()
        #expect(simulation.givenUp == 0)
        #expect(simulation.done == 1500 * count)
        #expect(simulation.longestRefusal < .seconds(60))
        #expect(simulation.rate(from: .zero) >= 0.5 * 60)
        // Refused requests count, so there must be few of them.
        #expect(simulation.refusals < simulation.done / 10)
    }

    @Test("Requests pass alongside other traffic that uses a third or two thirds of the limit", arguments: [20, 40])
    func concurrent(_ perSecond: Int) {
        var simulation = Simulation(Self.limit, clients: [1000])
        simulation.foreignPerSecond = perSecond
        simulation.run()
        #expect(simulation.givenUp == 0)
        #expect(simulation.done == 1000)
        #expect(simulation.rate(from: .zero) >= 0.4 * Double(60 - perSecond))
        // The other traffic is refused only for a short time.
        #expect(simulation.foreignRefused * 5 < simulation.foreignSent)
    }

    @Test("If everything is refused, all requests are given up after 90 seconds, with few attempts")
    func refusedForGood() {
        var simulation = Simulation(Self.limit, clients: [200])
        simulation.refusesAll = true
        simulation.run()
        #expect(simulation.givenUp == 200)
        #expect(simulation.end > .seconds(80))
        #expect(simulation.end < .seconds(100))
        #expect(simulation.sent < 200)
    }
}

/// A simulation of clients with up to 64 parallel requests each and a vendor with a sliding window, in simulated time.
private struct Simulation {
    private struct Request {
        var firstRefusal: Duration?
    }

    private enum Event {
        case wake(Int)
        case arrival(Int, Request, passed: Duration)
        case answer(Int, Request, passed: Duration, isRefused: Bool)
        case foreign
    }

    private struct Client {
        var pace: RequestPace
        var open: Int
        var active = 0
        var line: [Request] = []
        /// The time at which the client checks again whether a request may pass.
        var nextWake: Duration?
    }

    private let limit: RateLimiter.Limit
    private let latency: Duration
    private let retryAfter: Duration?
    private var clients: [Client]
    private var events: [(time: Duration, event: Event)] = []
    private var arrivals: [Duration] = []
    private var answers: [Duration] = []
    private var random: UInt64 = 42

    var usedBefore = 0
    var foreignPerSecond = 0
    var refusesAll = false
    private(set) var sent = 0
    private(set) var refusals = 0
    private(set) var givenUp = 0
    private(set) var foreignSent = 0
    private(set) var foreignRefused = 0
    /// The longest time from a request's first refusal to its success.
    private(set) var longestRefusal = Duration.zero
    private(set) var end = Duration.zero

    var done: Int { answers.count }
    var shares: [Double] { clients.map(\.pace.share) }

    init(_ limit: RateLimiter.Limit, clients: [Int], latency: Duration = .milliseconds(50), retryAfter: Int? = nil) {
        self.limit = limit
        self.latency = latency
        self.retryAfter = retryAfter.map { .seconds($0) }
        self.clients = clients.map { Client(pace: RequestPace(limit), open: $0) }
    }

    /// Returns the answered requests per second from `start` to the end.
    func rate(from start: Duration) -> Double {
        Double(answers.count { $0 >= start }) / ((answers.last ?? start) - start).seconds
    }

    mutating func run() {
        arrivals = Array(repeating: .zero, count: usedBefore)
        for index in clients.indices { schedule(.zero, .wake(index)) }
        if foreignPerSecond > 0 { schedule(.zero, .foreign) }
        while let (now, event) = events.popLast() {
            switch event {
            case .wake(let index):
                clients[index].nextWake = nil
                serve(index, now)
            case .arrival(let index, let request, let passed):
                sent += 1
                let isRefused = refuses(now)
                schedule(now + wobbled / 2, .answer(index, request, passed: passed, isRefused: isRefused))
            case .answer(let index, let request, let passed, let isRefused):
                end = now
                answer(index, request, passed, isRefused, now)
                serve(index, now)
            case .foreign:
                guard clients.contains(where: { $0.active + $0.open > 0 }) else { continue }
                foreignSent += 1
                if refuses(now) { foreignRefused += 1 }
                schedule(now + .seconds(1) / foreignPerSecond, .foreign)
            }
        }
    }

    private mutating func answer(
        _ index: Int, _ request: Request, _ passed: Duration, _ isRefused: Bool, _ now: Duration
    ) {
        guard isRefused else {
            clients[index].pace.answered(passedAt: passed, at: now)
            answers.append(now)
            clients[index].active -= 1
            if let first = request.firstRefusal { longestRefusal = max(longestRefusal, now - first) }
            return
        }
        refusals += 1
        let (pausedUntil, since) = clients[index].pace.refused(passedAt: passed, at: now, asked: retryAfter)
        let first = min(request.firstRefusal ?? passed, since)
        if pausedUntil - first > RetryPolicy().patience {
            givenUp += 1
            clients[index].active -= 1
        } else {
            clients[index].line.append(Request(firstRefusal: request.firstRefusal ?? passed))
        }
    }

    private mutating func serve(_ index: Int, _ now: Duration) {
        while clients[index].active < 64, clients[index].open > 0 {
            clients[index].active += 1
            clients[index].open -= 1
            clients[index].line.append(Request())
        }
        while let request = clients[index].line.first {
            let wait = clients[index].pace.wait(at: now)
            if clients[index].pace.isHopeless(at: now, patience: RetryPolicy().patience) {
                clients[index].line.removeFirst()
                clients[index].active -= 1
                givenUp += 1
                if clients[index].line.isEmpty { return serve(index, now) }
                continue
            }
            guard wait <= .zero else {
                guard clients[index].nextWake.map({ $0 > now + wait }) ?? true else { return }
                clients[index].nextWake = now + wait
                return schedule(now + wait, .wake(index))
            }
            clients[index].pace.pass(at: now)
            clients[index].line.removeFirst()
            schedule(now + wobbled / 2, .arrival(index, request, passed: now))
        }
    }

    /// Whether the vendor refuses a request.
    private mutating func refuses(_ now: Duration) -> Bool {
        defer { arrivals.append(now) }
        arrivals.removeFirst(arrivals.prefix { $0 + limit.interval <= now }.count)
        return refusesAll || arrivals.count >= limit.requests
    }

    /// The latency times a random factor: 0.5 to 1.5, and rarely 5.
    private var wobbled: Duration {
        mutating get {
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let part = Double(random >> 33) / Double(1 << 31)
            return latency * (0.5 + (part > 0.99 ? 4.5 : part))
        }
    }

    private mutating func schedule(_ time: Duration, _ event: Event) {
        // Sorted with the latest event first; of equal times, the event added last comes first.
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if events[middle].time > time { low = middle + 1 } else { high = middle }
        }
        events.insert((time, event), at: low)
    }
}
