package import ZentrunkJSON

/// The sandbox's SIP hosts. They answer OPTIONS on sockets of this machine, over UDP, TCP and TLS. Simulated calls do not use
/// the sockets, and fail as the hosts' states say.
extension Sandbox {
    /// Sets how a SIP host behaves, until ``reset()``. A host that no vendor has exists from then on.
    ///
    /// - Parameters:
    ///   - name: The host's name, or a pattern such as `*.zt.plivo.com`; a name has precedence over a pattern.
    ///   - state: How it behaves; `normal` is the default of all hosts.
    ///   - transports: The transports that it answers; nil for those that it has.
    public func setSIPHost(
        _ name: String, _ state: SandboxSIPState, transports: Set<SandboxSIPHost.Transport>? = nil
    ) { wire.set(name, state, transports) }

    /// Returns a SIP host and how it behaves; nil if DNS does not have the name.
    public func sipHost(_ name: String) -> (host: SandboxSIPHost, state: SandboxSIPState)? {
        wire.host(name).map { ($0.host, $0.state) }
    }

    /// Returns what `GET /_sandbox/wire?host=NAME` returns, or without a name `GET /_sandbox/wire`.
    ///
    /// - Throws: An error if the sockets cannot be opened.
    package func sipDocument(of name: String? = nil) throws -> JSONValue {
        try name.map(wire.document(of:)) ?? wire.document()
    }
}

extension SandboxLocation {
    /// The reason why a running sandbox did not say where its SIP hosts are.
    package struct NoAnswer: Error, CustomStringConvertible {
        package var description: String
    }

    /// Asks a running sandbox for its SIP hosts, or for one.
    ///
    /// - Parameter control: The base address of `/_sandbox/…`.
    /// - Throws: ``NoAnswer``.
    package static func sipDocument(of name: String? = nil, at control: String) async throws -> JSONValue {
        guard let client = LoopbackClient(url: control) else {
            throw NoAnswer(description: "it is not an address as http://127.0.0.1:8080")
        }
        let query = name.map { "?host=\($0)" } ?? ""
        let answer: LoopbackClient.Answer
        do { answer = try await client.send("GET", SandboxEngine.controlPrefix + "wire" + query) } catch {
            throw NoAnswer(description: "no sandbox answers there")
        }
        guard answer.status == 200, let json = try? JSONValue(parsing: answer.body) else {
            throw NoAnswer(description: "what answers there is not a sandbox of this version")
        }
        return json
    }
}
