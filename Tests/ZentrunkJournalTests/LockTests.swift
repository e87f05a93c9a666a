import Foundation
import Testing

@testable import ZentrunkCore
@testable import ZentrunkJournal

@Suite("One run per connection")
struct LockTests {
    /// Two sets of locks that must exclude each other, like those of two processes.
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case tasks, files

        var testDescription: String { rawValue }

        func with(_ body: (any ConnectionLocks, any ConnectionLocks) async throws -> Void) async throws {
            switch self {
            case .tasks:
                let locks = InProcessLocks()
                try await body(locks, locks)
            case .files:
                let folder = TemporaryFolder()
                try await body(FileLocks(directory: folder.path), FileLocks(directory: folder.path))
            }
        }
    }

    private let identity = ConnectionIdentity.example()

    @Test("A second claim is refused and names the holder until the first one is released", arguments: Kind.allCases)
    func refused(kind: Kind) async throws {
        try await kind.with { first, second in
            #expect(try await second.holder(of: identity) == nil)
            let claim = try await first.claim(identity, waiting: nil)
            let error = await failure { _ = try await second.claim(identity, waiting: nil) }
            #expect(error?.code == .busy)
            #expect(error?.next == ["run the command again with --wait"])
            let holder = try #require(try await second.holder(of: identity))
            if kind == .files {
                #expect(holder.process == getpid())
                #expect(holder.since?.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) == true)
                #expect(error?.message.contains("process \(getpid()), since ") == true)
            }
            claim.release()
            #expect(try await second.holder(of: identity) == nil)
            let next = try await second.claim(identity, waiting: nil)
            // Releasing a claim twice does not release the next holder's claim.
            claim.release()
            #expect(try await first.holder(of: identity) != nil)
            next.release()
        }
    }

    @Test("Another connection is not locked; the same name under another platform account is", arguments: Kind.allCases)
    func others(kind: Kind) async throws {
        try await kind.with { first, second in
            let claim = try await first.claim(identity, waiting: nil)
            let other = try await second.claim(.example(ConnectionName("other")), waiting: nil)
            var elsewhere = identity
            elsewhere.platformAccount = "org 2"
            let refused = elsewhere
            #expect(await failure { _ = try await second.claim(refused, waiting: nil) }?.code == .busy)
            claim.release()
            other.release()
        }
    }

    @Test("Waiting claims are granted one at a time", arguments: Kind.allCases)
    func waiting(kind: Kind) async throws {
        try await kind.with { first, second in
            let claim = try await first.claim(identity, waiting: nil)
            let told = AsyncStream<RunHolder>.makeStream()
            let counter = Counter()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<6 {
                    let locks = index.isMultiple(of: 2) ? first : second
                    group.addTask { [identity] in
                        let claim = try await locks.claim(identity) { told.continuation.yield($0) }
                        #expect(await counter.enter() == 1)
                        await counter.leave()
                        claim.release()
                    }
                }
                var waiting = 0
                for await _ in told.stream {
                    waiting += 1
                    if waiting == 6 { break }
                }
                #expect(await counter.all == 0)
                claim.release()
                try await group.waitForAll()
            }
            #expect(await counter.all == 6)
            #expect(try await first.holder(of: identity) == nil)
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

    @Test("Cancelling a waiting claim ends the wait immediately and takes no lock", arguments: Kind.allCases)
    func cancelled(kind: Kind) async throws {
        try await kind.with { first, second in
            let claim = try await first.claim(identity, waiting: nil)
            let told = AsyncStream<RunHolder>.makeStream()
            let task = Task { [identity] in
                try await second.claim(identity) { told.continuation.yield($0) }
            }
            for await _ in told.stream { break }
            task.cancel()
            await #expect(throws: CancellationError.self) { () async throws in _ = try await task.value }
            let early = Task { [identity] in
                withUnsafeCurrentTask { $0?.cancel() }
                return try await second.claim(identity) { _ in }
            }
            await #expect(throws: CancellationError.self) { () async throws in _ = try await early.value }
            claim.release()
            // A wait that is still in the queue releases the lock when it gets it.
            let next = try await first.claim(identity) { _ in }
            next.release()
        }
    }

    @Test("A claim is released with its last reference", arguments: Kind.allCases)
    func forgotten(kind: Kind) async throws {
        try await kind.with { first, second in
            do {
                let claim = try await first.claim(identity, waiting: nil)
                #expect(claim.identity == identity)
            }
            try await second.claim(identity, waiting: nil).release()
        }
    }

    @Test("Lock files are the owner's alone, tell no name, and no link is followed")
    func files() async throws {
        let folder = TemporaryFolder()
        let locks = try FileLocks(directory: folder.path)
        try await locks.claim(identity, waiting: nil).release()
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/locks")
        let name = try #require(names.first)
        let path = "\(folder.path)/locks/\(name)"
        #expect(names.count == 1 && name.contains(/^[0-9a-f]{16}$/))
        #expect(try FileReading.mode(folder.path + "/locks") == 0o700)
        #expect(try FileReading.mode(path) == 0o600)
        #expect(try FileReading.bytes(path) == [])
        try FileReading.setMode(path, 0o622)
        let open = await failure { _ = try await locks.claim(identity, waiting: nil) }
        #expect(open?.message.contains("other users can write to the lock") == true)
        try FileManager.default.removeItem(atPath: path)
        let target = TemporaryFolder()
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target.path)
        let linked = await failure { _ = try await locks.claim(identity, waiting: nil) }
        #expect(linked?.code == .journal)
        #expect(linked?.message.contains("is a symbolic link") == true)
        #expect(!FileManager.default.fileExists(atPath: target.path))
    }

    @Test("Content of a lock file that does not have the expected format is ignored")
    func foreignContents() async throws {
        let folder = TemporaryFolder()
        let locks = try FileLocks(directory: folder.path)
        let claim = try await locks.claim(identity, waiting: nil)
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/locks").first)
        try Data("x \u{1B}[2J\n".utf8).write(to: URL(fileURLWithPath: "\(folder.path)/locks/\(name)"))
        #expect(try await locks.holder(of: identity) == RunHolder())
        claim.release()
    }
}
