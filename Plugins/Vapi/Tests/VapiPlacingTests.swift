import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkTestKit
@_spi(Adapter) import ZentrunkVapi
import ZentrunkVapiSandbox

@Suite("Vapi's adapter places calls")
struct VapiPlacingTests {
    private let vapi = Pairing(VapiAdapter.self, VapiService.self)

    @Test("The request names number, assistant, customer and the longest duration; secrets of the reply stay out")
    func placed() async throws {
        let (calls, transport) = try vapi.calls(
            answering: .response(
                201,
                body:
                    #"{"id": "c1", "status": "queued", "monitor": {"controlUrl": "https://phone.example.com/canary"}}"#)
        )
        let call = try await #require(calls).place(.example(["assistantId": "a1"]))
        #expect(call == SeenCall(id: "c1", stage: .ringing))
        #expect(!"\(call)".contains("canary"))
        let body = try JSONValue(parsing: transport.requests.first?.body ?? [])
        #expect(body["phoneNumberId"] == "caller1" && body["assistantId"] == "a1")
        #expect(body["customer"]?["number"] == "+442079460000")
        #expect(body["assistantOverrides"]?["maxDurationSeconds"] == 30)
    }

    @Test(
        "A reply in the form of a batch is its first call, or a call that was not made",
        arguments: [
            (#"{"results": [{"id": "c1", "status": "queued"}], "errors": []}"#, "c1", SeenCall.Stage.ringing, nil),
            (
                #"{"results": [], "errors": [{"customer": {}, "error": "Over Concurrency Limit."}]}"#, "", .ended,
                "Over Concurrency Limit."
            ),
            (
                #"{"results": [], "errors": [], "subscriptionLimits": {"concurrencyBlocked": true}}"#, "", .ended,
                "the limit of concurrent calls is reached"
            ),
        ] as [(String, String, SeenCall.Stage, String?)])
    func batch(_ reply: String, _ id: String, _ stage: SeenCall.Stage, _ words: String?) async throws {
        let (calls, transport) = try vapi.calls(answering: .response(201, body: reply))
        let placing = try #require(calls)
        let call = try await placing.place(.example(["squadId": "s1"]))
        #expect(call.id == id && call.stage == stage && call.words == words)
        #expect(call.isAnswered == (stage == .ended ? false : nil))
        // There is nothing to look at where no call was made.
        if id.isEmpty { #expect(try await placing.look(at: call) == call) }
        #expect(transport.requests.count == 1)
    }

    @Test("Without an agent nothing is sent")
    func nothing() async throws {
        let (calls, transport) = try vapi.calls()
        let placing = try #require(calls)
        await #expect(throws: ZentrunkError.self) { try await placing.place(.example()) }
        #expect(transport.requests.isEmpty)
    }
}
