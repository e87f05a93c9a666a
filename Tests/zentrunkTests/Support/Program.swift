import Foundation
import Synchronization
import Testing
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlatforms
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

/// The built command, run as a process.
struct Program: Sendable {
    var arguments: [String]
    var environment: [String: String]
    /// The input on stdin; nil for none.
    var input: String?
    /// The command that starts the program, such as a shell that sets limits; its path first.
    var launcher: [String] = []

    /// A shell script that runs the command as `"$0" "$@"`, for settings that only a shell can make.
    var script: String {
        get { launcher.last ?? "" }
        set { launcher = ["/bin/bash", "-c", newValue] }
    }

    struct Result: Sendable {
        var status: Int32
        var stdout: String
        var stderr: String

        /// The complete stdout as one JSON document.
        var json: JSONValue { get throws { try JSONValue(parsing: stdout) } }
    }

    /// - Parameter state: The folder for its journal.
    init(_ arguments: [String], sandbox: Sandbox? = nil, state: String, _ more: [String: String] = [:]) {
        self.arguments = arguments
        environment = (sandbox?.environment ?? [:]).merging(["ZENTRUNK_STATE_DIR": state, "HOME": state]) { $1 }
            .merging(more) { $1 }
        environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
        environment["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - words: The text on stderr after which `then` is called with the process.
    func run(until words: String, _ then: @Sendable (Process) async throws -> Void) async throws -> Result {
        let said = Said()
        return try await run(
            { process in
                while process.isRunning, !said.has(words) { await Task.yield() }
                try await then(process)
            }, hearing: { said.add($0) })
    }

    /// The output of a process so far.
    private final class Said: Sendable {
        private let text = Mutex("")

        func add(_ more: String) { text.withLock { $0 += more } }
        func has(_ words: String) -> Bool { text.withLock { $0.contains(words) } }
    }

    /// Runs the program to its end.
    ///
    /// - Parameters:
    ///   - meanwhile: Receives the running process while its pipes are read.
    ///   - hearing: Receives the output on stderr as it is written.
    func run(
        _ meanwhile: @Sendable (Process) async throws -> Void = { _ in },
        hearing: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> Result {
        if Self.isBesideAnother { return try await start(meanwhile, hearing) }
        return try await Turnstile.processes.pass {
            try await Self.$isBesideAnother.withValue(true) { try await start(meanwhile, hearing) }
        }
    }

    @TaskLocal private static var isBesideAnother = false

    private func start(
        _ meanwhile: @Sendable (Process) async throws -> Void, _ hearing: @escaping @Sendable (String) -> Void
    ) async throws -> Result {
        _ = Self.withoutTerminal
        let process = Process()
        let line = launcher + [try Self.executable().path] + arguments
        process.executableURL = URL(fileURLWithPath: line[0])
        process.arguments = Array(line.dropFirst())
        process.environment = environment
        process.standardInput = try Self.stdin(input)
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        let ended = AsyncStream<Int32>.makeStream()
        process.terminationHandler = { process in
            ended.continuation.yield(process.terminationStatus)
            ended.continuation.finish()
        }
        try process.run()
        // Before waiting: a full pipe would block the process forever.
        async let stdout = Self.read(out.fileHandleForReading)
        async let stderr = Self.read(err.fileHandleForReading, hearing)
        do { try await meanwhile(process) } catch {
            process.terminate()
            throw error
        }
        let texts = try await (stdout, stderr)
        // Otherwise Foundation keeps them open.
        for pipe in [out, err] { try? pipe.fileHandleForReading.close() }
        var status: Int32 = -1
        for await code in ended.stream { status = code }
        return Result(status: status, stdout: texts.0, stderr: texts.1)
    }

    /// Detaches from the terminal that started the tests. Otherwise the processes would ask their questions there.
    private static let withoutTerminal: Void = {
        let terminal = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard terminal >= 0 else { return }
        _ = ioctl(terminal, UInt(TIOCNOTTY))
        close(terminal)
    }()

    /// Returns a pipe that contains the text, which is short enough for its buffer.
    private static func stdin(_ text: String?) throws -> Any {
        guard let text else { return FileHandle.nullDevice }
        let pipe = Pipe()
        try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try pipe.fileHandleForWriting.close()
        return pipe
    }

    /// Reads to the end on a separate thread, because reading blocks.
    private static func read(
        _ file: FileHandle, _ hearing: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                var all = Data()
                while case let more = file.availableData, !more.isEmpty {
                    all += more
                    hearing(String(decoding: more, as: UTF8.self))
                }
                continuation.resume(returning: String(decoding: all, as: UTF8.self))
            }
        }
    }

    /// The products are next to the test bundle, or in a parent folder.
    static func executable() throws -> URL {
        let starts = CommandLine.arguments + [Bundle.main.bundlePath, Bundle.main.executablePath ?? ""]
        for start in starts where start.contains("/") {
            var folder = URL(fileURLWithPath: start)
            while folder.path != "/" {
                folder.deleteLastPathComponent()
                let candidate = folder.appendingPathComponent("zentrunk")
                var isFolder: ObjCBool = false
                let exists = FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isFolder)
                if exists, !isFolder.boolValue, FileManager.default.isExecutableFile(atPath: candidate.path) {
                    return candidate
                }
            }
        }
        throw CocoaError(.fileNoSuchFile, userInfo: [NSFilePathErrorKey: "zentrunk, in the folders of \(starts)"])
    }
}

/// A sandbox and a state folder for processes.
struct Desk: Sendable {
    let sandbox: Sandbox
    let folder: String

    static func run(_ body: (Desk) async throws -> Void) async throws {
        try await withFolder { folder async throws in
            try await Turnstile.sandboxes.pass {
                try await Sandbox.run(.platforms) { try await body(Desk(sandbox: $0, folder: folder)) }
            }
        }
    }

    var writes: [RecordedRequest] { sandbox.requests.filter(\.isWrite) }

    func zentrunk(_ arguments: String..., with more: [String: String] = [:]) async throws -> Program.Result {
        try await zentrunk(arguments, with: more)
    }

    func zentrunk(_ arguments: [String], with more: [String: String] = [:]) async throws -> Program.Result {
        try await Program(arguments, sandbox: sandbox, state: folder, more).run()
    }
}
