import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("Example in docs/carrier.md")
struct CarrierExampleTests {
    /// The body is on the page, too; `CodeBlocksTests` compares them.
    private func movePhones(_ client: ZentrunkClient) async throws {
        let login = client.makeLogin()
        let credential = try await client.create(SIPCredential.Draft(name: "pbx", login: login))
        let outbound = try await client.create(
            .outbound(name: "pbx-out", authentication: .credential(credential.id)))
        print("dial \(outbound.domain ?? "") as \(login.username)")

        let uri = try await client.create(
            OriginationURIRecord.Draft(name: "pbx", uri: OriginationURI("sip.example.com:5061;transport=tls")))
        let inbound = try await client.create(.inbound(name: "pbx-in", primaryURI: uri.id))
        let number = try await client.numbers.resolve("+14155550100")
        _ = try await client.route(number, to: .trunk(inbound.id))

        var changes = Trunk.Changes()
        changes.status = .disabled
        _ = try await client.update(inbound, changes)

        let users = try await client.dependents(of: uri)  // pbx-in, and its number
        if users.numbers.isEmpty { try await client.delete(uri, with: users) }
    }

    @Test("The example works")
    func example() async throws {
        try await World.run { world async throws in
            try await movePhones(world.client())
            let plivo = PlivoState(world.sandbox.state)
            #expect(plivo.rows("trunks").count == 2)
            #expect(plivo.rows("uris").count == 1)
            #expect(plivo.row("trunks", "pbx-in")?["trunk_status"] == "disabled")
            #expect(try World.contractViolations(in: world.sandbox.requests) == [])
            #expect(world.sandbox.violations == [])
        }
    }
}
