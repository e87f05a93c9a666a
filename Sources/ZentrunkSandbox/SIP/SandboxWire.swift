import Synchronization
import ZentrunkJSON

/// The SIP side of a sandbox: which hosts exist, how each behaves, and the sockets that answer for all of them.
///
/// The sockets are opened when the wire is first looked at, so that a sandbox without a probe has none.
final class SandboxWire: Sendable {
    /// A host with its state.
    struct Host: Sendable, Hashable {
        var host: SandboxSIPHost
        var state: SandboxSIPState
    }

    private struct State {
        /// What was set by hand, by name or pattern.
        var changes: [String: Host] = [:]
        var responder: SIPResponder?
        var isStopped = false
    }

    private let vendors: [SandboxSIPHost]
    private let state = Mutex(State())

    init(_ services: [any SandboxService]) {
        // The names that RFC 2606 reserves for examples stand for the user's own servers.
        vendors = services.flatMap(\.sipHosts) + [SandboxSIPHost("example.com"), SandboxSIPHost("*.example.com")]
    }

    /// Returns the host of a name; nil if the name does not exist.
    func host(_ name: String) -> Host? {
        let host = entry(name)
        return host?.state == .unresolved ? nil : host
    }

    /// Returns what is known of a name; nil if it is no vendor's, and was not set by hand.
    private func entry(_ name: String) -> Host? {
        let name = Self.normalised(name)
        let changed = changes.filter { $0.host.has(name) }.max { $0.host.name.count < $1.host.name.count }
        let known = vendors.first { $0.has(name) }
        var host = changed ?? known.map { Host(host: $0, state: .normal) }
        host?.host.name = name
        return host
    }

    /// Returns what happens to a call's request to a host that a vendor has.
    func reach(of name: String, over transport: SandboxTransport) -> SandboxReach {
        guard let entry = entry(name) else { return .reachable }
        let isTLS = transport == .tls
        return switch entry.state {
        case .unresolved: .noSuchHost
        case .closed: .closed
        case _ where !entry.host.transports.contains(transport): .closed
        case .silent: .silent
        case .wrongName where isTLS: .badCertificate("the certificate is for another name")
        case .expired where isTLS: .badCertificate("the certificate has expired")
        case .untrusted where isTLS: .badCertificate("the certificate's authority is unknown")
        // What a host says to OPTIONS is not what it says to a call.
        case .normal, .answering, .wrongName, .expired, .untrusted: .reachable
        }
    }

    /// Sets the state of a host, which exists from then on.
    ///
    /// - Parameters:
    ///   - name: The name, or a pattern as `*.example.com`.
    ///   - transports: The transports that it answers; nil for those that it had.
    func set(_ name: String, _ state: SandboxSIPState, _ transports: Set<SandboxSIPHost.Transport>?) {
        let name = Self.normalised(name)
        // A pattern has no name of its own: any name below it does.
        let example = name.hasPrefix("*.") ? "any" + name.dropFirst() : name
        var host = vendors.first { $0.has(example) } ?? SandboxSIPHost(name)
        host.name = name
        if let transports { host.transports = transports }
        let change = Host(host: host, state: state)
        setChange(change)
    }

    /// All hosts: what was set by hand first.
    var hosts: [Host] {
        changes.sorted { $0.host.name < $1.host.name } + vendors.map { Host(host: $0, state: .normal) }
    }

    func reset() { state.withLock { $0.changes = [:] } }

    /// Closes the sockets.
    func stop() {
        let responder = state.withLock { state -> SIPResponder? in
            state.isStopped = true
            defer { state.responder = nil }
            return state.responder
        }
        responder?.stop()
    }

    /// The sockets, opened by the first call.
    ///
    /// - Throws: ``SIPResponder/Failure``.
    func responder() throws -> SIPResponder {
        if let responder = try existing() { return responder }
        let made = try SIPResponder { [weak self] name in self?.host(name) }
        // Another task may have been faster.
        guard let kept = keep(made) else { return made }
        made.stop()
        return kept
    }

    private func existing() throws -> SIPResponder? {
        try state.withLock { state in
            guard !state.isStopped else { throw SIPResponder.Failure(words: "the sandbox has stopped") }
            return state.responder
        }
    }

    /// Returns the responder that was there before; nil if this one is kept.
    private func keep(_ made: SIPResponder) -> SIPResponder? {
        state.withLock { state in
            if let responder = state.responder { return responder }
            state.responder = made
            return nil
        }
    }

    private var changes: [Host] { state.withLock { Array($0.changes.values) } }

    private func setChange(_ change: Host) { state.withLock { $0.changes[change.host.name] = change } }

    private static func normalised(_ name: String) -> String {
        (name.hasSuffix(".") ? String(name.dropLast()) : name).lowercased()
    }
}
