import FlyingFox
import FlyingSocks
import Foundation

/// The one event loop behind all sandboxes of this process.
///
/// A pool of FlyingFox's blocks a Dispatch thread while it waits, and there are 64 of those: with a pool for each
/// server, a test suite that starts its sandboxes side by side would come to a standstill.
struct SharedSocketPool: AsyncSocketPool {
    private static let loop = Task<any AsyncSocketPool, any Error> {
        let pool = HTTPServer.defaultPool()
        try await pool.prepare()
        // Free because it lives as long as the process: nobody owns what all share.
        Task { try await pool.run() }
        return pool
    }

    func prepare() async throws { _ = try await Self.loop.value }

    /// What a server calls its loop: there is nothing to do, and it ends when the server is cancelled.
    func run() async throws { try await Task.sleep(for: .seconds(Int64(Int32.max))) }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        // Small writes leave at once. FlyingFox writes head and body apart; without this the body of an answer on a
        // kept connection would wait for the client's delayed acknowledgement. <https://www.rfc-editor.org/rfc/rfc896>
        // A server waits on its listening socket first, and the sockets that it accepts take the option over.
        try? socket.setValue(true, for: BoolSocketOption(level: Int32(IPPROTO_TCP), name: TCP_NODELAY))
        try await Self.loop.value.suspendSocket(socket, untilReadyFor: events)
    }
}
