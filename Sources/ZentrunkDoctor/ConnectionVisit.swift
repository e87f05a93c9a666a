@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// The diagnosis of a connection of this program.
///
/// The plan of a request that changes nothing compares both halves with the connection's description. What it does not
/// look at is read beside it: the account, the numbers, the hosts, the last calls.
struct ConnectionVisit: Sendable {
    let visit: Visit
    let platform: Platform
    let name: ConnectionName
    let values: [String: ParameterValue]
    let settings: [String: String]

    /// The numbers whose status and calls are read.
    private static let mostNumbers = 5

    private var subject: String { "\(platform.id)/\(name)" }

    private enum Job: Sendable {
        case account, plan
        case number(PhoneNumber)
        case history(PhoneNumber, Cause.Direction)
    }

    fileprivate enum Answer: Sendable {
        case checks([DoctorCheck])
        case plan(Plan, depth: Int)
        case refused(ZentrunkError)
        case number(Halves.Number)
    }

    func diagnosis() async throws -> Diagnosis {
        let connector = try connector()
        let causes = try CauseTable.bundled
        let chain = RoundTripChain()
        return try await RoundTripChain.$current.withValue(chain) {
            let known = try await ConnectionReading(connector).numbers(of: name)
            var answers = try await read([.account, .plan] + jobs(known), connector, causes)
            var planDepth = 0
            var plan: Plan?
            var refusal: ZentrunkError?
            for answer in answers {
                if case .plan(let found, let depth) = answer { (plan, planDepth) = (found, depth) }
                if case .refused(let error) = answer { refusal = error }
            }
            if refusal?.code == .noNumber { throw unknown }
            let more = (plan?.connection.numbers ?? []).filter { !known.contains($0) }
            // What the plan found is not read before it.
            chain.join(planDepth)
            answers += try await read(jobs(more), connector, causes)
            var diagnosis =
                if let plan { try await checked(plan, answers, connector) } else {
                    try await fallback(refusal, known, answers)
                }
            diagnosis.depth = chain.depth
            diagnosis.requests = visit.requests
            return diagnosis
        }
    }

    private func connector() throws -> Connector {
        let settings = visit.settings(settings)
        return try Connector(
            visit.account, platform, settings: settings, stack: visit.stack(platform, settings),
            journal: visit.doctor.journal)
    }

    private var unknown: ZentrunkError {
        ZentrunkError(
            .notFound, "no connection \(subject) was found",
            remedies: [.connect(.init(platform.id, name), platform.description.example)])
    }

    private func jobs(_ numbers: [PhoneNumber]) -> [Job] {
        numbers.prefix(Self.mostNumbers).flatMap { number -> [Job] in
            [.number(number), .history(number, .inbound), .history(number, .outbound)]
        }
    }

    private func read(_ jobs: [Job], _ connector: Connector, _ causes: CauseTable) async throws -> [Answer] {
        try await concurrently(jobs) { job in
            switch job {
            case .account: return .checks(try await visit.accountChecks())
            case .number(let number): return .number(try await visit.number(number))
            case .history(let number, let direction):
                return .checks([try await visit.history(number, direction, causes)])
            case .plan:
                switch try await Visit.outcome({ try await plan(connector) }) {
                case .success(let plan): return .plan(plan, depth: plan.readDepth)
                case .failure(let error): return .refused(error)
                }
            }
        }
    }

    /// Returns the plan of a request that changes nothing, also where only one half of the connection exists.
    private func plan(_ connector: Connector) async throws -> Plan {
        var request = ConnectionRequest(name: name, values: values)
        do { return try await connector.plan(request) } catch let error as ZentrunkError where error.code == .oneSided {
            request.mayBeOneSided = true
            var plan = try await connector.plan(request)
            plan.warnings.append(
                Warning(.oneSided, error.message, remedies: [.repair(.init(platform.id, name), [.changes, .oneSided])]))
            return plan
        }
    }

    // MARK: Checks

