import Synchronization
package import ZentrunkJSON

/// The SIP hosts of a sandbox, as a network of names and addresses that a ``Prober`` can use instead of DNS and the internet.
///
/// Every name that the sandbox has gets an address below 127.77.0.0/16, which is on this machine wherever it is dialled.
/// The ports 5060 and 5061 of these addresses lead to the sandbox's sockets, all others to a closed port. Nothing else can be
/// reached.
package final class SandboxNetwork: DNSResolver, ProbeDialler {
    private struct Ports {
        var udp: Int
        var tcp: Int
        var tls: Int
        var closedUDP: Int
        var closedTCP: Int
    }

    private let look: @Sendable (String) async throws -> JSONValue
    private let dialler: SystemDialler
    /// The names in the order of their addresses.
    private let names = Mutex<[String]>([])

    /// - Parameters:
    ///   - document: The sandbox's answer to `GET /_sandbox/wire`, with its certificate authority.
    ///   - look: Returns its answer to `GET /_sandbox/wire?host=NAME`.
    package init(_ document: JSONValue, look: @escaping @Sendable (String) async throws -> JSONValue) {
        // Without an authority nothing is trusted.
        dialler = SystemDialler(authorities: document["authority"]?.string ?? "")
        self.look = look
    }

    // MARK: DNS

    package func naptr(_ domain: String) async -> DNSAnswer<NAPTRRecord> {
        guard let host = try? await look(domain) else { return .failed(Self.silence) }
        guard host["exists"] == true else { return .none(isNameUnknown: true) }
        let transports = Self.services(of: host)
        guard !transports.isEmpty else { return .none(isNameUnknown: false) }
        return .records(
            transports.enumerated().map { index, transport in
                let service =
                    switch transport {
                    case .udp: "SIP+D2U"
                    case .tcp: "SIP+D2T"
                    case .tls: "SIPS+D2T"
                    }
                return NAPTRRecord(
                    order: 10, preference: 10 * (index + 1), service: service,
                    replacement: "\(Self.label(of: transport)).\(domain)")
            })
    }

    package func srv(_ name: String) async -> DNSAnswer<SRVRecord> {
        let labels = name.split(separator: ".", maxSplits: 2).map(String.init)
        guard labels.count == 3, labels[0].hasPrefix("_") else { return .none(isNameUnknown: true) }
        guard let host = try? await look(labels[2]) else { return .failed(Self.silence) }
        let service = Self.services(of: host).first { name.hasPrefix(Self.label(of: $0) + ".") }
        guard let service else { return .none(isNameUnknown: true) }
        return .records([SRVRecord(priority: 10, weight: 10, port: service.defaultPort, target: labels[2])])
    }

    package func a(_ host: String) async -> DNSAnswer<IPAddress> {
        guard let found = try? await look(host) else { return .failed(Self.silence) }
        guard found["exists"] == true, let address = address(of: host) else { return .none(isNameUnknown: true) }
        return .records([address])
    }

    package func aaaa(_ host: String) async -> DNSAnswer<IPAddress> {
        guard let found = try? await look(host) else { return .failed(Self.silence) }
        return .none(isNameUnknown: found["exists"] != true)
    }

    private static let silence = "the sandbox does not answer"

    private static func label(of transport: ProbeTarget.Transport) -> String {
        switch transport {
        case .udp: "_sip._udp"
        case .tcp: "_sip._tcp"
        case .tls: "_sips._tcp"
        }
    }

    /// The transports that the host has service records for.
    private static func services(of host: JSONValue) -> [ProbeTarget.Transport] {
        guard host["host"]?["service_records"] == true else { return [] }
        return (host["host"]?["transports"]?.array ?? []).compactMap {
            $0.string.flatMap(ProbeTarget.Transport.init(rawValue:))
        }
    }

    /// The address of a name; nil when there are too many names.
    private func address(of name: String) -> IPAddress? {
        let index = names.withLock { names -> Int in
            if let index = names.firstIndex(of: name) { return index }
            names.append(name)
            return names.count - 1
        }
        return Self.address(at: index)
    }

    private static func address(at index: Int) -> IPAddress? {
        guard index < 65_000 else { return nil }
        return IPAddress(bytes: [127, 77, UInt8((index + 1) >> 8), UInt8((index + 1) & 0xFF)])
    }

    // MARK: Sockets

    package func datagrams(to end: SocketAddress) async throws -> any ProbeChannel {
        let ports = try await ports(at: end)
        return try await dialler.datagrams(to: Self.socket(end.port == 5060 ? ports.udp : ports.closedUDP))
    }

    package func stream(to end: SocketAddress, name: String?) async throws -> DialledStream {
        try await dialler.stream(to: streamSocket(end), name: name)
    }

    package func certificate(at end: SocketAddress, name: String) async -> ProbeCertificate? {
        guard let socket = try? await streamSocket(end) else { return nil }
        return await dialler.certificate(at: socket, name: name)
    }

    private func streamSocket(_ end: SocketAddress) async throws -> SocketAddress {
        let ports = try await ports(at: end)
        switch end.port {
        case 5060: return try Self.socket(ports.tcp)
        case 5061: return try Self.socket(ports.tls)
        default: return try Self.socket(ports.closedTCP)
        }
    }

    /// The sockets of the host with an address.
    ///
    /// - Throws: ``DialFailure`` for every address that is not the sandbox's.
    private func ports(at end: SocketAddress) async throws -> Ports {
        let name = names.withLock { names in
            names.indices.first { Self.address(at: $0) == end.address }.map { names[$0] }
        }
        guard let name else {
            throw DialFailure(kind: .unreachable, words: "the sandbox has no host at \(end.address)")
        }
        guard let sockets = try? await look(name)["sockets"] else {
            throw DialFailure(kind: .other, words: Self.silence)
        }
        func port(_ name: String) -> Int { Int(sockets[name]?.integer ?? 0) }
        return Ports(
            udp: port("udp"), tcp: port("tcp"), tls: port("tls"), closedUDP: port("closed_udp"),
            closedTCP: port("closed_tcp"))
    }

    private static func socket(_ port: Int) throws -> SocketAddress {
        guard (1...65535).contains(port), let address = IPAddress(bytes: [127, 0, 0, 1]) else {
            throw DialFailure(kind: .other, words: "the sandbox does not have such a socket")
        }
        return SocketAddress(address, port: port)
    }
}

extension Prober {
    /// Creates a prober of a sandbox's hosts.
    package convenience init(_ network: SandboxNetwork, clock: any Clock<Duration> = ContinuousClock()) {
        self.init(resolver: network, dialler: network, clock: clock)
    }
}
