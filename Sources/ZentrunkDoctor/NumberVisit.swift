@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
import ZentrunkJSON
@_spi(Adapter) import ZentrunkPlivo

/// The diagnosis of a number by what it leads to, whoever made the objects.
///
/// The carrier's chain is read from the number on, and the platforms are asked for objects about the number at the same
/// time: number, trunk, URI, and, if the URI's host belongs to another account of the platform, that account's objects.
struct NumberVisit: Sendable {
    let visit: Visit
    let number: PhoneNumber
    /// The platforms that the number may lead to. Those without settings are named and not read.
    let platforms: [Doctor.PlatformAccount]
    /// Parameters that select the platforms' accounts.
    var values: [String: ParameterValue] = [:]

    func diagnosis() async throws -> Diagnosis {
        let chain = RoundTripChain()
        let causes = try CauseTable.bundled
        return try await RoundTripChain.$current.withValue(chain) {
            let answers = try await concurrently([0, 1, 2, 3]) { job -> Answer in
                switch job {
                case 0: return .checks(try await visit.accountChecks())
                case 1: return .examined(try await examined())
                case 2: return .checks([try await visit.history(number, .inbound, causes)])
                default: return .checks([try await visit.history(number, .outbound, causes)])
                }
            }
            var halves = Halves()
            var checks = [AccountChecks.settings([]), visit.clocks]
            for answer in answers {
                switch answer {
                case .checks(let more): checks += more
                case .examined(let found):
                    halves = found.0
                    checks += found.1
                }
            }
            checks += try await visit.wire(halves.wireTargets)
            let needsRoute = !checks.contains { $0.id == "carrier.number.route" && $0.direction == .outbound }
            let directions: [Cause.Direction] =
                (needsRoute ? [.inbound] : []) + (halves.outbound.isEmpty ? [] : [.outbound])
            let paths = directions.map { direction in
                CallPath(
                    direction, halves.labels(direction, account: visit.account.account),
                    platform: halves.platform?.description.title ?? "platform", checks)
            }
            var diagnosis = Diagnosis(number.e164, checks, paths: paths)
            diagnosis.depth = chain.depth
            diagnosis.requests = visit.requests
            return diagnosis
        }
    }

    private enum Answer: Sendable {
        case checks([DoctorCheck])
        case examined((Halves, [DoctorCheck]))
    }

    // MARK: Reading

    private enum Half: Sendable {
        case carrier(Halves.Number, Halves.Inbound?, [DoctorCheck])
        case platform(Int, Place)
    }

    /// A platform's objects, and the trunks that they dial.
    struct Place: Sendable {
        var side: Halves.Side
        var outbound: [Halves.Outbound]
    }

    private func place(of account: Doctor.PlatformAccount, _ values: [String: JSONValue]) async throws -> Place {
        let side = try await self.side(of: account, values)
        return Place(side: side, outbound: try await outbound(of: side))
    }

    /// Reads both halves and checks them.
    func examined() async throws -> (Halves, [DoctorCheck]) {
        let readable = platforms.indices.filter {
            Doctor.missing(platforms[$0].platform.settings, in: platforms[$0].settings).isEmpty
        }
        let jobs: [Int?] = [nil] + readable.map(Optional.some)
        let parts = try await concurrently(jobs) { index -> Half in
            guard let index else { return try await carrier() }
            return .platform(index, try await place(of: platforms[index], chosen(platforms[index].platform)))
        }
        var halves = Halves()
        var checks: [DoctorCheck] = []
        var places: [Int: Place] = [:]
        for part in parts {
            switch part {
            case .carrier(let number, let inbound, let more):
                halves.numbers = [number]
                halves.inbound = [inbound].compactMap { $0 }
                checks += more
            case .platform(let index, let place): places[index] = place
            }
        }
        let (found, more) = try await platform(of: halves, places)
        checks += more
        let routed = halves.inbound.first?.trunk.name.flatMap(OwnedName.init(parsing:)).map {
            Remedy.Target($0.platform, $0.connection)
        }
        let holder = holder(among: places)
        let connections = [routed, holder].compactMap { $0 }
        rerouting(&checks, halves, found, holder)
        halves.platform = found?.side
        halves.outbound = found?.outbound ?? []
        if let number = halves.numbers.first, isForOutboundOnly(found, number) {
            let site = CheckSite(stage: .carrier, owner: .none, link: .number, direction: .outbound)
            checks.removeAll { $0.id == "carrier.number.route" }
            checks.append(site.pass("number.route", "\(number.number) only calls out, for which it needs no route"))
        }
        checks +=
            CarrierChecks(
                halves: halves, account: visit.account.account, connection: holder ?? routed
            ).checks
        if let found {
            checks +=
                PlatformChecks(
                    side: found.side, numbers: [number], takesCalls: !halves.uris.isEmpty, isOurs: false,
                    connection: connections.first { $0.platform == found.side.description.id }
                ).checks
            checks += AgreementChecks(halves: halves).checks
        }
        return (halves, checks)
    }

