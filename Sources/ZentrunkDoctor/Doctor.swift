@_spi(Adapter) public import ZentrunkCore
import ZentrunkDiagnosis
@_spi(Adapter) import ZentrunkPlivo
public import ZentrunkProbe

/// Finds out whether calls go through a connection, and if not, who has to act and what to do.
///
/// It only reads: its transports refuse every request that can change something, and it writes nothing to the journal.
///
///     let doctor = Doctor(authID: id, authToken: token, over: transport, journal: journal)
///     let diagnosis = try await doctor.diagnose(.vapi, settings: ["VAPI_API_KEY": key])
///     print(diagnosis.sentence, diagnosis.decisive?.remedies ?? [])
public struct Doctor: Sendable {
    /// A platform with the settings of one account.
    package struct PlatformAccount: Sendable {
        package var platform: Platform
        package var settings: [String: String]

        package init(_ platform: Platform, _ settings: [String: String]) {
            self.platform = platform
            self.settings = settings
        }
    }

    /// Probes a SIP host.
    package typealias Probe = @Sendable (ProbeTarget) async throws -> WireFinding

    let carrier: [String: String]
    /// The platforms that a number may lead to.
    let platforms: [PlatformAccount]
    let transport: any HTTPTransport
    let journal: any Journal
    let plainHosts: PlainHTTPHosts
    let limiter: RateLimiter?
    let retries: RetryPolicy
    let probe: Probe?
    let now: @Sendable () -> CallTime

    /// Creates a doctor for an account at Plivo.
    ///
    /// - Parameters:
    ///   - authID: The Auth ID.
    ///   - authToken: The Auth Token.
    ///   - apiURL: The address of a server other than Plivo's.
    ///   - plainHosts: Hosts, in addition to loopback, that plain HTTP is allowed for.
    ///   - transport: Sends the requests.
    ///   - journal: Has the connections. It is only read.
    ///   - prober: Probes SIP hosts; nil to send nothing to them.
    public init(
        authID: String, authToken: String, apiURL: String? = nil, plainHosts: PlainHTTPHosts = .none,
        over transport: any HTTPTransport, journal: any Journal, prober: Prober? = Prober()
    ) {
        var carrier = [PlivoAccount.authID.variable: authID, PlivoAccount.authToken.variable: authToken]
        carrier[PlivoAccount.apiURL.variable] = apiURL
        self.init(
            carrier: carrier, over: transport, journal: journal, plainHosts: plainHosts,
            probe: Self.probe(prober))
    }

    /// Creates a doctor.
    ///
    /// - Parameters:
    ///   - carrier: The values of `PlivoAccount.settings`, by variable.
    ///   - platforms: The platforms that a number may lead to.
    ///   - limiter: The limiter of the account at the carrier; nil to send without pace.
    ///   - retries: The limits of retries.
    ///   - probe: Probes a SIP host; nil to send nothing to them.
    ///   - now: Returns the current time.
    package init(
        carrier: [String: String], platforms: [PlatformAccount] = [], over transport: any HTTPTransport,
        journal: any Journal, plainHosts: PlainHTTPHosts = .none,
        limiter: RateLimiter? = RateLimiter(PlivoAccount.rateLimit), retries: RetryPolicy = .init(), probe: Probe?,
        now: @escaping @Sendable () -> CallTime = { .now }
    ) {
        self.carrier = carrier
        self.platforms = platforms
        self.transport = transport
        self.journal = journal
        self.plainHosts = plainHosts
        self.limiter = limiter
        self.retries = retries
        self.probe = probe
        self.now = now
    }

    private static func probe(_ prober: Prober?) -> Probe? {
        guard let prober else { return nil }
        return { target in WireFinding(try await prober.probe(target)) }
    }

    /// Diagnoses a connection of this program.
    ///
    /// - Parameters:
    ///   - platform: The platform.
    ///   - name: The connection's name.
    ///   - settings: The values of the platform's `Platform.settings`, by variable.
    ///   - values: Parameters that select the platform's account; by default those in the journal.
    /// - Throws: `ZentrunkError` `notFound` for a connection that is neither in the journal nor live, `invalid` for
    ///   malformed settings, `journal`; `CancellationError`. What the vendors refuse is part of the diagnosis.
    public func diagnose(
        _ platform: Platform, _ name: ConnectionName = .main, settings: [String: String],
        values: [String: ParameterValue] = [:]
    ) async throws -> Diagnosis {
        let missing = Self.missing(PlivoAccount.settings, in: carrier) + Self.missing(platform.settings, in: settings)
        guard missing.isEmpty else {
            return Diagnosis("\(platform.id)/\(name)", [AccountChecks.settings(missing)])
        }
        let visit = try Visit(self)
        return try await ConnectionVisit(
            visit: visit, platform: platform, name: name, values: values, settings: settings
        ).diagnosis()
    }

