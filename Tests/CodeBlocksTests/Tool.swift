import Foundation
@_spi(Adapter) import ZentrunkTestKit

/// A tool that is found on the PATH, run as a process.
struct Tool: Sendable {
    var words: [String]
    var input = ""

    struct Result: Sendable {
        var status: Int32
        /// Stdout and stderr, in the order of writing.
        var output: String
    }

    init(_ words: String..., input: String = "") {
        self.init(words, input: input)
    }

    init(_ words: [String], input: String = "") {
        self.words = words
        self.input = input
    }

    func run() async throws -> Result {
        try await Turnstile.processes.pass {
            let name = FileManager.default.temporaryDirectory.appending(path: "zentrunk-tool-\(UUID().uuidString)")
            let (into, from) = (name.appendingPathExtension("in"), name.appendingPathExtension("out"))
            defer { for file in [into, from] { try? FileManager.default.removeItem(at: file) } }
            try Data(input.utf8).write(to: into)
            try Data().write(to: from)
            let output = try FileHandle(forWritingTo: from)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = words
            // A make that runs these tests must not lead one that is tested.
            process.environment = ProcessInfo.processInfo.environment.filter {
                !$0.key.hasPrefix("MAKE") && $0.key != "MFLAGS"
            }
            process.standardInput = try FileHandle(forReadingFrom: into)
            process.standardOutput = output
            process.standardError = output
            let status = try await withCheckedThrowingContinuation { continuation in
                process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
                do { try process.run() } catch { continuation.resume(throwing: error) }
            }
            try output.close()
            return Result(status: status, output: try String(contentsOf: from, encoding: .utf8))
        }
    }
}
