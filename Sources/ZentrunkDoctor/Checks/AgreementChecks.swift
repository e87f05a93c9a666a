@_spi(Adapter) import ZentrunkCore
import ZentrunkDiagnosis
@_spi(Adapter) import ZentrunkPlivo

/// The checks that both halves agree, in each direction.
struct AgreementChecks {
    let halves: Halves

    var checks: [DoctorCheck] {
        guard let side = halves.platform, side.error == nil, !side.facts.isEmpty else { return [] }
        let origins = halves.uris.compactMap { record, isPrimary -> Origin? in
            (try? OriginationURI(record.uri)).map { Origin(record: record, uri: $0, isPrimary: isPrimary) }
        }
        return origins.flatMap { inbound($0, side) } + halves.outbound.flatMap(outbound) + passwords
    }

    // MARK: Inbound

    /// An origination URI that calls can go to.
    private struct Origin {
        var record: OriginationURIRecord
        var uri: OriginationURI
        /// A fallback that fails stops no call by itself.
        var isPrimary: Bool

        var bad: DoctorCheck.Status { isPrimary ? .fail : .warn }
        /// Checks whose owner is the carrier's half.
        var site: CheckSite {
            CheckSite(stage: .agreement, owner: .carrierConfig, link: .uri, direction: .inbound, object: record.id)
        }

        /// The command that changes the URI.
        func changed(to text: String) -> [Remedy] { [.carrier("uri", "update", record.id, "--uri", text)] }
    }

    /// Checks a URI against the platform's objects. A fallback that leads to another host is not the platform's.
    private func inbound(_ origin: Origin, _ side: Halves.Side) -> [DoctorCheck] {
        let host = side.facts.host(covering: origin.uri.host.name)
        // Customers run some platforms on hosts of their own, which no list has.
        guard origin.isPrimary || host != nil else { return [] }
        var checks: [DoctorCheck] = []
        if let host {
            checks.append(transport(origin, host, side))
            checks += [label(origin, host, side), project(origin, host, side)].compactMap { $0 }
        }
        let chain = halves.isOurs ? side.objects : halves.numbers.flatMap { side.chain(of: $0.number) }
        for object in chain {
            guard let terms = object.terms.inbound else { continue }
            checks += [
                encryption(origin, terms, object), codecs(terms.codecs, .inbound, origin.bad, site(object)),
                sources(origin, terms, object), login(origin, terms, object),
            ].compactMap { $0 }
        }
        return checks
    }

    private func transport(_ origin: Origin, _ host: SIPFacts.Host, _ side: Halves.Side) -> DoctorCheck {
        let id = "inbound.transport"
        let (uri, title) = (origin.uri, side.description.title)
        let remedies = origin.changed(to: "\(uri.host.name);transport=tcp")
        if let transport = uri.transport, !host.transports.contains(transport) {
            return origin.site.check(
                id, origin.bad, finding: "\(uri.text) uses \(transport.rawValue), which \(title) does not take",
                evidence: [uri.text], remedies: remedies)
        }
        let usual = uri.isSecure ? 5061 : 5060
        if let port = uri.port, port != usual {
            return origin.site.check(
                id, origin.bad,
                finding:
                    "\(uri.text) has the port \(port), and \(title) takes \(uri.isSecure ? "TLS" : "UDP and TCP") on \(usual)",
                evidence: [uri.text], remedies: remedies)
        }
        return origin.site.pass(id, "\(title) takes the transport of \(uri.text)")
    }

    /// Some hosts begin with the id of the object that takes the call.
    private func label(_ origin: Origin, _ host: SIPFacts.Host, _ side: Halves.Side) -> DoctorCheck? {
        let name = origin.uri.host.name
        guard let kind = host.labelKind, let label = host.label(of: name) else { return nil }
        let objects = side.objects.filter { $0.kind.name == kind }
        guard let known = objects.first else { return nil }
        guard !objects.contains(where: { $0.live.id.lowercased() == label }) else {
            return origin.site.pass("inbound.host", "\(name) begins with the id of \(known.label)")
        }
        return origin.site.check(
            "inbound.host", origin.bad,
            finding: "\(name) begins with \(label), which is not the id of \(known.label)",
            evidence: [origin.uri.text],
            remedies: origin.changed(to: origin.uri.text.replacing(label, with: known.live.id)))
    }

    /// Accounts that share a name have a label of their own below it, which only a setting shows. Regions come after it.
    private func project(_ origin: Origin, _ host: SIPFacts.Host, _ side: Halves.Side) -> DoctorCheck? {
        guard let setting = side.ownHost, let variable = side.facts.hostVariable else { return nil }
        let name = origin.uri.host.name
        let own = (try? OriginationURI(setting))?.host.name ?? setting.lowercased()
        if name == own || host.label(of: own).map({ $0 == host.label(of: name) }) == true {
            return origin.site.pass("inbound.host", "\(name) is the host that \(variable) names")
        }
        return origin.site.check(
            "inbound.host", origin.bad,
            finding: "\(origin.record.label) leads to \(name), and \(variable) names \(own)",
            evidence: [origin.uri.text, "\(variable) \(own)"],
            remedies: origin.changed(to: origin.uri.text.replacing(name, with: own)))
    }

