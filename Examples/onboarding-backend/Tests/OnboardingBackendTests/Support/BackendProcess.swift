import Foundation
import Testing
import ZentrunkJSON

@testable import OnboardingBackend

/// The backend as a process of its own.
final class BackendProcess: Sendable {
    let client: Client
    let log: LogLines
    private let process: Process
    private let exit: AsyncStream<Int32>

    /// Starts it and waits until it is ready.
    init(customers: String, state: String, _ more: [String] = []) async throws {
        let process = Process()
        process.executableURL = try Self.executable()
        process.arguments = ["--customers", customers, "--state", state, "--port", "0", "--log-level", "debug"] + more
        let log = LogLines()
        let pipe = Pipe()
        process.standardError = pipe
        let (exit, continuation) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { process in
            continuation.yield(process.terminationReason == .exit ? process.terminationStatus : -1)
            continuation.finish()
        }
        try process.run()
        Self.read(pipe.fileHandleForReading, to: log)
        self.process = process
        self.log = log
        self.exit = exit
        let port = try #require(Int(try await log.line("listening")["port"]?.string ?? ""))
        client = Client(port: port)
        _ = try await log.line("ready")
    }

    deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

    func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

    /// Returns the exit code, when the process has ended; -1 if a signal ended it.
    func ended() async -> Int32? { await exit.first { _ in true } }

    /// Reads to the end on a thread of its own, because reading blocks.
    private static func read(_ file: FileHandle, to log: LogLines) {
        Thread.detachNewThread {
            var rest = Data()
            while case let more = file.availableData, !more.isEmpty {
                rest += more
                while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                    log.add(String(decoding: rest[..<end], as: UTF8.self))
                    rest = Data(rest[rest.index(after: end)...])
                }
            }
            try? file.close()
            log.end()
        }
    }

    private static func executable() throws -> URL {
        let starts = CommandLine.arguments + [Bundle.main.bundlePath, Bundle.main.executablePath ?? ""]
        let places = starts.map { URL(filePath: $0).deletingLastPathComponent().appending(path: "OnboardingBackend") }
        return try #require(places.first { FileManager.default.isExecutableFile(atPath: $0.path) })
    }
}
