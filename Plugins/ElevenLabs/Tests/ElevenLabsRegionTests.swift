import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkElevenLabs

@Suite("ElevenLabs' regions")
struct ElevenLabsRegionTests {
    /// Answers with an empty list and records the requests.
    private final class Listener: HTTPTransport {
        let heads = Mutex<[HTTPRequest]>([])

        func send(_ request: TransportRequest) async throws(TransportError) -> TransportResponse {
            heads.withLock { $0.append(request.head) }
            return TransportResponse(
                head: HTTPResponse(status: .ok), body: Array(#"{"phone_numbers":[],"has_more":false}"#.utf8))
        }
    }

    private func adapter(_ region: String?, _ transport: any HTTPTransport) throws -> ElevenLabsAdapter {
        let settings = PlatformSettings(
            ["ELEVENLABS_API_KEY": Secret("a-key-of-nobody")], redactor: Redactor())
        return try ElevenLabsAdapter(
            settings: settings, values: region.map { ["region": .string($0)] } ?? [:], transport: transport)
    }

    @Test(
        "Each region has its API, SIP host and account",
        arguments: [
            (nil, "api.elevenlabs.io", "sip.rtc.elevenlabs.io", "default"),
            ("default", "api.elevenlabs.io", "sip.rtc.elevenlabs.io", "default"),
            ("us", "api.us.elevenlabs.io", "sip.rtc.elevenlabs.io", "default"),
            ("eu", "api.eu.residency.elevenlabs.io", "sip.rtc.eu.residency.elevenlabs.io", "eu"),
            ("in", "api.in.residency.elevenlabs.io", "sip.rtc.in.residency.elevenlabs.io", "in"),
            ("sg", "api.sg.residency.elevenlabs.io", "sip.rtc.sg.residency.elevenlabs.io", "sg"),
        ])
    func hosts(_ region: String?, _ api: String, _ sip: String, _ account: String) async throws {
        let listener = Listener()
        let adapter = try adapter(region, listener)
        #expect(adapter.account == account)
        let connection = Connection(platform: "elevenlabs", name: .main, numbers: [], values: [:])
        #expect(try adapter.facts(for: connection, carrier: [:])["sip_host"]?.string == sip)
        #expect(try await adapter.kinds[0].find(ResourceQuery()).isEmpty)
        let head = try #require(listener.heads.withLock { $0.first })
        #expect(head.authority == api)
        #expect(head.headerFields[try #require(HTTPField.Name("xi-api-key"))] == "a-key-of-nobody")
        #expect(head.headerFields[.authorization] == nil)
    }

    @Test("An unknown region is refused before anything is sent")
    func unknown() {
        #expect(throws: ZentrunkError.self) { try adapter("fr", Listener()) }
    }
}
