import Foundation
import HTTPTypes
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("A platform whose API is unlike REST is described by data alone")
struct NimbusTests {
    private static let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fixtures/Nimbus/contract.openapi.json").standardizedFileURL.path
    static let conformance = AdapterConformance(NimbusAdapter.self, sandbox: NimbusService.self, file: fixture)

    /// Tables that take minutes.
    static let sweeps: [AdapterConformance.Table] = [.faults, .undo, .missingRoutes]

    @Test(
        "It conforms",
        arguments: AdapterConformance.Table.allCases.filter { !sweeps.contains($0) }.flatMap(conformance.cases))
    func conforms(_ check: AdapterConformance.Case) async throws { try await check.run() }

    @Test("Members have the names of each operation, and records of another type are none of the kind's")
    func names() async throws {
        try await World.run(for: Pairing(NimbusAdapter.self, NimbusService.self)) { world async throws in
            let service = world.sandbox.service(NimbusService.self)
            service.addNumber("+14155550177", ["nickname": "rented"], type: "rented")
            let kind = try world.kind("nimbus.line", of: Pairing(NimbusAdapter.self, NimbusService.self))
            let made = try await kind.create([
                "phone_number": "+14155550100", "nickname": "n", "user": "u", "password": "p", "host": "h.example.com",
            ])
            #expect(made.id == "+14155550100")
            #expect(made.fields["user"] == "u")
            #expect(made.fields["host"] == "h.example.com")
            #expect(made.fields["password"] == nil)
            try await kind.update(made, ["user": "v", "password": "q"])
            #expect(try await kind.read(made.id)?.fields["user"] == "v")
            #expect(
                world.sandbox.state["nimbus"]?["lines"]?.array?.first?["password"] == SandboxMarker.marker(for: "q"))
            #expect(try await kind.find(.everything).map(\.id) == ["+14155550100"])
            #expect(try await kind.read("+14155550177") == nil)
            #expect(
                kind.calls.first { $0.operation == .update }?.members
                    == [
                        "agents", "auth_password", "auth_user", "fallback", "hook", "host", "nickname", "phone_number",
                        "transport",
                    ])
        }
    }

    @Test("A missing number is absent although the status is 422, and the error tells of no other status")
    func absent() async throws {
        let pairing = Pairing(NimbusAdapter.self, NimbusService.self)
        try await World.run(for: pairing) { world async throws in
            let kind = try world.kind("nimbus.line", of: pairing)
            #expect(try await kind.read("+14155550100") == nil)
            let error = await #expect(throws: APIError.self) { try await kind.delete("+14155550100") }
            #expect(error?.isNotFound == true)
            #expect(error?.status == 422)
            // Any other 422 is a refusal.
            let refused = await #expect(throws: APIError.self) { _ = try await kind.create(["nickname": "n"]) }
            #expect(refused?.isNotFound == false)
            #expect(refused?.status == 422)
        }
    }
}
