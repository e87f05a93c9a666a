import ZentrunkJSON
import ZentrunkSandbox

/// Checks on the members of an object. <https://docs.livekit.io/reference/telephony/sip-api/>
enum LiveKitCheck {
    /// Returns the first error; nil if there is none.
    static func complaint(about members: JSONObject, _ kind: LiveKitKind) -> String? {
        switch kind {
        case .inboundTrunk:
            let open = ["auth_username", "auth_password", "allowed_addresses", "numbers"].allSatisfy {
                members[$0] == nil
            }
            if open {
                return "for security, one of the fields must be set: AuthUsername+AuthPassword, AllowedAddresses or "
                    + "Numbers"
            }
            return headers(members) ?? media(members["media"])
        case .outboundTrunk:
            if members["numbers"] == nil { return "no trunk numbers specified" }
            guard let address = members["address"]?.string else { return "no outbound address specified" }
            return host(address, "trunk address") ?? host(members["from_host"]?.string ?? "", "from_host")
                ?? headers(members) ?? media(members["media"])
        case .dispatchRule:
            return members["rule"] == nil ? "missing rule" : media(members["media"])
        }
    }

    /// Whether the server checks an entry of `allowed_addresses`. Other entries are silently ignored.
    static func isAddress(_ text: String) -> Bool {
        !text.contains { "()+*;,".contains($0) || $0.isWhitespace } && !text.contains("://")
    }

    private static func host(_ text: String, _ what: String) -> String? {
        if text.contains("transport=") { return "\(what) should not contain transport parameter" }
        guard !text.contains(where: { "@;".contains($0) }), !text.hasPrefix("sip:"), !text.hasPrefix("sips:") else {
            return "\(what) should be a hostname or IP, not SIP URI"
        }
        return nil
    }

    // MARK: Headers

    private static func headers(_ members: JSONObject) -> String? {
        for (name, value) in members["headers"]?.object ?? [:] {
            let complaint = complaint(aboutHeader: name) ?? reserved(name)
            if let complaint { return "invalid header name: \(complaint)" }
            if let complaint = self.complaint(aboutValue: value.string ?? "") {
                return "invalid header value for \(name): header \(name): value\(complaint)"
            }
        }
        let mapped =
            (members["attributes_to_headers"]?.object ?? [:]).compactMap { $0.value.string }
            + (members["headers_to_attributes"]?.object?.names ?? [])
        return mapped.lazy.compactMap { complaint(aboutHeader: $0) }.first.map { "invalid header name: \($0)" }
    }

    private static func complaint(aboutHeader name: String) -> String? {
        if name.isEmpty { return "header name cannot be empty" }
        if name.utf8.count > 255 { return "header name too long (max 255 characters)" }
        guard let wrong = name.unicodeScalars.first(where: { !isToken($0) }) else { return nil }
        let reason =
            wrong.value < 127
            ? "not allowed" : "out of range, consider explicilty adding utf8 characters"
        return "header name \(name) contains invalid characters: char \(wrong.value) \(reason)"
    }

    private static func isToken(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "0"..."9", "A"..."Z", "a"..."z": true
        default: "-.!%*_+`'~".unicodeScalars.contains(scalar)
        }
    }

    private static func complaint(aboutValue value: String) -> String? {
        if value.utf8.count > 1024 { return " too long (max 1024 characters)" }
        return value.unicodeScalars.first { $0.value < 0x20 }.map { ": char \($0.value) not allowed" }
    }

    /// Refuses headers that LiveKit sets itself. `To` and `Via` are accepted, but not their short forms.
    private static func reserved(_ name: String) -> String? {
        reserved.contains(name.lowercased()) ? "header name \(name) not supported" : nil
    }

    private static let reserved: Set<String> = [
        "accept", "accept-encoding", "accept-language", "allow", "allow-events", "call-id", "contact",
        "content-encoding", "content-length", "content-type", "cseq", "event", "expires", "from", "max-forwards",
        "record-route", "refer-to", "reply-to", "k", "l", "m", "o", "r", "t", "u", "v",
    ]

    // MARK: Media

    private static func media(_ media: JSONValue?) -> String? {
        for codec in media?["codecs"]?.array ?? [] {
            let name = codec["name"]?.string ?? ""
            if name.isEmpty { return "missing codec name" }
            if name.contains(where: \.isWhitespace) { return "invalid codec name" }
            if name.contains("/") { return "codec name must not contain '/'" }
        }
        guard let text = media?["media_timeout"]?.string, let timeout = LiveKitDuration(text) else { return nil }
        if timeout.nanoseconds < 0 { return "media_timeout must not be negative" }
        return timeout.nanoseconds > 600_000_000_000 ? "media_timeout must not exceed 10m0s" : nil
    }

    // MARK: Calls

    /// Returns the first error of an outbound call, in the order in which the server checks.
    static func complaint(aboutCall members: JSONObject) -> String? {
        func text(_ name: String) -> String { members[name]?.string ?? "" }
        if text("sip_call_to").isEmpty { return "missing sip callee number" }
        if text("room_name").isEmpty { return "missing room name" }
        if text("sip_trunk_id").isEmpty, text("sip_number").isEmpty, members["trunk"] == nil {
            return "missing sip trunk id and sip number"
        }
        return text("sip_call_to").contains("@")
            ? "SipCallTo should be a phone number or SIP user, not a full SIP URI" : nil
    }
}
