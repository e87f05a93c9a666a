@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
@_spi(Adapter) import ZentrunkPlivo

/// The checks that both halves agree, in each direction.
struct AgreementChecks {
    let halves: Halves

    var checks: [DoctorCheck] {
        guard let side = halves.platform, side.error == nil, !side.facts.isEmpty else { return [] }
        let inbound = halves.uris.compactMap { uri, isPrimary -> [DoctorCheck]? in
            guard let parsed = try? OriginationURI(uri.uri) else { return nil }
            return self.inbound(uri, parsed, isPrimary: isPrimary, side)
        }
        return inbound.flatMap { $0 } + halves.outbound.flatMap(outbound)
            + (halves.isOurs || !halves.outbound.isEmpty ? passwords : [])
    }

    private func check(
        _ id: String, _ status: DoctorCheck.Status, _ finding: String, evidence: [String] = [],
        owner: Cause.Owner = .platformConfig, _ remedies: [Remedy] = [], at link: DoctorCheck.Link,
        _ direction: Cause.Direction, about object: String? = nil
    ) -> DoctorCheck {
        DoctorCheck(
            "agreement.\(id)", .agreement, status, finding, evidence: evidence, owner: owner, remedies: remedies,
            at: link, direction, about: object)
    }

    // MARK: Inbound

    /// Checks a URI against the platform's objects. A fallback that leads to another host is not the platform's.
    private func inbound(
        _ record: OriginationURIRecord, _ uri: OriginationURI, isPrimary: Bool, _ side: Halves.Side
    ) -> [DoctorCheck] {
        let host = side.facts.host(covering: uri.host.name)
        // Customers run some platforms on hosts of their own, which no list has.
        guard isPrimary || host != nil else { return [] }
        let bad: DoctorCheck.Status = isPrimary ? .fail : .warn
        var checks: [DoctorCheck] = []
        if let host {
            checks.append(transport(uri, host, record, side, bad))
            if let check = label(uri, host, record, side, bad) { checks.append(check) }
        } else if isPrimary, halves.isOurs, !side.facts.hosts.isEmpty,
            !side.facts.hosts.contains(where: \.hasSubdomains)
        {
            // A platform with fixed hosts only.
            checks.append(
                check(
                    "host", .warn, "\(uri.host.name) is not a documented host of \(side.description.title)",
                    evidence: [uri.text], owner: .carrierConfig, at: .uri, .inbound, about: record.id))
        }
        let chain = halves.isOurs ? side.objects : halves.numbers.flatMap { side.chain(of: $0.number) }
        for object in chain {
            guard let terms = object.terms.inbound else { continue }
            checks += [
                encryption(uri, terms, object, record, bad), sources(terms, object, bad),
                login(record, terms, object, bad),
            ].compactMap { $0 }
        }
        return checks
    }

    private func transport(
        _ uri: OriginationURI, _ host: SIPFacts.Host, _ record: OriginationURIRecord, _ side: Halves.Side,
        _ bad: DoctorCheck.Status
    ) -> DoctorCheck {
        let id = "inbound.transport"
        let change = Remedy.carrier("uri", "update", record.id, "--uri", "\(uri.host.name);transport=tcp")
        if let transport = uri.transport, !host.transports.contains(transport) {
            return check(
                id, bad, "\(uri.text) uses \(transport.rawValue), which \(side.description.title) does not take",
                evidence: [uri.text], owner: .carrierConfig, [change], at: .uri, .inbound, about: record.id)
        }
        let usual = uri.isSecure ? 5061 : 5060
        if let port = uri.port, port != usual {
            return check(
                id, bad,
                "\(uri.text) has the port \(port), and \(side.description.title) takes \(uri.isSecure ? "TLS" : "UDP and TCP") on \(usual)",
                evidence: [uri.text], owner: .carrierConfig, [change], at: .uri, .inbound, about: record.id)
        }
        return check(
            id, .pass, "\(side.description.title) takes the transport of \(uri.text)", at: .uri, .inbound,
            about: record.id)
    }

