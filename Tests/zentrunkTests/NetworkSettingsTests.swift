import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@testable import ZentrunkCommandLine

@Suite("Network settings")
struct NetworkSettingsTests {
    private static let commands = [
        ["list"], ["trunk", "list"], ["number", "list"], ["plan", "vapi", "-n", "+14155550100", "--assistant", "a1"],
    ]

    private func text(_ result: Program.Result) -> String { result.stdout + result.stderr }

    // MARK: Proxies

    @Test("The error about a proxy that is down names its variable and not its password", arguments: commands)
    func proxyDown(_ command: [String]) async throws {
        try await Desk.run { desk async throws in
            let variables = [
                "HTTPS_PROXY": "http://me:s3cret%40pass@127.0.0.1:1", "PLIVO_API_URL": "https://plivo.invalid",
                "VAPI_API_URL": "https://vapi.invalid", "LIVEKIT_URL": "wss://livekit.invalid",
                "ELEVENLABS_API_URL": "https://elevenlabs.invalid",
            ]
            let result = try await desk.zentrunk(command + ["--json"], with: variables)
            #expect(result.status == 3, "\(result.stderr)")
            #expect(text(result).contains("http://127.0.0.1:1 (HTTPS_PROXY)"))
            #expect(text(result).contains("NO_PROXY"))
            for part in ["s3cret", "pass@", "me:"] { #expect(!text(result).contains(part)) }
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    @Test("Plain http to the sandbox on loopback uses no proxy", arguments: commands)
    func sandbox(_ command: [String]) async throws {
        try await Desk.run { desk async throws in
            var variables: [String: String] = [:]
            for name in CurlVariables.proxies { variables[name] = "http://127.0.0.1:1" }
            let result = try await desk.zentrunk(command, with: variables)
            #expect(result.status == 0, "\(result.stderr)")
        }
    }

    private enum CurlVariables {
        static let proxies = ["http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
    }

    @Test(
        "An invalid proxy, authority or host is refused before anything is sent, with its variable",
        arguments: [
            ("HTTPS_PROXY", "ftp://me:s3cret@proxy"), ("ALL_PROXY", "http://me:s3cret@proxy:x"),
            ("SSL_CERT_FILE", "/nowhere/ca.pem"), ("CURL_CA_BUNDLE", "/dev/null"), ("SSL_CERT_DIR", "/nowhere"),
            ("ZENTRUNK_ALLOW_PLAIN_HTTP", "*"), ("ZENTRUNK_ALLOW_PLAIN_HTTP", "livekit,*.example.com"),
        ])
    func refused(_ variable: String, _ value: String) async throws {
        try await Desk.run { desk async throws in
            for command in Self.commands {
                let result = try await desk.zentrunk(command, with: [variable: value])
                #expect(result.status == 1, "\(result.stderr)")
                #expect(result.stderr.contains(variable))
                #expect(!text(result).contains("s3cret"))
            }
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    // MARK: Addresses

    @Test("Plain http is allowed to named hosts, and the refusal says how", arguments: SickVendorTests.Half.all)
    func plainHTTP(_ half: SickVendorTests.Half) async throws {
        try await Desk.run { desk async throws in
            var variables = [half.address: "http://host-of-mine.invalid:7880"]
            let command = half.pairing.command("connect", "--json", "--yes")
            let refused = try await desk.zentrunk(command, with: variables)
            #expect(refused.status == 1, "\(refused.stderr)")
            #expect(refused.stderr.contains("\(half.address) is \"http://host-of-mine.invalid:7880\""))
            let next = (try refused.json["error"]?["next"]?.array ?? []).compactMap(\.string)
            #expect(next.contains("export ZENTRUNK_ALLOW_PLAIN_HTTP=host-of-mine.invalid"))
            variables["ZENTRUNK_ALLOW_PLAIN_HTTP"] = "livekit, HOST-of-mine.invalid"
            let allowed = try await desk.zentrunk(command, with: variables)
            #expect(allowed.status == 3, "\(allowed.stderr)")
            #expect(allowed.stderr.contains("host-of-mine.invalid has no address"))
            #expect(desk.writes.isEmpty)
        }
    }

    @Test(
        "An address of a vendor's web page is refused with its variable, for every address setting")
    func pages() async throws {
        let addresses = AdapterRegistry.settings.filter { !$0.pages.isEmpty }
        #expect(addresses.count == AdapterRegistry.all.count + 1)
        try await Desk.run { desk async throws in
            for setting in addresses {
                let pairing = try #require(
                    Pairing.all.first { $0.adapter.platform.settings.contains(setting) } ?? Pairing.all.first)
                for page in setting.pages {
                    let result = try await desk.zentrunk(
                        pairing.command("plan"), with: [setting.variable: "https://\(page)/projects/p_x/settings"])
                    #expect(result.status == 1, "\(page): \(result.stderr)")
                    #expect(result.stderr.contains("\(setting.variable) is an address on \(page)"))
                    #expect(result.stderr.contains("next: export \(setting.variable)=\(setting.example)"))
                }
            }
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    @Test(
        "A path where none belongs is refused with the variable and the address without it",
        arguments: SickVendorTests.Half.all.filter { $0.vendor == "plivo" || !$0.pairing.facts.addressHasPath })
    func path(_ half: SickVendorTests.Half) async throws {
        try await Desk.run { desk async throws in
            let address = try #require(desk.sandbox.url(of: half.vendor))
            let result = try await desk.zentrunk(
                half.pairing.command("plan"), with: [half.address: address + "/v1"])
            #expect(result.status == 1, "\(result.stderr)")
            #expect(result.stderr.contains("\(half.address) is \"\(address)/v1\""))
            #expect(result.stderr.contains("next: export \(half.address)=\(address)\n"))
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    @Test("A path that LiveKit's server does not know is not a conflict, and the error names LIVEKIT_URL")
    func wrongPath() async throws {
        try await Desk.run { desk async throws in
            let page = SandboxAnswer(
                status: 404, headers: ["Content-Type": "text/plain"], body: Array("404 page not found\n".utf8))
            desk.sandbox.setFaults([SandboxFault(vendor: "livekit", effect: .answer(page))])
            let address = try #require(desk.sandbox.url(of: "livekit"))
            for command in [Pairing.liveKit.command("connect", "--yes"), ["list", "livekit"]] {
                let result = try await desk.zentrunk(command, with: ["LIVEKIT_URL": address + "/wrong"])
                #expect([0, 3].contains(result.status), "\(result.stderr)")
                #expect(result.stderr.contains("LIVEKIT_URL"), "\(result.stderr)")
            }
            #expect(desk.writes.isEmpty)
        }
    }

    @Test("A LiveKit server without redis is reported with its cause, not as an outage")
    func noRedis() async throws {
        try await Desk.run { desk async throws in
            let answer = SandboxAnswer.json(500, ["code": "internal", "msg": "sip not connected (redis required)"])
            desk.sandbox.setFaults([SandboxFault(vendor: "livekit", effect: .answer(answer))])
            let result = try await desk.zentrunk(Pairing.liveKit.command("connect", "--yes"))
            #expect(result.status == 3)
            #expect(result.stderr.contains("this LiveKit server has no SIP service (redis is not configured)"))
            #expect(result.stderr.contains("sip not connected (redis required)"))
            #expect(!result.stderr.contains("wait a few minutes"))
            #expect(desk.writes.isEmpty)
        }
    }

    // MARK: Time

    @Test("--timeout limits each request, in every command that contacts a vendor", arguments: commands)
    func timeout(_ command: [String]) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.setFaults([SandboxFault(effect: .hang)])
            let result = try await desk.zentrunk(command + ["--timeout", "1"])
            #expect(result.status == 3, "\(result.stderr)")
            #expect(result.stderr.contains("1 second"))
        }
    }

    @Test(
        "--timeout accepts whole seconds up to an hour", arguments: ["0", "-5", "3601", "1.5", "5s", "soon", "--json"])
    func timeouts(_ value: String) async throws {
        try await Desk.run { desk async throws in
            for command in Self.commands {
                for words in [["--timeout=\(value)"], ["--timeout", value]] {
                    let result = try await desk.zentrunk(command + words)
                    #expect(result.status == 1)
                    #expect(
                        text(result).contains("--timeout takes whole seconds from 1 to 3600, not \"\(value)\"")
                            || result.stdout.contains("whole seconds from 1 to 3600"), "\(result.stderr)")
                }
            }
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    @Test(
        "A silent vendor is named while the command waits, also on a pipe",
        arguments: [["plan", "vapi", "-n", "+14155550100", "--no-agent"], ["trunk", "list"], ["list"]])
    func silence(_ command: [String]) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.setFaults([SandboxFault(vendor: "plivo", effect: .hang)])
            let program = Program(command, sandbox: desk.sandbox, state: desk.folder)
            let result = try await program.run(until: "waiting for Plivo (") { $0.interrupt() }
            #expect(
                result.stderr.contains("waiting for Plivo (5 s)") || result.stderr.contains("waiting for Plivo (10 s)"))
        }
    }

    @Test(
        "A wait before a retry is shown while it happens: before the plan, and before the error",
        arguments: [
            ["plan", "vapi", "-n", "+14155550100", "--assistant", "a1"],
            ["connect", "vapi", "-n", "+14155550100", "--assistant", "a1"], ["list"], ["trunk", "list"],
        ])
    func waits(_ command: [String]) async throws {
        try await Desk.run { desk async throws in
            desk.sandbox.setFaults([SandboxFault(vendor: "plivo", hits: .first(1), effect: .unavailable)])
            let done = try await desk.zentrunk(command)
            #expect(done.status == 0, "\(done.stderr)")
            #expect(done.stderr.contains("Plivo answered 503: retrying in"), "\(done.stderr)")
            desk.sandbox.setFaults([SandboxFault(vendor: "plivo", readsOnly: true, effect: .serverError)])
            let failed = try await desk.zentrunk(command)
            let wait = try #require(failed.stderr.firstRange(of: "Plivo answered 500: retrying in"))
            let end = try #require(failed.stderr.firstRange(of: "Plivo answered 500 to"))
            #expect(wait.lowerBound < end.lowerBound)
        }
    }

    @Test("Waits in show and in disconnect's plan are shown as well, and are events with --events")
    func waitsOfConnection() async throws {
        try await Desk.run { desk async throws in
            let made = try await desk.zentrunk(Pairing.vapi.command("connect", "--yes"))
            #expect(made.status == 0, "\(made.stderr)")
            for command in [["show", "vapi"], ["disconnect", "vapi", "--dry-run"]] {
                desk.sandbox.setFaults([SandboxFault(vendor: "vapi", hits: .first(1), effect: .unavailable)])
                let shown = try await desk.zentrunk(command)
                #expect(shown.status == 0, "\(shown.stderr)")
                #expect(shown.stderr.contains("Vapi answered 503: retrying in"), "\(shown.stderr)")
            }
            desk.sandbox.setFaults([SandboxFault(vendor: "vapi", hits: .first(1), effect: .unavailable)])
            let told = try await desk.zentrunk(["plan", "vapi", "--events"])
            let events = try told.stderr.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
            #expect(events.contains { $0["event"] == "waiting" && $0["host"] == "Vapi" && $0["status"] == 503 })
        }
    }
}
