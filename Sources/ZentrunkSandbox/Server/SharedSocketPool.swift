import FlyingFox
import FlyingSocks
import Foundation

/// The event loop that all sandboxes of this process share.
///
/// A FlyingFox pool blocks a Dispatch thread while it waits, and there are only 64 of those. With one pool per server,
/// a test suite that starts many sandboxes in parallel would deadlock.
struct SharedSocketPool: AsyncSocketPool {
    private static let loop = Task<any AsyncSocketPool, any Error> {
        let pool = HTTPServer.defaultPool()
        try await pool.prepare()
        // Unstructured because the loop is shared and lives as long as the process.
        Task { try await pool.run() }
        return pool
    }

    func prepare() async throws { _ = try await Self.loop.value }

    /// Called by a server as its loop. Does nothing until the server is cancelled.
    func run() async throws { try await Task.sleep(for: .seconds(Int64(Int32.max))) }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        // Sends small writes immediately. FlyingFox writes head and body separately; without this option, the body of a
        // response on a reused connection would wait for the client's delayed acknowledgement.
        // <https://www.rfc-editor.org/rfc/rfc896>
        // A server waits on its listening socket first, and accepted sockets inherit the option.
        try? socket.setValue(true, for: BoolSocketOption(level: Int32(IPPROTO_TCP), name: TCP_NODELAY))
        try await Self.loop.value.suspendSocket(socket, untilReadyFor: events)
    }
}
