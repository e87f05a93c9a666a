import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// One of the two directions of a number, with the allowed members of its configuration.
/// <https://elevenlabs.io/docs/eleven-agents/phone-numbers/sip-trunking>
///
/// Configurations are stored as in requests, including defaults.
enum ElevenLabsTrunk: String, CaseIterable, Sendable {
    case inbound, outbound

    /// The member's name in requests.
    var field: String { rawValue + "_trunk_config" }

    /// The member's name in responses.
    var shownField: String { rawValue + "_trunk" }

    var shape: ElevenLabsShape {
        let encryption = ElevenLabsShape.Rule.choice(["disabled", "allowed", "required"])
        switch self {
        case .inbound:
            return ElevenLabsShape(fields: [
                "allowed_addresses": .nullable(.texts), "allowed_numbers": .nullable(.texts),
                "media_encryption": encryption, Self.credentials: Self.credentialsRule,
                "remote_domains": .nullable(.texts), "attributes_to_headers": .textMap,
            ])
        case .outbound:
            return ElevenLabsShape(
                fields: [
                    "address": .text, "transport": .choice(["auto", "udp", "tcp", "tls"]),
                    "media_encryption": encryption, "headers": .textMap, "attributes_to_headers": .textMap,
                    Self.credentials: Self.credentialsRule,
                    "enabled_codecs": .choices(["G722/8000", "PCMU/8000", "PCMA/8000"]),
                ], required: ["address"])
        }
    }

    private static let credentials = "credentials"
    private static let credentialsRule = ElevenLabsShape.Rule.nullable(
        .object(ElevenLabsShape(fields: ["username": .text, "password": .nullable(.text)], required: ["username"])))

    private var defaults: JSONObject {
        switch self {
        case .inbound:
            [
                "allowed_addresses": [], "allowed_numbers": .null, "media_encryption": "allowed",
                Self.credentials: .null, "remote_domains": .null, "attributes_to_headers": [:],
            ]
        case .outbound:
            [
                "transport": "auto", "media_encryption": "allowed", "headers": [:], "attributes_to_headers": [:],
                Self.credentials: .null, "enabled_codecs": [],
            ]
        }
    }

    // MARK: Writing

    /// Returns the configuration to store after an update. If the update omits the password, the stored one is kept.
    func configuration(
        _ stored: JSONObject?, updatedWith sent: JSONObject, by update: ElevenLabsQuirks.TrunkUpdate
    ) -> JSONObject {
        let base: JSONObject =
            switch update {
            case .replace: defaults
            case .merge: stored ?? defaults
            }
        var result = base.merging(sent)
        if result["allowed_addresses"] == .null { result["allowed_addresses"] = [] }
        if var given = sent[Self.credentials]?.object, given["password"]?.string == nil {
            given["password"] = stored?[Self.credentials]?["password"] ?? .null
            result[Self.credentials] = .object(given)
        }
        return result
    }

    /// Notes on members whose stored value depends on whether updates merge or replace, which is undocumented.
    func ambiguities(_ stored: JSONObject?, updatedWith sent: JSONObject) -> [String] {
        let replaced = configuration(stored, updatedWith: sent, by: .replace)
        let merged = configuration(stored, updatedWith: sent, by: .merge)
        return merged.filter { replaced[$0.name] != $0.value }.map {
            "\(field) omits \($0.name); whether that keeps or resets it is undocumented"
        }
    }

    /// Requires a bare host as the target: the open-source server behind the API refuses a scheme and parameters.
    /// <https://github.com/livekit/sip>
    func check(_ sent: JSONObject) throws(ElevenLabsRefusal) {
        guard let address = sent["address"]?.string else { return }
        let host = address.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)[0]
        let isBare = address.utf8.allSatisfy { !";=@/ ".utf8.contains($0) }
        guard isBare, !host.isEmpty, !["sip", "sips"].contains(host.lowercased()) else {
            throw ElevenLabsRefusal(
                400, "validation_error", "invalid_parameters",
                "The trunk address must be a hostname or an IP address, without a scheme and without parameters",
                parameter: "\(field).address")
        }
    }

    /// Notes on values that are accepted but have an unexpected effect.
    func notes(on configuration: JSONObject, of number: String) -> [String] {
        var notes: [String] = []
        if configuration["address"]?.string?.contains(":") == true {
            notes.append("\(field).address has a port, which is undocumented")
        }
        if configuration["transport"] == "udp" { notes.append("\(field).transport udp is experimental") }
        if configuration["allowed_numbers"]?.array?.contains(.string(number)) == true {
            notes.append("\(field).allowed_numbers filters callers; as it lists this number, others are refused")
        }
        let addresses = configuration["allowed_addresses"]?.array ?? []
        let readable = Self.networks(among: addresses)
        if readable.count < addresses.count {
            notes.append(
                "\(field).allowed_addresses has entries that are not networks; they were dropped"
                    + (readable.isEmpty ? ", so calls from every address are accepted" : ""))
        }
        if let credentials = configuration[Self.credentials]?.object, credentials["password"]?.string == nil {
            notes.append("\(field).credentials has no password, and none is stored")
        }
        return notes
    }

    // MARK: Reading

    func shown(_ configuration: JSONObject, _ quirks: ElevenLabsQuirks) -> JSONObject {
        var shown = configuration
        let credentials = configuration[Self.credentials]?.object
        shown[Self.credentials] = nil
        shown["has_auth_credentials"] = .bool(credentials != nil)
        shown["username"] = credentials?["username"] ?? .null
        switch self {
        case .inbound:
            let networks = Self.networks(among: configuration["allowed_addresses"]?.array ?? [])
            shown["allowed_addresses"] = .array(
                networks.isEmpty && quirks.showsOpenAsAnyAddress ? ["0.0.0.0/0"] : networks)
        case .outbound: shown["has_outbound_trunk"] = true
        }
        return shown
    }

    /// Returns the entries that are valid addresses or networks.
    static func networks(among entries: [JSONValue]) -> [JSONValue] {
        entries.filter { entry in
            let parts = (entry.string ?? "").split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            let address = String(parts[0])
            var bytes = in6_addr()
            let isLong = inet_pton(AF_INET6, address, &bytes) == 1
            guard isLong || address.isIPv4Address else { return false }
            return parts.count == 1 || UInt8(parts[1]).map { $0 <= (isLong ? 128 : 32) } == true
        }
    }
}
