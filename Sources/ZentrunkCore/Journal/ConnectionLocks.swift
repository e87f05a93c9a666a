import Synchronization

/// Keeps runs of one connection apart: one at a time, whatever process or task it belongs to. Runs of different
/// connections do not meet.
public protocol ConnectionLocks: Sendable {
    /// Takes the connection until the claim is released, or the process ends in whatever way.
    ///
    /// - Parameter waiting: Told once who holds it, when somebody does; then this waits, until the task is cancelled. nil
    ///   refuses instead.
    /// - Throws: ``ZentrunkError`` `busy` when somebody holds it and nobody wants to wait, `journal` when the lock cannot be
    ///   used; `CancellationError`.
    func claim(
        _ identity: ConnectionIdentity, waiting: (@Sendable (RunHolder) -> Void)?
    ) async throws -> RunClaim

    /// Who holds the connection now; nil when nobody does.
    func holder(of identity: ConnectionIdentity) async throws -> RunHolder?
}

/// Who is working on a connection.
public struct RunHolder: Sendable, Hashable {
    /// The process's id; nil for a task of this process, or when it could not be found out.
    public var process: Int32?
    /// Since when, as a date and time in UTC, if that is known.
    public var since: String?

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

/// The right to run on a connection. It ends with ``release()``, with its last reference, or with the process.
public final class RunClaim: Sendable {
    public let identity: ConnectionIdentity
    private let end: Mutex<(@Sendable () -> Void)?>

    /// - Parameter release: Called once, when the claim ends.
    public init(_ identity: ConnectionIdentity, release: @escaping @Sendable () -> Void) {
        self.identity = identity
        end = Mutex(release)
    }

    deinit { release() }

    /// Gives the connection back; further calls change nothing.
    public func release() {
        let end = end.withLock { end in
            defer { end = nil }
            return end
        }
        end?()
    }
}

extension ConnectionIdentity {
    /// What two runs must not share. The platform's account is not among it: the carrier's objects carry the same names for
    /// all accounts of a platform.
    package var lockName: [String] { [carrierAccount, platform.description, name.description] }
}

extension ZentrunkError {
    /// Somebody else is working on the connection.
    package static func busy(_ identity: ConnectionIdentity, _ holder: RunHolder) -> ZentrunkError {
        ZentrunkError(
            .busy,
            "another run is working on \(identity.platform)/\(identity.name): \(holder); a connection takes one run at a time",
            remedies: [.waitForRun])
    }
}

/// Locks for the tasks of one process.
public final class InProcessLocks: ConnectionLocks {
    private struct Waiting: Sendable {
        let id: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private struct State {
        /// Those that wait for what somebody holds; a name without an entry is free.
        var held: [[String]: [Waiting]] = [:]
        /// Waits that were cancelled before they began.
        var cancelled: Set<Int> = []
        var nextID = 0
    }

    private let state = Mutex(State())

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

    /// Returns once the name is the caller's.
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
        // A wait that ended before it was cancelled leaves no trace of its own.
        state.withLock { _ = $0.cancelled.remove(id) }
    }

    /// Hands the name to whoever waited longest.
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
