import Foundation
import ZentrunkJSON

/// A call's half at Plivo, for its record.
struct PlivoLeg: Sendable {
    var trunk: PlivoTrunk
    /// What was sent to the platform or came from it; nil if nothing was.
    var invite: SandboxInvite?
}

/// What Plivo does with a call to a number.
struct PlivoInboundRoute: Sendable {
    var steps: [String]
    /// The requests to the primary and the fallback URI, in this order; empty if Plivo sends none.
    var invites: [SandboxInvite] = []
    var leg: PlivoLeg?
    /// The response to the caller, if Plivo sends no request.
    var refusal = SandboxInviteReply.silence(.carrierConfig, "")
    /// The end of the call, if Plivo sends no request; nil if it makes no record.
    var hangup: SandboxHangup?

    fileprivate func refused(
        _ reply: SandboxInviteReply, _ hangup: SandboxHangup? = nil, _ leg: PlivoLeg? = nil
    ) -> PlivoInboundRoute {
        var route = self
        route.refusal = reply
        route.hangup = hangup
        route.leg = leg
        return route
    }
}

/// What Plivo does with a request from a platform.
struct PlivoOutboundVerdict: Sendable {
    var reply: SandboxInviteReply
    /// nil if Plivo makes no record.
    var hangup: SandboxHangup?
    var leg: PlivoLeg?
}

extension PlivoService {
    /// The networks from which Plivo sends calls to platforms. A call can come from any region, so all have to be
    /// accepted. <https://www.plivo.com/docs/sip-trunking/concepts/technical-specifications>
    public static let signallingNetworks = [
        "13.52.9.0/25", "216.120.187.128/26", "18.214.109.128/25", "18.215.142.0/26", "204.89.148.128/26",
        "3.120.121.128/26", "18.228.70.64/26", "54.233.191.0/27", "13.238.202.192/26", "18.136.1.128/26",
        "204.89.149.128/27", "15.207.90.192/31", "204.89.151.128/27", "204.89.151.160/27",
    ]

    private static let domain = ".zt.plivo.com"

    /// Whether the host is one to which platforms send outbound calls. Records also have the form with a region:
    /// `<id>.ap-south-1.zt.plivo.com`.
    public static func isTrunkDomain(_ host: String) -> Bool {
        host.lowercased().hasSuffix(domain) && trunkID(of: host) != nil
    }

    /// Returns the first label of a trunk's domain.
    static func trunkID(of host: String) -> String? {
        host.split(separator: ".").first.map(String.init).flatMap { label in
            label.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? label : nil
        }
    }
}

extension PlivoStore {
    // MARK: Inbound

    /// Follows a call from its number to the URIs of its trunk.
    func inboundRoute(of call: SandboxCall, callID: String) -> PlivoInboundRoute {
        let digits = PlivoNumber.digits(of: call.to)
        var route = PlivoInboundRoute(steps: ["a call to \(call.to)"])
        guard let number = numbers.first(where: { $0.digits == digits }) else {
            return route.refused(.refuse(404, "Not Found", .customer, "\(call.to) is not a number of the account"))
        }
        // Plivo states that such numbers cannot be used. What a caller hears is not documented; no call reaches a trunk.
        guard number.active else {
            return route.refused(.refuse(404, "Not Found", .carrierConfig, "\(call.to) is suspended"))
        }
        guard number.voiceEnabled else {
            return route.refused(.refuse(404, "Not Found", .carrierConfig, "\(call.to) is not enabled for voice"))
        }
        guard case .trunk(let id) = number.route, let trunk = trunks.first(where: { $0.id == id }) else {
            guard case .application(let id) = number.route else {
                return route.refused(.refuse(404, "Not Found", .carrierConfig, "\(call.to) is not routed"))
            }
            // A call of the Voice API, which has records of its own.
            route.steps.append("application \(id)")
            return route.refused(
                .refuse(
                    480, "Temporarily Unavailable", .carrierConfig,
                    "\(call.to) is routed to application \(id), not to a trunk"))
        }
        route.steps.append("trunk \(id)")
        return inboundRoute(route, of: call, through: trunk, callID: callID)
    }

