import ZentrunkJSON

extension SandboxWire {
    /// What a client on this machine needs: where the sockets are, whom to trust, and which hosts exist.
    func document() throws -> JSONValue {
        let responder = try responder()
        return [
            "sockets": responder.ports.json(for: nil), "authority": .string(responder.authority),
            "hosts": .array(hosts.map(\.json)),
        ]
    }

    /// One name: whether it exists, and which socket each of its ports leads to.
    func document(of name: String) throws -> JSONValue {
        let host = host(name)
        var members: JSONObject = ["exists": .bool(host != nil)]
        if let host {
            members["host"] = host.json
            members["sockets"] = try responder().ports.json(for: host)
        }
        return .object(members)
    }

    /// Reads `{"host": "sip.example.com", "state": "silent", "transports": ["udp"]}`. `state` is `normal` if it is
    /// missing, and `answering` needs `status` and may have `reason`. Without `transports`, the host keeps its own.
    func set(_ cursor: JSONCursor) throws(JSONDecodingError) {
        for name in try cursor.members().names
        where !["host", "state", "status", "reason", "transports"].contains(name) {
            throw JSONDecodingError(path: cursor.path.appending(name), expected: "no such member", found: "one")
        }
        var transports: Set<SandboxSIPHost.Transport>?
        if let list = try cursor.memberIfPresent("transports") {
            var all: Set<SandboxSIPHost.Transport> = []
            for element in try list.elements() {
                let word = try element.string()
                guard let transport = SandboxSIPHost.Transport(rawValue: word) else {
                    throw JSONDecodingError(path: element.path, expected: "udp, tcp or tls", found: word)
                }
                all.insert(transport)
            }
            transports = all
        }
        set(try cursor.member("host").string(), try Self.state(cursor), transports)
    }

    private static func state(_ cursor: JSONCursor) throws(JSONDecodingError) -> SandboxSIPState {
        guard let member = try cursor.memberIfPresent("state") else { return .normal }
        let word = try member.string()
        if let state = SandboxSIPState.simple.first(where: { $0.word == word }) { return state }
        guard word == "answering" else {
            let words = SandboxSIPState.simple.map(\.word).joined(separator: ", ")
            throw JSONDecodingError(path: member.path, expected: "\(words) or answering", found: word)
        }
        let status = try cursor.member("status")
        let code = try status.integer()
        guard (200...699).contains(code) else {
            throw JSONDecodingError(path: status.path, expected: "a final status of SIP, 200 to 699", found: "\(code)")
        }
        return .answering(Int(code), try cursor.memberIfPresent("reason")?.string() ?? "")
    }
}

extension SandboxWire.Host {
    var json: JSONValue {
        var members: JSONObject = [
            "name": .string(host.name), "state": .string(state.word),
            "transports": .array(
                SandboxSIPHost.Transport.allCases.filter { host.transports.contains($0) }.map { .string($0.rawValue) }),
            "service_records": .bool(host.hasServiceRecords),
        ]
        if case .answering(let status, let reason) = state {
            members["status"] = .integer(Int64(status))
            members["reason"] = .string(reason)
        }
        return .object(members)
    }

    /// Whether a socket answers for the host over this transport.
    func isOpen(_ transport: SandboxSIPHost.Transport) -> Bool {
        state != .closed && host.transports.contains(transport)
    }
}

extension SIPResponder.Ports {
    /// The sockets by transport; for a host without one of them, a closed port.
    fileprivate func json(for host: SandboxWire.Host?) -> JSONValue {
        func port(_ transport: SandboxSIPHost.Transport, _ open: UInt16, _ closed: UInt16) -> JSONValue {
            .integer(Int64(host?.isOpen(transport) == false ? closed : open))
        }
        return [
            "udp": port(.udp, udp, closedUDP), "tcp": port(.tcp, tcp, closedTCP), "tls": port(.tls, tls, closedTCP),
            "closed_udp": .integer(Int64(closedUDP)), "closed_tcp": .integer(Int64(closedTCP)),
        ]
    }
}
