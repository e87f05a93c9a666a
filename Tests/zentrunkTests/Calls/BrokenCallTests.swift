import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Calls over a half at Plivo that was broken by hand, in the sandbox")
struct BrokenCallTests {
    /// Ways to break the half at Plivo, which are the same for every platform.
    enum Fault: String, CaseIterable {
        case numberNotOwned, numberSuspended, numberWithoutVoice, numberNotRouted, numberAtApplication
        case numberAtOutboundTrunk, inboundTrunkDisabled, noCredit, notEnabled, tooManyCalls
        case hostUnknown, hostOfAnotherVendor, wrongPort, hostSilent, hostClosed, certificateExpired
        case outboundTrunkDisabled, outboundTrunkDeleted, passwordChanged, usernameChanged, passwordBlank
        case secureTurnedOff, callsPerSecond, barredCountry, callerNotOwned, phoneBusy, phoneSilent, phoneDeclines
        case phoneUnallocated, ownNumberCalled, outboundDomainUnknown

        var direction: SandboxCall.Direction {
            Self.allCases.firstIndex(of: self).map { $0 < Self.allCases.firstIndex(of: .outboundTrunkDisabled) ?? 0 }
                == true ? .inbound : .outbound
        }

        /// The SIP status that the caller's side gets, Plivo's hangup code and who has to act.
        var expected: (status: Int?, code: Int?, owner: SandboxOwner) {
            switch self {
            case .numberNotOwned: (404, nil, .customer)
            case .numberSuspended, .numberWithoutVoice, .numberNotRouted: (404, nil, .carrierConfig)
            case .numberAtApplication: (480, nil, .carrierConfig)
            case .numberAtOutboundTrunk, .inboundTrunkDisabled: (480, 4080, .carrierConfig)
            case .noCredit: (480, 4030, .customer)
            case .notEnabled: (480, 4540, .customer)
            case .tooManyCalls: (480, 5190, .customer)
            case .hostUnknown, .hostOfAnotherVendor: (nil, 4320, .carrierConfig)
            case .wrongPort: (nil, 4170, .carrierConfig)
            case .hostSilent, .hostClosed, .certificateExpired: (nil, 4170, .wire)
            case .outboundTrunkDisabled: (403, 4540, .carrierConfig)
            case .outboundTrunkDeleted: (404, 4070, .platformConfig)
            case .passwordChanged, .usernameChanged, .passwordBlank: (403, 4180, .carrierConfig)
            case .secureTurnedOff: (403, 4110, .carrierConfig)
            case .callsPerSecond: (503, 5180, .customer)
            case .barredCountry: (403, 4560, .carrierConfig)
            case .callerNotOwned: (403, 4190, .platformConfig)
            case .phoneBusy: (486, 4410, .none)
            case .phoneSilent: (480, 4340, .none)
            case .phoneDeclines: (603, 6040, .network)
            case .phoneUnallocated: (404, 4090, .customer)
            case .ownNumberCalled: (482, 4370, .customer)
            case .outboundDomainUnknown: (nil, nil, .wire)
            }
        }
    }

    private static let number = "+14155550100"
    private static let phone = "+442079460000"

    @Test("Every fault has the documented status, code and owner", arguments: Pairing.all, Fault.allCases)
    func fault(pairing: Pairing, fault: Fault) async throws {
        try await World.run(for: pairing) { world async throws in
            let asked = Combination.fullest(pairing)
            try await world.connect(try world.connector(pairing), asked.request)
            let healthy = call(fault, pairing)
            if fault != .ownNumberCalled, fault != .numberNotOwned {
                #expect(world.sandbox.call(healthy).isAnswered)
            }
            try await cause(fault, Caller(sandbox: world.sandbox), asked)
            let outcome = world.sandbox.call(healthy)
            #expect(!outcome.isAnswered)
            #expect(outcome.reply.status == fault.expected.status, "\(outcome.reply.reason)")
            #expect(outcome.hangup?.code == fault.expected.code, "\(outcome.reply.reason)")
            #expect(outcome.reply.owner == fault.expected.owner, "\(outcome.reply.reason)")
            #expect((outcome.callUUID == nil) == (fault.expected.code == nil || fault == .outboundTrunkDeleted))
        }
    }

    private func call(_ fault: Fault, _ pairing: Pairing) -> SandboxCall {
        switch (fault.direction, fault) {
        case (.inbound, .numberNotOwned): .inbound(to: "+14155559999")
        case (.inbound, _): .inbound(to: Self.number)
        case (.outbound, .ownNumberCalled):
            SandboxCall(.outbound, from: Self.number, to: Self.number, platform: pairing.vendor)
        case (.outbound, _): SandboxCall(.outbound, from: Self.number, to: Self.phone, platform: pairing.vendor)
        }
    }

