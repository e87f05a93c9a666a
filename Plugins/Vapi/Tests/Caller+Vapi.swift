import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit
import ZentrunkVapiSandbox

extension Caller {
    /// Sends a request to Vapi.
    func vapi(
        _ method: String, _ path: String, _ body: JSONValue? = nil,
        authorization: String? = "Bearer \(VapiService.apiKey)"
    ) async throws -> Reply {
        try await send(method, path, body, to: sandbox.url(of: VapiService.self), authorization: authorization)
    }

    /// Creates a credential and returns its id.
    func createdCredential(_ gateways: JSONValue = [["ip": "192.0.2.1"]]) async throws -> String {
        let reply = try await vapi("POST", "/credential", ["provider": "byo-sip-trunk", "gateways": gateways])
        #expect(reply.status == 201)
        return try #require(reply["/id"]?.string)
    }
}

/// Runs a test's body with its own sandbox.
func withSandbox(
    _ quirks: VapiQuirks = VapiQuirks(), options: SandboxOptions = SandboxOptions(),
    _ body: (Caller) async throws -> Void
) async throws {
    var options = options
    options.services = [VapiService(quirks: quirks)]
    try await Caller.run(options, body)
}
