public import ZentrunkCore
import ZentrunkJSON

/// A place that inbound calls are sent to. <https://www.plivo.com/docs/sip-trunking/api/origination-uri>
///
/// Plivo deletes, together with it, every trunk that uses it, as primary or as fallback.
public struct OriginationURIRecord: ZentrunkObject {
    public static let title = "origination URI"
    public static let fields = ["uri_uuid", "name", "uri", "authentication_needed", "username"]

    public let live: LiveObject
    public init(_ live: LiveObject) { self.live = live }

    /// `uri`: host, port and transport, as in `sip.example.com:5061;transport=tls`.
    public var uri: String { text("uri") ?? "" }
    /// `authentication_needed`: whether Zentrunk answers when the far end asks who calls.
    public var needsAuthentication: Bool { flag("authentication_needed") ?? false }
    /// `username`: what Zentrunk then says.
    public var username: String? { text("username") }
}

extension OriginationURIRecord {
    /// What Zentrunk says when the far end asks who calls.
    public struct Login: Sendable, Hashable {
        public let username: String
        public let password: Secret

        /// - Throws: `ZentrunkError` `invalid` when one of them is empty.
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

    /// What a new URI shall be.
    public struct Draft: Sendable {
        public let name: String
        public let uri: OriginationURI
        /// nil when the far end asks nothing, as AI platforms do.
        public var login: Login?

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

    /// What shall change; nil leaves it as it is.
    public struct Changes: Sendable {
        /// Whether and how Zentrunk says who calls.
        public enum Authentication: Sendable, Hashable {
            case login(Login)
            case off
        }

        public var name: String?
        public var uri: OriginationURI?
        public var authentication: Authentication?

        public init() {}

        /// Whether nothing is asked for.
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
