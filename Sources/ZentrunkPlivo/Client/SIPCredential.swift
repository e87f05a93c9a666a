public import ZentrunkCore
import ZentrunkJSON

/// A username and password by which Zentrunk recognises outbound calls.
/// <https://www.plivo.com/docs/sip-trunking/api/credential>
public struct SIPCredential: ZentrunkObject {
    public static let title = "credential"
    public static let fields = ["credential_uuid", "name", "username"]

    public let live: LiveObject
    public init(_ live: LiveObject) { self.live = live }

    /// `username`: what the client logs in with. Never the credential's name.
    public var username: String { text("username") ?? "" }
}

extension SIPCredential {
    /// Username and password, within Plivo's rules.
    public struct Login: Sendable, Hashable {
        public let username: String
        public let password: Secret

        /// - Parameters:
        ///   - username: 5 to 20 ASCII letters and digits. Underscores stand in Plivo's own samples and are let through,
        ///     although partners' guides rule them out. <https://docs.livekit.io/telephony/start/providers/plivo/>
        ///   - password: 5 to 20 letters, digits and symbols of `~!@#$%^&*()_+`, at least one of those.
        /// - Throws: `ZentrunkError` `invalid`; the message does not hold the password.
        public init(username: String, password: Secret) throws(ZentrunkError) {
            func isPlain(_ character: Character) -> Bool {
                character.isASCII && (character.isLetter || character.isNumber)
            }
            guard (5...20).contains(username.count), username.allSatisfy({ isPlain($0) || $0 == "_" }) else {
                throw ZentrunkError(.invalid, "the username \"\(username)\" is not 5 to 20 letters and digits")
            }
            let symbols = "~!@#$%^&*()_+"
            let text = password.reveal()
            guard (5...20).contains(text.count), text.allSatisfy({ isPlain($0) || symbols.contains($0) }),
                text.contains(where: symbols.contains)
            else {
                throw ZentrunkError(
                    .invalid,
                    "the password is not 5 to 20 letters, digits and symbols, at least one of them of \(symbols)")
            }
            self.username = username
            self.password = password
        }

        /// One that was derived, and so keeps the rules.
        init(derivedBy secrets: any SIPSecretDeriver, username: String) {
            self.username = username
            password = secrets.password(for: username)
        }
    }

    /// What a new credential shall be.
    public struct Draft: Sendable {
        public let name: String
        public let login: Login

        public init(name: String, login: Login) {
            self.name = name
            self.login = login
        }

        var body: JSONObject {
            let body: JSONObject = ["name": .string(name)]
            return body.merging(login.members)
        }
    }

    /// What shall change; nil leaves it as it is.
    public struct Changes: Sendable {
        public var name: String?
        /// Without it the former password is sent again, since Plivo blanks a password that an update leaves out. That works
        /// only for one that was derived: see ``ZentrunkClient/derivedLogin(of:)``.
        public var login: Login?

        public init() {}

        /// Whether nothing is asked for.
        public var isEmpty: Bool { name == nil && login == nil }

        func members(keeping login: Login?) -> JSONObject {
            var members = (self.login ?? login)?.members ?? [:]
            if let name { members["name"] = .string(name) }
            return members
        }
    }
}

extension SIPCredential.Login {
    fileprivate var members: JSONObject {
        ["username": .string(username), "password": .string(password.reveal())]
    }
}
