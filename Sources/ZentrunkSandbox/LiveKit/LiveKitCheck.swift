import ZentrunkJSON

/// What a description must be like. <https://docs.livekit.io/reference/telephony/sip-api/>
enum LiveKitCheck {
    /// The first thing that is wrong; nil when nothing is.
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
            return host(address, "trunk address") ?? host(members["from_host"]?.string ?? "", "trunk from host")
                ?? headers(members) ?? media(members["media"])
        case .dispatchRule:
            return members["rule"] == nil ? "missing rule" : media(members["media"])
        }
    }

    /// Whether an entry of `allowed_addresses` is looked at; others are passed over without a word.
    static func isAddress(_ text: String) -> Bool {
        !text.contains { "()+*;,".contains($0) || $0.isWhitespace } && !text.contains("://")
    }

    private static func host(_ text: String, _ what: String) -> String? {
        if text.contains("transport=") { return "trunk transport should be set as a field, not a URI parameter" }
        guard !text.contains(where: { "@;".contains($0) }), !text.hasPrefix("sip:"), !text.hasPrefix("sips:") else {
            return "\(what) should be a hostname or IP, not SIP URI"
        }
        return nil
    }

    // MARK: Headers

    private static func headers(_ members: JSONObject) -> String? {
        for (name, value) in members["headers"]?.object ?? [:] {
            if !isToken(name) { return "invalid header name: \(name)" }
            if isReserved(name) { return "invalid header name: \(name) is not allowed" }
            guard let text = value.string, text.utf8.count <= 1024, !text.contains(where: \.isNewline) else {
                return "invalid header value for \(name)"
            }
        }
        let mapped =
            (members["attributes_to_headers"]?.object ?? [:]).compactMap { $0.value.string }
            + (members["headers_to_attributes"]?.object?.names ?? [])
        return mapped.first { !isToken($0) }.map { "invalid header name: \($0)" }
    }

    private static func isToken(_ text: String) -> Bool { text.wholeMatch(of: /[0-9A-Za-z\-.!%*_+`'~]{1,255}/) != nil }

    /// What LiveKit writes itself. `To` and `Via` pass, though not in their short forms.
    private static func isReserved(_ name: String) -> Bool {
        let name = name.lowercased()
        return reserved.contains(name) || name.hasPrefix("accept") || name.hasPrefix("content-")
    }

    private static let reserved: Set<String> = [
        "allow", "allow-events", "call-id", "contact", "cseq", "event", "expires", "from", "max-forwards",
        "record-route", "refer-to", "reply-to", "k", "l", "m", "o", "r", "t", "u", "v",
    ]

    // MARK: Media

    private static func media(_ media: JSONValue?) -> String? {
        for codec in media?["codecs"]?.array ?? [] {
            let name = codec["name"]?.string ?? ""
            if name.isEmpty || name.contains(where: { $0.isWhitespace || $0 == "/" }) { return "invalid codec name" }
        }
        guard let text = media?["media_timeout"]?.string, let timeout = LiveKitDuration(text) else { return nil }
        return (0...600_000_000_000).contains(timeout.nanoseconds) ? nil : "invalid media timeout"
    }
}
