import Foundation
import ZentrunkJSON
import ZentrunkSandbox

/// One of a number's two directions, and what its configuration may hold.
/// <https://elevenlabs.io/docs/eleven-agents/phone-numbers/sip-trunking>
///
/// Configurations are kept as requests have them, complete with defaults.
enum ElevenLabsTrunk: String, CaseIterable, Sendable {
    case inbound, outbound

    /// Its name in requests.
    var field: String { rawValue + "_trunk_config" }

    /// Its name in answers.
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

    /// What is stored after a configuration was sent. A password that is left out stays, whatever becomes of the rest.
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

    /// What the outcome of an update depends on, as long as nobody has said whether it merges or replaces.
    func ambiguities(_ stored: JSONObject?, updatedWith sent: JSONObject) -> [String] {
        let replaced = configuration(stored, updatedWith: sent, by: .replace)
        let merged = configuration(stored, updatedWith: sent, by: .merge)
        return merged.filter { replaced[$0.name] != $0.value }.map {
            "\(field) leaves out \($0.name); whether that keeps it or resets it is undocumented"
        }
    }

    /// The target is a bare host: the open-source server behind it refuses a scheme and parameters.
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

    /// What is accepted and does not do what it seems to.
    func notes(on configuration: JSONObject, of number: String) -> [String] {
        var notes: [String] = []
        if configuration["address"]?.string?.contains(":") == true {
            notes.append("\(field).address has a port, which is undocumented")
        }
        if configuration["transport"] == "udp" { notes.append("\(field).transport udp is experimental") }
        if configuration["allowed_numbers"]?.array?.contains(.string(number)) == true {
            notes.append("\(field).allowed_numbers lists callers; with the number itself in it all others are refused")
        }
        let addresses = configuration["allowed_addresses"]?.array ?? []
        let readable = Self.networks(among: addresses)
        if readable.count < addresses.count {
            notes.append(
                "\(field).allowed_addresses has entries that are no network and were dropped"
                    + (readable.isEmpty ? "; calls from every address are taken" : ""))
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

    /// The entries that can be read as an address or a network.
    private static func networks(among entries: [JSONValue]) -> [JSONValue] {
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
