import Dispatch
import GRDB
import Synchronization
public import ZentrunkCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Locks for all processes of one user on this machine: a file per connection, in a folder of the state folder.
///
/// The system lets go of a lock when its process ends, in whatever way, so nothing is ever left locked. The files stay,
/// empty; their names tell nothing of the connections. Only the owner can read or write them, and no link is followed.
public final class FileLocks: ConnectionLocks {
    private let folder: StateFolder

    /// - Parameter directory: The state folder. Made with mode 0700 when it is missing.
    /// - Throws: `ZentrunkError` `journal` when it cannot be made, is a link, is another user's or open to
    ///   others' writes.
    public init(directory: String) throws {
        folder = try StateFolder.opening(StateFolder.opening(directory).path + Self.subfolder)
    }

    /// The locks of a state folder that is only read; nil when nothing in it was ever locked.
    ///
    /// - Throws: `ZentrunkError` `journal` when the folder is a link, is another user's or open to others'
    ///   writes.
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

    /// The same for the same connection in every process and version. Two connections that met here would only wait for one
    /// another.
    private static func fileName(_ identity: ConnectionIdentity) -> String {
        let digits = String(UInt64(bitPattern: Checksum.of(identity.lockName.map(\.databaseValue))), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// An open lock file. Whoever has locked its first byte holds the connection.
///
/// The lock belongs to the open file and not to the process, so tasks of one process exclude one another as well.
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

    /// Whether the lock could be had at once.
    func takeNow() throws -> Bool {
        if control(Command.set, F_WRLCK) == nil { return true }
        guard errno == EAGAIN || errno == EACCES else { throw failure("locked") }
        return false
    }

    /// Waits for the lock, on a thread of its own.
    ///
    /// - Throws: `CancellationError` when the task is cancelled. The thread then waits on, and gives up at once what it gets.
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
                    // Nobody waits any more: the file closes with this closure, and that gives the lock back.
                    waiter.end(result)
                }
            }
        } onCancel: {
            waiter.end(.failure(CancellationError()))
        }
    }

    /// Whether somebody holds the lock; asking takes nothing.
    var isTaken: Bool {
        get throws {
            guard let found = control(Command.get, F_WRLCK, isQuestion: true) else { throw failure("examined") }
            return Int32(found.l_type) != Int32(F_UNLCK)
        }
    }

    // MARK: Who holds it

    /// Writes down who holds the lock. That is for people only, so it may fail.
    func noteHolder() {
        let text = "\(getpid()) \(Self.now())\n"
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

    /// What is written in it would otherwise be read as the next holder's.
    func release() {
        ftruncate(descriptor, 0)
        _ = control(Command.set, F_UNLCK)
    }

    private static func now() -> String {
        var (seconds, parts) = (time(nil), tm())
        gmtime_r(&seconds, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%SZ", &parts)
        return String(decoding: text.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    // MARK: System calls

    /// - Returns: nil when a change succeeded or a question failed; else what the system filled in, with `errno` set.
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

/// A wait that ends once: with the lock, or because nobody wants it any more.
private final class LockWait: Sendable {
    private enum State {
        case new
        case waiting(CheckedContinuation<Void, any Error>)
        case ended(Result<Void, any Error>)
    }

    private let state = Mutex(State.new)

    /// - Returns: false when the wait has ended before it began; the continuation is resumed then.
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
