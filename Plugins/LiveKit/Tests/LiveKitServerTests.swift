import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkLiveKit

@Suite("LiveKit Cloud and self-hosted servers")
struct LiveKitServerTests {
    /// Answers with empty lists and records the requests.
    private final class Listener: HTTPTransport {
        let requests = Mutex<[TransportRequest]>([])

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            requests.withLock { $0.append(request) }
            return TransportResponse(head: HTTPResponse(status: .ok), body: Array(#"{"items":[]}"#.utf8))
        }
    }

    private func adapter(_ url: String, _ transport: any HTTPTransport) throws -> LiveKitAdapter {
        let values = ["LIVEKIT_URL": url, "LIVEKIT_API_KEY": "APInobody", "LIVEKIT_API_SECRET": "secret-of-nobody"]
        let settings = PlatformSettings(values.mapValues { Secret($0) }, redactor: Redactor())
        return try LiveKitAdapter(settings: settings, values: [:], transport: transport)
    }

    @Test(
        "The API has the address of the web socket",
        arguments: [
            ("wss://app-x1.livekit.cloud", "https", "app-x1.livekit.cloud", "", "app-x1.livekit.cloud"),
            ("https://app-x1.livekit.cloud/", "https", "app-x1.livekit.cloud", "", "app-x1.livekit.cloud"),
            ("ws://localhost:7880", "http", "localhost:7880", "", "localhost"),
            ("http://127.0.0.1:7880", "http", "127.0.0.1:7880", "", "127.0.0.1"),
            (
                "wss://voice.example.com:443/live/kit/", "https", "voice.example.com:443", "/live/kit",
                "voice.example.com"
            ),
        ])
    func base(_ url: String, _ scheme: String, _ authority: String, _ path: String, _ account: String) async throws {
        let listener = Listener()
        let adapter = try adapter(url, listener)
        #expect(adapter.account == account)
        for kind in adapter.kinds { #expect(try await kind.find(ResourceQuery()).isEmpty) }
        let requests = listener.requests.withLock { $0 }
        #expect(requests.count == 3)
        for request in requests {
            #expect(request.head.scheme == scheme)
            #expect(request.head.authority == authority)
            #expect(request.head.path?.hasPrefix(path + "/twirp/livekit.SIP/List") == true)
            #expect(request.head.method == .post)
            #expect(request.access == .read)
            #expect(request.body == Array("{}".utf8))
            #expect(request.head.headerFields[.authorization]?.hasPrefix("Bearer ey") == true)
        }
    }

    @Test(
        "A text that is not a server's address is refused",
        arguments: [
            "", "app-x1", "ftp://h", "ws://10.0.0.5:7880", "ws://livekit:7880", "wss://u:p@h", "wss://", "wss://h/?a=b",
            "https://cloud.livekit.io/projects/p_x1", "https://cloud.livekit.io", "wss://docs.livekit.io/home/",
            "wss://app-x1.livekit.cloud/projects/p_x1", "https://app-x1.livekit.cloud/rtc",
            "wss://4r5t6y.sip.livekit.cloud", "sip:4r5t6y.sip.livekit.cloud",
        ])
    func refused(_ url: String) {
        let error = #expect(throws: ZentrunkError.self) { try adapter(url, Listener()) }
        #expect(error?.code == .invalid)
        #expect(error?.message.contains("LIVEKIT_URL") == true)
    }

    @Test("Plain http is allowed to a host that is named for it, as in a container network")
    func plainHost() async throws {
        let values = [
            "LIVEKIT_URL": "ws://livekit:7880", "LIVEKIT_API_KEY": "APInobody",
            "LIVEKIT_API_SECRET": "secret-of-nobody",
        ]
        let settings = PlatformSettings(
            values.mapValues { Secret($0) }, plainHosts: try PlainHTTPHosts("livekit"), redactor: Redactor())
        let listener = Listener()
        let adapter = try LiveKitAdapter(settings: settings, values: [:], transport: listener)
        for kind in adapter.kinds { #expect(try await kind.find(ResourceQuery()).isEmpty) }
        let first = try #require(listener.requests.withLock { $0 }.first)
        #expect(first.head.scheme == "http")
        #expect(first.head.authority == "livekit:7880")
    }
}
