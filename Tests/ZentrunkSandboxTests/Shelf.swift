import Synchronization
import Testing
import ZentrunkJSON
import ZentrunkSandbox
@_spi(Adapter) import ZentrunkTestKit

/// A minimal vendor that stores all JSON posted to it.
final class Shelf: SandboxService {
    let vendor = "shelf"
    private let things = Mutex<[JSONValue]>([])

    func environment(at url: String) -> [String: String] { ["SHELF_URL": url] }

    func answer(_ request: SandboxRequest) -> SandboxAnswer {
        guard request.method == "POST", let thing = request.json else { return .json(200, state) }
        add(thing)
        return .json(201, thing)
    }

    var state: JSONValue { ["things": .array(things.withLock { $0 }.map(SandboxMarker.masking))] }

    func reset() { things.withLock { $0 = [] } }

    func add(_ thing: JSONValue) { things.withLock { $0.append(thing) } }
}

extension Caller {
    /// Sends a request to the shelf.
    func shelf(_ method: String, _ path: String, _ body: JSONValue? = nil) async throws -> Reply {
        try await send(method, path, body, to: try #require(sandbox.url(of: "shelf")), authorization: nil)
    }
}

/// Runs a test's body with its own sandbox, which has Plivo and a shelf.
func withSandbox(
    _ options: SandboxOptions = SandboxOptions(), _ body: (Caller) async throws -> Void
) async throws {
    var options = options
    options.services.append(Shelf())
    try await Caller.run(options, body)
}