    /// Reads the carrier's half from the number on.
    private func carrier() async throws -> Half {
        let number = try await visit.number(self.number)
        guard case .found(let status) = number.status else { return .carrier(number, nil, []) }
        let site = CheckSite(
            stage: .carrier, owner: .carrierConfig, link: .number, direction: .inbound, object: number.number.e164)
        let id = "number.route"
        let remedies = [Remedy.carrier("number", "update", number.number.e164, "--trunk", "TRUNK")]
        let path = status.application
        guard let path, let trunkID = Self.trunk(in: path) else {
            let target = path == nil ? "anything" : "a trunk"
            let check = site.fail(
                id, "\(number.number) is not routed to \(target)", evidence: [path ?? "application is empty"],
                remedies: remedies)
            return .carrier(number, nil, [check])
        }
        let client = visit.client
        switch Visit.named(try await Visit.outcome { try await client.trunks.get(id: trunkID) }, trunkID) {
        case .missing:
            let check = site.fail(
                id, "\(number.number) is routed to the trunk \(trunkID), which does not exist", evidence: [path],
                remedies: remedies)
            return .carrier(number, nil, [check])
        case .failed(let error):
            let check = site.at(.trunk).unread("inbound-trunk.present", "the trunk \(trunkID)", because: error)
            return .carrier(number, nil, [check])
        case .found(let trunk):
            let uris = try await concurrently([trunk.primaryURI, trunk.fallbackURI]) {
                id -> Halves.Named<OriginationURIRecord>? in
                guard let id else { return nil }
                return Visit.named(try await Visit.outcome { try await client.uris.get(id: id) }, id)
            }
            let check = site.pass(id, "\(number.number) is routed to \(trunk.label)", evidence: [path])
            return .carrier(number, .init(trunk: trunk, primary: uris[0], fallback: uris[1]), [check])
        }
    }

    /// Returns the id of the trunk that a route names; nil for a route to an application.
    private static func trunk(in path: String) -> Trunk.ID? {
        let steps = path.split(separator: "/").map(String.init)
        return steps.dropLast().last == "Trunk" ? steps.last : nil
    }

    /// Whether the platform calls from the number and admits no calls to it, so that it needs no route.
    private func isForOutboundOnly(_ place: Place?, _ number: Halves.Number) -> Bool {
        guard let place, !place.outbound.isEmpty, case .found(let status) = number.status,
            status.application.flatMap(Self.trunk) == nil
        else { return false }
        let admitted = place.side.objects.compactMap(\.terms.inbound)
        return admitted.isEmpty || admitted.contains { $0.networks?.isEmpty == true }
    }

    /// The values of the platform's account parameters that the caller chose.
    private func chosen(_ platform: Platform) -> [String: JSONValue] {
        platform.description.accountParameters.reduce(into: [:]) { found, name in
            if let text = values[name]?.text { found[name] = .string(text) }
        }
    }

    /// Reads a platform's objects about the number, and those that they name.
    private func side(of account: Doctor.PlatformAccount, _ values: [String: JSONValue]) async throws -> Halves.Side {
        let platform = account.platform
        let facts = platform.adapter.sip
        var side = Halves.Side(description: platform.description, facts: facts, values: values)
        guard !facts.isEmpty else { return side }
        side.account = try? adapter(of: account, values).account
        side.ownHost = facts.hostVariable.flatMap { account.settings[$0] }?.withoutMargins()
        if side.ownHost?.isEmpty == true { side.ownHost = nil }
        let outcome = try await Visit.outcome { () async throws -> [Halves.PlatformObject] in
            let adapter = try adapter(of: account, values)
            let wanted = Set(facts.inboundKinds + facts.outboundKinds)
            let kinds = adapter.kinds.filter { wanted.contains($0.description.name) }
            var query = ResourceQuery(numbers: [number])
            query.numbersSuffice = true
            let found = try await concurrently(kinds.filter { $0.description.numberField != nil }) { [query] kind in
                try await kind.find(query).map { Halves.PlatformObject($0, kind.description, facts) }
            }.flatMap { $0 }
            return found + (try await named(by: found, kinds, facts))
        }
        switch outcome {
        case .success(let objects): side.objects = objects
        case .failure(let error): side.error = error
        }
        side.objects = side.related(to: number)
        side.conflicts = conflicts(in: side, account)
        return side
    }

