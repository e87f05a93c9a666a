import Foundation
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

extension CommandInputTests.Mistake {
    /// Invalid values of options, settings and variables.
    static let values: [Self] = [
        Self(
            testDescription: "an unset shell variable", arguments: ["connect", "vapi", "--assistant", ""],
            parts: ["--assistant is empty", "--set assistant="]),
        Self(
            testDescription: "an unset shell variable behind an equals sign",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--direction="],
            parts: ["--direction is empty", "--set direction="]),
        Self(
            testDescription: "a blank where a value is set",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--set", "assistant= "],
            parts: ["--assistant", "white space"]),
        Self(
            testDescription: "typographic quotes", arguments: ["connect", "vapi", "--assistant", "“6a1d3c1e”"],
            parts: ["--assistant", "in quotes"]),
        Self(
            testDescription: "one quote",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--assistant", "6a1d\""],
            parts: ["--assistant", "quotes"]),
        Self(
            testDescription: "a blank inside an id",
            arguments: ["connect", "elevenlabs", "-n", "+14155550100", "--agent", "agent_1 x"],
            parts: ["--agent", "no white space"]),
        Self(
            testDescription: "an invisible mark inside an id",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--assistant", "6a1d\u{200B}3c1e"],
            parts: ["--assistant", "invisible character"]),
        Self(
            testDescription: "a placeholder for an id",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--assistant", "<id>"],
            parts: ["--assistant", "\"<\""]),
        Self(
            testDescription: "the page of an assistant",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--assistant", "https://x.example/a1"],
            parts: ["--assistant", "URL"]),
        Self(
            testDescription: "a country's name",
            arguments: ["connect", "livekit", "-n", "+14155550100", "--destination-country", "India"],
            parts: ["--destination-country", "did you mean \"in\""]),
        Self(
            testDescription: "letters that are no country's",
            arguments: ["connect", "livekit", "-n", "+14155550100", "--destination-country", "xx"],
            parts: ["--destination-country", "ISO 3166-1"]),
        Self(
            testDescription: "a wrong host in the environment",
            arguments: ["connect", "livekit", "-n", "+14155550100"],
            variables: ["LIVEKIT_SIP_HOST": "sip:me@4r5t6y.sip.livekit.cloud"],
            parts: ["LIVEKIT_SIP_HOST cannot be", "without a user"]),
        Self(
            testDescription: "a key in quotes", arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"],
            variables: ["VAPI_API_KEY": "\"key\""], parts: ["VAPI_API_KEY", "in quotes"]),
        Self(
            testDescription: "a key behind one typographic quote",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"], variables: ["VAPI_API_KEY": "“key"],
            parts: ["VAPI_API_KEY", "a quote"]),
        Self(
            testDescription: "a URL in quotes", arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"],
            variables: ["PLIVO_API_URL": "'https://api.plivo.com'"], parts: ["PLIVO_API_URL", "in quotes"]),
        Self(
            testDescription: "a password in the failover",
            arguments: [
                "connect", "vapi", "-n", "+14155550100", "--no-agent", "--failover", "sip:user:s3cret@pbx.example.com",
            ],
            parts: ["--failover", "--username", "--password-stdin", "sip:user:…@pbx.example.com"]),
        Self(
            testDescription: "a password behind a semicolon",
            arguments: ["uri", "create", "--name", "x", "--uri", "sip:user;password=s3cret@pbx.example.com"],
            parts: ["--uri", "sip:user;…@pbx.example.com"]),
        Self(
            testDescription: "a URI with a password for an id",
            arguments: [
                "trunk", "create", "--name", "x", "--direction", "Inbound", "--uri", "sip:user:s3cret@pbx.example.com",
            ],
            parts: ["sip:user:…@pbx.example.com", "password", "next: zentrunk uri list"]),
        Self(
            testDescription: "a URI with a password for nothing",
            arguments: ["uri", "get", "x", "sip:user:s3cret@pbx.example.com"], parts: ["sip:user:…@pbx.example.com"]),
        Self(
            testDescription: "a URI with a password for a platform",
            arguments: ["show", "sip:user:s3cret@pbx.example.com"],
            parts: ["unknown platform", "sip:user:…@pbx.example.com"]),
        Self(
            testDescription: "a URI with a password for a number",
            arguments: ["connect", "vapi", "-n", "sip:14155550100:s3cret@pbx.example.com"],
            parts: ["--number", "sip:14155550100:…@pbx.example.com"]),
        Self(
            testDescription: "a URI with a password for a host",
            arguments: ["connect", "livekit", "-n", "+14155550100"],
            variables: ["LIVEKIT_SIP_HOST": "sip:user:s3cret@x.sip.livekit.cloud"], parts: ["LIVEKIT_SIP_HOST"]),
        Self(
            testDescription: "a quoted state folder",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"],
            variables: ["ZENTRUNK_STATE_DIR": "\"/tmp/x\""], parts: ["ZENTRUNK_STATE_DIR is in quotes"]),
        Self(
            testDescription: "a quoted profile", arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"],
            variables: ["ZENTRUNK_PROFILE": "'/tmp/x'"], parts: ["ZENTRUNK_PROFILE is in quotes"]),
        Self(
            testDescription: "a quoted proxy", arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"],
            variables: ["HTTPS_PROXY": "\"http://127.0.0.1:1\""], parts: ["HTTPS_PROXY is in quotes"]),
        Self(
            testDescription: "a quoted file of authorities",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent"],
            variables: ["SSL_CERT_FILE": "“/tmp/x”"], parts: ["SSL_CERT_FILE is in quotes"]),
        Self(
            testDescription: "no template", arguments: ["connect", "vapi", "-n", "+14155550100", "--template", ""],
            parts: ["--template is empty"]),
        Self(
            testDescription: "an unknown way to authenticate",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--auth", "password"],
            parts: ["--auth cannot be \"password\""]),
        Self(
            testDescription: "an unknown region",
            arguments: ["connect", "vapi", "-n", "+14155550100", "--no-agent", "--region", "mars"],
            parts: ["region", "mars"]),
        Self(
            testDescription: "a quoted number to look up", arguments: ["number", "get", "\"14155550100\""],
            parts: ["in quotes"]),
        Self(
            testDescription: "a shortened number to look up", arguments: ["number", "get", "1.41556E+10"],
            parts: ["spreadsheet shortened"]),
        Self(
            testDescription: "every wrong number",
            arguments: ["connect", "vapi", "-n", "+1415", "-n", "x", "--yes"],
            parts: ["\"+1415\"", "\"x\""]),
    ]
}

