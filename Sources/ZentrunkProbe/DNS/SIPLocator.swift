/// The way from a ``ProbeTarget`` to addresses, as RFC 3263 describes it.
///
/// <https://www.rfc-editor.org/rfc/rfc3263#section-4>
struct SIPLocator: Sendable {
    /// The limits: records that are kept per answer, hosts whose addresses are looked up, and addresses in total.
    static let maximumRecords = 32
    static let maximumHosts = 8
    static let maximumCandidates = 32

    let resolver: any DNSResolver
    /// Returns a random number from zero up to and including the argument.
    let random: @Sendable (Int) -> Int

    private struct Service {
        var transport: ProbeTarget.Transport
        var name: String
        var why: String
    }

    /// Looks up everything that leads to the target.
    func locate(_ target: ProbeTarget) async -> SIPLocation {
        var location = SIPLocation()
        // Section 4.1: "If the TARGET is a numeric IP address …", "… an explicit port is provided …".
        if let address = target.address {
            let transport = target.transport ?? .udp
            location.candidates = [
                SIPCandidate(
                    end: SocketAddress(address, port: target.port ?? transport.defaultPort), host: target.host,
                    transport: transport, why: "the target is an address, so DNS is not asked")
            ]
            return location
        }
        if let port = target.port {
            await addAddresses(
                of: [(target.host, port)], target.transport ?? .udp, to: &location,
                why: "the target has a port, so only the addresses of the host are asked for")
            return location
        }
        if let transport = target.transport {
            let service = Service(
                transport: transport, name: Self.serviceName(transport, target.host),
                why: "the target names the transport")
            await follow([service], of: target, default: transport, to: &location)
            return location
        }
        let services = await services(of: target.host, to: &location)
        await follow(services, of: target, default: .udp, to: &location)
        return location
    }

    /// The name of the SRV records of a transport. <https://www.rfc-editor.org/rfc/rfc3263#section-4.1>
    private static func serviceName(_ transport: ProbeTarget.Transport, _ domain: String) -> String {
        switch transport {
        case .udp: "_sip._udp.\(domain)"
        case .tcp: "_sip._tcp.\(domain)"
        case .tls: "_sips._tcp.\(domain)"
        }
    }

    /// Returns the services that the NAPTR records name, best first; without usable ones, those of all transports.
    private func services(of domain: String, to location: inout SIPLocation) async -> [Service] {
        let answer = await resolver.naptr(domain)
        location.lookups.append(DNSLookup(.naptr, domain, answer, describe: \.description))
        let usable = answer.records.prefix(Self.maximumRecords).compactMap { record -> (NAPTRRecord, Service)? in
            let service = record.service.uppercased()
            guard let transport = Self.transports[service], record.flags.lowercased() == "s", record.regexp.isEmpty,
                !record.replacement.isEmpty, record.replacement != "."
            else { return nil }
            let why = "NAPTR \(record.order) \(record.preference) \(service)"
            return (record, Service(transport: transport, name: record.replacement.lowercased(), why: why))
        }
        if usable.isEmpty {
            if !answer.records.isEmpty {
                location.notes.append(
                    "no NAPTR record names SIP over udp, tcp or tls in the form that RFC 3263 describes")
            }
            // Section 4.1: "If no NAPTR records are found, the client constructs SRV queries for those transport
            // protocols it supports". Plain SIP first, as for a plain SIP URI.
            return ProbeTarget.Transport.allCases.map {
                Service(transport: $0, name: Self.serviceName($0, domain), why: "there is no usable NAPTR record")
            }
        }
        return usable.sorted { ($0.0.order, $0.0.preference) < ($1.0.order, $1.0.preference) }.map(\.1)
    }

    private static let transports: [String: ProbeTarget.Transport] = [
        "SIP+D2U": .udp, "SIP+D2T": .tcp, "SIPS+D2T": .tls,
    ]