    /// Diagnoses a number, whoever set up what it leads to.
    ///
    /// - Parameter number: A number of the account at Plivo.
    /// - Throws: `ZentrunkError` `invalid` for malformed settings; `CancellationError`.
    package func diagnose(_ number: PhoneNumber) async throws -> Diagnosis {
        let missing = Self.missing(PlivoAccount.settings, in: carrier)
        guard missing.isEmpty else { return Diagnosis(number.e164, [AccountChecks.settings(missing)]) }
        return try await NumberVisit(visit: try Visit(self), number: number, platforms: platforms).diagnosis()
    }

    static func missing(_ settings: [Setting], in values: [String: String]) -> [Setting] {
        settings.filter { $0.isRequired && (values[$0.variable] ?? "").withoutMargins().isEmpty }
    }
}

/// One diagnosis: the transports that it sends through, and what they counted.
struct Visit: Sendable {
    let doctor: Doctor
    let carrierTransport: ReadOnlyTransport
    let platformTransport: ReadOnlyTransport
    let account: PlivoAccount
    /// The account for reads that only inform.
    private let hurried: PlivoAccount
    let redactor: Redactor

    init(_ doctor: Doctor) throws {
        self.doctor = doctor
        carrierTransport = ReadOnlyTransport(doctor.transport)
        platformTransport = ReadOnlyTransport(doctor.transport)
        redactor = Redactor()
        let settings = PlatformSettings(
            doctor.carrier.mapValues { Secret($0) }, plainHosts: doctor.plainHosts, redactor: redactor)
        account = try PlivoAccount(
            settings, over: carrierTransport, limiter: doctor.limiter, retries: doctor.retries)
        var once = doctor.retries
        once.attempts = 1
        hurried = try PlivoAccount(
            settings, over: FirstAnswerTransport(base: carrierTransport), limiter: doctor.limiter, retries: once)
    }

    var client: ZentrunkClient { ZentrunkClient(account) }

    func settings(_ values: [String: String]) -> PlatformSettings {
        PlatformSettings(
            values.mapValues { Secret($0) }, plainHosts: doctor.plainHosts, redactor: Redactor(extending: redactor))
    }

    /// Returns the stack of transports to a platform.
    func stack(_ platform: Platform, _ settings: PlatformSettings) -> any HTTPTransport {
        TransportStack.over(
            platformTransport, side: .platform, vendor: platform.title,
            limiter: account.limiters.limiter(of: platform.id, settings.values), retries: doctor.retries)
    }

    var clocks: DoctorCheck { AccountChecks.clock(carrierTransport.clocks + platformTransport.clocks) }

    var requests: [Side: Int] { [.carrier: carrierTransport.count, .platform: platformTransport.count] }

    // MARK: Reading

    /// The checks of the account.
    func accountChecks() async throws -> [DoctorCheck] {
        let answers = try await concurrently([true, false]) { isRecord -> AccountAnswer in
            isRecord
                ? .record(try await Self.outcome { try await account.record() })
                : .zentrunk(try await Self.outcome { try await account.checkZentrunk() })
        }
        guard case .record(let record) = answers[0], case .zentrunk(let zentrunk) = answers[1] else { return [] }
        return AccountChecks.account(record, zentrunk: zentrunk)
    }

    private enum AccountAnswer: Sendable {
        case record(Result<AccountRecord, ZentrunkError>)
        case zentrunk(Result<Void, ZentrunkError>)
    }

    func number(_ number: PhoneNumber) async throws -> Halves.Number {
        let status = try await Self.outcome { try await account.status(of: number) }
        return Halves.Number(number: number, status: Self.named(status, number.digits))
    }

    /// The last calls of a number in one direction: one page, requested once, because the verdict does not depend on it.
    func history(_ number: PhoneNumber, _ direction: Cause.Direction, _ causes: CauseTable) async throws -> DoctorCheck
    {
        var filter = CallFilter()
        if direction == .inbound { filter.to = .init(number) } else { filter.from = .init(number) }
        filter.direction = direction == .inbound ? .inbound : .outbound
        let client = ZentrunkClient(hurried)
        let records = try await Self.outcome { [filter] in
            var records: [CallRecord] = []
            for try await record in try client.calls.list(filter) {
                records.append(record)
                if records.count == Self.records { break }
            }
            return records
        }
        return HistoryChecks.check(
            .init(number: number, direction: direction), records, causes: causes, now: doctor.now())
    }

