/// A NAPTR record: a rule that leads from a domain to a service. <https://www.rfc-editor.org/rfc/rfc3403#section-4>
public struct NAPTRRecord: Sendable, Hashable {
    /// The order, 0...65535: lower values first, and only the lowest one that has a usable service.
    public var order: Int
    /// The preference among records of the same order, 0...65535: lower values first.
    public var preference: Int
    /// The flags; SIP uses `s`: the replacement has SRV records.
    public var flags: String
    /// The service, as in `SIPS+D2T`.
    public var service: String
    /// The substitution; SIP does not use it.
    public var regexp: String
    /// The domain to continue with.
    public var replacement: String

    /// A record.
    public init(
        order: Int, preference: Int, flags: String = "s", service: String, regexp: String = "", replacement: String
    ) {
        self.order = order
        self.preference = preference
        self.flags = flags
        self.service = service
        self.regexp = regexp
        self.replacement = replacement
    }
}

/// An SRV record: a host and a port of a service. <https://www.rfc-editor.org/rfc/rfc2782>
public struct SRVRecord: Sendable, Hashable {
    /// The priority, 0...65535: lower values first.
    public var priority: Int
    /// The weight among records of the same priority, 0...65535.
    public var weight: Int
    /// The port, 0...65535.
    public var port: Int
    /// The host; `.` or empty if the service does not exist.
    public var target: String

    /// A record.
    public init(priority: Int, weight: Int, port: Int, target: String) {
        self.priority = priority
        self.weight = weight
        self.port = port
        self.target = target
    }
}

/// The answer to a question to DNS.
public enum DNSAnswer<Record: Sendable & Hashable>: Sendable, Hashable {
    /// At least one record, in the order of the answer.
    case records([Record])
    /// DNS has no such record. `isNameUnknown` if it has no record at all of that name.
    case none(isNameUnknown: Bool)
    /// The lookup failed: a server failed, refused or was silent. The words are for people.
    case failed(String)

    /// The records; empty without any.
    public var records: [Record] { if case .records(let records) = self { records } else { [] } }
}

/// What resolves names for a ``Prober``.
public protocol DNSResolver: Sendable {
    /// Returns the NAPTR records of a domain.
    func naptr(_ domain: String) async -> DNSAnswer<NAPTRRecord>
    /// Returns the SRV records of a name as `_sip._udp.example.com`.
    func srv(_ name: String) async -> DNSAnswer<SRVRecord>
    /// Returns the IPv4 addresses of a host.
    func a(_ host: String) async -> DNSAnswer<IPAddress>
    /// Returns the IPv6 addresses of a host.
    func aaaa(_ host: String) async -> DNSAnswer<IPAddress>
}

/// A question to DNS with its answer, as part of a report.
public struct DNSLookup: Sendable, Hashable {
    /// The type of record.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case naptr = "NAPTR", srv = "SRV", a = "A", aaaa = "AAAA"
    }

    /// The type of record.
    public var kind: Kind
    /// The name that was asked for.
    public var name: String
    /// The records, as in a zone file; empty without any.
    public var records: [String]
    /// The reason why the answer has no records; nil if it has some.
    public var absence: String?
    /// Whether the question has no answer, rather than the answer that there is nothing.
    public var isFailed: Bool

    init<Record>(_ kind: Kind, _ name: String, _ answer: DNSAnswer<Record>, describe: (Record) -> String) {
        self.kind = kind
        self.name = oneLine(name)
        records = answer.records.prefix(SIPLocator.maximumRecords).map { oneLine(describe($0)) }
        isFailed = false
        switch answer {
        case .records(let all) where all.isEmpty: absence = "no record"
        case .records: absence = nil
        case .none(let isNameUnknown): absence = isNameUnknown ? "the name does not exist" : "no record"
        case .failed(let words):
            absence = oneLine(words)
            isFailed = true
        }
    }
}

extension NAPTRRecord: CustomStringConvertible {
    /// The record as in a zone file: `10 20 "s" "SIP+D2U" "" _sip._udp.example.com`.
    public var description: String {
        "\(order) \(preference) \"\(flags)\" \"\(service)\" \"\(regexp)\" \(replacement)"
    }
}

extension SRVRecord: CustomStringConvertible {
    /// The record as in a zone file: `10 60 5060 sip1.example.com`.
    public var description: String { "\(priority) \(weight) \(port) \(target.isEmpty ? "." : target)" }
}
