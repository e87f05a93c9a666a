@_spi(Adapter) public import ZentrunkCore
import ZentrunkJSON

/// A username and password that authenticate outbound calls. <https://www.plivo.com/docs/sip-trunking/api/credential>
public struct SIPCredential: ZentrunkObject {
    public static let title = "credential"
    public static let fields = ["credential_uuid", "name", "username"]

    @_spi(Adapter) public let live: LiveObject
    @_spi(Adapter) public init(_ live: LiveObject) { self.live = live }

    /// `username`: the client's username, which differs from the credential's name.
    public var username: String { text("username") ?? "" }
}

extension SIPCredential {
    /// A username and password that follow Plivo's rules.
    public struct Login: Sendable, Hashable {
        /// The username.
        public let username: String
        /// The password.
        public let password: Secret

        /// Creates a login.
        ///
        /// - Parameters:
        ///   - username: 5 to 20 ASCII letters and digits. Underscores occur in Plivo's own examples and are accepted,
        ///     although partners' guides exclude them. <https://docs.livekit.io/telephony/start/providers/plivo/>
        ///   - password: 5 to 20 letters, digits and symbols of `~!@#$%^&*()_+`, with at least one symbol.
        /// - Throws: `ZentrunkError` `invalid`; the message does not contain the password.
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

        /// Creates a derived login, which follows the rules.
        init(derivedBy secrets: any SIPSecretDeriver, username: String) {
            self.username = username
            password = secrets.password(for: username)
        }
    }

    /// The values of a new credential.
    public struct Draft: Sendable {
        /// The credential's name.
        public let name: String
        /// The username and password.
        public let login: Login

        /// Creates a draft.
        public init(name: String, login: Login) {
            self.name = name
            self.login = login
        }

        var body: JSONObject {
            let body: JSONObject = ["name": .string(name)]
            return body.merging(login.members)
        }
    }

    /// Changes to a credential; nil leaves a value unchanged.
    public struct Changes: Sendable {
        /// The new name.
        public var name: String?
        /// The new username and password. If nil, the former password is sent again, because Plivo clears a password
        /// that an update omits. This requires a derived password: see ``ZentrunkClient/derivedLogin(of:)``.
        public var login: Login?

        /// Creates a set without changes.
        public init() {}

        /// Whether nothing changes.
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
