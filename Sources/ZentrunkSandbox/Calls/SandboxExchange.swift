import Foundation
import Synchronization

/// The network between the vendors of a sandbox and the phones: it leads calls from one to the other.
///
/// A call's outcome follows from the state of both halves, as the vendors document it. Nothing is sent, and no time
/// passes, unless ``setPace(_:)`` asks for it.
public final class SandboxExchange: Sendable {
    /// What a phone outside does with a call.
    public enum Phone: String, Sendable, Hashable, CaseIterable {
        case answers, busy, declines, unallocated
        case doesNotAnswer = "does-not-answer"
    }

    /// How long the stages of a call last in real time, for programs that watch a call.
    public struct Pace: Sendable, Hashable {
        public var ringing: Duration
        public var talking: Duration
        /// From the end of a call until Plivo lists it.
        public var record: Duration

        public init(ringing: Duration = .zero, talking: Duration = .zero, record: Duration = .zero) {
            self.ringing = ringing
            self.talking = talking
            self.record = record
        }
    }

    /// Says whether a host can be reached at a port over a transport. Asked only about hosts that the sandbox's vendors
    /// have, at ports where these listen.
    public typealias Wire = @Sendable (_ host: String, _ port: Int, _ transport: SandboxTransport) -> SandboxReach

    private struct Settings {
        var phones: [String: Phone] = [:]
        var pace = Pace()
        var wire: Wire?
    }

    private let services: SandboxServices
    private let settings = Mutex(Settings())

    init(_ services: SandboxServices) { self.services = services }

    // MARK: Settings

    /// Sets what a phone does with calls. By default every phone answers.
    ///
    /// - Parameter number: In E.164 form, with or without the plus sign.
    public func setPhone(_ number: String, _ phone: Phone) {
        settings.withLock { $0.phones[PlivoNumber.digits(of: number)] = phone }
    }

    /// Sets how long the stages of later calls last. By default a call is over when it is placed.
    public func setPace(_ pace: Pace) { settings.withLock { $0.pace = pace } }

    /// Sets what is reachable; nil for every host of the vendors.
    public func setWire(_ wire: Wire?) { settings.withLock { $0.wire = wire } }

    /// Sets all of these back, except for the wire.
    func reset() {
        settings.withLock { settings in
            settings.phones = [:]
            settings.pace = Pace()
        }
    }

    func phone(_ digits: String) -> Phone { settings.withLock { $0.phones[digits] ?? .answers } }

    /// The time that an API waits for an answer of a call that rings.
    public var ringingTime: Duration { settings.withLock { $0.pace.ringing } }

    // MARK: Calls

    /// Places a call, and adds what both vendors keep of it.
    @discardableResult
    public func place(_ call: SandboxCall) -> SandboxCallOutcome {
        switch call.direction {
        case .inbound: return placeInbound(call)
        case .outbound:
            guard let platform = platforms.first(where: { $0.vendor == call.platform }) else {
                let reply = SandboxInviteReply.refuse(
                    404, "Not Found", .customer, "the sandbox has no platform \(call.platform ?? "")")
                return outcome(of: call, reply, callID: Self.newCallID(), steps: [])
            }
            return platform.dial(call, through: self)
        }
    }

    /// The platform that has a host.
    func platform(at host: String) -> (any PlatformService)? { platforms.first { $0.takesCalls(at: host) } }

    private var platforms: [any PlatformService] { services.all.compactMap { $0 as? any PlatformService } }

    private func placeInbound(_ call: SandboxCall) -> SandboxCallOutcome {
        let callID = Self.newCallID()
        let route = services.plivo.inboundRoute(of: call, callID: callID)
        var steps = route.steps
        guard let first = route.invites.first else {
            return finish(call, route.refusal, nil, route.hangup, route.leg, callID: callID, steps: steps)
        }
        var last = (invite: first, reply: SandboxInviteReply.silence(.wire, "no INVITE was sent"))
        var platform: String?
        // Plivo tries the fallback when the primary "is unreachable or returns an error". It does not say which statuses
        // count, so every one does.
        for invite in route.invites {
            steps.append("INVITE to \(invite.host):\(invite.port) over \(invite.transport.rawValue)")
            let found = self.platform(at: invite.host)
            let reply = deliver(invite, to: found, call)
            steps.append(reply.status.map { "\($0) \(reply.phrase)" } ?? "no final response")
            platform = found?.vendor ?? platform
            last = (invite, reply)
            if reply.isAnswered { break }
        }
        var leg = route.leg
        leg?.invite = last.invite
        return finish(
            call, last.reply, platform, PlivoHangups.inbound(last.reply), leg, callID: callID, steps: steps)
    }

    /// Leads a request from Plivo to the platform that has its host.
    private func deliver(
        _ invite: SandboxInvite, to platform: (any PlatformService)?, _ call: SandboxCall
    ) -> SandboxInviteReply {
        guard let platform else { return .lost(.noSuchHost, .carrierConfig, "\(invite.host) does not resolve") }
        guard platform.listens(on: invite.port, over: invite.transport) else {
            return .lost(
                .closed, .carrierConfig,
                "nothing listens at \(invite.host):\(invite.port) over \(invite.transport.rawValue)")
        }
        if let failure = failure(of: invite) { return failure }
        return platform.receive(invite, times: times(call, isAnswered: true, hasRung: true))
    }

