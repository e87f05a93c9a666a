package import Foundation
import Testing

/// Creates certificates with the `openssl` command.
package enum OpenSSL {
    /// Creates a self-signed certificate, runs `body` with a folder that has `cert.pem` and `key.pem`,
    /// and removes the folder.
    ///
    /// - Parameters:
    ///   - names: The names that it is for, as openssl writes them: `DNS:sip.example.com,IP:127.0.0.1`.
    ///   - isExpired: Whether the certificate expired yesterday.
    package static func withCertificate<Result>(
        for names: String = "IP:127.0.0.1", isExpired: Bool = false, _ body: (URL) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("zentrunk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let making = try ChildProcess([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "2", "-subj", "/CN=zentrunk-test", "-addext", "subjectAltName=\(names)",
            "-keyout", folder.appendingPathComponent("key.pem").path,
            "-out", folder.appendingPathComponent("cert.pem").path,
        ])
        try #require(await making.hasSucceeded())
        if isExpired { try await expire(in: folder, names) }
        return try await body(folder)
    }
}

extension OpenSSL {
    /// Signs the certificate again, with a validity period in the past.
    private static func expire(in folder: URL, _ names: String) async throws {
        func path(_ name: String) -> String { folder.appendingPathComponent(name).path }
        let asking = try ChildProcess([
            "openssl", "req", "-new", "-key", path("key.pem"), "-subj", "/CN=zentrunk-test",
            "-addext", "subjectAltName=\(names)", "-out", path("request.pem"),
        ])
        try #require(await asking.hasSucceeded())
        let signing = try ChildProcess([
            "openssl", "x509", "-req", "-in", path("request.pem"), "-signkey", path("key.pem"), "-days", "-1",
            "-copy_extensions", "copy", "-out", path("cert.pem"),
        ])
        try #require(await signing.hasSucceeded())
    }
}

/// An `openssl s_server`. Its output is what clients send; its input is sent to the client.
package struct TLSServer: Sendable {
    /// The port on 127.0.0.1.
    package let port: UInt16
    private let process: ChildProcess

    /// Runs `body` while the server is running.
    ///
    /// - Parameter options: For example `-www`, which answers every request with a page about the TLS connection.
    package static func run<Result>(
        in folder: URL, options: [String], _ body: (TLSServer) async throws -> Result
    ) async throws -> Result {
        let process = try ChildProcess(
            [
                "openssl", "s_server", "-accept", "127.0.0.1:0",
                "-cert", folder.appendingPathComponent("cert.pem").path,
                "-key", folder.appendingPathComponent("key.pem").path,
            ] + options)
        do {
            let result = try await body(TLSServer(port: port(printedBy: process), process: process))
            await process.stop()
            return result
        } catch {
            await process.stop()
            throw error
        }
    }

    /// Reads the line `ACCEPT 127.0.0.1:PORT`.
    private static func port(printedBy process: ChildProcess) async throws -> UInt16 {
        var line: [UInt8] = []
        for await byte in process.output {
            guard byte == UInt8(ascii: "\n") else {
                line.append(byte)
                continue
            }
            if line.starts(with: "ACCEPT ".utf8) { break }
            line = []
        }
        let digits = try #require(String(decoding: line, as: UTF8.self).split(separator: ":").last)
        return try #require(UInt16(digits))
    }

    /// Returns the URL of its root.
    package func url(host: String = "127.0.0.1") -> String { "https://\(host):\(port)/" }

    /// Waits for the next byte of output, which includes bytes from clients.
    package func nextByte() async throws -> UInt8 {
        var bytes = process.output.makeAsyncIterator()
        return try #require(await bytes.next())
    }

    /// Returns everything that the server still prints until it ends by itself, as with `-naccept`.
    package func remainingOutput() async -> [UInt8] {
        await process.output.reduce(into: []) { $0.append($1) }
    }

    /// Sends bytes to the client.
    package func write(_ bytes: [UInt8]) {
        process.write(bytes)
    }

    /// Stops the server and closes its connections.
    package func stop() async {
        await process.stop()
    }
}
