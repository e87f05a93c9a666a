import Foundation

/// Sockets on 127.0.0.1 that answer SIP over UDP, TCP and TLS for all hosts of a sandbox, on a thread of its own.
///
/// Two more ports are closed for certain, because this object holds them: a client that is led there is refused as by a
/// host without a SIP server.
final class SIPResponder: Sendable {
    /// The reason why the sockets could not be opened.
    struct Failure: Error, CustomStringConvertible {
        var words: String
        var description: String { words }
    }

    /// Where the sockets are.
    struct Ports: Sendable, Hashable {
        var udp: UInt16
        var tcp: UInt16
        var tls: UInt16
        var closedUDP: UInt16
        var closedTCP: UInt16
    }

    let ports: Ports
    /// The certificate of the authority that clients have to trust, in PEM.
    let authority: String
    private let wake: LoopbackSocket

    /// Opens the sockets and starts the thread.
    ///
    /// - Parameter look: Returns the host of a name; nil if there is none. Called on the thread.
    /// - Throws: ``Failure``; an error of the cryptographic library.
    init(look: @escaping @Sendable (String) -> SandboxWire.Host?) throws {
        let authority = try SandboxAuthority("Zentrunk sandbox", now: Date())
        let sockets = try SIPSockets()
        ports = sockets.ports
        self.authority = authority.text
        wake = try LoopbackSocket(datagram: sockets.wake.port)
        Thread.detachNewThread {
            // A client that has gone must not end the process.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGPIPE)
            pthread_sigmask(SIG_BLOCK, &signals, nil)
            SIPLoop(sockets, SIPAnswering(look: look), TLSContexts(authority, look: look)).run()
        }
    }

    deinit { wake.post([0]) }

    /// Closes all sockets and ends the thread, soon.
    func stop() { wake.post([0]) }
}

/// The listening sockets of a ``SIPResponder``.
struct SIPSockets: Sendable {
    let udp: LoopbackSocket
    let tcp: LoopbackSocket
    let tls: LoopbackSocket
    /// Bound and nothing else, so that the system refuses what arrives.
    let closedUDP: LoopbackSocket
    let closedTCP: LoopbackSocket
    /// What arrives here ends the thread.
    let wake: LoopbackSocket

    init() throws(SIPResponder.Failure) {
        udp = try LoopbackSocket(.datagram)
        tcp = try LoopbackSocket(.listening)
        tls = try LoopbackSocket(.listening)
        closedUDP = try LoopbackSocket(.closedDatagram)
        closedTCP = try LoopbackSocket(.closedStream)
        wake = try LoopbackSocket(.datagram)
    }

    var ports: SIPResponder.Ports {
        SIPResponder.Ports(
            udp: udp.port, tcp: tcp.port, tls: tls.port, closedUDP: closedUDP.port, closedTCP: closedTCP.port)
    }
}