    private func inboundRoute(
        _ route: PlivoInboundRoute, of call: SandboxCall, through trunk: PlivoTrunk, callID: String
    ) -> PlivoInboundRoute {
        let leg = PlivoLeg(trunk: trunk)
        func refused(_ hangup: SandboxHangup, _ owner: SandboxOwner, _ reason: String) -> PlivoInboundRoute {
            route.refused(.refuse(480, "Temporarily Unavailable", owner, reason), hangup, leg)
        }
        // Whether calls go on after an account lost SIP trunking is not documented.
        guard account.zentrunkEnabled else {
            return refused(PlivoHangups.forbidden, .customer, "SIP trunking is not enabled for the account")
        }
        guard trunk.direction == "inbound" else {
            return refused(PlivoHangups.routeNotFound, .carrierConfig, "trunk \(trunk.id) is outbound")
        }
        guard trunk.status == "enabled" else {
            return refused(PlivoHangups.routeNotFound, .carrierConfig, "trunk \(trunk.id) is disabled")
        }
        guard account.hasCredit else {
            return refused(PlivoHangups.noCredit, .customer, "the account has no credit")
        }
        if account.limit == .concurrentCalls {
            return refused(PlivoHangups.concurrentCalls, .customer, "the account has too many calls at a time")
        }
        let ids = [trunk.primaryURI, trunk.fallbackURI].compactMap(\.self)
        let used = ids.count == 2 && ids[0] == ids[1] ? Array(ids.prefix(1)) : ids
        let targets = used.compactMap { id in uris.first { $0.id == id } }
        guard !targets.isEmpty else { return refused(PlivoHangups.noURI, .carrierConfig, "the trunk has no URI") }
        var found = route
        found.leg = leg
        found.invites = targets.compactMap { invite(of: call, to: $0, callID: callID) }
        guard !found.invites.isEmpty else {
            return refused(PlivoHangups.invalidURI, .carrierConfig, "the URI \(targets[0].uri) cannot be read")
        }
        return found
    }

    private func invite(of call: SandboxCall, to target: PlivoURI, callID: String) -> SandboxInvite? {
        guard let uri = SandboxSIPURI(target.uri) else { return nil }
        let login = target.needsAuthentication
            ? target.username.map { SandboxLogin(username: $0, password: target.password ?? "") } : nil
        // On inbound calls the URI alone selects TLS, and with it encrypted media: `secure` is described for outbound
        // trunks only. Which form of the number Plivo sends is not documented; vendors' guides expect the plus sign.
        return SandboxInvite(
            callID: callID, caller: call.from, called: "+" + PlivoNumber.digits(of: call.to), host: uri.host,
            port: uri.port, transport: uri.transport, offersSRTP: uri.transport == .tls,
            sources: PlivoService.signallingNetworks, login: login)
    }

    // MARK: Outbound

    /// Decides about a request from a platform. The order of Plivo's checks is not documented.
    ///
    /// - Parameters:
    ///   - wanted: The number that the user wants to reach, in E.164 form.
    ///   - phone: Returns what a phone does, by its digits.
    func outboundVerdict(
        on invite: SandboxInvite, to wanted: String, phone: (String) -> SandboxExchange.Phone
    ) -> PlivoOutboundVerdict {
        let id = PlivoService.trunkID(of: invite.host)
        guard let trunk = trunks.first(where: { $0.id == id }), trunk.direction == "outbound" else {
            // No trunk of the account, so no record of the account. That an inbound trunk counts as none is inferred.
            let reason = "\(invite.host) is not the domain of an outbound trunk"
            return PlivoOutboundVerdict(
                reply: .refuse(404, "Not Found", .platformConfig, reason), hangup: PlivoHangups.trunkNotFound)
        }
        let leg = PlivoLeg(trunk: trunk, invite: invite)
        if let (reply, hangup) = refusalByTrunk(trunk, invite) ?? refusalByNumbers(invite, wanted) {
            return PlivoOutboundVerdict(reply: reply, hangup: hangup, leg: leg)
        }
        let digits = PlivoNumber.digits(of: invite.called)
        let (reply, hangup) = PlivoHangups.outbound(phone(digits), "+" + digits)
        return PlivoOutboundVerdict(reply: reply, hangup: hangup, leg: leg)
    }

    private typealias Refusal = (SandboxInviteReply, SandboxHangup)