    /// Reads the objects whose ids others hold.
    private func named(
        by objects: [Halves.PlatformObject], _ kinds: [any ResourceKind], _ facts: SIPFacts
    ) async throws -> [Halves.PlatformObject] {
        var wanted: [(kind: any ResourceKind, id: String)] = []
        for object in objects {
            for (field, name) in object.kind.references {
                guard let kind = kinds.first(where: { $0.description.name == name }) else { continue }
                for id in object.live.ids(in: field)
                where !objects.contains(where: { $0.live.id == id }) && !wanted.contains(where: { $0.id == id }) {
                    wanted.append((kind, id))
                }
            }
        }
        return try await concurrently(wanted) { kind, id in
            try await kind.read(id).map { Halves.PlatformObject($0, kind.description, facts) }
        }.compactMap { $0 }
    }

    /// Returns the platform that the number leads to: the one that has the URI's host, or else one with objects about the
    /// number.
    private func platform(
        of halves: Halves, _ places: [Int: Place]
    ) async throws -> (Place?, [DoctorCheck]) {
        let record = halves.inbound.first?.primary?.object
        let uri = record.flatMap { try? OriginationURI($0.uri) }
        if let uri, let record {
            for (index, account) in platforms.enumerated() {
                guard let host = account.platform.adapter.sip.host(covering: uri.host.name) else { continue }
                guard let place = places[index] else {
                    let missing = Doctor.missing(account.platform.settings, in: account.settings).map(\.variable)
                    let check = CheckSite(stage: .platform, owner: .customer, link: .platform).unknown(
                        "settings",
                        "\(uri.host.name) belongs to \(account.platform.title), and \(missing.joined(separator: ", ")) is not set, so its objects were not read",
                        remedies: [.set(missing.map { .init($0) })])
                    return (nil, [check])
                }
                let values = host.values.mapValues { JSONValue.string($0) }
                if place.side.objects.isEmpty, chosen(account.platform).isEmpty, !values.isEmpty {
                    return (try await self.place(of: account, values), [])
                }
                return (place, [misplaced(place, of: account, host: host, uri: uri, record)].compactMap { $0 })
            }
        }
        let holding = places.sorted { $0.key < $1.key }.map(\.value)
        if let place = holding.first(where: { !$0.side.objects.isEmpty })
            ?? (platforms.count == 1 ? holding.first : nil)
        {
            return (place, [])
        }
        guard let uri else { return (nil, []) }
        let check = CheckSite(stage: .platform, owner: .unknown, link: .host, direction: .inbound).unknown(
            "host",
            "\(uri.host.name) is not a host of a platform that this program knows, so its side was not read",
            evidence: [uri.text])
        return (nil, [check])
    }

    /// Reads the trunks that a platform's objects dial, and what admits calls there.
    private func outbound(of side: Halves.Side) async throws -> [Halves.Outbound] {
        let client = visit.client
        let dialled = side.objects.flatMap { object in object.terms.outbound.map { (object, $0) } }
        return try await concurrently(dialled) { object, terms in
            var half = Halves.Outbound(object: object, terms: terms)
            guard let id = Trunk.id(dialledAt: terms.address) else { return half }
            let named = Visit.named(try await Visit.outcome { try await client.trunks.get(id: id) }, id)
            half.trunk = named
            guard let trunk = named.object else { return half }
            let admission = try await concurrently([true, false]) { isCredential -> Admission? in
                if isCredential {
                    guard let id = trunk.credential else { return nil }
                    return .credential(
                        Visit.named(try await Visit.outcome { try await client.credentials.get(id: id) }, id))
                }
                guard let id = trunk.accessList else { return nil }
                return .accessList(
                    Visit.named(try await Visit.outcome { try await client.accessLists.get(id: id) }, id))
            }
            for case let found? in admission {
                switch found {
                case .credential(let named): half.credential = named
                case .accessList(let named): half.accessList = named
                }
            }
            return half
        }
    }

    private enum Admission: Sendable {
        case credential(Halves.Named<SIPCredential>)
        case accessList(Halves.Named<IPAccessControlList>)
    }
}

extension Halves.Side {
    /// The objects of a call to the number, and those that hold it for other calls.
    func related(to number: PhoneNumber) -> [Halves.PlatformObject] {
        let chain = self.chain(of: number)
        return chain
            + objects.filter { object in
                !chain.contains { $0.live.id == object.live.id }
                    && (object.kind.numbers(of: object.live).contains(number) || !object.terms.outbound.isEmpty)
            }
    }
}