    /// Some hosts begin with the id of the object that takes the call.
    private func label(
        _ uri: OriginationURI, _ host: SIPFacts.Host, _ record: OriginationURIRecord, _ side: Halves.Side,
        _ bad: DoctorCheck.Status
    ) -> DoctorCheck? {
        guard let kind = host.labelKind, let label = host.label(of: uri.host.name) else { return nil }
        let objects = side.objects.filter { $0.kind.name == kind }
        guard let known = objects.first else { return nil }
        guard !objects.contains(where: { $0.live.id.lowercased() == label }) else {
            return check(
                "inbound.host", .pass, "\(uri.host.name) begins with the id of \(known.label)", at: .uri, .inbound,
                about: record.id)
        }
        return check(
            "inbound.host", bad, "\(uri.host.name) begins with \(label), which is not the id of \(known.label)",
            evidence: [uri.text], owner: .carrierConfig,
            [
                .carrier(
                    "uri", "update", record.id, "--uri",
                    uri.text.replacing(label, with: known.live.id))
            ], at: .uri, .inbound, about: record.id)
    }

    /// The carrier encrypts media when the URI has TLS.
    private func encryption(
        _ uri: OriginationURI, _ terms: SIPTerms.Inbound, _ object: Halves.PlatformObject,
        _ record: OriginationURIRecord, _ bad: DoctorCheck.Status
    ) -> DoctorCheck? {
        guard let encryption = terms.encryption else { return nil }
        let id = "inbound.encryption"
        let evidence = [uri.text, "media encryption \(encryption.rawValue)"]
        switch (uri.isSecure, encryption) {
        case (false, .required):
            return check(
                id, bad, "\(object.label) requires encryption, and \(uri.text) has none", evidence: evidence,
                at: .platform, .inbound, about: object.live.id)
        case (true, .disabled):
            return check(
                id, bad, "\(uri.text) is encrypted, and \(object.label) has encryption disabled", evidence: evidence,
                at: .platform, .inbound, about: object.live.id)
        default:
            return check(id, .pass, "both halves agree on encryption", at: .platform, .inbound, about: object.live.id)
        }
    }

    /// The platform takes calls from every address of the carrier's signalling.
    private func sources(
        _ terms: SIPTerms.Inbound, _ object: Halves.PlatformObject, _ bad: DoctorCheck.Status
    ) -> DoctorCheck? {
        guard let networks = terms.networks else { return nil }
        let missing = halves.networks.filter { needed in !networks.contains { $0.contains(needed) } }
        let id = "inbound.sources"
        guard !missing.isEmpty else {
            return check(
                id, .pass, "\(object.label) takes calls from all of Plivo's networks", at: .platform, .inbound,
                about: object.live.id)
        }
        let all = missing.count == halves.networks.count
        return check(
            id, bad,
            all
                ? "\(object.label) takes no calls from Plivo's networks"
                : "\(object.label) refuses calls from \(missing.count) of Plivo's \(halves.networks.count) networks",
            evidence: missing.map(\.description),
            [
                .advice(
                    "allow these networks at \(halves.platform?.description.title ?? "the platform"): \(missing.map(\.description).joined(separator: ", "))"
                )
            ],
            at: .platform, .inbound, about: object.live.id)
    }

    /// The username that the platform asks for is the one that the carrier sends.
    private func login(
        _ record: OriginationURIRecord, _ terms: SIPTerms.Inbound, _ object: Halves.PlatformObject,
        _ bad: DoctorCheck.Status
    ) -> DoctorCheck? {
        guard object.terms.inbound?.encryption != nil || terms.username != nil else { return nil }
        let id = "inbound.login"
        switch (terms.username, record.needsAuthentication ? record.username : nil) {
        case (nil, nil):
            return check(id, .pass, "neither half asks for a login", at: .uri, .inbound, about: record.id)
        case (nil, let sent?):
            return check(
                id, .pass, "\(record.label) has the username \(sent), and \(object.label) asks for none", at: .uri,
                .inbound, about: record.id)
        case (let asked?, nil):
            return check(
                id, bad, "\(object.label) asks for a login, and \(record.label) has none",
                evidence: ["username \(asked)"], owner: .carrierConfig,
                [.carrier("uri", "update", record.id, "--username", asked, "--password-stdin")], at: .uri, .inbound,
                about: record.id)
        case (let asked?, let sent?) where asked != sent:
            return check(
                id, bad, "\(object.label) asks for the username \(asked), and \(record.label) sends \(sent)",
                evidence: [asked, sent], owner: .carrierConfig,
                [.carrier("uri", "update", record.id, "--username", asked, "--password-stdin")], at: .uri, .inbound,
                about: record.id)
        case (let asked?, _):
            return check(
                id, .pass, "both halves have the username \(asked)", at: .uri, .inbound, about: record.id)
        }
    }