    private func site(_ object: Halves.PlatformObject) -> CheckSite {
        CheckSite(
            stage: .agreement, owner: .platformConfig, link: .platform, direction: .inbound, object: object.live.id)
    }

    /// The carrier encrypts media when the URI has TLS.
    private func encryption(
        _ origin: Origin, _ terms: SIPTerms.Inbound, _ object: Halves.PlatformObject
    ) -> DoctorCheck? {
        guard let encryption = terms.encryption else { return nil }
        let id = "inbound.encryption"
        let text = origin.uri.text
        let evidence = [text, "media encryption \(encryption.rawValue)"]
        switch (origin.uri.isSecure, encryption) {
        case (false, .required):
            return site(object).check(
                id, origin.bad, finding: "\(object.label) requires encryption, and \(text) has none",
                evidence: evidence)
        case (true, .disabled):
            return site(object).check(
                id, origin.bad, finding: "\(text) is encrypted, and \(object.label) has encryption disabled",
                evidence: evidence)
        default: return site(object).pass(id, "both halves agree on encryption")
        }
    }

    /// The platform takes calls from every address of the carrier's signalling.
    private func sources(_ origin: Origin, _ terms: SIPTerms.Inbound, _ object: Halves.PlatformObject) -> DoctorCheck? {
        guard let networks = terms.networks else { return nil }
        let missing = halves.networks.filter { needed in !networks.contains { $0.contains(needed) } }
        let id = "inbound.sources"
        guard !missing.isEmpty else {
            return site(object).pass(id, "\(object.label) takes calls from all of Plivo's networks")
        }
        let list = missing.map(\.description)
        let place = halves.platform?.description.title ?? "the platform"
        return site(object).check(
            id, origin.bad,
            finding: missing.count == halves.networks.count
                ? "\(object.label) takes no calls from Plivo's networks"
                : "\(object.label) refuses calls from \(missing.count) of Plivo's \(halves.networks.count) networks",
            evidence: list, remedies: [.advice("allow these networks at \(place): \(list.joined(separator: ", "))")])
    }

    /// The username that the platform asks for is the one that the carrier sends.
    private func login(_ origin: Origin, _ terms: SIPTerms.Inbound, _ object: Halves.PlatformObject) -> DoctorCheck? {
        guard terms.encryption != nil || terms.username != nil else { return nil }
        let id = "inbound.login"
        let record = origin.record
        let sent = record.needsAuthentication ? record.username : nil
        guard let asked = terms.username else {
            return origin.site.pass(
                id,
                sent.map { "\(record.label) has the username \($0), and \(object.label) asks for none" }
                    ?? "neither half asks for a login")
        }
        guard asked != sent else { return origin.site.pass(id, "both halves have the username \(asked)") }
        return origin.site.check(
            id, origin.bad,
            finding: sent.map { "\(object.label) asks for the username \(asked), and \(record.label) sends \($0)" }
                ?? "\(object.label) asks for a login, and \(record.label) has none",
            evidence: ["username \(asked)"],
            remedies: [.carrier("uri", "update", record.id, "--username", asked, "--password-stdin")])
    }

    // MARK: Outbound

    private func outbound(_ half: Halves.Outbound) -> [DoctorCheck] {
        guard let trunk = half.trunk?.object, trunk.direction == .outbound else { return [] }
        let site = CheckSite(
            stage: .agreement, owner: .platformConfig, link: .host, direction: .outbound, object: half.object.live.id)
        return [
            encryption(trunk, half, site), port(half, site), codecs(half.terms.codecs, .outbound, .fail, site),
            login(trunk, half, site.at(.credential)), pings(half, site),
        ].compactMap { $0 }
    }

