import Testing
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkCore

@Suite("Shape of a first run")
struct VapiRunTests {
    private func graph(_ choice: VapiConnection) throws -> RunGraph {
        let blueprint = try choice.blueprint()
        let resources = blueprint.instances.map { instance in
            let isRoute = instance.kind == "plivo.number-route"
            var resource = PlannedResource(
                instance: instance.id, kind: instance.kind, deeds: [isRoute ? .moveRoute : .make],
                id: isRoute ? "1" : nil,
                after: instance.prerequisites, changes: [], note: nil, needsConsent: false, live: nil,
                body: instance.body)
            resource.isRoute = isRoute
            return resource
        }
        let identity = ConnectionIdentity(carrierAccount: "MA", platform: "vapi", platformAccount: "us", name: .main)
        let plan = Plan(
            operation: .connect, identity: identity, connection: blueprint.connection, resources: resources,
            collisions: [],
            warnings: [], depth: 0, digest: "", context: Plan.Context())
        let kinds = try KindTable(carrier: CarrierKinds(), adapter: choice.adapter())
        return try RunGraph(plan, kinds: kinds)
    }

    @Test(
        "The depth of a first run, including the reads for the plan, is as expected",
        arguments: [
            (VapiConnection(), 9),
            (VapiConnection(authentication: "credentials"), 9),
            (VapiConnection(failover: VapiConnection.failoverURI), 9),
            (VapiConnection(numbers: ["+14155550100", "+442079460958", "+4930123456"]), 9),
            (VapiConnection(direction: "inbound"), 6),
            (VapiConnection(direction: "outbound"), 7),
        ])
    func depth(_ choice: VapiConnection, _ expected: Int) throws {
        #expect(try graph(choice).depth(after: 1) == expected)
    }

    @Test(
        "Of the created objects, only the outbound trunk is read again, for its domain", arguments: VapiConnection.all)
    func readsAfterCreate(_ choice: VapiConnection) throws {
        let graph = try graph(choice)
        let read = graph.readsAfterCreate.map(\.instance.key)
        #expect(read == (choice.isOutbound ? ["outbound-trunk"] : []))
    }
}