    private func refusalByTrunk(_ trunk: PlivoTrunk, _ invite: SandboxInvite) -> Refusal? {
        guard account.zentrunkEnabled else {
            return Self.forbidden(PlivoHangups.forbidden, .customer, "SIP trunking is not enabled for the account")
        }
        // Inferred: a trunk that is off has no code of its own.
        guard trunk.status == "enabled" else {
            return Self.forbidden(PlivoHangups.forbidden, .carrierConfig, "trunk \(trunk.id) is disabled")
        }
        if let refusal = refusalByLogin(trunk, invite) { return refusal }
        let isSecure = invite.transport == .tls || invite.offersSRTP
        guard trunk.secure || !isSecure else {
            return Self.forbidden(
                PlivoHangups.secureDisabled, .carrierConfig, "TLS or encrypted media arrived at a trunk that is not secure")
        }
        // Plivo documents dropped calls and missing audio; a refusal with this code is inferred.
        guard !trunk.secure || invite.transport == .tls && invite.offersSRTP else {
            return (
                .refuse(
                    494, "Security Agreement Required", .platformConfig,
                    "the trunk is secure, and the platform does not use TLS with encrypted media"),
                PlivoHangups.securityRequired
            )
        }
        // 402 is published for credit that runs out during a call.
        guard account.hasCredit else {
            return (.refuse(402, "Payment Required", .customer, "the account has no credit"), PlivoHangups.noCredit)
        }
        switch account.limit {
        case .callsPerSecond?:
            return (
                .refuse(503, "cps limit exceeded", .customer, "the account makes too many calls per second"),
                PlivoHangups.callsPerSecond
            )
        case .concurrentCalls?:
            return (
                .refuse(503, "concurrent call limit exceeded", .customer, "the account has too many calls at a time"),
                PlivoHangups.concurrentCalls
            )
        case nil: return nil
        }
    }

    /// A trunk with a credential challenges every request; one with an access list compares addresses. Whether one of them
    /// suffices on a trunk that has both is not documented; here it does.
    private func refusalByLogin(_ trunk: PlivoTrunk, _ invite: SandboxInvite) -> Refusal? {
        let list = trunk.accessList.flatMap { id in accessLists.first { $0.id == id } }
        if let list, invite.comesFrom(list.addresses) { return nil }
        guard let id = trunk.credential else {
            return Self.forbidden(
                PlivoHangups.unauthorized, .carrierConfig, "the platform's addresses are not in the trunk's access list")
        }
        guard let login = invite.login else {
            // The flow ends at the challenge, because nothing follows it.
            return (
                .refuse(
                    407, "Proxy Authentication Required", .platformConfig, "the platform has no username and password"),
                PlivoHangups.unauthorized
            )
        }
        guard let credential = credentials.first(where: { $0.id == id }), let password = credential.password,
            login == SandboxLogin(username: credential.username, password: password)
        else {
            return Self.forbidden(
                PlivoHangups.unauthorized, .carrierConfig,
                "the platform's username and password are not those of the trunk's credential")
        }
        return nil
    }

    private func refusalByNumbers(_ invite: SandboxInvite, _ wanted: String) -> Refusal? {
        let caller = PlivoNumber.digits(of: invite.caller)
        guard numbers.contains(where: { $0.digits == caller && $0.active && $0.voiceEnabled }) else {
            return Self.forbidden(
                PlivoHangups.unknownCallerID, .platformConfig, "\(invite.caller) is not a number of the account")
        }
        let digits = PlivoNumber.digits(of: invite.called)
        guard digits.wholeMatch(of: /[0-9]{1,15}/) != nil else {
            return (
                .refuse(404, "Not Found", .platformConfig, "\(invite.called) is not a number"),
                PlivoHangups.invalidDestination
            )
        }
        // Both forms, with and without the plus sign, are accepted: Plivo's guides use either.
        guard digits == PlivoNumber.digits(of: wanted), digits.first != "0", digits.count >= 8 else {
            return (
                .refuse(
                    404, "Prefix Not Supported", .platformConfig, "\(invite.called) does not begin with a country code"),
                PlivoHangups.prefixNotSupported
            )
        }
        guard !account.blockedPrefixes.contains(where: { digits.hasPrefix($0) }) else {
            return Self.forbidden(PlivoHangups.barredCountry, .carrierConfig, "calls to \(wanted) are barred")
        }
        // A call from a trunk to a number that leads to a trunk of the account.
        if case .trunk? = numbers.first(where: { $0.digits == digits })?.route {
            return (
                .refuse(482, "Loop Detected", .customer, "\(wanted) leads to a trunk of this account"), PlivoHangups.loop
            )
        }
        return nil
    }

    private static func forbidden(_ hangup: SandboxHangup, _ owner: SandboxOwner, _ reason: String) -> Refusal {
        (.refuse(403, "Forbidden", owner, reason), hangup)
    }
}
