import Foundation
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("probe")
struct ProbeCommandTests {
    @Test("Hosts are probed side by side, and the report says what the answers prove")
    func hosts() async throws {
        try await Desk.run { desk async throws in
            let targets = ["sip.example.com", "10000000000001.zt.plivo.com:5061;transport=tls"]
            let page = try await desk.zentrunk(["probe"] + targets)
            #expect(page.status == 0, "\(page.stderr)\(page.stdout)")
            #expect(page.stderr.contains("probing sip.example.com, 10000000000001.zt.plivo.com"))
            for part in [
                "sip:sip.example.com: answers", "NAPTR sip.example.com: no record", "dialled: 127.77.0.",
                "chain and name verified", "names: DNS:10000000000001.zt.plivo.com", "200 OK", "proves",
                "only a call can prove that",
            ] {
                #expect(page.stdout.contains(part), "\(part): \(page.stdout)")
            }
            let json = try await desk.zentrunk(["probe"] + targets + ["--json"]).json
            #expect(json["outcome"] == "reachable" && json["sandbox"] == true && json["skipped"] == [])
            #expect(json["probes"]?.array?.map { $0["host"] } == ["sip.example.com", "10000000000001.zt.plivo.com"])
            #expect(json["probes"]?.array?.allSatisfy { $0["cause"] == .null && $0["role"] == .null } == true)
        }
    }

    @Test("A platform leads to the hosts of its connection's live objects", arguments: Pairing.all)
    func connection(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let failover = ["--failover", "pbx.example.com:5060;transport=tcp"]
            let done = try await desk.zentrunk(pairing.command("connect") + failover)
            #expect(done.status == 0, "\(done.stderr)")
            let writes = desk.writes.count
            let healthy = try await desk.zentrunk("probe", pairing.id, "--json")
            #expect(healthy.status == 0, "\(healthy.stderr)\(healthy.stdout)")
            let probes = try #require(try healthy.json["probes"]?.array)
            #expect(probes.count == 3)
            #expect(probes.count { $0["role"]?.string?.contains("dialled by Plivo") == true } == 2)
            let domain = try #require(probes.first { $0["role"]?.string?.contains("by the platform") == true })
            let name = try #require(domain["host"]?.string)
            #expect(name.hasSuffix(".zt.plivo.com"))
            #expect(probes.allSatisfy { $0["checks"]?.array?.allSatisfy { $0["status"] == "pass" } == true })
            // The same by its whole name, after the domain was closed.
            desk.sandbox.setSIPHost(name, .closed)
            let broken = try await desk.zentrunk("probe", "\(pairing.id)/main")
            #expect(broken.status == 8)
            let uri = try #require(domain["uri"]?.string)
            #expect(broken.stdout.contains("\(uri): closed") && broken.stdout.contains("owner"), "\(broken.stdout)")
            // One verdict for all: the worst.
            let json = try await desk.zentrunk("probe", "\(pairing.id)/main", "--json").json
            #expect(json["outcome"] == "unreachable")
            #expect(desk.writes.count == writes)
        }
    }

    @Test(
        "What the platform dials is probed at the port and over the transport that its objects name, as by doctor",
        arguments: Pairing.all, [false, true])
    func dialled(_ pairing: Pairing, _ isSecure: Bool) async throws {
        try await Desk.run { desk async throws in
            let done = try await desk.zentrunk(pairing.command("connect") + (isSecure ? ["--secure"] : []))
            #expect(done.status == 0, "\(done.stderr)")
            let result = try await desk.zentrunk("probe", pairing.id, "--json").json
            let probes = try #require(result["probes"]?.array)
            let probed = try #require(probes.first { $0["role"]?.string?.contains("by the platform") == true })
            let diagnosis = try await desk.zentrunk("doctor", pairing.id, "--json").json["diagnoses"]?.array?.first
            let wire = try #require(diagnosis?["checks"]?.array?.first { $0["id"] == "wire.outbound" })
            #expect(probed["uri"] == wire["object"], "\(probed) \(wire)")
            #expect(probed["uri"]?.string?.contains(";transport=") == true)
            if isSecure { #expect(probed["transport"] == "tls" && probed["port"] == 5061) }
            // The sandbox's hosts answer over every transport, so the one that was used is compared.
            if pairing.id == Pairing.elevenLabs.id, !isSecure { #expect(probed["transport"] == "tcp") }
        }
    }

    @Test("--sandbox uses the hosts of a running sandbox, and of a temporary one")
    func sandbox() async throws {
        try await Desk.run { desk async throws in
            let target = ["probe", "sip.example.com;transport=tls", "--sandbox", "--json"]
            let alone = try await Program(target, state: desk.folder).run()
            #expect(alone.status == 0, "\(alone.stderr)")
            try desk.sandbox.location.write(to: desk.folder)
            desk.sandbox.setSIPHost("sip.example.com", .expired)
            let running = try await Program(target, state: desk.folder).run()
            #expect(running.status == 8)
            #expect(try running.json["probes"]?.array?.first?["verdict"] == "expired")
            #expect(try running.json["probes"]?.array?.first?["cause"]?["code"] == "tls.expired")
        }
    }

    @Test("Each host is probed once, and what is left out is named")
    func twice() async throws {
        try await Desk.run { desk async throws in
            let other = "sip.example.com:5061;transport=tls"
            let arguments = ["probe", "sip.example.com:5060", other, "sip.example.com:5060"]
            let json = try await desk.zentrunk(arguments + ["--json"]).json
            #expect(json["probes"]?.array?.count == 1)
            #expect(json["skipped"]?.array?.map { $0["target"] } == ["sip:sip.example.com:5061;transport=tls"])
            let page = try await desk.zentrunk(arguments)
            #expect(page.stderr.contains("not probed: sip:sip.example.com:5061;transport=tls"))
        }
    }

    @Test(
        "What cannot be probed is refused before anything is sent",
        arguments: [
            (["sip.example.com:99999"], "a port is a number"), (["https://example.com"], "not a URL"),
            (["sip:user:secret@example.com"], "without a user"), (["nope/main"], "unknown platform \"nope\""),
            (["sip.example.com", "--name", "x"], "belong to a platform"),
            ((0..<17).map { "h\($0).example.com" }, "at most 16 hosts"),
        ] as [([String], String)])
    func refused(_ targets: [String], _ words: String) async throws {
        try await Desk.run { desk async throws in
            let result = try await desk.zentrunk(["probe"] + targets)
            #expect(result.status == 1)
            #expect(result.stderr.contains(words), "\(result.stderr)")
            #expect(!result.stderr.contains("secret"))
        }
    }

    @Test("Without a connection there is nothing to probe")
    func noConnection() async throws {
        try await Desk.run { desk async throws in
            let result = try await desk.zentrunk("probe", "vapi", "--json")
            #expect(result.status == 5, "\(result.stderr)")
            #expect(try result.json["error"]?["code"] == "not-found")
        }
    }

    @Test("A variable that names a sandbox that has stopped is named in the error")
    func stopped() async throws {
        try await withFolder { folder async throws in
            let gone = [SandboxLocation.variable: "http://127.0.0.1:9"]
            let result = try await Program(["probe", "sip.example.com"], state: folder, gone).run()
            #expect(result.status == 3, "\(result.stderr)")
            #expect(result.stderr.contains("ZENTRUNK_SANDBOX_URL is http://127.0.0.1:9, and no sandbox answers there"))
            #expect(result.stderr.contains("unset ZENTRUNK_SANDBOX_URL"))
        }
    }
}
