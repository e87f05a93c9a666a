import HTTPTypes
import Synchronization
import Testing
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

@testable @_spi(Adapter) import ZentrunkLiveKit

@Suite("LiveKit's lists")
struct LiveKitListTests {
    /// A project whose trunks change while they are listed.
    private final class Project: HTTPTransport {
        private struct State {
            var ids: Set<String>
            var seed: UInt64
            var requests = 0
        }

        private let state: Mutex<State>
        private let pageSize: Int
        /// The response that replaces a list; nil for a list.
        private let other: String?
        let steady: Set<String>

        init(steady: Int, passing: Int, pageSize: Int, seed: UInt64, other: String? = nil) {
            let all = (0..<steady + passing).map { "ST_\(String(UInt64($0 + 1) &* 0x9E37_79B9_7F4A_7C15, radix: 36))" }
            self.steady = Set(all.prefix(steady))
            self.pageSize = pageSize
            self.other = other
            state = Mutex(State(ids: Set(all), seed: seed))
        }

        var requests: Int { state.withLock { $0.requests } }

        func send(_ request: TransportRequest) async throws -> TransportResponse {
            if let other {
                return TransportResponse(head: HTTPResponse(status: .ok), body: Array(other.utf8))
            }
            let after = try JSONValue(parsing: request.body)["page"]?["afterId"]?.string ?? ""
            let page = state.withLock { state in
                state.requests += 1
                for _ in 0..<5 {
                    state.seed = state.seed &* 6_364_136_223_846_793_005 &+ 1
                    let id = "ST_\(String(state.seed, radix: 36))"
                    if state.seed >> 63 == 0 {
                        state.ids.insert(id)
                    } else {
                        state.ids.subtracting(steady).min().map { _ = state.ids.remove($0) }
                    }
                }
                return state.ids.filter { $0 > after }.sorted().prefix(pageSize)
            }
            let items = page.map { JSONValue.object(["sip_trunk_id": .string($0), "name": "theirs"]) }
            return TransportResponse(
                head: HTTPResponse(status: .ok), body: JSONValue.object(["items": .array(items)]).bytes())
        }
    }

    private func kind(_ project: Project) throws -> any ResourceKind {
        let settings = PlatformSettings(
            ["LIVEKIT_URL", "LIVEKIT_API_KEY", "LIVEKIT_API_SECRET"].reduce(into: [:]) { values, name in
                values[name] = Secret(name == "LIVEKIT_URL" ? "https://example.livekit.cloud" : "not-a-secret-at-all")
            }, redactor: Redactor())
        let adapter = try LiveKitAdapter(settings: settings, values: [:], transport: project)
        return try #require(adapter.kinds.first { $0.description.idField == "sipTrunkId" })
    }

    @Test("Trunks that are present all the time are never missed, with pages of the server's size", arguments: 0..<6)
    func steady(_ seed: Int) async throws {
        let project = Project(steady: 300, passing: 100, pageSize: [50, 100, 10_000][seed % 3], seed: UInt64(seed))
        let found = try await kind(project).find(.everything).map(\.id)
        #expect(project.steady.subtracting(found) == [])
        #expect(found.count == Set(found).count)
        #expect(project.requests < 12)
    }

    @Test(
        "A response that is not a list is never read as an empty one",
        arguments: ["", "[]", "{\"ok\": true}", "\"x\"", "null"])
    func noList(_ body: String) async throws {
        let project = Project(steady: 0, passing: 0, pageSize: 1, seed: 0, other: body)
        let error = await #expect(throws: APIError.self) { () async throws in
            _ = try await kind(project).find(.everything)
        }
        #expect(error?.zentrunkError.message.contains("unreadable") == true)
    }

    @Test("An empty list must be explicit; without one, nothing is known", arguments: ["{}", #"{"items": null}"#])
    func emptyList(_ answer: String) async throws {
        let project = Project(steady: 0, passing: 0, pageSize: 1, seed: 0, other: answer)
        await #expect(throws: APIError.self) { _ = try await kind(project).find(.everything) }
    }
}
