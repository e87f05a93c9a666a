import Testing
import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox

@Suite("Unconfirmed behaviours of vendors")
struct QuirkTests {
    struct Quirk: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var pairing: Pairing
        var options: SandboxOptions

        init(_ text: String, _ pairing: Pairing, _ change: (inout SandboxOptions) -> Void) {
            testDescription = "\(pairing.id): \(text)"
            self.pairing = pairing
            options = SandboxOptions()
            change(&options)
        }

        static let all = [
            Quirk("no paged list", .elevenLabs) { $0.elevenLabs.hasPagedList = false },
            Quirk("a change of a trunk is merged", .elevenLabs) { $0.elevenLabs.trunkUpdate = .merge },
            Quirk("a second import is a conflict", .elevenLabs) { $0.elevenLabs.duplicateImport = .conflict409 },
            Quirk("a second import is bad", .elevenLabs) { $0.elevenLabs.duplicateImport = .badRequest400 },
            Quirk("open to all is an address", .elevenLabs) { $0.elevenLabs.showsOpenAsAnyAddress = true },
            Quirk("answers in camel case", .liveKit) { $0.liveKit.answersCamelCase = true },
            Quirk("passwords are not returned", .liveKit) { $0.liveKit.returnsPasswords = false },
            Quirk("media is not known", .liveKit) { $0.liveKit.knowsMedia = false },
            Quirk("pages as they are asked for", .liveKit) { $0.liveKit.followsPages = false },
            Quirk("the URL is a web socket's", .liveKit) { $0.liveKit.namesWebSocketURL = true },
            Quirk("unknown names are refused", .liveKit) { $0.liveKit.refusesUnknownNames = true },
            Quirk("trunks have a ringing timeout status", .liveKit) { $0.liveKit.knowsRingingTimeoutStatus = true },
            Quirk("conflicts meet the new object last", .liveKit) { $0.liveKit.meetsNewObjectLast = true },
            Quirk("creates take no lock", .liveKit) { $0.liveKit.overlooksCreatesInFlight = true },
        ]
    }

    @Test("A connection is created, repeated, changed and removed with every quirk", arguments: Quirk.all)
    func lifeCycle(_ quirk: Quirk) async throws {
        try await World.run(quirk.options) { world async throws in
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
                request.values["region"] = from
                try await world.connect(world.connector(pairing, journal: journal, region: from), request)
                let before = world.sandbox.state
                request.values["region"] = to
                let connector = try world.connector(pairing, journal: journal, region: to)
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
            let connector = try world.connector(.elevenLabs, region: region)
            #expect(try await world.connect(connector, asked.request).outcome == .connected)
            try asked.pairing.check(world.sandbox.state, asked)
            #expect(try world.violations(.elevenLabs) == [])
        }
    }
}
