@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// What was read of both halves, for checks that send nothing.
struct Halves: Sendable {
    /// An object that another one names.
    enum Named<Object: Sendable>: Sendable {
        case found(Object)
        /// The vendor has no object with this id.
        case missing(String)
        case failed(ZentrunkError)

        var object: Object? { if case .found(let object) = self { object } else { nil } }
    }

    /// A number at the carrier.
    struct Number: Sendable {
        var number: PhoneNumber
        /// nil if it is not on the account.
        var status: Named<NumberStatus>
    }

    /// The carrier's half of inbound calls.
    struct Inbound: Sendable {
        var trunk: Trunk
        var primary: Named<OriginationURIRecord>?
        var fallback: Named<OriginationURIRecord>?
    }

    /// An address that a platform's object dials, and the trunk that it belongs to.
    struct Outbound: Sendable {
        var object: PlatformObject
        var terms: SIPTerms.Outbound
        /// nil if the trunk was not looked up.
        var trunk: Named<Trunk>?
        var credential: Named<SIPCredential>?
        var accessList: Named<IPAccessControlList>?
    }

    /// One of a platform's objects.
    struct PlatformObject: Sendable {
        var kind: KindDescription
        var live: LiveObject
        var terms: SIPTerms

        init(_ live: LiveObject, _ kind: KindDescription, _ facts: SIPFacts) {
            self.kind = kind
            self.live = live
            terms = facts.terms(kind.name, live)
        }

        /// The object in a sentence.
        var label: String {
            let name = kind.name(of: live).map { " (\"\($0)\")" } ?? ""
            return "\(kind.title) \(live.id)\(name)"
        }
    }

    /// A platform and its objects.
    struct Side: Sendable {
        var description: PlatformDescription
        var facts: SIPFacts
        /// The objects about the numbers, and those that they are joined with.
        var objects: [PlatformObject] = []
        /// The values of the platform's account parameters with which they were read.
        var values: [String: JSONValue] = [:]
        /// The account with these values, in the adapter's words; nil if it is unknown.
        var account: String?
        /// The account's own host, if a setting names it.
        var ownHost: String?
        /// Pairs of objects that interfere with each other.
        var conflicts: [(object: PlatformObject, other: PlatformObject, conflict: Conflict)] = []
        /// The reason why the objects could not be read.
        var error: ZentrunkError?
    }

    var numbers: [Number] = []
    var inbound: [Inbound] = []
    var outbound: [Outbound] = []
    var platform: Side?
    /// The networks of the carrier's signalling.
    var networks: [IPNetwork] = PlivoAccount.signallingNetworks.compactMap { try? IPNetwork($0) }
    /// The carrier's audio codecs, by their names in SDP.
    var codecs = PlivoAccount.codecs
    /// Whether the program made the halves, so that what is not there is not there on purpose.
    var isOurs = false

    /// The origination URIs that inbound calls can go to, with whether each is the primary one.
    var uris: [(uri: OriginationURIRecord, isPrimary: Bool)] {
        inbound.flatMap { half in
            [half.primary?.object.map { ($0, true) }, half.fallback?.object.map { ($0, false) }].compactMap { $0 }
        }
    }
}

extension Halves {
    /// The halves of a connection of ours, from the live objects of its plan.
    ///
    /// Objects outside of the plan are not looked up: that a reference leads elsewhere is a difference that the plan shows.
    init(_ plan: Plan, _ kinds: [KindDescription], _ platform: PlatformDescription, _ facts: SIPFacts) {
        self.init()
        isOurs = true
        var side = Side(description: platform, facts: facts)
        side.values = plan.connection.values.filter { platform.accountParameters.contains($0.key) }
        var trunks: [Trunk] = []
        var uris: [String: OriginationURIRecord] = [:]
        var credentials: [String: SIPCredential] = [:]
        var lists: [String: IPAccessControlList] = [:]
        for resource in plan.resources {
            guard let live = resource.liveObject,
                let kind = kinds.first(where: { $0.name == resource.kind })
            else { continue }
            let id = live.id
            if kind.side == .platform {
                side.objects.append(PlatformObject(live, kind, facts))
                continue
            }
            switch kind.idField {
            case "trunk_id": trunks.append(Trunk(live))
            case "uri_uuid": uris[id] = OriginationURIRecord(live)
            case "credential_uuid": credentials[id] = SIPCredential(live)
            case "ipacl_uuid": lists[id] = IPAccessControlList(live)
            default: break
            }
        }
        inbound = trunks.filter { $0.direction == .inbound }.map { trunk in
            Inbound(
                trunk: trunk, primary: trunk.primaryURI.flatMap { uris[$0] }.map { .found($0) },
                fallback: trunk.fallbackURI.flatMap { uris[$0] }.map { .found($0) })
        }
        let dialled = trunks.filter { $0.direction == .outbound }
        outbound = side.objects.flatMap { object in
            object.terms.outbound.map { terms in
                let trunk = dialled.first { $0.isDialled(at: terms.address) }
                return Outbound(
                    object: object, terms: terms, trunk: trunk.map { .found($0) },
                    credential: trunk?.credential.flatMap { credentials[$0] }.map { .found($0) },
                    accessList: trunk?.accessList.flatMap { lists[$0] }.map { .found($0) })
            }
        }
        self.platform = side
    }
}

extension Trunk {
    /// Whether a platform that dials this host dials this trunk. The first label decides, because records have a region
    /// in between.
    func isDialled(at host: String) -> Bool { host.lowercased().split(separator: ".").first.map(String.init) == id }

    /// The trunk that a host belongs to; nil for a host that is not a trunk's.
    static func id(dialledAt host: String) -> Trunk.ID? {
        let host = host.lowercased()
        guard host.hasSuffix(".zt.plivo.com"), let label = host.split(separator: ".").first.map(String.init),
            Trunk.isID(label)
        else { return nil }
        return label
    }
}
