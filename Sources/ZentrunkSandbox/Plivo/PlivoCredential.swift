import Foundation
import ZentrunkJSON

/// A username and password that authenticate a platform's outbound calls.
/// <https://www.plivo.com/docs/sip-trunking/api/credentials>
struct PlivoCredential: PlivoObject {
    static let idField = "credential_uuid"

    let id = UUID().uuidString.lowercased()
    var name: String?
    var username: String
    /// nil after an update that omitted it.
    var password: String?

    static func missing(_ id: String) -> PlivoRefusal { .zentrunk(404, "Credential with uuid:\(id) not found") }

    var row: JSONObject {
        [Self.idField: .string(id), "name": name.map { .string($0) } ?? .null, "username": .string(username)]
    }

    /// Whether the text has 5 to 20 ASCII letters and digits.
    /// <https://docs.livekit.io/telephony/start/providers/plivo/>
    static func isUsername(_ text: String) -> Bool {
        (5...20).contains(text.utf8.count) && text.utf8.allSatisfy(isAlphanumeric)
    }

    /// Whether the text has 5 to 20 letters, digits and certain symbols, with at least one symbol.
    static func isPassword(_ text: String) -> Bool {
        let symbols = "~!@#$%^&*()_+".utf8
        return (5...20).contains(text.utf8.count) && text.utf8.contains { symbols.contains($0) }
            && text.utf8.allSatisfy { isAlphanumeric($0) || symbols.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension PlivoStore {
    mutating func answerCredential(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        switch (call.request.method, call.item) {
        case ("POST", let id?): return try updateCredential(id, call)
        case ("POST", nil): return try createCredential(call)
        case ("DELETE", let id?):
            credentials.remove(at: try Self.index(of: id, among: credentials))
            let users = trunks.filter { $0.credential == id }.map(\.id)
            return PlivoAnswer.deleted.noting(users.map { "trunk \($0) uses this credential and no longer works" })
        case (_, let id?): return try flat(id, among: credentials)
        case (_, nil): return try list(credentials, call)
        }
    }

    private static let credentialFields: KeyValuePairs<String, PlivoCall.Kind> = [
        "name": .text, "username": .text, "password": .text,
    ]

    private mutating func createCredential(_ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        let notes = try call.check(Self.credentialFields)
        let username = try call.required("username")
        let password = try call.required("password")
        try Self.check(username: username, password: password)
        let credential = PlivoCredential(name: try call.optional("name"), username: username, password: password)
        credentials.append(credential)
        return PlivoAnswer.written(credential, "Credential created successfully.", status: 201).noting(notes)
    }

    /// Updates a credential. An omitted password becomes blank, so an update cannot change only the name.
    private mutating func updateCredential(_ id: String, _ call: PlivoCall) throws(PlivoRefusal) -> SandboxAnswer {
        let index = try Self.index(of: id, among: credentials)
        var notes = try call.check(Self.credentialFields)
        let password = try call.optional("password")
        let username = try call.optional("username")
        guard password == nil || username != nil else { throw .zentrunk(400, "username is required with password") }
        try Self.check(username: username, password: password)
        if password == nil { notes.append("the update omits the password, so the stored one becomes blank") }
        if let name = try call.optional("name") { credentials[index].name = name }
        if let username { credentials[index].username = username }
        credentials[index].password = password
        return PlivoAnswer.written(credentials[index], "Credential updated successfully.", status: 202).noting(notes)
    }

    private static func check(username: String?, password: String?) throws(PlivoRefusal) {
        guard username.map(PlivoCredential.isUsername) ?? true else {
            throw .zentrunk(400, "username must be 5 to 20 letters and digits")
        }
        guard password.map(PlivoCredential.isPassword) ?? true else {
            throw .zentrunk(400, "password must be 5 to 20 letters, digits and symbols, at least one of them a symbol")
        }
    }
}
