import Synchronization
import ZentrunkProbe

/// A resolver in memory. What a test does not state does not exist.
final class ScriptedResolver: DNSResolver {
    private let rules: [String: DNSAnswer<NAPTRRecord>]
    private let services: [String: DNSAnswer<SRVRecord>]
    private let hosts: [String: DNSAnswer<IPAddress>]
    private let log = Mutex<[String]>([])

    init(
        naptr: [String: DNSAnswer<NAPTRRecord>] = [:], srv: [String: DNSAnswer<SRVRecord>] = [:],
        hosts: [String: DNSAnswer<IPAddress>] = [:]
    ) {
        rules = naptr
        services = srv
        self.hosts = hosts
    }

    /// The questions so far, sorted where they are asked side by side.
    var questions: [String] { log.withLock { $0 } }

    func naptr(_ domain: String) async -> DNSAnswer<NAPTRRecord> {
        note("NAPTR \(domain)")
        return rules[domain] ?? .none(isNameUnknown: false)
    }

    func srv(_ name: String) async -> DNSAnswer<SRVRecord> {
        note("SRV \(name)")
        return services[name] ?? .none(isNameUnknown: true)
    }

    func a(_ host: String) async -> DNSAnswer<IPAddress> {
        note("A \(host)")
        return only(hosts[host], isIPv6: false)
    }

    func aaaa(_ host: String) async -> DNSAnswer<IPAddress> {
        only(hosts[host], isIPv6: true)
    }

    private func note(_ question: String) { log.withLock { $0.append(question) } }

    private func only(_ answer: DNSAnswer<IPAddress>?, isIPv6: Bool) -> DNSAnswer<IPAddress> {
        guard let answer else { return .none(isNameUnknown: true) }
        guard case .records(let all) = answer else { return answer }
        let some = all.filter { $0.isIPv6 == isIPv6 }
        return some.isEmpty ? .none(isNameUnknown: false) : .records(some)
    }
}

/// Addresses of the documentation's networks and of this machine.
func addresses(_ texts: String...) -> DNSAnswer<IPAddress> { .records(texts.compactMap(IPAddress.init(_:))) }
