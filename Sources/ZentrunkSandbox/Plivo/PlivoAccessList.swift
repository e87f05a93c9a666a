import Foundation
import ZentrunkJSON

/// The networks from which outbound calls are accepted.
/// <https://www.plivo.com/docs/sip-trunking/api/ip-access-control-lists>
struct PlivoAccessList: PlivoObject {
    static let idField = "ipacl_uuid"

    let id = UUID().uuidString.lowercased()
    var name: String?
    var addresses: [String]

    static func missing(_ id: String) -> PlivoRefusal {
        .zentrunk(404, "IPAccessControlList with uuid:\(id) not found")
    }

    var row: JSONObject {
        [
            Self.idField: .string(id), "name": name.map { .string($0) } ?? .null,
            "ip_addresses": .array(addresses.map { .string($0) }),
        ]
    }

    /// Whether the text is an IPv4 address or network, or looks like an IPv6 one. Whether Plivo accepts IPv6 is not
    /// documented.
    static func isEntry(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count) else { return false }
        if parts[0].contains(":") {
            return parts[0].utf8.allSatisfy { "0123456789abcdefABCDEF:.".utf8.contains($0) }
                && (parts.count == 1 || Int(parts[1]).map { (0...128).contains($0) } == true)
        }
        return parts[0].isIPv4Address && (parts.count == 1 || Int(parts[1]).map { (0...32).contains($0) } == true)
    }
}

extension PlivoStore {
    mutating func answerAccessList(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        switch (call.request.method, call.item) {
        case ("POST", let id?):
            let index = try Self.index(of: id, among: accessLists)
            let notes = try call.check(Self.accessListFields)
            let addresses = try Self.addresses(call)
            if let name = try call.optional("name") { accessLists[index].name = name }
            // The list is replaced as a whole; single entries cannot be added.
            if let addresses { accessLists[index].addresses = addresses }
            return PlivoAnswer.written(accessLists[index], "IPAccessControlList updated successfully.", status: 202)
                .noting(notes)
        case ("POST", nil):
            let notes = try call.check(Self.accessListFields)
            guard let addresses = try Self.addresses(call) else { throw .zentrunk(400, "ip_addresses is required") }
            let list = PlivoAccessList(name: try call.optional("name"), addresses: addresses)
            accessLists.append(list)
            return PlivoAnswer.written(list, "IPAccessControlList created successfully.", status: 201).noting(notes)
        case ("DELETE", let id?):
            accessLists.remove(at: try Self.index(of: id, among: accessLists))
            let users = trunks.filter { $0.accessList == id }.map(\.id)
            return PlivoAnswer.deleted.noting(users.map { "trunk \($0) uses this access list and no longer works" })
        case (_, let id?): return try flat(id, among: accessLists)
        case (_, nil): return try list(accessLists, call)
        }
    }

    private static let accessListFields: KeyValuePairs<String, PlivoCall.Kind> = [
        "name": .text, "ip_addresses": .texts,
    ]

    private static func addresses(_ call: PlivoCall) throws(PlivoRefusal) -> [String]? {
        guard let entries = call.body["ip_addresses"]?.array?.compactMap(\.string) else { return nil }
        guard !entries.isEmpty else { throw .zentrunk(400, "ip_addresses must not be empty") }
        if let wrong = entries.first(where: { !PlivoAccessList.isEntry($0) }) {
            throw .zentrunk(400, "\(wrong) is not an IP address or network")
        }
        return entries
    }
}
