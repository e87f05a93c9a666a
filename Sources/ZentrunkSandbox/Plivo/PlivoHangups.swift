/// Plivo's names for the ends of calls.
/// <https://www.plivo.com/docs/sip-trunking/troubleshooting/zentrunk-hangup-codes>
///
/// Where Plivo has no published name for a situation, the nearest one is used, and a comment says that it is inferred.
enum PlivoHangups {
    static let byPhone = SandboxHangup(3000, "normal_hangup", "carrier")
    static let byPlatform = SandboxHangup(3010, "normal_hangup", "customer")

    // MARK: Before anything is sent

    static let noCredit = SandboxHangup(4030, "insufficient_plivo_credits", "zentrunk")
    static let trunkNotFound = SandboxHangup(4070, "trunk_not_found", "zentrunk")
    static let routeNotFound = SandboxHangup(4080, "route_not_found", "zentrunk")
    static let prefixNotSupported = SandboxHangup(4100, "prefix_not_supported", "zentrunk")
    static let secureDisabled = SandboxHangup(4110, "secure_trunking_disabled", "zentrunk")
    static let invalidDestination = SandboxHangup(4120, "destination_invalid", "zentrunk")
    static let unauthorized = SandboxHangup(4180, "call_rejected_unauthorized", "zentrunk")
    static let unknownCallerID = SandboxHangup(4190, "unknown_caller_id", "zentrunk")
    static let noURI = SandboxHangup(4310, "uri_not_found", "zentrunk")
    static let invalidURI = SandboxHangup(4320, "uri_invalid", "zentrunk")
    static let loop = SandboxHangup(4370, "loop_detected", "zentrunk")
    static let securityRequired = SandboxHangup(4520, "security_agreement_required", "zentrunk")
    static let forbidden = SandboxHangup(4540, "forbidden", "zentrunk")
    static let barredCountry = SandboxHangup(4560, "barred_country", "zentrunk")
    static let callsPerSecond = SandboxHangup(5180, "cps_limit_reached", "zentrunk")
    static let concurrentCalls = SandboxHangup(5190, "concurrent_call_limit_exceeded", "zentrunk")

    // MARK: After a response

    /// Returns the end of an inbound call with this response of the platform.
    static func inbound(_ reply: SandboxInviteReply) -> SandboxHangup {
        if reply.failure == .noSuchHost { return invalidURI }
        // A request without a final response, whatever the cause: an unreachable host, TLS that fails, or silence.
        guard let status = reply.status else { return SandboxHangup(4170, "request_timeout_customer", "zentrunk") }
        return switch status {
        case 200: byPhone
        case 400: SandboxHangup(4000, "bad_request", "customer")
        // Published with the source carrier, and observed as the challenge of a platform.
        case 401, 407: SandboxHangup(4150, "proxy_authentication_required", "carrier")
        case 403: SandboxHangup(4040, "forbidden", "customer")  // Inferred.
        case 404: SandboxHangup(4090, "destination_not_found", "customer")
        case 408: SandboxHangup(4170, "request_timeout_customer", "customer")
        case 480: SandboxHangup(4350, "temporary_unavailable", "customer")
        case 482: loop
        case 486: SandboxHangup(4410, "user_busy", "customer")
        case 487: SandboxHangup(4440, "request_terminated", "zentrunk")
        case 488: SandboxHangup(4640, "sdp_not_acceptable_here_by_user", "customer")
        case 501: SandboxHangup(5040, "not_implemented_at_user", "customer")
        case 503: SandboxHangup(5360, "service_unavailable_by_user", "customer")
        case 600...: SandboxHangup(6000, "busy_everywhere", "customer")
        default: SandboxHangup(5340, "server_timeout", "customer")  // Inferred.
        }
    }

    /// Returns what the phone network answers for a phone, and the end of the call.
    static func outbound(_ phone: SandboxExchange.Phone, _ number: String) -> (SandboxInviteReply, SandboxHangup) {
        switch phone {
        case .answers: (.answer(agent: number), byPhone)
        case .busy:
            (
                .refuse(486, "Busy Here", .none, "\(number) is busy", hasRung: true),
                SandboxHangup(4410, "user_busy", "carrier")
            )
        case .doesNotAnswer:
            (
                .refuse(480, "Temporarily Unavailable", .none, "\(number) does not answer", hasRung: true),
                SandboxHangup(4340, "temporary_unavailable", "carrier")
            )
        case .declines:
            (
                .refuse(603, "Decline", .network, "\(number) declines the call", hasRung: true),
                SandboxHangup(6040, "declined_from_carrier", "carrier")
            )
        case .unallocated:
            (
                .refuse(404, "Not Found", .customer, "\(number) does not exist"),
                SandboxHangup(4090, "destination_not_found", "carrier")
            )
        }
    }
}