    private func checked(_ plan: Plan, _ answers: [Answer], _ connector: Connector) async throws -> Diagnosis {
        let reading = ConnectionReading(connector)
        let kinds = try reading.kinds(of: plan.connection)
        let facts = platform.adapter.sip
        let direction = plan.connection.direction
        var halves = Halves(plan, kinds, platform.description, facts)
        halves.numbers = answers.compactMap { if case .number(let number) = $0 { number } else { nil } }
        var plans = PlanChecks(plan: plan, kinds: kinds, facts: facts)
        plans.directions = reading.directions(of: plan).mapValues { $0.count > 1 ? .any : .init($0.first) }
        let secrets = visit.account.secrets
        plans.isDerived = { secrets.isOurs($0) }
        plans.switched = try await reading.switched(in: plan)
        plans.fallbacks = Set(
            halves.inbound.compactMap { $0.trunk.fallbackURI == $0.trunk.primaryURI ? nil : $0.trunk.fallbackURI })
        let specific =
            CarrierChecks(halves: halves, account: visit.account.account).checks
            + PlatformChecks(
                side: halves.platform ?? .init(description: platform.description, facts: facts),
                numbers: plan.connection.numbers, takesCalls: direction != .outbound, isOurs: true
            ).checks
        let agreement = AgreementChecks(halves: halves).checks
        let failing = Set(
            (specific.filter { $0.status == .fail } + agreement.filter { [.fail, .warn].contains($0.status) }).map(
                \.direction))
        let meeting = halves.meeting
        plans.fits = { wanted in
            let needed: [Cause.Direction] = wanted == .any ? direction.each : [wanted]
            return !failing.contains(.any) && needed.allSatisfy { !failing.contains($0) && meeting.contains($0) }
        }
        var checks =
            [AccountChecks.settings([]), visit.clocks] + answers.shared(direction) + specific
            + plans.checks(besides: specific) + agreement
        // A repair of everything is what helps against what the program made.
        for index in checks.indices where [.fail, .warn].contains(checks[index].status) && !plan.isUnchanged {
            // A repair would move the calls of a switched number back.
            let isOwn = plan.resources.contains { resource in
                resource.id == checks[index].object && !resource.deeds.isEmpty
                    && !(resource.instance.number.map { plans.switched[$0] != nil } ?? false)
            }
            if isOwn, checks[index].remedies.first != plans.repair { checks[index].remedies = [plans.repair] }
        }
        checks += try await visit.wire(halves.wireTargets)
        return diagnosis(checks, halves, direction)
    }

    /// Diagnoses by the numbers alone: one side could not be read, and the other one may be the reason why calls fail.
    private func fallback(
        _ refusal: ZentrunkError?, _ numbers: [PhoneNumber], _ answers: [Answer]
    ) async throws -> Diagnosis {
        var checks = [AccountChecks.settings([]), visit.clocks] + answers.shared(.both)
        if let refusal {
            let isPlatform = refusal.place == .platform
            let stage: DoctorCheck.Stage = isPlatform ? .platform : .carrier
            let site = CheckSite(stage: stage, owner: .unknown, link: isPlatform ? .platform : .trunk)
            checks.append(
                site.unread("objects", isPlatform ? platform.title : "the objects at Plivo", because: refusal))
        }
        guard let first = numbers.first else { return Diagnosis(subject, checks) }
        let byNumber = NumberVisit(
            visit: visit, number: first, platforms: [.init(platform, settings)], values: values)
        let examined = try await byNumber.examined()
        var halves = examined.0
        halves.numbers = answers.compactMap { if case .number(let number) = $0 { number } else { nil } }
        let known = Set(checks.map(\.id))
        checks += examined.1.filter { !known.contains($0.id) }
        checks += try await visit.wire(halves.wireTargets)
        return diagnosis(checks, halves, .both)
    }

    private func diagnosis(_ checks: [DoctorCheck], _ halves: Halves, _ direction: Direction) -> Diagnosis {
        let account = visit.account.account
        let paths = [Cause.Direction.inbound, .outbound].filter { direction == .both || $0 == .init(direction) }.map {
            CallPath($0, halves.labels($0, account: account), platform: platform.title, checks)
        }
        return Diagnosis(subject, checks, paths: paths)
    }
}

extension Halves {
    /// The directions in which each half leads to the other, so that they can be compared.
    fileprivate var meeting: Set<Cause.Direction> {
        let facts = platform?.facts ?? SIPFacts()
        let leadsIn = uris.contains { record, isPrimary in
            isPrimary && (try? OriginationURI(record.uri)).flatMap { facts.host(covering: $0.host.name) } != nil
        }
        let leadsOut =
            !outbound.isEmpty
            && outbound.allSatisfy { half in
                // An object dials its first address; the others are for when that fails.
                half.terms != half.object.terms.outbound.first
                    || half.trunk?.object != nil && Trunk.id(dialledAt: half.terms.address) != nil
            }
        return Set((leadsIn ? [.inbound] : []) + (leadsOut ? [.outbound] : []))
    }
}

extension Direction {
    /// The directions of calls that it stands for.
    fileprivate var each: [Cause.Direction] { self == .both ? [.inbound, .outbound] : [Cause.Direction(self)] }
}

extension Cause.Direction {
    init(_ direction: Direction?) {
        self =
            switch direction {
            case .inbound?: .inbound
            case .outbound?: .outbound
            default: .any
            }
    }
}

extension [ConnectionVisit.Answer] {
    /// The checks that need no plan, of the directions that the connection has.
    fileprivate func shared(_ direction: Direction) -> [DoctorCheck] {
        flatMap { answer -> [DoctorCheck] in
            guard case .checks(let checks) = answer else { return [] }
            return checks.filter {
                $0.stage != .history || direction == .both || $0.direction == Cause.Direction(direction)
            }
        }
    }
}