    // MARK: Outbound

    private func outbound(_ half: Halves.Outbound) -> [DoctorCheck] {
        guard let trunk = half.trunk?.object, trunk.direction == .outbound else { return [] }
        return [encryption(trunk, half), port(half), login(trunk, half)].compactMap { $0 }
    }

    private func encryption(_ trunk: Trunk, _ half: Halves.Outbound) -> DoctorCheck {
        let id = "outbound.encryption"
        let terms = half.terms
        let way = [
            terms.transport.map { "transport \($0.rawValue)" } ?? "no fixed transport",
            terms.encryption.map { "media encryption \($0.rawValue)" }, "secure \(trunk.isSecure)",
        ].compactMap { $0 }
        func fail(_ finding: String) -> DoctorCheck {
            check(
                id, .fail, finding, evidence: way, owner: trunk.isSecure ? .platformConfig : .carrierConfig,
                [.carrier("trunk", "update", trunk.id, trunk.isSecure ? "--no-secure" : "--secure")], at: .host,
                .outbound, about: trunk.isSecure ? half.object.live.id : trunk.id)
        }
        if trunk.isSecure {
            if let transport = terms.transport, transport != .tls {
                return fail("\(trunk.label) is secure, and \(half.object.label) dials it over \(transport.rawValue)")
            }
            if terms.encryption == .disabled {
                return fail("\(trunk.label) is secure, and \(half.object.label) does not encrypt media")
            }
        } else {
            if terms.transport == .tls {
                return fail(
                    "\(half.object.label) dials over tls, and \(trunk.label) is not secure: calls end with 4110")
            }
            if terms.encryption == .required {
                return fail(
                    "\(half.object.label) requires encrypted media, and \(trunk.label) is not secure: calls end with 4110"
                )
            }
        }
        return terms.transport == nil
            ? check(
                id, .warn, "\(half.object.label) does not fix the transport, so the platform chooses it", evidence: way,
                at: .host, .outbound, about: half.object.live.id)
            : check(
                id, .pass, "both halves agree on transport and encryption", at: .host, .outbound,
                about: half.object.live.id)
    }

    private func port(_ half: Halves.Outbound) -> DoctorCheck? {
        guard let port = half.terms.port, let transport = half.terms.transport else { return nil }
        let usual = transport == .tls ? 5061 : 5060
        guard port != usual else { return nil }
        return check(
            "outbound.port", .fail,
            "\(half.object.label) dials port \(port) over \(transport.rawValue), and Plivo listens on \(usual)",
            evidence: ["\(half.terms.address):\(port)"], at: .host, .outbound, about: half.object.live.id)
    }

    private func login(_ trunk: Trunk, _ half: Halves.Outbound) -> DoctorCheck? {
        let id = "outbound.login"
        guard trunk.credential != nil else {
            guard trunk.accessList != nil else { return nil }
            return check(
                id, .pass, "\(trunk.label) admits calls by their address", at: .credential, .outbound, about: trunk.id)
        }
        guard let credential = half.credential?.object else {
            guard case .failed(let error)? = half.credential else { return nil }
            return DoctorCheck(
                unread: "agreement.\(id)", .agreement, "the credential of \(trunk.label)", error, at: .credential,
                .outbound)
        }
        guard let username = half.terms.username else {
            return check(
                id, trunk.accessList == nil ? .fail : .warn,
                "\(trunk.label) asks for the username \(credential.username), and \(half.object.label) sends none",
                evidence: ["username \(credential.username)"], at: .credential, .outbound, about: half.object.live.id)
        }
        guard username == credential.username else {
            return check(
                id, .fail,
                "\(half.object.label) sends the username \(username), and \(trunk.label) asks for \(credential.username)",
                evidence: [username, credential.username], at: .credential, .outbound, about: half.object.live.id)
        }
        return check(
            id, .pass, "both halves have the username \(username)", at: .credential, .outbound, about: trunk.id)
    }

    /// Vendors never return passwords.
    private var passwords: [DoctorCheck] {
        let hasLogin =
            halves.outbound.contains { $0.terms.username != nil }
            || halves.uris.contains { $0.uri.needsAuthentication }
        guard hasLogin else { return [] }
        return [
            DoctorCheck(
                "agreement.password", .agreement, .unknown,
                "no vendor returns passwords, so only a call shows whether both halves have the same one",
                isInformation: true)
        ]
    }
}
