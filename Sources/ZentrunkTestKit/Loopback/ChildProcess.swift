import Foundation
import Synchronization

/// A command that runs alongside the test, with pipes for its input and output.
///
/// Foundation's `Process` leaks on Linux, which the address sanitizer reports, and its child inherits the blocked
/// signals of the starting thread.
package final class ChildProcess: Sendable {
    /// A command that could not be started, with the number of the system's error.
    package struct CannotStart: Error {
        package var command: String
        package var code: Int32
    }

    private let identifier: pid_t
    /// False once the system may reuse the process id.
    private let isOurs = Mutex(true)
    private let input: Int32
    /// The output. For one reader at a time.
    package let output: AsyncStream<UInt8>
    private let exit: AsyncStream<Int32>

    /// Starts a command, which is looked up on the PATH.
    package init(_ command: [String]) throws {
        let (inputEnd, input) = try Self.pipe()
        let (outputEnd, output) = try Self.pipe()
        self.input = input
        identifier = try Self.spawn(command, input: inputEnd, output: output)
        close(inputEnd)
        close(output)
        let (bytes, bytesIn) = AsyncStream<UInt8>.makeStream()
        let (statuses, statusesIn) = AsyncStream<Int32>.makeStream()
        self.output = bytes
        exit = statuses
        Thread.detachNewThread { [self] in
            Self.readAll(outputEnd) { bytesIn.yield($0) }
            bytesIn.finish()
            statusesIn.yield(waitForEnd())
            statusesIn.finish()
        }
    }

    /// Waits for the end of the process. Returns whether its exit status is 0.
    package func hasSucceeded() async -> Bool {
        await exit.first { _ in true } == 0
    }

    /// Kills the process and waits for its end.
    package func stop() async {
        isOurs.withLock { isOurs in
            if isOurs { kill(identifier, SIGKILL) }
        }
        for await _ in exit {}
    }

    /// Writes to the command's input.
    package func write(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Foundation.write(input, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    private func waitForEnd() -> Int32 {
        var information = siginfo_t()
        waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT)
        return isOurs.withLock { isOurs in
            isOurs = false
            close(input)
            var status: Int32 = 0
            waitpid(identifier, &status, 0)
            return status
        }
    }

    private static func readAll(_ file: Int32, _ use: (UInt8) -> Void) {
        var part = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = part.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            part[..<count].forEach(use)
        }
        close(file)
    }

    /// - Returns: The read end and the write end. Children inherit neither.
    private static func pipe() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        guard Foundation.pipe(&ends) == 0 else { throw CannotStart(command: "pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(_ command: [String], input: Int32, output: Int32) throws -> pid_t {
        #if canImport(Darwin)
            var files: posix_spawn_file_actions_t?
        #else
            var files = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&files)
        defer { posix_spawn_file_actions_destroy(&files) }
        posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        // Dispatch blocks signals in its threads, and a server that cannot receive SIGTERM does not end.
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
        #else
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments = command.map { strdup($0) } + [nil]
        defer { for argument in arguments { free(argument) } }
        var identifier: pid_t = 0
        let code = posix_spawnp(&identifier, command[0], &files, &attributes, &arguments, environ)
        guard code == 0 else { throw CannotStart(command: command[0], code: code) }
        return identifier
    }
}
