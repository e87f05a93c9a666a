import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("The typed client of the carrier")
struct CarrierClientTests {
    private func login(_ username: String = "pbx01") throws -> SIPCredential.Login {
        try SIPCredential.Login(username: username, password: Secret("canary_password"))
    }

    private func uri(_ client: ZentrunkClient, _ name: String) async throws -> OriginationURIRecord {
        try await client.create(.init(name: name, uri: OriginationURI("\(name).example.com;transport=udp")))
    }

    @Test("Objects of every kind are created, read, changed and deleted, and every body matches the contract")
    func lifeCycle() async throws {
        try await World.run { world async throws in
            let before = world.sandbox.state
            let client = try world.client()
            let credential = try await client.create(SIPCredential.Draft(name: "pbx", login: login()))
            let list = try await client.create(
                IPAccessControlList.Draft(name: "office", networks: [IPNetwork("203.0.113.7")]))
            let first = try await uri(client, "first")
            let second = try await uri(client, "second")
            let inbound = try await client.create(
                .inbound(name: "in", primaryURI: first.id, fallbackURI: second.id))
            let outbound = try await client.create(
                .outbound(name: "out", authentication: .both(credential.id, list.id)))
            #expect(credential.username == "pbx01")
            #expect(list.addresses == ["203.0.113.7/32"])
            #expect(first.uri == "first.example.com;transport=udp")
            #expect(!first.needsAuthentication)
            #expect(inbound.direction == .inbound)
            #expect(inbound.primaryURI == first.id && inbound.fallbackURI == second.id)
            #expect(outbound.domain == "\(outbound.id).zt.plivo.com")
            #expect(outbound.credential == credential.id && outbound.accessList == list.id)
            #expect(outbound.status == .enabled && !outbound.isSecure)
            #expect(try await client.trunks.get(id: inbound.id) == inbound)
            #expect(try await client.trunks.get(id: "10000000000000") == nil)
            #expect(try await client.uris.named("second") == [second])

            var changes = Trunk.Changes()
            changes.fallback = .removed
            changes.status = .disabled
            let changed = try await client.update(inbound, changes)
            #expect(changed.fallbackURI == nil && changed.status == .disabled)
            let number = try await client.numbers.resolve("+14155550100")
            let routed = try await client.route(number, to: .trunk(inbound.id))
            #expect(routed.route == .trunk(inbound.id))
            #expect(try await client.dependents(of: changed).numbers == [routed])

            try await client.delete(changed, with: client.dependents(of: changed))
            try await client.delete(outbound)
            for uri in [first, second] { try await client.delete(uri) }
            try await client.delete(credential)
            try await client.delete(list)
            #expect(world.sandbox.state == before)
            #expect(try World.contractViolations(in: world.sandbox.requests) == [])
            #expect(world.sandbox.violations == [])
        }
    }

    @Test("An update sends changed and required members, and nothing if there is no change")
    func updates() async throws {
        try await World.run { world async throws in
            let client = try world.client()
            let id = world.sandbox.services.plivo.addTrunk(name: "support", direction: "inbound")
            let trunk = try await client.trunks.resolve(id)
            var changes = Trunk.Changes()
            changes.name = "sales"
            changes.isSecure = false
            #expect(try client.differences(trunk, changes).map(\.path.description) == ["/name"])
            let renamed = try await client.update(trunk, changes)
            #expect(world.writes.map(\.document) == [["name": "sales", "trunk_direction": "inbound"]])
            #expect(try await client.update(renamed, changes) == renamed)
            #expect(world.writes.count == 1)
        }
    }

