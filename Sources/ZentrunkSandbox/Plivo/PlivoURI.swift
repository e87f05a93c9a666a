import Foundation
import ZentrunkJSON

/// The target of inbound calls. <https://www.plivo.com/docs/sip-trunking/api/origination-uris>
struct PlivoURI: PlivoObject {
    static let idField = "uri_uuid"

    let id = UUID().uuidString.lowercased()
    var name: String?
    var uri: String
    var needsAuthentication = false
    var username: String?
    var password: String?

    init(name: String?, uri: String) {
        self.name = name
        self.uri = uri
    }

    static func missing(_ id: String) -> PlivoRefusal { .zentrunk(404, "URI with uuid:\(id) not found") }

    var row: JSONObject {
        [
            Self.idField: .string(id), "name": name.map { .string($0) } ?? .null, "uri": .string(uri),
            "authentication_needed": .bool(needsAuthentication), "username": username.map { .string($0) } ?? .null,
        ]
    }

    /// The user of `sip:user@host`. Undocumented, but included in GET of one URI.
    var sipUser: JSONValue {
        guard let at = uri.firstIndex(of: "@"), let scheme = uri.firstIndex(of: ":"), scheme < at else { return .null }
        return .string(String(uri[uri.index(after: scheme)..<at]))
    }
}

extension PlivoStore {
    mutating func answerURI(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        switch (call.request.method, call.item) {
        case ("POST", let id?): return try updateURI(id, call)
        case ("POST", nil): return try createURI(call)
        case ("DELETE", let id?): return try deleteURI(id)
        case (_, let id?):
            let uri = uris[try Self.index(of: id, among: uris)]
            let members: JSONObject = ["api_id": .string(PlivoAnswer.apiID())]
            return .json(200, .object(members.merging(uri.row).merging(["sip_user": uri.sipUser])))
        case (_, nil): return try list(uris, call)
        }
    }

    private static let uriFields: KeyValuePairs<String, PlivoCall.Kind> = [
        "name": .text, "uri": .text, "authentication_needed": .truth, "username": .text, "password": .text,
    ]

    private mutating func createURI(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        let notes = try call.check(Self.uriFields)
        var uri = PlivoURI(name: try call.optional("name"), uri: try Self.checked(uri: try call.required("uri")))
        if call.truth("authentication_needed") == true {
            uri.needsAuthentication = true
            uri.username = try call.required("username", status: 422)
            uri.password = try call.required("password", status: 422)
        }
        uris.append(uri)
        return PlivoAnswer.written(uri, "URI created successfully.", status: 201).noting(notes)
    }

    private mutating func updateURI(_ id: String, _ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        let index = try Self.index(of: id, among: uris)
        let notes = try call.check(Self.uriFields)
        var uri = uris[index]
        if let name = try call.optional("name") { uri.name = name }
        if let target = try call.optional("uri") { uri.uri = try Self.checked(uri: target) }
        let needed = call.truth("authentication_needed")
        if call.text("password") != nil, needed == nil || call.text("username") == nil {
            throw .zentrunk(400, "a new password requires authentication_needed and username")
        }
        if let needed {
            uri.needsAuthentication = needed
            uri.username = needed ? try call.required("username", status: 422) : nil
            uri.password = needed ? call.text("password") ?? uri.password : nil
        }
        uris[index] = uri
        return PlivoAnswer.written(uri, "URI updated successfully.", status: 202).noting(notes)
    }

    /// Deletes a URI and every trunk that uses it as primary or fallback. The numbers of these trunks lose their
    /// routes.
    private mutating func deleteURI(_ id: String) throws(PlivoRefusal) -> SandboxAnswer {
        uris.remove(at: try Self.index(of: id, among: uris))
        let users = trunks.filter { $0.primaryURI == id || $0.fallbackURI == id }.map(\.id)
        for trunk in users { try deleteTrunk(trunk) }
        return PlivoAnswer.deleted.noting(users.map { "trunk \($0) used this URI and is deleted with it" })
    }

    private static func checked(uri: String) throws(PlivoRefusal) -> String {
        guard !uri.contains(where: \.isWhitespace), !uri.contains("/") else {
            throw .zentrunk(400, "\(uri) is not a host, host:port or sip:user@host")
        }
        return uri
    }
}
