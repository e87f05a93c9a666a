import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkLiveKit
import ZentrunkLiveKitSandbox
@_spi(Adapter) import ZentrunkTestKit

@Suite("LiveKit's adapter places calls")
struct LiveKitPlacingTests {
    private let liveKit = Pairing(LiveKitAdapter.self, LiveKitService.self)

    /// What LiveKit answers, and the SIP status that it means; nil for an error of the request.
    struct Case: Sendable {
        var http: Int
        var body: String
        var isOfCall: Bool
        var status: Int?
    }

    @Test(
        "The SIP status in the error's metadata is judged before the HTTP status",
        arguments: [
            Case(
                http: 429,
                body:
                    #"{"code": "resource_exhausted", "msg": "sip status: 486: Busy Here", "meta": {"sip_status_code": "486"}}"#,
                isOfCall: true, status: 486),
            Case(
                http: 401,
                body: #"{"code": "unauthenticated", "msg": "sip status: 407", "meta": {"sip_status_code": "407"}}"#,
                isOfCall: true, status: 407),
            Case(
                http: 404, body: #"{"code": "not_found", "msg": "x", "meta": {"sip_status_code": "404"}}"#,
                isOfCall: true, status: 404),
            Case(
                http: 412,
                body: #"{"code": "failed_precondition", "msg": "max auth retry attempts reached for SIP invite"}"#,
                isOfCall: true, status: nil),
            Case(
                http: 400, body: #"{"code": "invalid_argument", "msg": "fail to resolve target for sip.example.com"}"#,
                isOfCall: true, status: nil),
            // Not of a call: a wrong key, a rate limit, a server that does not speak Twirp.
            Case(
                http: 401, body: #"{"code": "unauthenticated", "msg": "invalid token"}"#, isOfCall: false, status: nil),
            Case(http: 429, body: #"{"code": "resource_exhausted", "msg": "slow down"}"#, isOfCall: false, status: nil),
            Case(http: 503, body: "upstream connect error", isOfCall: false, status: nil),
        ])
    func failures(_ row: Case) async throws {
        let (calls, transport) = try liveKit.calls(answering: .response(row.http, body: row.body))
        let placing = try #require(calls)
        if row.isOfCall {
            let call = try await placing.place(.example())
            #expect(call.stage == .ended && call.isAnswered == false && call.sipStatus == row.status)
            #expect(call.words?.isEmpty == false)
        } else {
            await #expect(throws: APIError.self) { try await placing.place(.example()) }
        }
        #expect(transport.requests.count == 1)
    }

    @Test("An inbound call rings until an agent has joined")
    func ringing() async throws {
        func room(_ status: String) -> ScriptedTransport.Answer {
            .response(
                200,
                body:
                    #"{"participants": [{"identity": "i", "kind": "SIP", "attributes": {"sip.trunkPhoneNumber": "+14155550100", "sip.callID": "SCL_1", "sip.callIDFull": "id@example.com", "sip.callStatus": "\#(status)"}}]}"#
            )
        }
        let rooms = ScriptedTransport.Answer.response(
            200, body: #"{"rooms": [{"name": "call-1", "creation_time": "1764590000"}]}"#)
        let (calls, _) = try liveKit.calls(answering: rooms, room("ringing"), room("active"))
        let reading = try #require(calls)
        let query = CallQuery(
            isInbound: true, number: try PhoneNumber("+14155550100"), objectID: nil, since: 1_764_500_000)
        let first = try #require(await reading.recent(query).first)
        #expect(first.stage == .ringing && first.ending?.code == "ringing" && first.sipCallID == "id@example.com")
        let second = try await reading.look(at: first)
        #expect(second.stage == .talking && second.ending == nil && second.isAnswered == true)
    }

    @Test("A room that has closed means that the call has ended; a 404 that is not LiveKit's is an error")
    func closedRoom() async throws {
        let call = SeenCall(
            id: "SCL_1", stage: .talking, isAnswered: true, place: ["room": "call-1", "identity": "i"])
        let closed = ScriptedTransport.Answer.response(
            404, body: #"{"code": "not_found", "msg": "requested room does not exist"}"#)
        let rooms = ScriptedTransport.Answer.response(
            200, body: #"{"rooms": [{"name": "call-1", "creation_time": "1764590000"}]}"#)
        let (calls, _) = try liveKit.calls(
            answering: closed, rooms, closed, .response(404, body: "<html>no such page</html>"))
        let reading = try #require(calls)
        let ended = try await reading.look(at: call)
        #expect(ended.stage == .ended && ended.isAnswered == true && ended.id == "SCL_1")
        let query = CallQuery(
            isInbound: true, number: try PhoneNumber("+14155550100"), objectID: nil, since: 1_764_500_000)
        #expect(try await reading.recent(query).isEmpty)
        await #expect(throws: APIError.self) { try await reading.look(at: call) }
    }
}