    /// Leads a request from a platform to Plivo, and adds Plivo's record of the call.
    ///
    /// - Parameters:
    ///   - invite: What the platform sends.
    ///   - call: The call that was asked for. Its `to` is the number that the user wants to reach.
    ///   - limit: The longest duration that was asked for, in seconds.
    public func dial(_ invite: SandboxInvite, for call: SandboxCall, limit: Int? = nil) -> SandboxCallOutcome {
        let steps = ["INVITE to \(invite.host):\(invite.port) over \(invite.transport.rawValue)"]
        guard PlivoService.isTrunkDomain(invite.host) else {
            let reply = SandboxInviteReply.lost(
                .noSuchHost, .platformConfig, "\(invite.host) is not a domain of a trunk")
            return finish(call, reply, call.platform, nil, nil, callID: invite.callID, steps: steps)
        }
        guard invite.port == (invite.transport == .tls ? 5061 : 5060) else {
            let reply = SandboxInviteReply.lost(
                .closed, .platformConfig,
                "Plivo does not listen on port \(invite.port) over \(invite.transport.rawValue)")
            return finish(call, reply, call.platform, nil, nil, callID: invite.callID, steps: steps)
        }
        if let failure = failure(of: invite) {
            return finish(call, failure, call.platform, nil, nil, callID: invite.callID, steps: steps)
        }
        let verdict = services.plivo.outboundVerdict(on: invite, to: call.to) { phone($0) }
        return finish(
            call, verdict.reply, call.platform, verdict.hangup, verdict.leg, callID: invite.callID,
            steps: steps + [verdict.reply.status.map { "\($0) \(verdict.reply.phrase)" } ?? "no final response"],
            limit: limit)
    }

    private func failure(of invite: SandboxInvite) -> SandboxInviteReply? {
        let place = "\(invite.host):\(invite.port) over \(invite.transport.rawValue)"
        let reach = settings.withLock { $0.wire }?(invite.host, invite.port, invite.transport) ?? .reachable
        return switch reach {
        case .reachable: nil
        case .noSuchHost: .lost(reach, .wire, "\(invite.host) does not resolve")
        case .closed: .lost(reach, .wire, "the port is closed: \(place)")
        case .silent: .lost(reach, .wire, "nothing comes back from \(place)")
        case .badCertificate(let fault): .lost(reach, .wire, "TLS fails at \(place): \(fault)")
        }
    }

    // MARK: Outcomes

    /// Returns the outcome of a call that ends before anything is sent.
    public func outcome(
        of call: SandboxCall, _ reply: SandboxInviteReply, callID: String, steps: [String]
    ) -> SandboxCallOutcome {
        finish(call, reply, call.platform, nil, nil, callID: callID, steps: steps)
    }

    private func finish(
        _ call: SandboxCall, _ reply: SandboxInviteReply, _ platform: String?, _ hangup: SandboxHangup?,
        _ leg: PlivoLeg?, callID: String, steps: [String], limit: Int? = nil
    ) -> SandboxCallOutcome {
        let times = times(call, isAnswered: reply.isAnswered, hasRung: reply.hasRung, limit: limit)
        // Plivo's name for the end of a call that the platform hangs up.
        let hangup = hangup.map { reply.isAnswered && times.reachedLimit ? PlivoHangups.byPlatform : $0 }
        var outcome = SandboxCallOutcome(
            call: call, reply: reply, hangup: hangup, callID: callID, platform: platform, steps: steps, times: times)
        if let hangup, let leg {
            outcome.callUUID = services.plivo.addRecord(of: call, leg, hangup, times, callID: callID)
        }
        return outcome
    }

    /// The time for which the parties of a call talk, in seconds, unless the call says otherwise.
    private static let usualSeconds = 4

    private func times(
        _ call: SandboxCall, isAnswered: Bool, hasRung: Bool, limit: Int? = nil
    ) -> SandboxCallTimes {
        let pace = settings.withLock { $0.pace }
        let wanted = call.seconds ?? max(Self.usualSeconds, Int(pace.talking.components.seconds))
        let seconds = isAnswered ? min(wanted, limit ?? wanted) : 0
        let begun = Date()
        let answered = begun + (hasRung ? pace.ringing.interval : 0)
        let ended = isAnswered ? answered + min(pace.talking.interval, Double(limit ?? .max)) : answered
        return SandboxCallTimes(
            begun: begun, answered: isAnswered ? answered : nil, ended: ended, recorded: ended + pace.record.interval,
            seconds: seconds, reachedLimit: isAnswered && limit.map { $0 < wanted } ?? false)
    }

    /// Returns a new SIP Call-ID.
    public static func newCallID() -> String { UUID().uuidString.lowercased() + "@sandbox.invalid" }
}

extension Duration {
    fileprivate var interval: TimeInterval {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) / 1e18
    }
}