extension CommandInputTests {
    @Test("Every URL option accepts only public URLs, and an error quotes no password")
    func urls() async throws {
        let options = try Pairing.all.flatMap { pairing in
            try pairing.template().allParameters
                .filter { $0.type == .url }.map { (pairing, $0.name) }
        }
        #expect(!options.isEmpty)
        try await Desk.run { desk async throws in
            for (pairing, option) in options {
                for url in [
                    "https://me:s3cret@example.com/", "http://example.com", "https://10.0.0.1", "https://a.b/ c",
                ] {
                    for words in [["--\(option)", url], ["--set", "\(option)=\(url)"]] {
                        let result = try await desk.zentrunk(pairing.command("plan") + words + ["--json"])
                        #expect(result.status == 1, "\(url): \(result.stderr)")
                        #expect(result.stderr.contains("--\(option) cannot be"), "\(result.stderr)")
                        #expect(!(result.stdout + result.stderr).contains("s3cret"))
                    }
                }
            }
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    @Test(
        "A number that the connection does not have is not found, and is quoted as written",
        arguments: Pairing.all)
    func unknownNumber(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let made = try await desk.zentrunk(pairing.command("connect"))
            #expect(made.status == 0, "\(made.stderr)")
            desk.sandbox.clearRequests()
            for number in ["14155550199", "+14155550199"] {
                for more in [["--yes"], ["--dry-run"]] {
                    let result = try await desk.zentrunk(
                        ["disconnect", pairing.id, "--number", number, "--json"] + more)
                    #expect(result.status == 5, "\(result.stderr)")
                    let error = try result.json["error"]
                    #expect(error?["code"] == "not-found")
                    #expect(error?["message"]?.string?.hasPrefix("\(number) is not a number of the connection") == true)
                }
            }
            #expect(desk.writes.isEmpty)
        }
    }

    @Test("White space around options and settings is removed, and a host is read in the vendor's notation")
    func margins() async throws {
        try await Desk.run { desk async throws in
            let key = try #require(desk.sandbox.environment["VAPI_API_KEY"])
            let id = try #require(Optional(Pairing.vapi.agent.value))
            let vapi = try await desk.zentrunk(
                [
                    "connect", "vapi", "--number", "\u{202A}+14155550100\u{202C}", "--assistant", "\u{A0}\(id) ",
                    "--json",
                ],
                with: ["VAPI_API_KEY": "\u{FEFF}\(key)\u{200B} \n"])
            #expect(vapi.status == 0, "\(vapi.stderr)")
            #expect(Pairing.vapi.rows(desk.sandbox.state, "phone_numbers").first?["assistantId"]?.string == id)
            let host = "4r5t6y.sip.livekit.cloud"
            for spelling in ["sip:\(host)", "\(host);transport=tcp", "\(host) ", host.uppercased()] {
                let plan = try await desk.zentrunk(
                    ["plan", "livekit", "--number", "+14155550101", "--destination-country", "DE", "--all", "--json"],
                    with: ["LIVEKIT_SIP_HOST": spelling])
                #expect(plan.status == 0, "\(plan.stderr)")
            }
            let made = try await desk.zentrunk(
                ["connect", "livekit", "--number", "+14155550101", "--destination-country", "DE", "--json"],
                with: ["LIVEKIT_SIP_HOST": "sip:\(host.uppercased());transport=tcp"])
            #expect(made.status == 0, "\(made.stderr)")
            let uris = PlivoState(desk.sandbox.state).rows("uris").compactMap { $0["uri"]?.string }
            #expect(uris.contains("\(host);transport=tcp"), "\(uris)")
            #expect(Pairing.liveKit.rows(desk.sandbox.state, "outbound_trunks").first?["destination_country"] == "de")
        }
    }

    @Test("Choices are compared without case, and white space around platforms is removed", arguments: Pairing.all)
    func spellings(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            let made = try await desk.zentrunk(
                pairing.command("connect", "--direction", "Both", "--auth", "Credentials", "--json"),
                with: ["ZENTRUNK_STATE_DIR": " \(desk.folder)\u{A0}", "NO_PROXY": " * ", "ZENTRUNK_PROFILE": " "])
            #expect(made.status == 0, "\(made.stderr)")
            for word in [" \(pairing.id)", " \(pairing.id)/main ", "\(pairing.id) / main"] {
                let shown = try await desk.zentrunk("show", word, "--json")
                #expect(shown.status == 0, "\(shown.stderr)")
                #expect(try shown.json["connection"] == "main")
            }
        }
    }

