import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("A hostile environment cannot obtain secrets")
struct HostileEnvironmentTests {
    private static let proxies = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]

    @Test(".netrc and .curlrc have no effect, and no proxy sees plain http to loopback")
    func curlFiles() async throws {
        try await Desk.run { desk async throws in
            for name in [".netrc", ".curlrc", "_curlrc", ".config/curlrc"] {
                let file = desk.folder + "/" + name
                try FileManager.default.createDirectory(
                    atPath: desk.folder + "/.config", withIntermediateDirectories: true)
                try "machine 127.0.0.1 login x password y\nproxy = \"http://127.0.0.1:1\"\ninsecure\n".write(
                    toFile: file, atomically: true, encoding: .utf8)
            }
            var variables = ["CURL_HOME": desk.folder, "NETRC": desk.folder + "/.netrc"]
            for name in Self.proxies { variables[name] = "http://127.0.0.1:1" }
            let done = try await desk.zentrunk(["trunk", "list"], with: variables)
            #expect(done.status == 0, "\(done.stderr)")
            #expect(desk.sandbox.requests.allSatisfy { $0.vendor == "plivo" })
        }
    }

    @Test("SSLKEYLOGFILE receives no keys of our connections")
    func keyLog() async throws {
        try await withFolder { folder async throws in
            let more = [
                "PLIVO_AUTH_ID": "MANOBODY", "PLIVO_AUTH_TOKEN": "a-token", "SSLKEYLOGFILE": folder + "/keys.log",
            ]
            var program = Program(["trunk", "list"], state: folder, more)
            program.script = """
                cd '\(folder)' || exit 99
                openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=x \
                    -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem 2>/dev/null || exit 98
                # OpenSSL's own command would write the file as well.
                exec 3< <(unset SSLKEYLOGFILE; exec openssl s_server -accept 127.0.0.1:0 -cert cert.pem -key key.pem -www 2>/dev/null)
                server=$!
                while read -r word address <&3; do [ "$word" = ACCEPT ] && break; done
                PLIVO_API_URL="https://$address" "$0" "$@" 3<&-
                status=$?
                # It may have been started with other signals blocked.
                kill -KILL "$server"
                exit "$status"
                """
            let result = try await program.run()
            #expect(result.status == 3, "\(result.stderr)")
            // The handshake derived the keys.
            #expect(result.stderr.contains("certificate"))
            #expect(!FileManager.default.fileExists(atPath: folder + "/keys.log"))
        }
    }

    @Test("With any umask, only the owner can access written files", arguments: ["0", "077", "022"])
    func umask(_ mask: String) async throws {
        try await Desk.run { desk async throws in
            let state = desk.folder + "/state/zentrunk"
            func run(_ arguments: [String]) async throws {
                var program = Program(arguments, sandbox: desk.sandbox, state: state, ["HOME": desk.folder])
                program.script = "umask \(mask); exec \"$0\" \"$@\""
                let result = try await program.run()
                #expect(result.status == 0, "\(result.stderr)")
            }
            try await run(["connect", "vapi", "-n", "+14155550100", "--no-agent", "--auth", "credentials"])
            try await run(["credential", "create", "--name", "pbx", "--password-out", state + "/pbx.secret"])
            try checkModes(desk.folder + "/state", atLeast: ["zentrunk.sqlite", "locks", "pbx.secret"])
        }
    }

    private func checkModes(_ folder: String, atLeast names: [String]) throws {
        let files = FileManager.default
        let found = try files.subpathsOfDirectory(atPath: folder)
        for name in names { #expect(found.contains { $0.hasSuffix(name) }, "\(name)") }
        for path in found {
            let attributes = try files.attributesOfItem(atPath: folder + "/" + path)
            let mode = attributes[.posixPermissions] as? Int
            let isFolder = attributes[.type] as? FileAttributeType == .typeDirectory
            #expect(mode == (isFolder ? 0o700 : 0o600), "\(path)")
        }
        #expect(try files.attributesOfItem(atPath: folder)[.posixPermissions] as? Int == 0o700)
    }

    @Test("A running sandbox is visible to its owner only, and a crash writes no memory to a file")
    func sandbox() async throws {
        try await withFolder { folder async throws in
            var program = Program(["sandbox"], state: folder + "/state")
            program.script = "umask 0; ulimit -c unlimited 2>/dev/null; exec \"$0\" \"$@\""
            let result = try await program.run(until: "the sandbox is running") { process in
                try checkModes(folder + "/state", atLeast: ["sandbox.json", "zentrunk.sqlite"])
                #if os(Linux)
                    let limits = try String(
                        contentsOfFile: "/proc/\(process.processIdentifier)/limits", encoding: .utf8)
                    // With a limit of 1 byte, the system writes no core dump to a file or program.
                    #expect(limits.contains(/Max core file size +[01] +[01]\s/))
                #endif
                process.interrupt()
            }
            #expect(result.status == 0, "\(result.stderr)")
        }
    }

    @Test(
        "No command accepts a key or a password as an argument, which other users could see",
        arguments: [
            ["connect", "vapi"], ["plan", "vapi"], ["disconnect"], ["list"], ["show"], ["credential", "create"],
            ["credential", "update"], ["credential", "get"], ["uri", "create"], ["uri", "update"],
        ])
    func arguments(_ command: [String]) async throws {
        try await withFolder { folder async throws in
            let help = try await Program(command + ["--help"], state: folder).run().stdout
            let options = Set(help.matches(of: /--[a-z-]+/).map { String($0.output) })
            #expect(options.count > 1)
            // The first is a flag, the second takes a file name.
            let allowed: Set = ["--password-stdin", "--password-out"]
            #expect(options.filter { $0.contains(/key|token|secret|pass/) }.isSubset(of: allowed), "\(options)")
            #expect(!help.contains("--password-stdin <password"))
        }
    }
}
