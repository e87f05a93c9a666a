#if os(Linux)
    import Foundation
    import Glibc
    import Synchronization
    import Testing
    import ZentrunkTestKit

    /// The built command on its own terminal, on which it can ask and from which it can receive Ctrl-C.
    ///
    /// The terminal is all three streams. A launcher's script may redirect them; the terminal stays the controlling
    /// one.
    final class PseudoTerminal: Sendable {
        struct Ending: Sendable {
            /// The exit code, or the negative number of the signal that killed it.
            var status: Int32
            /// All output of the terminal, without carriage returns.
            var screen: String
        }

        private struct State {
            var screen = ""
            var isOver = false
            var waiting: [(words: String?, continuation: CheckedContinuation<Bool, Never>)] = []
        }

        let process: pid_t
        private let master: Int32
        /// A pipe that ends the reading, so that the terminal can be closed.
        private let wake: (reading: Int32, writing: Int32)
        private let state = Mutex(State())

        /// Runs the program to its end.
        ///
        /// - Parameter act: Receives the terminal while the program runs on it.
        static func run(
            _ program: Program, _ act: (PseudoTerminal) async throws -> Void = { _ in }
        ) async throws -> Ending {
            let terminal = try PseudoTerminal(program)
            async let status = terminal.status()
            do { try await act(terminal) } catch {
                kill(terminal.process, SIGKILL)
                throw error
            }
            let code = await status
            terminal.hangUp()
            _ = await terminal.hasShown(nil)
            return Ending(status: code, screen: terminal.state.withLock { $0.screen })
        }

        deinit {
            close(wake.reading)
            close(wake.writing)
        }

        private init(_ program: Program) throws {
            // Like posix_openpt and related functions, which Glibc's module does not offer. Close-on-exec from the
            // start: otherwise a process that another test starts would keep the terminal open.
            // <https://man7.org/linux/man-pages/man2/TIOCSPTLCK.2const.html>
            master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
            var (number, locked): (Int32, Int32) = (0, 0)
            let (getNumber, setLock): (UInt, UInt) = (0x8004_5430, 0x4004_5431)
            guard master >= 0, ioctl(master, getNumber, &number) == 0, ioctl(master, setLock, &locked) == 0 else {
                throw POSIXError(.ENOTTY)
            }
            var pipe: [Int32] = [0, 0]
            guard Glibc.pipe(&pipe) == 0 else { throw POSIXError(.EMFILE) }
            for file in pipe { _ = fcntl(file, F_SETFD, FD_CLOEXEC) }
            wake = (pipe[0], pipe[1])
            process = try Self.start(program, on: "/dev/pts/\(number)")
            Thread.detachNewThread { self.read() }
        }

        /// Starts the program in its own session, so that opening the terminal makes it the controlling one.
        private static func start(_ program: Program, on terminal: String) throws -> pid_t {
            var actions = posix_spawn_file_actions_t()
            posix_spawn_file_actions_init(&actions)
            defer { posix_spawn_file_actions_destroy(&actions) }
            posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, terminal, O_RDWR, 0)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDOUT_FILENO)
            posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, STDERR_FILENO)
            var attributes = posix_spawnattr_t()
            posix_spawnattr_init(&attributes)
            defer { posix_spawnattr_destroy(&attributes) }
            // Default signal handling, as from a shell, whatever the tests were started with.
            var (usual, none) = (sigset_t(), sigset_t())
            sigemptyset(&none)
            sigemptyset(&usual)
            for number in [SIGHUP, SIGINT, SIGTERM, SIGPIPE] { sigaddset(&usual, number) }
            posix_spawnattr_setsigdefault(&attributes, &usual)
            posix_spawnattr_setsigmask(&attributes, &none)
            // POSIX_SPAWN_SETSID. <https://man7.org/linux/man-pages/man3/posix_spawn.3.html>
            let newSession: Int32 = 0x80
            posix_spawnattr_setflags(
                &attributes, Int16(newSession | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
            let line = program.launcher + [try Program.executable().path] + program.arguments
            let words = line.map { strdup($0) } + [nil]
            let variables = program.environment.map { strdup("\($0)=\($1)") } + [nil]
            defer { for text in words + variables { free(text) } }
            var process = pid_t()
            let problem = posix_spawn(&process, line[0], &actions, &attributes, words, variables)
            guard problem == 0 else { throw POSIXError(POSIXErrorCode(rawValue: problem) ?? .EINVAL) }
            return process
        }

        // MARK: User actions

        /// Waits until the terminal shows this text.
        func shows(_ words: String) async throws {
            let isShown = await hasShown(words)
            try #require(isShown, "\"\(words)\" is not in: \(state.withLock { $0.screen })")
        }

        /// Waits for this text, or for the terminal's end if it is nil.
        private func hasShown(_ words: String?) async -> Bool {
            await withCheckedContinuation { continuation in
                let known = state.withLock { state -> Bool? in
                    if let words, state.screen.contains(words) { return true }
                    if state.isOver { return words == nil }
                    state.waiting.append((words, continuation))
                    return nil
                }
                if let known { continuation.resume(returning: known) }
            }
        }

        func type(_ text: String) {
            let bytes = Array(text.utf8)
            #expect(Glibc.write(master, bytes, bytes.count) == bytes.count)
        }

        func send(_ signal: Int32) { kill(process, signal) }

        /// Closes the terminal, like a closed window or a lost connection.
        func hangUp() { _ = Glibc.write(wake.writing, [0], 1) }

        static let controlC = "\u{03}"
        static let controlD = "\u{04}"

        // MARK: Blocking threads

        private func status() async -> Int32 {
            await withCheckedContinuation { continuation in
                Thread.detachNewThread { [process] in
                    var status: Int32 = 0
                    while waitpid(process, &status, 0) < 0, errno == EINTR {}
                    let signal = status & 0x7f
                    continuation.resume(returning: signal == 0 ? (status >> 8) & 0xff : -signal)
                }
            }
        }

        private func read() {
            var part = [UInt8](repeating: 0, count: 4096)
            var all: [UInt8] = []
            while true {
                var places = [master, wake.reading].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                guard poll(&places, 2, -1) > 0 else { continue }
                // Remaining output is read before the terminal is closed.
                guard places[0].revents & Int16(POLLIN) != 0 else {
                    if places[1].revents != 0 || places[0].revents != 0 { break }
                    continue
                }
                let count = Glibc.read(master, &part, part.count)
                guard count > 0 else { break }
                all += part[..<count].filter { $0 != UInt8(ascii: "\r") }
                show(String(decoding: all, as: UTF8.self), isOver: false)
            }
            close(master)
            show(String(decoding: all, as: UTF8.self), isOver: true)
        }

        private func show(_ screen: String, isOver: Bool) {
            let ready = state.withLock { state in
                state.screen = screen
                state.isOver = isOver
                func isReady(_ words: String?) -> Bool { isOver || words.map(screen.contains) == true }
                let ready = state.waiting.filter { isReady($0.words) }
                state.waiting.removeAll { isReady($0.words) }
                return ready
            }
            for entry in ready { entry.continuation.resume(returning: entry.words.map(screen.contains) ?? true) }
        }
    }
#endif