    @Test("A region is compared without case", arguments: Pairing.all)
    func region(_ pairing: Pairing) async throws {
        let template = try pairing.template()
        guard case .choice(let regions)? = template.allParameters.first(where: { $0.name == "region" })?.type else {
            return
        }
        try await Desk.run { desk async throws in
            for region in regions {
                let plan = try await desk.zentrunk(
                    pairing.command("plan", "--region", region.uppercased(), "--json"))
                #expect(plan.status == 0, "\(plan.stderr)")
                let lower = try await desk.zentrunk(pairing.command("plan", "--region", region, "--json"))
                #expect(try plan.json["digest"] == lower.json["digest"])
            }
        }
    }

    @Test("An empty value removes nothing from a live connection unless --set is used")
    func emptyValue() async throws {
        try await Desk.run { desk async throws in
            #expect(try await desk.zentrunk(Pairing.vapi.command("connect", "--assistant", "a1")).status == 0)
            let written = desk.writes.count
            let empty = try await desk.zentrunk("connect", "vapi", "--assistant", "", "--yes")
            #expect(empty.status == 1)
            #expect(desk.writes.count == written)
            let plan = try await desk.zentrunk("plan", "vapi", "--set", "assistant=", "--json")
            #expect(plan.stdout.contains("assistantId"), "\(plan.stdout)")
        }
    }

    @Test("A fallback that is less secure than the connection causes a warning", arguments: Pairing.all)
    func clearFailover(_ pairing: Pairing) async throws {
        try await Desk.run { desk async throws in
            for (uri, isClear) in [
                ("pbx.example.com:5060;transport=udp", true), ("pbx.example.com", true),
                ("pbx.example.com:5061;transport=tls", false),
            ] {
                let plan = try await desk.zentrunk(pairing.command("plan", "--secure", "--failover", uri, "--json"))
                #expect(plan.status == 0, "\(plan.stderr)")
                let warnings = try plan.json["warnings"]?.array?.compactMap { $0["message"]?.string } ?? []
                #expect(warnings.contains { $0.contains("not encrypted") } == isClear, "\(warnings)")
            }
        }
    }
}
