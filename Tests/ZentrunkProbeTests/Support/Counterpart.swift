import Foundation
import Testing
@_spi(Adapter) import ZentrunkTestKit

/// A SIP server of Debian that a test starts on loopback.
struct Counterpart {
    struct DoesNotListen: Error {
        var command: [String]
    }

    /// Whether a command is installed.
    static func isInstalled(_ command: String) -> Bool {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").map(String.init) + ["/usr/sbin"]
        return folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(command)") }
    }

    /// Two ports of 127.0.0.1 that were free for UDP a moment ago.
    static func freePorts() throws -> (UInt16, UInt16) {
        let first = try UDPPeer()
        let second = try UDPPeer()
        return withExtendedLifetime((first, second)) { (first.port, second.port) }
    }

    /// Runs a server until `body` ends.
    ///
    /// The shell waits until the ports are open, says so, and ends the server when its own input ends. So the server never
    /// outlives the test, and its child processes end with it.
    static func run<Result>(
        _ command: [String], udp: [UInt16] = [], tcp: [UInt16] = [], in folder: URL, _ body: () async throws -> Result
    ) async throws -> Result {
        func waits(_ ports: [UInt16], _ table: String) -> String {
            ports.map { port in
                let digits = String(port, radix: 16, uppercase: true)
                let padded = String(repeating: "0", count: 4 - digits.count) + digits
                return """
                    i=0; until grep -q ' 0100007F:\(padded) ' /proc/net/\(table); do \
                    kill -0 $p 2>/dev/null && [ $i -lt 300 ] || { kill $p; exit 1; }; i=$((i+1)); sleep 0.1; done;
                    """
            }.joined()
        }
        let script =
            "cd '\(folder.path)' || exit 1; PATH=$PATH:/usr/sbin; \"$@\" >log 2>&1 </dev/null & p=$!; "
            + waits(udp, "udp") + waits(tcp, "tcp") + " echo; read -r end; kill $p; wait $p"
        let process = try ChildProcess(["sh", "-c", script, "sh"] + command)
        guard await process.output.first(where: { _ in true }) != nil else {
            let log = (try? String(contentsOf: folder.appendingPathComponent("log"), encoding: .utf8)) ?? ""
            Issue.record("\(command[0]) did not open its ports: \(log.suffix(2000))")
            throw DoesNotListen(command: command)
        }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        process.write([UInt8(ascii: "\n")])
        _ = await process.hasSucceeded()
        return try result.get()
    }
}
