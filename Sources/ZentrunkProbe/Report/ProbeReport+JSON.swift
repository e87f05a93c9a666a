public import ZentrunkJSON

extension ProbeReport {
    /// The report as JSON. The members `uri`, `host`, `port`, `transport`, `checks` and `result`, and in each check
    /// `name`, `status`, `detail`, `duration_ms`, `addresses`, `cert_not_after` and `sip_response`, have the names of
    /// Plivo's own `sip test -o json`. <https://github.com/plivo/plivo-cli>
    public var json: JSONValue {
        .object([
            "uri": .string(target.description), "host": .string(target.host),
            "port": (dialled?.end.port ?? target.port).map { .integer(Int64($0)) } ?? .null,
            "transport": .text((dialled?.transport ?? target.transport)?.rawValue),
            "checks": .array(checks.map(\.json)), "result": .string(result.rawValue),
            "verdict": .string(verdict.rawValue), "dialled": dialled?.json ?? .null,
            "proves": .texts(proves), "does_not_prove": .texts(doesNotProve),
        ])
    }
}

extension ProbeDialled {
    fileprivate var json: JSONValue {
        [
            "address": .string(end.address.description), "port": .integer(Int64(end.port)), "host": .string(host),
            "transport": .string(transport.rawValue), "why": .string(why),
        ]
    }
}

extension ProbeCheck {
    fileprivate var json: JSONValue {
        var members: JSONObject = [
            "name": .string(stage.rawValue), "status": .string(status.rawValue), "detail": .string(detail),
            "duration_ms": .integer(duration.wholeMilliseconds),
        ]
        switch stage {
        case .dns:
            members["addresses"] = .texts(addresses)
            members["lookups"] = .array(lookups.map(\.json))
        case .tcp:
            members["addresses"] = .texts(addresses)
        case .tls:
            members["cert_not_after"] = .text(certificate?.notAfter?.description)
            members["cert_not_before"] = .text(certificate?.notBefore?.description)
            members["cert_subject"] = .text(certificate?.subject)
            members["cert_issuer"] = .text(certificate?.issuer)
            members["cert_names"] = .texts(certificate?.names ?? [])
        case .sip:
            members["sip_response"] = .text(answer?.line)
            members["sip"] = answer?.json ?? .null
            members["sends"] = .integer(Int64(sends))
            members["ignored"] = .texts(ignored)
        }
        return .object(members)
    }
}

extension DNSLookup {
    fileprivate var json: JSONValue {
        [
            "type": .string(kind.rawValue), "name": .string(name), "records": .texts(records),
            "absence": .text(absence), "failed": .bool(isFailed),
        ]
    }
}

extension SIPAnswer {
    fileprivate var json: JSONValue {
        [
            "status": .integer(Int64(status)), "reason": .string(reason), "server": .text(server),
            "allow": .text(allow), "supported": .text(supported), "warnings": .texts(warnings),
            "contacts": .texts(contacts), "retry_after": .text(retryAfter), "public_address": .text(publicAddress),
        ]
    }
}

extension JSONValue {
    fileprivate static func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    fileprivate static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}

extension Duration {
    /// The duration in milliseconds, rounded to the nearest.
    fileprivate var wholeMilliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 500_000_000_000_000) / 1_000_000_000_000_000
    }
}
