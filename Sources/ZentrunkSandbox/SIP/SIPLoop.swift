import Foundation

/// The thread of a ``SIPResponder``: waits for all sockets at once and answers what arrives.
final class SIPLoop {
    /// The limits: connections at once, and bytes of one message.
    private static let maximumConnections = 64
    private static let maximumBytes = 64 << 10

    private let sockets: SIPSockets
    private let answering: SIPAnswering
    /// nil without OpenSSL: then the TLS port takes connections and closes them.
    private let contexts: TLSContexts?
    private var connections: [Int32: Connection] = [:]

    /// A connection of a client.
    private final class Connection {
        let descriptor: Int32
        private let session: TLSSession?
        /// Whether the handshake is done.
        var isOpen: Bool
        var bytes: [UInt8] = []
        let peer: (String, UInt16)

        init(_ descriptor: Int32, _ session: TLSSession?, _ peer: (String, UInt16)) {
            self.descriptor = descriptor
            self.peer = peer
            isOpen = session == nil
            self.session = session
        }

        deinit {
            session?.close()
            close(descriptor)
        }

        var transport: SandboxSIPHost.Transport { session == nil ? .tcp : .tls }

        func shakeHands() -> TLSSession.Progress { session?.accept() ?? .done(0) }

        func read(into buffer: inout [UInt8]) -> TLSSession.Progress {
            buffer.withUnsafeMutableBytes { room in
                if let session { return session.read(into: room) }
                let count = recv(descriptor, room.baseAddress, room.count, 0)
                if count > 0 { return .done(count) }
                return count < 0 && (errno == EAGAIN || errno == EINTR) ? .waits : .failed
            }
        }

        func write(_ reply: [UInt8]) {
            if let session { return session.write(reply) }
            // A reply is short: it fits, or the client does not read.
            _ = send(descriptor, reply, reply.count, 0)
        }
    }

    init(_ sockets: SIPSockets, _ answering: SIPAnswering, _ contexts: TLSContexts?) {
        self.sockets = sockets
        self.answering = answering
        self.contexts = contexts
    }

    /// Returns when the wake socket gets a datagram.
    func run() {
        while true {
            let listening = [sockets.wake, sockets.udp, sockets.tcp, sockets.tls].map(\.descriptor)
            let open = Array(connections.keys)
            var watched = (listening + open).map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            guard poll(&watched, nfds_t(watched.count), -1) > 0 else {
                guard errno == EINTR else { return }
                continue
            }
            if watched[0].revents != 0 { return }
            if watched[1].revents != 0 { answerDatagrams() }
            if watched[2].revents != 0 { take(sockets.tcp, isEncrypted: false) }
            if watched[3].revents != 0 { take(sockets.tls, isEncrypted: true) }
            for entry in watched.dropFirst(listening.count) where entry.revents != 0 {
                guard let connection = connections[entry.fd], !serve(connection) else { continue }
                connections[entry.fd] = nil
            }
        }
    }

    // MARK: UDP

    private func answerDatagrams() {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var sender = sockaddr_in()
        // At most this many at once, so that other sockets have their turn.
        for _ in 0..<64 {
            var size = socklen_t(MemoryLayout<sockaddr_in>.size)
            let descriptor = sockets.udp.descriptor
            let count = withUnsafeMutablePointer(to: &sender) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    recvfrom(descriptor, &buffer, buffer.count, 0, $0, &size)
                }
            }
            guard count >= 0 else { return }
            let text = String(decoding: buffer[..<count], as: UTF8.self)
            let head = text.components(separatedBy: "\r\n\r\n")[0]
            guard let reply = answering.answer(to: head, over: .udp, from: Self.peer(sender)) else { continue }
            _ = withUnsafePointer(to: &sender) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, reply, reply.count, 0, $0, size)
                }
            }
        }
    }

    private static func peer(_ address: sockaddr_in) -> (String, UInt16) {
        let bytes = withUnsafeBytes(of: address.sin_addr) { Array($0) }
        return (bytes.map(String.init).joined(separator: "."), UInt16(bigEndian: address.sin_port))
    }

    // MARK: TCP and TLS

    private func take(_ socket: LoopbackSocket, isEncrypted: Bool) {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                accept(socket.descriptor, $0, &size)
            }
        }
        guard descriptor >= 0 else { return }
        LoopbackSocket.setUp(descriptor)
        let peer = Self.peer(address)
        guard connections.count < Self.maximumConnections else {
            close(descriptor)
            return
        }
        guard isEncrypted else {
            connections[descriptor] = Connection(descriptor, nil, peer)
            return
        }
        guard let session = contexts?.session(on: descriptor) else {
            close(descriptor)
            return
        }
        connections[descriptor] = Connection(descriptor, session, peer)
    }

    /// Returns whether the connection goes on.
    private func serve(_ connection: Connection) -> Bool {
        if !connection.isOpen {
            switch connection.shakeHands() {
            case .done: connection.isOpen = true
            case .waits: return true
            case .failed: return false
            }
        }
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            switch connection.read(into: &buffer) {
            case .done(let count): connection.bytes += buffer[..<count]
            case .waits: return answer(connection)
            case .failed: return false
            }
            guard connection.bytes.count <= Self.maximumBytes else { return false }
        }
    }

    /// Answers the complete messages. Requests with a body end the connection: no client here sends one.
    private func answer(_ connection: Connection) -> Bool {
        let end = Array("\r\n\r\n".utf8)
        // The client's signs of life between messages.
        while connection.bytes.starts(with: [13, 10]) { connection.bytes.removeFirst(2) }
        while let range = connection.bytes.firstRange(of: end) {
            let head = String(decoding: connection.bytes[..<range.lowerBound], as: UTF8.self)
            connection.bytes.removeSubrange(..<range.upperBound)
            let reply = answering.answer(to: head, over: connection.transport, from: connection.peer)
            if let reply { connection.write(reply) }
        }
        // Bytes that cannot become a SIP request, such as TLS at the port of TCP.
        return connection.bytes.allSatisfy { $0 >= 0x20 || $0 == 13 || $0 == 10 || $0 == 9 }
    }
}
