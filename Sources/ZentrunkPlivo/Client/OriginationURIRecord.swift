@_spi(Adapter) public import ZentrunkCore
import ZentrunkJSON

/// A destination of inbound calls. <https://www.plivo.com/docs/sip-trunking/api/origination-uri>
///
/// Plivo deletes every trunk that uses it, as primary or as fallback, together with it.
public struct OriginationURIRecord: ZentrunkObject {
    public static let title = "origination URI"
    public static let fields = ["uri_uuid", "name", "uri", "authentication_needed", "username"]

    @_spi(Adapter) public let live: LiveObject
    @_spi(Adapter) public init(_ live: LiveObject) { self.live = live }

    /// `uri`: host, port and transport, as in `sip.example.com:5061;transport=tls`.
    public var uri: String { text("uri") ?? "" }
    /// `authentication_needed`: whether Zentrunk authenticates its calls if the destination asks for it.
    public var needsAuthentication: Bool { flag("authentication_needed") ?? false }
    /// `username`: the username that Zentrunk authenticates with.
    public var username: String? { text("username") }
}

extension OriginationURIRecord {
    /// The username and password that Zentrunk authenticates with.
    public struct Login: Sendable, Hashable {
        /// The username.
        public let username: String
        /// The password.
        public let password: Secret

        /// Creates a login.
        ///
        /// - Throws: `ZentrunkError` `invalid` if the username or the password is empty.
        public init(username: String, password: Secret) throws(ZentrunkError) {
            guard !username.isEmpty, !password.isEmpty else {
                throw ZentrunkError(.invalid, "a URI with authentication needs a username and a password")
            }
            self.username = username
            self.password = password
        }

        fileprivate var members: JSONObject {
            [
                "authentication_needed": true, "username": .string(username), "password": .string(password.reveal()),
            ]
        }
    }

    /// The values of a new URI.
    public struct Draft: Sendable {
        /// The record's name.
        public let name: String
        /// The destination.
        public let uri: OriginationURI
        /// The login; nil if the destination asks for none, as usual for AI platforms.
        public var login: Login?

        /// Creates a draft.
        public init(name: String, uri: OriginationURI, login: Login? = nil) {
            self.name = name
            self.uri = uri
            self.login = login
        }

        var body: JSONObject {
            let body: JSONObject = ["name": .string(name), "uri": .string(uri.text)]
            return body.merging(login?.members ?? [:])
        }
    }

    /// Changes to a URI; nil leaves a value unchanged.
    public struct Changes: Sendable {
        /// A change of how Zentrunk authenticates its calls.
        public enum Authentication: Sendable, Hashable {
            /// With this username and password.
            case login(Login)
            /// Not at all.
            case off
        }

        /// The new name.
        public var name: String?
        /// The new destination.
        public var uri: OriginationURI?
        /// The new authentication.
        public var authentication: Authentication?

        /// Creates a set without changes.
        public init() {}

        /// Whether nothing changes.
        public var isEmpty: Bool { members.isEmpty }

        var login: Login? { if case .login(let login)? = authentication { login } else { nil } }

        var members: JSONObject {
            var members = JSONObject()
            if let name { members["name"] = .string(name) }
            if let uri { members["uri"] = .string(uri.text) }
            switch authentication {
            case .login(let login)?: members = members.merging(login.members)
            case .off?: members["authentication_needed"] = false
            case nil: break
            }
            return members
        }
    }
}