    @Test("With a new name, a derived password is sent again; any other must be given")
    func credentialNames() async throws {
        try await World.run { world async throws in
            let client = try world.client()
            let login = client.makeLogin()
            let ours = try await client.create(SIPCredential.Draft(name: "ours", login: login))
            let theirs = try await client.create(SIPCredential.Draft(name: "theirs", login: self.login()))
            #expect(client.derivedLogin(of: ours) == login)
            #expect(client.derivedLogin(of: theirs) == nil)
            let before = PlivoState(world.sandbox.state).row("credentials", "ours")?["password"]
            var changes = SIPCredential.Changes()
            changes.name = "renamed"
            let wanted = changes
            #expect(try await client.update(ours, wanted).username == ours.username)
            #expect(PlivoState(world.sandbox.state).row("credentials", "renamed")?["password"] == before)
            let writes = world.writes.count
            let error = await #expect(throws: ZentrunkError.self) { () async throws in
                _ = try await client.update(theirs, wanted)
            }
            #expect(error?.code == .invalid)
            #expect(world.writes.count == writes)
            #expect(world.sandbox.violations == [])
        }
    }

    struct Loss: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var effect: SandboxFault.Effect
        static let all = [
            Loss(testDescription: "the answer is lost", effect: .loseAnswer),
            Loss(testDescription: "the answer is cut", effect: .truncateAnswer),
            Loss(testDescription: "the answer is no JSON", effect: .breakJSON),
            Loss(testDescription: "the answer is empty", effect: .emptyAnswer),
        ]
    }

    @Test("A write with a lost response is looked up and not repeated", arguments: Loss.all)
    func lostAnswers(_ loss: Loss) async throws {
        try await World.run { world async throws in
            let client = try world.client()
            let target = try await uri(client, "target")
            func losing(_ method: String, _ path: String) {
                world.sandbox.clearRequests()
                world.sandbox.setFaults([
                    SandboxFault(method: method, path: path, hits: .nth(1), effect: loss.effect)
                ])
            }
            losing("POST", "*/Zentrunk/Trunk/")
            let trunk = try await client.create(.inbound(name: "in", primaryURI: target.id))
            #expect(world.writes.count == 1)
            #expect(try await client.trunks.list() == [trunk])
            losing("POST", "*/Zentrunk/Trunk/?*")
            var changes = Trunk.Changes()
            changes.name = "renamed"
            let renamed = try await client.update(trunk, changes)
            #expect(renamed.name == "renamed")
            #expect(world.writes.count == 1)
            losing("POST", "*/Number/?*")
            let number = try await client.numbers.resolve("+14155550100")
            #expect(try await client.route(number, to: .trunk(trunk.id)).route == .trunk(trunk.id))
            #expect(world.writes.count == 1)
            losing("DELETE", "*/Zentrunk/Trunk/?*")
            try await client.delete(renamed, with: client.dependents(of: renamed))
            #expect(world.writes.count == 1)
            #expect(try await client.trunks.list() == [])
        }
    }

    @Test("A create with an unknown outcome is incomplete; one that was certainly not done is not")
    func unknownOutcome() async throws {
        try await World.run { world async throws in
            let client = try world.client()
            func create() async -> ZentrunkError? {
                await #expect(throws: ZentrunkError.self) { () async throws in _ = try await uri(client, "pbx") }
            }
            world.sandbox.setFaults([
                SandboxFault(method: "POST", effect: .loseAnswer),
                // The first list shows that the name is free.
                SandboxFault(method: "GET", hits: .nth(1), effect: .delay(.zero)),
                SandboxFault(method: "GET", effect: .serverError),
            ])
            let unknown = await create()
            #expect(unknown?.code == .incomplete)
            #expect(unknown?.message.contains("pbx") == true)
            #expect(PlivoState(world.sandbox.state).row("uris", "pbx") != nil)

            world.sandbox.reset()
            world.sandbox.setFaults([SandboxFault(method: "POST", effect: .refused("not today"))])
            let refused = await create()
            #expect(refused?.code == .refused)
            #expect(refused?.vendorMessage == "not today")
        }
    }

    @Test("An object that another client changed in the meantime is not overwritten")
    func moved() async throws {
        try await World.run { world async throws in
            let client = try world.client()
            let record = try await uri(client, "pbx")
            var theirs = OriginationURIRecord.Changes()
            theirs.uri = try OriginationURI("theirs.example.com;transport=udp")
            _ = try await client.update(record, theirs)
            let writes = world.writes.count
            var ours = OriginationURIRecord.Changes()
            ours.uri = try OriginationURI("ours.example.com;transport=udp")
            let wanted = ours
            let error = await #expect(throws: ZentrunkError.self) { () async throws in
                _ = try await client.update(record, wanted)
            }
            #expect(error?.code == .moved)
            #expect(world.writes.count == writes)
        }
    }

    @Test("An object is not deleted unless its dependents were shown")
    func deletion() async throws {
        try await World.run { world async throws in
            let client = try world.client()
            let primary = try await uri(client, "primary")
            let fallback = try await uri(client, "fallback")
            let trunk = try await client.create(
                .inbound(name: "in", primaryURI: primary.id, fallbackURI: fallback.id))
            let number = try await client.route(
                client.numbers.resolve("+14155550100"), to: .trunk(trunk.id))
            let writes = world.writes.count
            for uri in [primary, fallback] {
                #expect(try await client.dependents(of: uri) == Dependents(trunks: [trunk], numbers: [number]))
                let part = Dependents(trunks: [trunk], numbers: [])
                let error = await #expect(throws: ZentrunkError.self) { () async throws in
                    try await client.delete(uri, with: part)
                }
                #expect(error?.code == .collision)
                #expect(error?.message.contains("+14155550100") == true)
            }
            #expect(world.writes.count == writes)
            try await client.delete(fallback, with: Dependents(trunks: [trunk], numbers: [number]))
            #expect(try await client.trunks.list() == [])
            #expect(try await client.numbers.resolve("+14155550100").route == nil)
        }
    }

    @Test("A number is not routed to an outbound trunk, to nothing, or if it cannot carry calls")
    func routeGuards() async throws {
        try await World.run { world async throws in
            let client = try world.client()
            let plivo = world.sandbox.services.plivo
            let outbound = plivo.addTrunk(name: "out", direction: "outbound")
            let inbound = plivo.addTrunk(name: "in", direction: "inbound")
            plivo.own(number: "+14155550199", voiceEnabled: false)
            let (number, silent) = try await (
                client.numbers.resolve("+14155550100"), client.numbers.resolve("14155550199")
            )
            for (number, trunk, code) in [
                (number, outbound, ZentrunkError.Code.refused), (number, "10000000000000", .notFound),
                (silent, inbound, .refused),
            ] {
                let error = await #expect(throws: ZentrunkError.self) { () async throws in
                    _ = try await client.route(number, to: .trunk(trunk))
                }
                #expect(error?.code == code)
            }
            #expect(world.writes.isEmpty)
        }
    }

    @Test("Lists are read completely, with later pages in parallel")
    func paging() async throws {
        try await World.run { world async throws in
            let client = try world.client()
            for index in 0..<65 {
                world.sandbox.services.plivo.addTrunk(name: "t\(index)", direction: "inbound")
            }
            let chain = RoundTripChain()
            let trunks = try await RoundTripChain.$current.withValue(chain) { try await client.trunks.list() }
            #expect(Set(trunks.compactMap(\.name)) == Set((0..<65).map { "t\($0)" }))
            #expect(world.sandbox.requests.count == 4)
            #expect(chain.depth == 2)
            #expect(try await client.uris.resolve("t64").name == "t64")
        }
    }
}