    /// The records of a number that are looked at: one page.
    private static let records = 20

    /// Probes hosts side by side, each once.
    func wire(_ targets: [WireTarget]) async throws -> [DoctorCheck] {
        guard let probe = doctor.probe else { return [] }
        var unique: [WireTarget] = []
        for target in targets where !unique.contains(where: { $0.target.host == target.target.host }) {
            unique.append(target)
        }
        return try await concurrently(unique) { target in
            do { return WireChecks.check(target, .success(try await probe(target.target))) } catch let error
                as CancellationError
            {
                throw error
            } catch { return WireChecks.check(target, .failure(error)) }
        }
    }

    /// Returns the outcome of a read; only a cancellation is thrown.
    static func outcome<Value: Sendable>(
        _ work: @Sendable () async throws -> Value
    ) async throws -> Result<Value, ZentrunkError> {
        do { return .success(try await work()) } catch let error as CancellationError { throw error } catch {
            return .failure(.explaining(error))
        }
    }

    static func named<Object: Sendable>(_ outcome: Result<Object?, ZentrunkError>, _ id: String) -> Halves.Named<Object>
    {
        switch outcome {
        case .success(let object?): .found(object)
        case .success(nil): .missing(id)
        case .failure(let error): .failed(error)
        }
    }
}

extension ProbeTarget {
    /// The target of a probe of what a platform dials.
    ///
    /// - Throws: ``ProbeTargetError``.
    package init(dialledBy terms: SIPTerms.Outbound) throws(ProbeTargetError) {
        try self.init(
            host: terms.address, port: terms.port,
            transport: terms.transport.flatMap { Transport(rawValue: $0.rawValue) })
    }
}

extension Halves {
    /// The hosts of the path that can be probed.
    var wireTargets: [WireTarget] {
        let origins = uris.compactMap { uri, isPrimary -> WireTarget? in
            (try? ProbeTarget(uri.uri)).map { WireTarget(target: $0, direction: .inbound, isPrimary: isPrimary) }
        }
        let dialled = outbound.compactMap { half -> WireTarget? in
            let target = try? ProbeTarget(dialledBy: half.terms)
            let domain = half.trunk?.object?.domain?.lowercased()
            return target.map {
                WireTarget(target: $0, direction: .outbound, isGiven: domain == half.terms.address.lowercased())
            }
        }
        return origins + dialled
    }

    /// What is at each link of the path, for the picture.
    func labels(_ direction: Cause.Direction, account: String) -> [DoctorCheck.Link: String] {
        var labels: [DoctorCheck.Link: String] = [.account: account]
        if let first = numbers.first {
            labels[.number] = numbers.count > 1 ? "\(first.number) and \(numbers.count - 1) more" : first.number.e164
        }
        let objects = platform?.objects ?? []
        if platform != nil {
            let own = objects.filter { direction == .inbound ? $0.terms.inbound != nil : !$0.terms.outbound.isEmpty }
            labels[.platform] = own.first?.label ?? "nothing"
            let agents = objects.compactMap { object -> String? in
                switch object.terms.inbound?.answer {
                case .agents(let agents)?: agents.joined(separator: ", ")
                case .elsewhere?: "chosen elsewhere"
                case .nothing?: "nothing"
                case nil: nil
                }
            }
            if direction == .inbound { labels[.agent] = agents.first ?? "nothing" }
        }
        if direction == .inbound {
            labels[.trunk] = inbound.first?.trunk.shortLabel ?? "nothing"
            labels[.uri] = (uris.first?.uri.uri).map(OriginationURI.masked) ?? "nothing"
            labels[.host] = uris.first.flatMap { try? OriginationURI($0.uri.uri) }?.host.name ?? "nothing"
        } else {
            labels[.trunk] = outbound.first?.trunk?.object?.shortLabel ?? "nothing"
            labels[.host] = outbound.first?.terms.address ?? "nothing"
            labels[.credential] =
                outbound.first?.credential?.object?.label ?? outbound.first?.accessList?.object?.label ?? "nothing"
        }
        return labels
    }
}

extension Trunk {
    fileprivate var shortLabel: String { name ?? id }
}
