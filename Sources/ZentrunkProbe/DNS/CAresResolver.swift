import CCares
@_spi(Adapter) import ZentrunkCurl

/// The ``DNSResolver`` on c-ares: the system's servers and its file of hosts.
///
/// The standard library's resolver, `getaddrinfo`, has neither NAPTR nor SRV, and cannot be cancelled. Each lookup has a
/// thread and a channel of its own, which end with it; a probe makes few lookups. <https://c-ares.org/docs.html>
public struct CAresResolver: DNSResolver {
    private let servers: String?
    /// The time for the first attempt.
    private let milliseconds: CInt

    /// A resolver that asks the system's servers, each at most twice within about 4.5 seconds.
    public init() {
        servers = nil
        milliseconds = 1500
    }

    /// A resolver for tests: asks the server at a port of this machine only, and waits long for it.
    package init(loopbackPort: UInt16) {
        servers = "127.0.0.1:\(loopbackPort)"
        milliseconds = 60_000
    }

    public func naptr(_ domain: String) async -> DNSAnswer<NAPTRRecord> {
        await answer(to: .naptr, domain) { if case .naptr(let record) = $0 { record } else { nil } }
    }

    public func srv(_ name: String) async -> DNSAnswer<SRVRecord> {
        await answer(to: .srv, name) { if case .srv(let record) = $0 { record } else { nil } }
    }

    public func a(_ host: String) async -> DNSAnswer<IPAddress> {
        await answer(to: .a, host) { if case .address(let address) = $0 { address } else { nil } }
    }

    public func aaaa(_ host: String) async -> DNSAnswer<IPAddress> {
        await answer(to: .aaaa, host) { if case .address(let address) = $0 { address } else { nil } }
    }

    private func answer<Record>(
        to kind: DNSLookup.Kind, _ name: String, _ read: (CAresRecord) -> Record?
    ) async -> DNSAnswer<Record> {
        guard let pipe = WakePipe() else { return .failed("this process has too many open files") }
        let outcome = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<CAresOutcome, Never>) in
                let question = CAresQuestion(kind: kind, name: name, servers: servers, milliseconds: milliseconds)
                let hasStarted = LoopThread.start { continuation.resume(returning: question.run(until: pipe)) }
                if !hasStarted { continuation.resume(returning: CAresOutcome(status: ARES_ENOMEM)) }
            }
        } onCancel: {
            pipe.wake()
        }
        switch outcome.status {
        case ARES_SUCCESS:
            let records = outcome.records.compactMap(read)
            return records.isEmpty ? .none(isNameUnknown: false) : .records(records)
        case ARES_ENODATA: return .none(isNameUnknown: false)
        case ARES_ENOTFOUND: return .none(isNameUnknown: true)
        default:
            let words = ares_strerror(outcome.status).map { String(cString: $0) } ?? "c-ares error \(outcome.status)"
            return .failed(outcome.servers.isEmpty ? words : "\(words), asking \(outcome.servers)")
        }
    }
}

/// A record of any of the types that are asked for.
enum CAresRecord: Sendable {
    case naptr(NAPTRRecord), srv(SRVRecord), address(IPAddress)
}

/// What a lookup ended with: a status of c-ares, and the records.
struct CAresOutcome: Sendable {
    var status: CInt
    /// The addresses of the servers that were asked.
    var servers = ""
    var records: [CAresRecord] = []
}
