import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkLiveKitSandbox
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Unconfirmed behaviours of vendors")
struct QuirkTests {
    struct Quirk: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var pairing: Pairing
        var service: @Sendable () -> any SandboxService

        private static func elevenLabs(
            _ text: String, _ change: @escaping @Sendable (inout ElevenLabsQuirks) -> Void
        ) -> Quirk {
            Quirk(testDescription: "elevenlabs: \(text)", pairing: .elevenLabs) {
                var quirks = ElevenLabsQuirks()
                change(&quirks)
                return ElevenLabsService(quirks: quirks)
            }
        }

        private static func liveKit(
            _ text: String, _ change: @escaping @Sendable (inout LiveKitQuirks) -> Void
        ) -> Quirk {
            Quirk(testDescription: "livekit: \(text)", pairing: .liveKit) {
                var quirks = LiveKitQuirks()
                change(&quirks)
                return LiveKitService(quirks: quirks)
            }
        }

        static let all = [
            elevenLabs("no paged list") { $0.hasPagedList = false },
            elevenLabs("a change of a trunk is merged") { $0.trunkUpdate = .merge },
            elevenLabs("a second import is a conflict") { $0.duplicateImport = .conflict409 },
            elevenLabs("a second import is bad") { $0.duplicateImport = .badRequest400 },
            elevenLabs("open to all is an address") { $0.showsOpenAsAnyAddress = true },
            liveKit("answers in camel case") { $0.answersCamelCase = true },
            liveKit("passwords are not returned") { $0.returnsPasswords = false },
            liveKit("media is not known") { $0.knowsMedia = false },
            liveKit("pages as they are asked for") { $0.followsPages = false },
            liveKit("the URL is a web socket's") { $0.namesWebSocketURL = true },
            liveKit("unknown names are refused") { $0.refusesUnknownNames = true },
            liveKit("trunks have a ringing timeout status") { $0.knowsRingingTimeoutStatus = true },
            liveKit("conflicts meet the new object last") { $0.meetsNewObjectLast = true },
            liveKit("creates take no lock") { $0.overlooksCreatesInFlight = true },
        ]
    }

    @Test("A connection is created, repeated, changed and removed with every quirk", arguments: Quirk.all)
    func lifeCycle(_ quirk: Quirk) async throws {
        try await World.run(SandboxOptions(services: [quirk.service()])) { world async throws in
            let before = world.sandbox.state
            let connector = try world.connector(quirk.pairing)
            let fullest = try #require(Combination.fullest.first { $0.pairing.id == quirk.pairing.id })
            var steps = [fullest, Combination(pairing: quirk.pairing), fullest]
            steps[1].direction = "inbound"
            for asked in steps {
                let report = try await world.connect(connector, asked.request)
                #expect(report.outcome == .connected, "\(asked): \(report.error?.message ?? "unchanged")")
                if !quirk.testDescription.contains("media is not known") {
                    try quirk.pairing.check(world.sandbox.state, asked)
                }
                for other in [connector, try world.connector(quirk.pairing)] {
                    #expect(try await world.connect(other, asked.request, consent: false).outcome == .unchanged)
                }
            }
            #expect(try await world.disconnect(connector).outcome == .disconnected)
            #expect(world.sandbox.state == before)
        }
    }

    /// A region with its own account, and one of another account.
    @Test("A connection cannot move to another region, because its objects at the carrier have the same names")
    func otherRegion() async throws {
        for (pairing, from, to) in [
            (Pairing.vapi, "us", "eu"), (.elevenLabs, "default", "eu"), (.elevenLabs, "in", "sg"),
        ] {
            try await World.run { world async throws in
                let asked = Combination(pairing: pairing)
                let journal = InMemoryJournal()
                var request = try asked.request
                request.values["region"] = .text(from)
                try await world.connect(world.connector(pairing, journal: journal), request)
                let before = world.sandbox.state
                request.values["region"] = .text(to)
                let connector = try world.connector(pairing, journal: journal)
                let error = await #expect(throws: ZentrunkError.self) { _ = try await connector.plan(request) }
                #expect(error?.code == .collision)
                #expect(error?.message.contains("lives in \(from)") == true)
                #expect(world.sandbox.state == before)
            }
        }
    }

    @Test("Each region has its own SIP host", arguments: ["default", "us", "eu", "in", "sg"], [false, true])
    func regions(_ region: String, isSecure: Bool) async throws {
        try await World.run { world async throws in
            var asked = Combination(pairing: .elevenLabs, isSecure: isSecure)
            asked.values = ["region": region, "restrict-sources": "true"]
            let connector = try world.connector(.elevenLabs)
            #expect(try await world.connect(connector, asked.request).outcome == .connected)
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(try world.violations(.elevenLabs) == [])
        }
    }
}
