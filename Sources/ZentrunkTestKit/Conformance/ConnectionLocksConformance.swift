public import Testing
@_spi(Adapter) public import ZentrunkCore

/// The rules of `ConnectionLocks`, as cases that run against any implementation.
///
/// To test locks, add one parameterised test:
///
///     @Test(arguments: ConnectionLocksConformance.cases)
///     func conforms(rule: ConnectionLocksConformance.Case) async throws {
///         try await rule.run { (try MyLocks(folder), try MyLocks(folder)) }
///     }
@_spi(Adapter) public enum ConnectionLocksConformance {
    /// One rule.
    public struct Case: Sendable, CustomTestStringConvertible {
        /// The rule, in one sentence.
        public let name: String
        private let body: @Sendable (_ first: any ConnectionLocks, _ second: any ConnectionLocks) async throws -> Void

        fileprivate init(
            _ name: String,
            _ body:
                @escaping @Sendable (_ first: any ConnectionLocks, _ second: any ConnectionLocks) async throws -> Void
        ) {
            self.name = name
            self.body = body
        }

        /// The rule, in one sentence.
        public var testDescription: String { name }

        /// Checks the rule, and records an issue for each violation.
        ///
        /// - Parameter make: Returns two sets of locks that exclude each other, as two processes have them; the same
        ///   set twice if there can be only one.
        /// - Throws: The errors of the locks, and of requirements that are not met.
        public func run(on make: () async throws -> (any ConnectionLocks, any ConnectionLocks)) async throws {
            let (first, second) = try await make()
            try await body(first, second)
        }
    }

    /// All rules.
    public static let cases: [Case] = [
        Case("A second claim is refused until the first is released") { first, second in
            #expect(try await second.holder(of: identity) == nil)
            let claim = try await first.claim(identity, waiting: nil)
            let error = await failure { _ = try await second.claim(identity, waiting: nil) }
            #expect(error?.code == .busy)
            #expect(try await second.holder(of: identity) != nil)
            claim.release()
            #expect(try await second.holder(of: identity) == nil)
            let next = try await second.claim(identity, waiting: nil)
            // Releasing a claim twice must not release the lock of its next holder.
            claim.release()
            #expect(try await first.holder(of: identity) != nil)
            next.release()
        },
        Case("Another connection is free, the same one at another account of its platform is not") { first, second in
            let claim = try await first.claim(identity, waiting: nil)
            let other = try await second.claim(.example(ConnectionName("other")), waiting: nil)
            var elsewhere = identity
            elsewhere.platformAccount = "org 2"
            let refused = elsewhere
            #expect(await failure { _ = try await second.claim(refused, waiting: nil) }?.code == .busy)
            claim.release()
            other.release()
        },
        Case("Waiting claims are granted one at a time") { first, second in
            let claim = try await first.claim(identity, waiting: nil)
            let holders = AsyncStream<RunHolder>.makeStream()
            let counter = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<6 {
                    let locks = index.isMultiple(of: 2) ? first : second
                    group.addTask {
                        let claim = try await locks.claim(identity) { holders.continuation.yield($0) }
                        #expect(await counter.enter() == 1)
                        await counter.leave()
                        claim.release()
                    }
                }
                var waiting = 0
                for await _ in holders.stream {
                    waiting += 1
                    if waiting == 6 { break }
                }
                #expect(await counter.all == 0)
                claim.release()
                try await group.waitForAll()
            }
            #expect(await counter.all == 6)
            #expect(try await first.holder(of: identity) == nil)
        },
        Case("A cancelled wait ends at once without a claim") { first, second in
            let claim = try await first.claim(identity, waiting: nil)
            let holders = AsyncStream<RunHolder>.makeStream()
            let task = Task { try await second.claim(identity) { holders.continuation.yield($0) } }
            for await _ in holders.stream { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { () async throws in _ = try await task.value }
            let early = Task {
                withUnsafeCurrentTask { $0?.cancel() }
                return try await second.claim(identity) { _ in }
            }
            await #expect(throws: CancellationError.self) { () async throws in _ = try await early.value }
            claim.release()
            // A wait that still goes on in the background must release what it gets.
            let next = try await first.claim(identity) { _ in }
            next.release()
        },
        Case("The last reference to a claim releases it") { first, second in
            do {
                let claim = try await first.claim(identity, waiting: nil)
                #expect(claim.identity == identity)
            }
            try await second.claim(identity, waiting: nil).release()
        },
    ]

    private static let identity = ConnectionIdentity.example()

    /// Checks all rules in one test.
    ///
    /// - Parameter make: Returns two sets of locks that exclude each other; the same set twice if there can be only one.
    public static func run(on make: () async throws -> (any ConnectionLocks, any ConnectionLocks)) async {
        for rule in cases {
            do { try await rule.run(on: make) } catch { Issue.record(error, Comment(rawValue: rule.name)) }
        }
    }

    private actor Counter {
        var inside = 0
        var all = 0

        func enter() -> Int {
            inside += 1
            all += 1
            return inside
        }

        func leave() { inside -= 1 }
    }
}
