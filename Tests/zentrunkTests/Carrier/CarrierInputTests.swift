import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Invalid input to the carrier's commands")
struct CarrierInputTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        var arguments: [String]
        var input: String?
        /// A part of the expected message.
        var part: String
        var testDescription: String { arguments.joined(separator: " ") }

        init(_ line: String, input: String? = nil, _ part: String) {
            arguments = line.split(separator: " ").map { $0 == "EMPTY" ? "" : String($0) }
            self.input = input
            self.part = part
        }

        static let all: [Mistake] = [
            Mistake("trunk create --name x --direction sideways --uri y", "sideways"),
            Mistake("trunk create --name x --direction inbound", "--uri"),
            Mistake("trunk create --name x --direction inbound --uri y --acl z", "--acl does not apply"),
            Mistake("trunk create --name x --direction outbound", "--credential"),
            Mistake("trunk create --name x --direction outbound --acl y --uri z", "--uri does not apply"),
            Mistake("trunk create --direction inbound --uri y", "--name"),
            Mistake("trunk get EMPTY", "name is empty"),
            Mistake("trunk update x", "nothing to change"),
            Mistake("trunk update x --fallback-uri y --no-fallback-uri", "contradict"),
            Mistake("trunk update x --status paused", "paused"),
            Mistake("trunk delete", "id-or-name"),
            Mistake("uri create --name x --uri https://sip.example.com", "not a URL"),
            Mistake("uri create --name x --uri sip.example.com;transport=udp --username u", "must be given together"),
            Mistake(
                "uri create --name x --uri sip.example.com --username u --password-stdin", input: "", "no password"),
            Mistake("uri update x --uri sip.example.com:99999", "65535"),
            Mistake("uri update x", "nothing to change"),
            Mistake("acl create --name x --ip 203.0.113.7,203.0.113.8", "IPv4"),
            Mistake("acl create --name x", "--ip"),
            Mistake("acl create --name EMPTY --ip 203.0.113.7", "--name is empty"),
            Mistake("acl create --name x --ip 10.0.0.0/8", "RFC 1918"),
            Mistake("acl create --name x --ip 203.0.113.7 --ip 127.0.0.1", "127.0.0.1/32 is the loopback"),
            Mistake("acl update x --ip 169.254.1.1", "link-local"),
            Mistake("acl create --name x --ip 2001:db8::/32", "--ip: \"2001:db8::/32\""),
            Mistake("acl create --name x --ip 1.2.3 --ip 1.2.3.4.5", "\"1.2.3.4.5\""),
            Mistake("uri create --name x --uri sip:user:secret@pbx.example.com", "separately"),
            Mistake("uri create --name x --uri \"pbx.example.com\"", "--uri is in quotes"),
            Mistake("trunk update x --status= --yes", "--status is empty"),
            Mistake("acl update x", "nothing to change"),
            Mistake("credential create --name x --username pbx01", "--password-stdin"),
            Mistake("credential create --name x --password-stdin", input: "a_password", "--username"),
            Mistake("credential create --name x --username pbx --password-stdin", input: "a_password", "5 to 20"),
            Mistake("credential create --name x --username pbx01 --password-stdin", input: "nosymbol", "5 to 20"),
            Mistake("credential create --name x --username pbx01 --password-stdin", input: "", "no password"),
            Mistake("credential create --name x --username pbx01 --password-stdin", input: "a_b_c\nd", "one line"),
            Mistake(
                "credential create --name x --username pbx01 --password-stdin --password-out f", input: "a_password",
                "--password-out"),
            Mistake("credential create --name x --password-out -", "stdout holds either"),
            Mistake("credential create --name x --password-out /nowhere/at/all", "/nowhere/at/all cannot be created"),
            Mistake("credential update x", "nothing to change"),
            Mistake("credential update x --name y --password-out f", "needs --generate"),
            Mistake("credential update x --generate --password-stdin", input: "a_password", "contradict"),
            Mistake("number update +14155550100", "--trunk or --app"),
            Mistake("number update +14155550100 --trunk x --app y", "--trunk or --app"),
            Mistake("number update +14155550100 --app EMPTY", "--app is empty"),
            Mistake("number get +1415555", "10 digits"),
        ]
    }

    @Test("Invalid input ends with one sentence and exit code 1, and nothing is sent", arguments: Mistake.all)
    func mistake(_ mistake: Mistake) async throws {
        try await Desk.run { desk async throws in
            let result = try await desk.json(mistake.arguments, input: mistake.input)
            #expect(result.status == 1, "\(result.document)")
            #expect(result.document["outcome"] == "failed")
            #expect(result.document["error"]?["code"] == "invalid")
            #expect(result.document["error"]?["message"]?.string?.contains(mistake.part) == true, "\(result.document)")
            #expect(desk.sandbox.requests.isEmpty)
        }
    }

    @Test("A trunk with an encrypted primary URI and an unencrypted fallback is created with a warning")
    func clearFallback() async throws {
        try await Desk.run { desk async throws in
            for (name, uri) in [("safe", "a.example.com;transport=tls"), ("open", "b.example.com;transport=udp")] {
                #expect(try await desk.zentrunk("uri", "create", "--name", name, "--uri", uri).status == 0)
            }
            func warns(_ arguments: [String]) async throws -> Bool {
                let result = try await desk.zentrunk(["trunk"] + arguments)
                #expect(result.status == 0, "\(result.stderr)")
                return result.stderr.contains("not encrypted")
            }
            let new = ["--direction", "inbound"]
            #expect(try await warns(["create", "--name", "a", "--uri", "safe", "--fallback-uri", "open"] + new))
            #expect(try await !warns(["create", "--name", "b", "--uri", "open", "--fallback-uri", "open"] + new))
            #expect(try await !warns(["create", "--name", "c", "--uri", "safe"] + new))
            #expect(try await warns(["update", "c", "--fallback-uri", "open", "--yes"]))
            #expect(try await !warns(["update", "c", "--no-fallback-uri", "--yes"]))
        }
    }
}
