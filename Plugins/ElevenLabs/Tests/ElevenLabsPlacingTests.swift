import Testing
@_spi(Adapter) import ZentrunkCore
@_spi(Adapter) import ZentrunkElevenLabs
import ZentrunkElevenLabsSandbox
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit

@Suite("ElevenLabs' adapter places calls")
struct ElevenLabsPlacingTests {
    private let elevenLabs = Pairing(ElevenLabsAdapter.self, ElevenLabsService.self)

    @Test(
        "A failure comes with the HTTP status 200",
        arguments: [
            (
                #"{"success": true, "message": "ok", "conversation_id": "conv_1", "sip_call_id": "id@example.com"}"#,
                true,
                nil
            ),
            (
                #"{"success": false, "message": "INVITE failed: sip status: 403: Forbidden", "conversation_id": null, "sip_call_id": "id@example.com"}"#,
                false, 403
            ),
            (
                #"{"success": false, "message": "timed out", "conversation_id": "conv_1", "sip_call_id": null}"#, false,
                nil
            ),
        ] as [(String, Bool, Int?)])
    func placed(_ reply: String, _ isAnswered: Bool, _ status: Int?) async throws {
        let (calls, transport) = try elevenLabs.calls(answering: .response(200, body: reply))
        let call = try await #require(calls).place(.example(["agent_id": "agent_1"]))
        #expect(call.isAnswered == isAnswered && call.sipStatus == status)
        #expect(call.stage == (isAnswered ? .talking : .ended))
        #expect(transport.requests.count == 1)
    }

    @Test("Of the SIP messages, those before the call and what is secret are left out")
    func messages() async throws {
        func row(_ time: Int64, _ message: String, error: String = "") -> JSONValue {
            [
                "call_id": "id@example.com", "phone_numbers": ["+14155550100"], "local_address": "192.0.2.1:5060",
                "remote_address": "198.51.100.1:5061", "transport": "tls", "raw_message": .string(message),
                "error_message": .string(error), "direction": "out", "created_at_unix_micro": .integer(time),
            ]
        }
        let invite = "INVITE sip:1@x SIP/2.0\r\nAuthorization: Digest canary\r\n\r\na=crypto:1 inline:canary\r\n"
        let list: JSONValue = [
            "sip_messages": [
                row(1_000_000_000_000_002, "", error: "connect: connection timed out"),
                row(1_000_000_000_000_001, invite), row(999_999_999_000_000, "BYE sip:1@x SIP/2.0\r\n\r\n"),
            ], "has_more": false, "next_cursor": .null,
        ]
        let (calls, _) = try elevenLabs.calls(answering: .response(200, body: list.text()))
        let reading = try #require(calls)
        let query = CallQuery(
            isInbound: false, number: try PhoneNumber("+14155550100"), objectID: "phnum_1", since: 1_000_000_000)
        let messages = try #require(await reading.messages(query))
        #expect(messages.map(\.method) == [nil, "INVITE"])
        #expect(messages.map(\.error) == ["connect: connection timed out", nil])
        #expect(messages.map(\.peer) == ["198.51.100.1:5061", "198.51.100.1:5061"])
        #expect(!"\(messages)".contains("canary"))
    }
}