    private func cause(_ fault: Fault, _ caller: Caller, _ asked: Combination) async throws {
        let sandbox = caller.sandbox
        let plivo = sandbox.services.plivo
        func id(_ table: String, _ key: String, _ field: String) throws -> String {
            let name = try asked.connection.carrierName(key)
            return try #require(PlivoState(sandbox.state).row(table, name)?[field]?.string)
        }
        func change(_ collection: String, _ id: String, _ body: JSONObject) async throws {
            let reply = try await caller.plivo("POST", "Zentrunk/\(collection)/\(id)/", .object(body))
            #expect(reply.status == 202, "\(reply.json.text())")
        }
        func disable(_ direction: String) async throws {
            let trunk = try id("trunks", "\(direction)-trunk", "trunk_id")
            try await change(
                "Trunk", trunk, ["trunk_direction": .string(direction), "trunk_status": "disabled"])
        }
        func setURI(_ text: String) async throws {
            try await change("URI", try id("uris", "uri", "uri_uuid"), ["uri": .string(text)])
        }
        func setWire(_ reach: SandboxReach) { sandbox.exchange.setWire { _, _, _ in reach } }
        func setCredential(_ body: JSONObject) async throws {
            try await change("Credential", try id("credentials", "credential", "credential_uuid"), body)
        }
        switch fault {
        case .numberNotOwned, .ownNumberCalled: break
        case .numberSuspended: plivo.own(number: Self.number, active: false, route: .trunk("1"))
        case .numberWithoutVoice: plivo.own(number: Self.number, voiceEnabled: false)
        case .numberNotRouted: plivo.own(number: Self.number)
        case .numberAtApplication: plivo.own(number: Self.number, route: .application("4711"))
        case .numberAtOutboundTrunk:
            plivo.own(number: Self.number, route: .trunk(try id("trunks", "outbound-trunk", "trunk_id")))
        case .inboundTrunkDisabled: try await disable("inbound")
        case .noCredit: plivo.setAccount { $0.cashCredits = "0.00000" }
        case .notEnabled: plivo.setAccount { $0.zentrunkEnabled = false }
        case .tooManyCalls: plivo.setAccount { $0.limit = .concurrentCalls }
        case .hostUnknown: try await setURI("elsewhere.example.com;transport=tls")
        case .hostOfAnotherVendor: try await setURI("sip.example.com:5061;transport=tls")
        case .wrongPort:
            let uri = try #require(
                PlivoState(sandbox.state).row("uris", try asked.connection.carrierName("uri"))?["uri"]?.string)
            let host = String(uri.prefix { $0 != ":" && $0 != ";" })
            try await setURI("\(host):5062;transport=tls")
        case .hostSilent, .outboundDomainUnknown: setWire(.silent)
        case .hostClosed: setWire(.closed)
        case .certificateExpired: setWire(.badCertificate("certificate has expired"))
        case .outboundTrunkDisabled: try await disable("outbound")
        case .outboundTrunkDeleted:
            let trunk = try id("trunks", "outbound-trunk", "trunk_id")
            #expect(try await caller.plivo("DELETE", "Zentrunk/Trunk/\(trunk)/").status == 204)
        case .passwordChanged:
            let row = PlivoState(sandbox.state).row("credentials", try asked.connection.carrierName("credential"))
            try await setCredential(["username": row?["username"] ?? .null, "password": "not_a_secret_at_all"])
        case .usernameChanged:
            try await setCredential(["username": "changedbyhand01", "password": "not_a_secret_at_all"])
        case .passwordBlank:
            let row = PlivoState(sandbox.state).row("credentials", try asked.connection.carrierName("credential"))
            try await setCredential(["username": row?["username"] ?? .null])
        case .secureTurnedOff:
            let trunk = try id("trunks", "outbound-trunk", "trunk_id")
            try await change("Trunk", trunk, ["trunk_direction": "outbound", "secure": false])
        case .callsPerSecond: plivo.setAccount { $0.limit = .callsPerSecond }
        case .barredCountry: plivo.setAccount { $0.blockedPrefixes = ["44"] }
        case .callerNotOwned: plivo.own(number: Self.number, voiceEnabled: false)
        case .phoneBusy: sandbox.exchange.setPhone(Self.phone, .busy)
        case .phoneSilent: sandbox.exchange.setPhone(Self.phone, .doesNotAnswer)
        case .phoneDeclines: sandbox.exchange.setPhone(Self.phone, .declines)
        case .phoneUnallocated: sandbox.exchange.setPhone(Self.phone, .unallocated)
        }
    }

    @Test("The fallback URI takes a call that the primary refuses", arguments: Pairing.all)
    func fallback(_ pairing: Pairing) async throws {
        try await World.run(for: pairing) { world async throws in
            let asked = Combination.fullest(pairing)
            try await world.connect(try world.connector(pairing), asked.request)
            let caller = Caller(sandbox: world.sandbox)
            let state = PlivoState(world.sandbox.state)
            let trunk = try #require(state.row("trunks", try asked.connection.carrierName("inbound-trunk")))
            let primary = try #require(trunk["primary_uri_uuid"]?.string)
            let dead = try await caller.created("URI", ["name": "dead", "uri": "gone.example.com;transport=udp"])
            let reply = try await caller.plivo(
                "POST", "Zentrunk/Trunk/\(try #require(trunk["trunk_id"]?.string))/",
                [
                    "trunk_direction": "inbound", "primary_uri_uuid": .string(dead),
                    "fallback_uri_uuid": .string(primary),
                ])
            #expect(reply.status == 202)
            let outcome = world.sandbox.call(.inbound(to: Self.number))
            #expect(outcome.isAnswered)
            #expect(outcome.steps.filter { $0.hasPrefix("INVITE") }.count == 2)
        }
    }

    @Test("Agents that do not exist answer no call", arguments: Pairing.all)
    func agents(_ pairing: Pairing) async throws {
        try await World.run(for: pairing) { world async throws in
            let asked = Combination.fullest(pairing)
            try await world.connect(try world.connector(pairing), asked.request)
            let service = try #require(pairing.service(in: world.sandbox))
            service.setAgents([])
            let outcome = world.sandbox.call(.inbound(to: Self.number))
            #expect(!outcome.isAnswered)
            #expect(outcome.reply.owner == .platformConfig)
            service.setAgents([pairing.agent.value])
            #expect(world.sandbox.call(.inbound(to: Self.number)).isAnswered)
        }
    }
}