    /// Adds the addresses behind the SRV records of the services, or of the domain itself without any.
    private func follow(
        _ services: [Service], of target: ProbeTarget, default transport: ProbeTarget.Transport,
        to location: inout SIPLocation
    ) async {
        var hasRecords = false
        var visited: Set<String> = []
        for service in services.prefix(Self.maximumHosts) where visited.insert(service.name).inserted {
            let answer = await resolver.srv(service.name)
            location.lookups.append(DNSLookup(.srv, service.name, answer, describe: \.description))
            if case .failed = answer { location.notes.append("SRV \(oneLine(service.name)) could not be looked up") }
            let records = answer.records.prefix(Self.maximumRecords)
            guard !records.isEmpty else { continue }
            hasRecords = true
            // RFC 2782: "A Target of "." means that the service is decidedly not available at this domain."
            let offered = records.filter { !$0.target.isEmpty && $0.target != "." && (1...65535).contains($0.port) }
            guard !offered.isEmpty else {
                location.notes.append("\(oneLine(service.name)) says that the service does not exist")
                continue
            }
            // Every service is asked for, so that the report shows all answers; addresses only until there are some.
            guard location.candidates.isEmpty else { continue }
            await addAddresses(
                of: SRVOrder.sorted(offered, random: random).map { ($0.target.lowercased(), $0.port) },
                service.transport, to: &location, why: "\(service.why), SRV \(service.name)")
        }
        // Section 4.2: without SRV records, an A or AAAA lookup of the domain.
        guard !hasRecords else { return }
        await addAddresses(
            of: [(target.host, transport.defaultPort)], transport, to: &location,
            why: "there are no SRV records, so the default transport and port apply")
    }

    private func addAddresses(
        of hosts: [(name: String, port: Int)], _ transport: ProbeTarget.Transport, to location: inout SIPLocation,
        why: String
    ) async {
        var known: [String: [IPAddress]] = [:]
        for host in hosts.prefix(Self.maximumHosts) {
            let addresses: [IPAddress]
            if let found = known[host.name] {
                addresses = found
            } else {
                addresses = await self.addresses(of: host.name, to: &location)
                known[host.name] = addresses
            }
            for address in addresses where location.candidates.count < Self.maximumCandidates {
                location.candidates.append(
                    SIPCandidate(
                        end: SocketAddress(address, port: host.port), host: oneLine(host.name), transport: transport,
                        why: oneLine(why)))
            }
        }
        if hosts.count > Self.maximumHosts {
            location.notes.append("only the first \(Self.maximumHosts) of \(hosts.count) SRV targets were resolved")
        }
    }

    /// Returns the addresses of a host, IPv4 first: that is what carriers and platforms document.
    private func addresses(of host: String, to location: inout SIPLocation) async -> [IPAddress] {
        async let ipv6 = resolver.aaaa(host)
        let four = await resolver.a(host)
        let six = await ipv6
        location.lookups.append(DNSLookup(.a, host, four, describe: \.description))
        location.lookups.append(DNSLookup(.aaaa, host, six, describe: \.description))
        return Array(four.records.prefix(Self.maximumRecords)) + six.records.prefix(Self.maximumRecords)
    }
}

/// What a ``SIPLocator`` found.
struct SIPLocation: Sendable, Hashable {
    /// All questions and answers, in order.
    var lookups: [DNSLookup] = []
    /// The addresses, in the order in which a client would try them.
    var candidates: [SIPCandidate] = []
    /// What is odd about the answers.
    var notes: [String] = []

    /// Whether an answer is missing because DNS failed.
    var isIncomplete: Bool { lookups.contains(where: \.isFailed) }
    /// Whether no address was found although DNS did not deny that the name has one.
    var isUndecided: Bool { candidates.isEmpty && (isIncomplete || lookups.isEmpty) }
}

/// An address at which the target may be reached.
struct SIPCandidate: Sendable, Hashable {
    var end: SocketAddress
    /// The name whose address it is.
    var host: String
    var transport: ProbeTarget.Transport
    /// What led to it.
    var why: String
}

/// The order in which SRV records are tried.
enum SRVOrder {
    /// Sorts by priority, and randomly by weight within one. <https://www.rfc-editor.org/rfc/rfc2782>, "Weight"
    ///
    /// - Parameter random: Returns a number from zero up to and including its argument.
    static func sorted(_ records: [SRVRecord], random: (Int) -> Int) -> [SRVRecord] {
        let groups = Dictionary(grouping: records, by: \.priority).sorted { $0.key < $1.key }
        return groups.flatMap { group -> [SRVRecord] in
            // "placing all those with weight 0 at the beginning of the list"
            var left = group.value.filter { $0.weight == 0 } + group.value.filter { $0.weight != 0 }
            var sorted: [SRVRecord] = []
            while !left.isEmpty {
                let sum = left.reduce(0) { $0 + $1.weight }
                let chosen = min(max(random(sum), 0), sum)
                var running = 0
                let index = left.firstIndex { record in
                    running += record.weight
                    return running >= chosen
                }
                sorted.append(left.remove(at: index ?? 0))
            }
            return sorted
        }
    }
}
