import Dispatch
import GRDB
import Synchronization
@_spi(Adapter) public import ZentrunkCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Locks between all processes of one user on this machine: one file per connection, in a subfolder of the state
/// folder.
///
/// The system releases a lock when its process ends for whatever reason, so no lock is left behind. The empty files
/// stay; their names reveal nothing about the connections. Only the owner can read or write them, and links are not
/// followed.
@_spi(Adapter) public final class FileLocks: ConnectionLocks {
    private let folder: StateFolder

    /// Opens the folder of the lock files.
    ///
    /// - Parameter directory: The state folder; created with mode 0700 if it is missing.
    /// - Throws: `ZentrunkError` `journal` if the folder cannot be created, is a link, belongs to
    ///   another user, or can be written by others.
    public init(directory: String) throws {
        folder = try StateFolder.opening(StateFolder.opening(directory).path + Self.subfolder)
    }

    /// Opens the locks of a state folder that is only read; nil if nothing in it was ever locked.
    ///
    /// - Throws: `ZentrunkError` `journal` if the folder is a link, belongs to another user, or can be
    ///   written by others.
    init?(existingIn directory: String) throws {
        guard let folder = try StateFolder.existing(directory + Self.subfolder) else { return nil }
        self.folder = folder
    }

    private static let subfolder = "/locks"

    public func claim(
        _ identity: ConnectionIdentity, waiting: (@Sendable (RunHolder) -> Void)?
    ) async throws -> RunClaim {
        let file = LockFile(
            takingOwnershipOf: try folder.openLock(Self.fileName(identity), creating: true) ?? -1, in: folder.path)
        if try !file.takeNow() {
            let holder = file.readHolder()
            guard let waiting else { throw ZentrunkError.busy(identity, holder) }
            waiting(holder)
            try await file.take()
        }
        file.noteHolder()
        return RunClaim(identity) { file.release() }
    }

    public func holder(of identity: ConnectionIdentity) async throws -> RunHolder? {
        guard let descriptor = try folder.openLock(Self.fileName(identity), creating: false) else { return nil }
        let file = LockFile(takingOwnershipOf: descriptor, in: folder.path)
        return try file.isTaken ? file.readHolder() : nil
    }

    /// Returns the file's name, which is the same in all processes and versions. If two connections had the same name,
    /// they would only wait for each other.
    private static func fileName(_ identity: ConnectionIdentity) -> String {
        let digits = String(UInt64(bitPattern: Checksum.of(identity.lockName.map(\.databaseValue))), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// An open lock file. A lock of its first byte is the lock of the connection.
///
/// The lock belongs to the open file and not to the process, so it also works between tasks of one process.
/// <https://man7.org/linux/man-pages/man2/F_OFD_SETLK.2const.html>
private final class LockFile: Sendable {
    private let descriptor: Int32
    private let folder: String

    #if canImport(Darwin)
        private enum Command { static let set: Int32 = 90, setAndWait: Int32 = 91, get: Int32 = 92 }
    #else
        private enum Command { static let get: Int32 = 36, set: Int32 = 37, setAndWait: Int32 = 38 }
    #endif

    init(takingOwnershipOf descriptor: Int32, in folder: String) {
        self.descriptor = descriptor
        self.folder = folder
    }

    deinit { close(descriptor) }

    /// Takes the lock if it is free, and returns whether it was.
    func takeNow() throws -> Bool {
        if control(Command.set, F_WRLCK) == nil { return true }
        guard errno == EAGAIN || errno == EACCES else { throw failure("locked") }
        return false
    }

    /// Waits for the lock on a separate thread.
    ///
    /// - Throws: `CancellationError` if the task is cancelled. The thread then keeps waiting, and releases the lock as
    ///   soon as it gets it.
    func take() async throws {
        let waiter = LockWait()
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard waiter.begin(continuation) else { return }
                DispatchQueue(label: "zentrunk.lock").async { [self] in
                    var result: Result<Void, any Error> = .success(())
                    while control(Command.setAndWait, F_WRLCK) != nil {
                        if errno == EINTR { continue }
                        result = .failure(failure("locked"))
                        break
                    }
                    // If the wait was cancelled, the file closes with this closure, which releases the lock.
                    waiter.end(result)
                }
            }
        } onCancel: {
            waiter.end(.failure(CancellationError()))
        }
    }

    /// Whether the lock is held; does not take it.
    var isTaken: Bool {
        get throws {
            guard let found = control(Command.get, F_WRLCK, isQuestion: true) else { throw failure("examined") }
            return Int32(found.l_type) != Int32(F_UNLCK)
        }
    }

    // MARK: The holder

    /// Writes the holder into the file. Failures are ignored, because it is for information only.
    func noteHolder() {
        let text = "\(getpid()) \(UTCTime.now())\n"
        ftruncate(descriptor, 0)
        _ = text.utf8CString.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, text.utf8.count, 0) }
    }

    func readHolder() -> RunHolder {
        var bytes = [UInt8](repeating: 0, count: 64)
        let count = bytes.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        let words = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self).split { $0 == " " || $0 == "\n" }
        let since = words.dropFirst().first.map(String.init)
        let isDate = since?.utf8.allSatisfy { (0x2d...0x3a).contains($0) || $0 == 0x54 || $0 == 0x5a } ?? false
        return RunHolder(process: words.first.flatMap { Int32($0) }, since: isDate ? since : nil)
    }

    /// Releases the lock. Empties the file first, because its contents would otherwise be read as the next holder.
    func release() {
        ftruncate(descriptor, 0)
        _ = control(Command.set, F_UNLCK)
    }

    // MARK: System calls

    /// Calls `fcntl`.
    ///
    /// - Returns: nil if a change succeeded or a query failed; otherwise the structure that the system filled in, with
    ///   `errno` set.
    private func control(_ command: Int32, _ type: Int32, isQuestion: Bool = false) -> flock? {
        var request = flock()
        request.l_type = Int16(type)
        request.l_whence = Int16(SEEK_SET)
        request.l_len = 1
        let hasFailed = withUnsafeMutablePointer(to: &request) { fcntl(descriptor, command, $0) } != 0
        return hasFailed != isQuestion ? request : nil
    }

    private func failure(_ what: String) -> ZentrunkError {
        journalError("a connection's lock in \(folder) cannot be \(what): \(String(cString: strerror(errno)))")
    }
}

/// A wait that ends exactly once: with the lock, or by cancellation.
private final class LockWait: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Void, any Error>)
        case ended(Result<Void, any Error>)
    }

    private let state = Mutex(State.new)

    /// Starts the wait.
    ///
    /// - Returns: false if the wait has already ended; the continuation is then resumed.
    func begin(_ continuation: CheckedContinuation<Void, any Error>) -> Bool {
        let ended = state.withLock { state -> Result<Void, any Error>? in
            if case .ended(let result) = state { return result }
            state = .waiting(continuation)
            return nil
        }
        if let ended { continuation.resume(with: ended) }
        return ended == nil
    }

    func end(_ result: Result<Void, any Error>) {
        let continuation = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            defer { if case .ended = state {} else { state = .ended(result) } }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        continuation?.resume(with: result)
    }
}
