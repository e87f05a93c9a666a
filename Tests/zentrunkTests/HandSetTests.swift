import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@Suite("Undo keeps values set by hand")
struct HandSetTests {
    @Test(
        "An assistant set by hand survives a change and its undo",
        arguments: [
            ["authentication": "credentials"], ["direction": "outbound"], ["direction": "inbound"],
            ["secure": "true"], ["assistant": "a2"], ["assistant": nil, "squad": "s1"],
        ] as [[String: String?]])
    func assistant(_ values: [String: String?]) async throws {
        try await World.run { world async throws in
            world.sandbox.own(number: "+14155550100", application: Journey.application)
            let connector = try world.connector(.vapi)
            let number = try PhoneNumber("+14155550100")
            _ = try await world.connect(
                connector, ConnectionRequest(numbers: [number], values: ["no-agent": "true"], mayReroute: true))
            let kind = try world.kind("vapi.phone-number", of: .vapi)
            let line = try #require(try await kind.find(.everything).first)
            try await kind.update(line, ["provider": "byo-phone-number", "assistantId": "by-hand"])
            let report = try await world.connect(connector, ConnectionRequest(values: values))
            #expect(report.error == nil, "\(report.error?.message ?? "")")
            let undone = try await connector.undo(try #require(report.run))
            #expect(undone.outcome == .undone, "\(undone.error?.message ?? "")")
            let lines = try await kind.find(.everything)
            #expect(lines.map { $0.fields["assistantId"] } == ["by-hand"])
            #expect(lines.map { $0.fields["squadId"] } == [nil])
        }
    }

    /// A login set by hand on an object of a connection.
    struct HandSetLogin: Sendable, CustomTestStringConvertible {
        var pairing: Pairing
        var kind: String
        var fields: JSONObject
        /// The path of the username.
        var username: JSONPointer

        var testDescription: String { kind }

        static let all = [
            HandSetLogin(
                pairing: .liveKit, kind: "livekit.inbound-trunk",
                fields: ["authUsername": "by-hand", "authPassword": "secret-by-hand"],
                username: JSONPointer(["authUsername"])),
            HandSetLogin(
                pairing: .elevenLabs, kind: "elevenlabs.phone-number",
                fields: [
                    "inbound_trunk_config": ["credentials": ["username": "by-hand", "password": "secret-by-hand"]]
                ], username: JSONPointer(["inbound_trunk_config", "credentials", "username"])),
        ]
    }

    @Test(
        "The loss of a write-only password is announced, and undo does not restore half of its login",
        arguments: HandSetLogin.all)
    func login(_ login: HandSetLogin) async throws {
        try await World.run { world async throws in
            world.sandbox.own(number: "+14155550100", application: Journey.application)
            let connector = try world.connector(login.pairing)
            var asked = Combination(pairing: login.pairing)
            _ = try await world.connect(connector, try Journey.request(asked))
            let kind = try world.kind(login.kind, of: login.pairing)
            let object = try #require(try await kind.find(.everything).first)
            try await kind.update(object, login.fields)
            asked.isSecure = true
            let report = try await world.connect(connector, try Journey.request(asked))
            #expect(report.error == nil, "\(report.error?.message ?? "")")
            #expect(report.losses.contains { $0.contains("the password beside") }, "\(report.losses)")
            let undone = try await connector.undo(try #require(report.run))
            #expect(undone.outcome == .undone, "\(undone.error?.message ?? "")")
            #expect(undone.losses.contains { $0.contains("the password beside") }, "\(undone.losses)")
            let now = try #require(try await kind.read(object.id))
            let username = JSONValue.object(now.fields)[login.username]?.string
            #expect(username == nil || username == "")
        }
    }
}
