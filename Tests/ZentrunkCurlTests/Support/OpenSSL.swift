import Foundation
import Testing

/// The `openssl` command, as a maker of certificates and as a TLS server.
enum OpenSSL {
    static func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["openssl"] + arguments
        process.standardError = FileHandle.nullDevice
        return process
    }

    /// Makes a certificate for 127.0.0.1 that is its own authority, gives `body` the folder with `cert.pem` and `key.pem`,
    /// and removes it again.
    static func withCertificate<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zentrunk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let making = process([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=zentrunk-test", "-addext", "subjectAltName=IP:127.0.0.1",
            "-keyout", folder.appendingPathComponent("key.pem").path,
            "-out", folder.appendingPathComponent("cert.pem").path,
        ])
        making.standardOutput = FileHandle.nullDevice
        let ended = AsyncStream<Int32>.makeStream()
        making.terminationHandler = { ended.continuation.yield($0.terminationStatus) }
        try making.run()
        let status = await ended.stream.first { _ in true }
        try #require(status == 0)
        return try await body(folder)
    }
}

/// `openssl s_server`: what the client sends comes out of it, what is written to it goes to the client.
struct TLSServer {
    let port: UInt16
    /// What the server prints, the bytes of clients among it.
    private let output: AsyncStream<UInt8>
    private let input: FileHandle
    private let process: Process

    /// - Parameter options: For example `-www`, which answers every request with a page about the TLS connection.
    static func run<Result>(
        in folder: URL, options: [String], _ body: (TLSServer) async throws -> Result
    ) async throws -> Result {
        let process = OpenSSL.process(
            [
                "s_server", "-accept", "127.0.0.1:0", "-cert", folder.appendingPathComponent("cert.pem").path,
                "-key", folder.appendingPathComponent("key.pem").path,
            ] + options)
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        let bytes = AsyncStream<UInt8>.makeStream()
        output.fileHandleForReading.readabilityHandler = { handle in
            let data = handle.availableData
            for byte in data { bytes.continuation.yield(byte) }
            if data.isEmpty { bytes.continuation.finish() }
        }
        try process.run()
        defer {
            kill(process.processIdentifier, SIGKILL)
            output.fileHandleForReading.readabilityHandler = nil
        }
        var line: [UInt8] = []
        while !(line.starts(with: "ACCEPT ".utf8) && line.last == UInt8(ascii: "\n")) {
            if line.last == UInt8(ascii: "\n") { line = [] }
            line.append(try await nextByte(of: bytes.stream))
        }
        let digits = String(decoding: line.dropLast(), as: UTF8.self).split(separator: ":").last
        let port = try #require(UInt16(digits ?? ""))
        return try await body(
            TLSServer(port: port, output: bytes.stream, input: input.fileHandleForWriting, process: process))
    }

    /// Waits for the next byte that the server prints.
    func nextByte() async throws -> UInt8 {
        try await Self.nextByte(of: output)
    }

    private static func nextByte(of output: AsyncStream<UInt8>) async throws -> UInt8 {
        var bytes = output.makeAsyncIterator()
        return try #require(await bytes.next())
    }

    func url(host: String = "127.0.0.1") -> String { "https://\(host):\(port)/" }

    func write(_ bytes: [UInt8]) throws {
        try input.write(contentsOf: Data(bytes))
    }

    /// Ends the server at once, and with it its connections.
    ///
    /// Not with SIGTERM: a process inherits the blocked signals of the thread that starts it, and the threads on which tests
    /// run block that one.
    func stop() {
        kill(process.processIdentifier, SIGKILL)
    }
}
