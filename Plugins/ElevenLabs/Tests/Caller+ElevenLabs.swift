import Testing
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

extension Caller {
    static let numbers = "/v1/convai/phone-numbers"
    static let pages = "/v1/convai/v2/phone-numbers"

    /// Sends a request to ElevenLabs.
    func elevenLabs(
        _ method: String, _ path: String, _ body: JSONValue? = nil, key: String? = ElevenLabsService.apiKey
    ) async throws -> Reply {
        try await send(
            method, path, body, to: try #require(sandbox.url(of: ElevenLabsService.vendor)), authorization: nil,
            headers: key.map { ["xi-api-key": $0] } ?? [:])
    }

    /// Imports a number with the members of ``anImport`` and these changes. Returns its path.
    func imported(_ change: JSONObject = [:]) async throws -> String {
        let reply = try await elevenLabs("POST", Self.numbers, .object(Self.anImport.merging(change)))
        #expect(reply.status == 200)
        return "\(Self.numbers)/\(try #require(reply["/phone_number_id"]?.string))"
    }

    /// The first number's record as stored in the sandbox.
    var firstNumber: JSONValue? { sandbox.state["elevenlabs"]?["phone_numbers"]?.array?.first }

    /// A complete and valid import.
    static let anImport: JSONObject = [
        "provider": "sip_trunk", "phone_number": "+14155550100", "label": "zc_elevenlabs_main_line",
        "agent_id": "agent_1",
        "inbound_trunk_config": ["media_encryption": "disabled", "allowed_addresses": ["13.52.9.0/25"]],
        "outbound_trunk_config": [
            "address": "1234567.zt.plivo.com", "transport": "tcp", "media_encryption": "disabled",
            "credentials": ["username": "acme01", "password": "Br1ck+Lamp_42"],
        ],
    ]
}

/// Runs a test's body with its own sandbox.
func withSandbox(
    _ quirks: ElevenLabsQuirks = ElevenLabsQuirks(), options: SandboxOptions = SandboxOptions(),
    _ body: (Caller) async throws -> Void
) async throws {
    var options = options
    options.services = [ElevenLabsService(quirks: quirks)]
    try await Caller.run(options, body)
}
