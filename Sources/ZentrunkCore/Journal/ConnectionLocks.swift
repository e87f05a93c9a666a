import Synchronization

/// Locks that admit one run per connection at a time, across processes and tasks. Different connections do not block
/// each other.
@_spi(Adapter) public protocol ConnectionLocks: Sendable {
    /// Locks the connection until the claim is released or the process ends.
    ///
    /// - Parameters:
    ///   - identity: The connection.
    ///   - waiting: Called once with the holder if the connection is locked; then this waits until the lock is free or
    ///     the task is cancelled. nil: fail instead of waiting.
    /// - Throws: ``ZentrunkError`` `busy` if the connection is locked and `waiting` is nil, `journal` if the lock
    ///   cannot be used; `CancellationError`.
    func claim(
        _ identity: ConnectionIdentity, waiting: (@Sendable (RunHolder) -> Void)?
    ) async throws -> RunClaim

    /// Returns the holder of the connection's lock; nil if it is free.
    func holder(of identity: ConnectionIdentity) async throws -> RunHolder?
}

/// The holder of a connection's lock.
public struct RunHolder: Sendable, Hashable {
    /// The process id; nil for a task of this process, or if it is unknown.
    public var process: Int32?
    /// The time at which the lock was taken, as a UTC date and time, if known.
    public var since: String?

    /// Creates a holder.
    public init(process: Int32? = nil, since: String? = nil) {
        self.process = process
        self.since = since
    }
}

extension RunHolder: CustomStringConvertible {
    /// `process 4711, since 2026-11-22T08:15:30Z`
    public var description: String {
        (process.map { "process \($0)" } ?? "another task") + (since.map { ", since \($0)" } ?? "")
    }
}

/// A held lock of a connection. It ends with ``release()``, with its last reference, or with the process.
public final class RunClaim: Sendable {
    /// The locked connection.
    public let identity: ConnectionIdentity
    private let end: Mutex<(@Sendable () -> Void)?>

    /// Creates a claim.
    ///
    /// - Parameters:
    ///   - identity: The locked connection.
    ///   - release: Called once, when the claim ends.
    public init(_ identity: ConnectionIdentity, release: @escaping @Sendable () -> Void) {
        self.identity = identity
        end = Mutex(release)
    }

    deinit { release() }

    /// Releases the lock; further calls have no effect.
    public func release() {
        let end = end.withLock { end in
            defer { end = nil }
            return end
        }
        end?()
    }
}

extension ConnectionIdentity {
    /// The parts that identify a lock. The platform's account is not among them, because the carrier's objects have the
    /// same names for all accounts of a platform.
    package var lockName: [String] { [carrierAccount, platform.description, name.description] }
}

extension ZentrunkError {
    /// Returns the error for a connection that another run has locked.
    package static func busy(_ identity: ConnectionIdentity, _ holder: RunHolder) -> ZentrunkError {
        ZentrunkError(
            .busy,
            "another run is working on \(identity.platform)/\(identity.name): \(holder); a connection takes one run at a time",
            remedies: [.waitForRun])
    }
}

/// Locks between the tasks of one process.
@_spi(Adapter) public final class InProcessLocks: ConnectionLocks {
    private struct Waiting: Sendable {
        let id: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        /// The waiting tasks of each held lock; a name without an entry is free.
        var held: [[String]: [Waiting]] = [:]
        /// Waits that were cancelled before they began.
        var cancelled: Set<Int> = []
        var nextID = 0
    }

    private let state = Mutex(State())

    /// Creates a set of locks, all of them free.
    public init() {}

    public func claim(
        _ identity: ConnectionIdentity, waiting: (@Sendable (RunHolder) -> Void)?
    ) async throws -> RunClaim {
        let name = identity.lockName
        let isFree = state.withLock { state in
            guard state.held[name] == nil else { return false }
            state.held[name] = []
            return true
        }
        if !isFree {
            guard let waiting else { throw ZentrunkError.busy(identity, RunHolder()) }
            waiting(RunHolder())
            try await wait(for: name)
        }
        return RunClaim(identity) { [self] in pass(name) }
    }

    public func holder(of identity: ConnectionIdentity) async throws -> RunHolder? {
        state.withLock { $0.held[identity.lockName] == nil ? nil : RunHolder() }
    }

    /// Waits until the caller holds the lock.
    private func wait(for name: [String]) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let result: Result<Void, any Error>? = state.withLock { state in
                    guard state.cancelled.remove(id) == nil else { return .failure(CancellationError()) }
                    guard state.held[name] != nil else {
                        state.held[name] = []
                        return .success(())
                    }
                    state.held[name]?.append(Waiting(id: id, continuation: continuation))
                    return nil
                }
                if let result { continuation.resume(with: result) }
            }
        } onCancel: {
            let waiting = state.withLock { state -> Waiting? in
                guard let index = state.held[name]?.firstIndex(where: { $0.id == id }) else {
                    state.cancelled.insert(id)
                    return nil
                }
                return state.held[name]?.remove(at: index)
            }
            waiting?.continuation.resume(throwing: CancellationError())
        }
        // Forgets a cancellation that came after the wait had ended.
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    /// Passes the lock to the task that has waited longest.
    private func pass(_ name: [String]) {
        let next = state.withLock { state -> Waiting? in
            guard state.held[name]?.isEmpty == false else {
                state.held[name] = nil
                return nil
            }
            return state.held[name]?.removeFirst()
        }
        next?.continuation.resume()
    }
}