    /// The platform dials and encrypts as the trunk expects.
    ///
    /// Encryption at Plivo is billed and concerns every user of the trunk, so no remedy switches it on: the platform's half
    /// is brought to the trunk as it is. Switching it off helps only a platform that encrypts nothing at all.
    private func encryption(_ trunk: Trunk, _ half: Halves.Outbound, _ site: CheckSite) -> DoctorCheck {
        let id = "outbound.encryption"
        let (terms, object) = (half.terms, half.object)
        let evidence = [
            terms.transport.map { "transport \($0.rawValue)" } ?? "no fixed transport",
            terms.encryption.map { "media encryption \($0.rawValue)" }, "secure \(trunk.isSecure)",
        ].compactMap { $0 }
        let place = halves.platform?.description.title ?? "the platform"
        let fit =
            trunk.isSecure
            ? "the transport tls\(terms.port == nil ? "" : ", the port 5061") and encrypted media"
            : "the transport tcp\(terms.port == nil ? "" : ", the port 5060") and no media encryption"
        let advice = Remedy.advice("set \(fit) for \(object.label) at \(place), as \(trunk.label) expects it")
        let isPlain = terms.encryption == .disabled && terms.transport != .tls
        let remedies =
            trunk.isSecure && isPlain
            ? [advice, .carrier("trunk", "update", trunk.id, "--no-secure")] : [advice]
        func bad(_ finding: String) -> DoctorCheck {
            site.fail(id, finding, evidence: evidence, remedies: remedies)
        }
        switch (trunk.isSecure, terms.transport, terms.encryption) {
        case (true, let transport?, _) where transport != .tls:
            return bad("\(trunk.label) is secure, and \(object.label) dials it over \(transport.rawValue)")
        case (true, _, .disabled?):
            return bad("\(trunk.label) is secure, and \(object.label) does not encrypt media")
        case (false, .tls?, _):
            return bad("\(object.label) dials over tls, and \(trunk.label) is not secure: calls end with 4110")
        case (false, _, .required?):
            return bad(
                "\(object.label) requires encrypted media, and \(trunk.label) is not secure: calls end with 4110")
        case (_, nil, _):
            return site.warn(
                id, "\(object.label) does not fix the transport, so the platform chooses it", evidence: evidence)
        default: return site.pass(id, "both halves agree on transport and encryption")
        }
    }

    /// A platform that dials an address only while its OPTIONS are answered depends on answers that Plivo may not give.
    private func pings(_ half: Halves.Outbound, _ site: CheckSite) -> DoctorCheck? {
        guard half.terms.isPinged else { return nil }
        let place = halves.platform?.description.title ?? "the platform"
        return site.warn(
            "outbound.options",
            "\(place) sends OPTIONS to \(half.terms.address), and dials it only while they are answered, for which Plivo's limit is one in 10 to 15 seconds",
            evidence: [half.object.label],
            remedies: [
                .advice("switch the OPTIONS pings of \(half.terms.address) off in \(half.object.label) at \(place)")
            ])
    }

    /// The platform offers or takes a codec that the carrier has.
    private func codecs(_ limits: [String]?, _ direction: Cause.Direction, _ bad: DoctorCheck.Status, _ site: CheckSite)
        -> DoctorCheck?
    {
        guard let limits else { return nil }
        let id = "\(direction.rawValue).codecs"
        let own = halves.codecs
        let shared = limits.filter { name in own.contains { $0 == name.uppercased() } }
        guard shared.isEmpty else {
            return site.pass(id, "both halves have the codec \(shared.joined(separator: ", "))")
        }
        return site.check(
            id, bad,
            finding:
                "\(halves.platform?.description.title ?? "the platform") allows only \(limits.joined(separator: ", ")), and Plivo has \(own.joined(separator: " and "))",
            evidence: limits,
            remedies: [
                .advice(
                    "allow \(own.joined(separator: " or ")) at \(halves.platform?.description.title ?? "the platform")")
            ])
    }

    private func port(_ half: Halves.Outbound, _ site: CheckSite) -> DoctorCheck? {
        guard let port = half.terms.port, let transport = half.terms.transport else { return nil }
        let usual = transport == .tls ? 5061 : 5060
        guard port != usual else { return nil }
        return site.fail(
            "outbound.port",
            "\(half.object.label) dials port \(port) over \(transport.rawValue), and Plivo listens on \(usual)",
            evidence: ["\(half.terms.address):\(port)"])
    }

    private func login(_ trunk: Trunk, _ half: Halves.Outbound, _ site: CheckSite) -> DoctorCheck? {
        let id = "outbound.login"
        guard trunk.credential != nil else {
            return trunk.accessList == nil ? nil : site.pass(id, "\(trunk.label) admits calls by their address")
        }
        guard let credential = half.credential?.object else {
            guard case .failed(let error)? = half.credential else { return nil }
            return site.unread(id, "the credential of \(trunk.label)", because: error)
        }
        guard let username = half.terms.username else {
            return site.check(
                id, trunk.accessList == nil ? .fail : .warn,
                finding:
                    "\(trunk.label) asks for the username \(credential.username), and \(half.object.label) sends none",
                evidence: ["username \(credential.username)"])
        }
        guard username == credential.username else {
            return site.fail(
                id,
                "\(half.object.label) sends the username \(username), and \(trunk.label) asks for \(credential.username)",
                evidence: [username, credential.username])
        }
        return site.pass(id, "both halves have the username \(username)")
    }

    /// Vendors never return passwords.
    private var passwords: [DoctorCheck] {
        let hasLogin =
            halves.outbound.contains { $0.terms.username != nil }
            || halves.uris.contains { $0.uri.needsAuthentication }
        guard hasLogin else { return [] }
        return [
            CheckSite(stage: .agreement, owner: .unknown).informing().unknown(
                "password", "no vendor returns passwords, so only a call shows whether both halves have the same one")
        ]
    }
}
