public import ZentrunkJSON

/// An imitation of a voice platform, with the data that tests over all platforms need.
///
/// Take facts and checks from the vendor's documentation, not from the template, so that they reveal errors in the
/// template.
public protocol PlatformService: SandboxService {
    /// The vendor's name, as in ``SandboxService/vendor``.
    static var vendor: String { get }

    /// Creates the service without quirks.
    init()

    /// The data about the platform that tests need.
    static var facts: PlatformFacts { get }

    /// Returns disagreements between the two sides of a connection, and between them and the request.
    ///
    /// - Parameters:
    ///   - state: The state of all vendors, see ``Sandbox/state``.
    ///   - asked: The requested connection.
    /// - Returns: One sentence for each disagreement.
    static func disagreements(in state: JSONValue, with asked: AskedConnection) -> [String]

    /// Returns the table of the state that the request lists; nil if the request does not list a page.
    static func table(listedBy request: RecordedRequest) -> String?

    /// Adds a foreign record of a number, which blocks a connection with that number.
    ///
    /// - Parameters:
    ///   - number: In E.164 form, with its plus sign.
    ///   - name: The record's name, as the platform shows it.
    func addForeignRecord(of number: String, named name: String)

    /// Whether calls to the host reach this platform, for whichever of its customers.
    ///
    /// - Parameter host: A host name in lower case.
    func takesCalls(at host: String) -> Bool

    /// Whether the platform's hosts listen on a port over a transport.
    func listens(on port: Int, over transport: SandboxTransport) -> Bool

    /// Decides about a call from Plivo, from the platform's state and as the vendor documents it, and adds what the
    /// platform keeps of it.
    ///
    /// - Parameters:
    ///   - invite: The request, for a host of this platform.
    ///   - times: When the call is answered and ends, if it is answered.
    func receive(_ invite: SandboxInvite, times: SandboxCallTimes) -> SandboxInviteReply

    /// Makes a call from one of the platform's numbers, and adds what the platform keeps of it.
    ///
    /// Build an ``SandboxInvite`` from the platform's state, pass it to ``SandboxExchange/dial(_:for:limit:)``, and return
    /// its outcome.
    func dial(_ call: SandboxCall, through exchange: SandboxExchange) -> SandboxCallOutcome

    /// Sets which agents exist; nil for every agent that is named.
    ///
    /// - Parameter agents: Ids or names, as the platform's objects refer to them. On platforms where an agent can answer
    ///   without a name, the empty string stands for such an agent.
    func setAgents(_ agents: Set<String>?)

    /// Adds unrelated objects to the longest list. None of them involves the sandbox's numbers.
    func fill(_ count: Int)
}

extension PlatformService {
    public var vendor: String { Self.vendor }

    public func takesCalls(at host: String) -> Bool { false }

    /// Port 5060 for UDP and TCP, 5061 for TLS.
    public func listens(on port: Int, over transport: SandboxTransport) -> Bool {
        port == (transport == .tls ? 5061 : 5060)
    }

    public func receive(_ invite: SandboxInvite, times: SandboxCallTimes) -> SandboxInviteReply {
        .refuse(501, "Not Implemented", .platformConfig, "the imitation of \(vendor) takes no calls")
    }

    public func dial(_ call: SandboxCall, through exchange: SandboxExchange) -> SandboxCallOutcome {
        let reply = SandboxInviteReply.refuse(
            501, "Not Implemented", .platformConfig, "the imitation of \(vendor) makes no calls")
        return exchange.outcome(of: call, reply, callID: SandboxExchange.newCallID(), steps: [])
    }

    public func setAgents(_ agents: Set<String>?) {}
}

/// The data about a platform that tests over all platforms need.
public struct PlatformFacts: Sendable {
    /// The option of `connect` for what answers calls, with a value that the imitation accepts.
    public var agent: (option: String, value: String)
    /// Whether inbound calls need an agent.
    public var needsAgent: Bool
    /// The switch that confirms that there is no agent; nil if there is none.
    public var withoutAgent: String?
    /// Parameters that a connection to the sandbox requires, with their values.
    public var needed: [String: String]
    /// The authentications that the template accepts; the first is its default.
    public var authentications: [String]
    /// The option that takes a number over from a foreign record; nil where there is none.
    public var adoption: String?
    /// The tables of the platform's objects in the sandbox's state.
    public var tables: [String]
    /// The tables that every plan lists because their objects are about numbers.
    public var numberTables: [String]
    /// The members that contain a row's own id.
    public var idFields: Set<String>
    /// The maximum number of rows on a page.
    public var pageSize: Int
    /// The minimum number of members, of both sides, that the contracts allow and the template does not set.
    public var foreignMembers: Int
    /// The maximum depth in round trips of a connect with one number.
    public var depth: Int
    /// Whether the API may lie below a path of its address.
    public var addressHasPath: Bool
    /// The header field in which the key travels, in lower case.
    public var keyField: String
    /// Changes by hand to a connection with everything switched on: the key of the resource in the
    /// template, and the fields.
    public var handChanges: [(key: String, fields: JSONObject)]
    /// Logins that a person can set on the platform's objects, where the vendor never returns the password.
    public var logins: [HandSetLogin]
    /// Requests that the platform cannot serve.
    public var refusals: [Refusal]

    /// A login that a person sets on an object of a connection.
    public struct HandSetLogin: Sendable {
        /// The name of the object's kind.
        public var kind: String
        /// The fields that hold the login.
        public var fields: JSONObject
        /// Where the username is read.
        public var username: JSONPointer

        public init(kind: String, fields: JSONObject, username: JSONPointer) {
            self.kind = kind
            self.fields = fields
            self.username = username
        }
    }

    /// A request that is refused, with what the message has to say.
    public struct Refusal: Sendable {
        /// In E.164 form, with its plus sign.
        public var number: String
        /// Parameters of the template; nil for one that is left out although the sandbox needs it.
        public var values: [String: String?]
        /// Parts of the message.
        public var parts: [String]

        public init(number: String = "+14155550100", values: [String: String?] = [:], parts: [String]) {
            self.number = number
            self.values = values
            self.parts = parts
        }
    }

    public init(
        agent: (option: String, value: String), needsAgent: Bool = false, withoutAgent: String? = nil,
        needed: [String: String] = [:], authentications: [String] = ["credentials"], adoption: String? = "--adopt",
        tables: [String], numberTables: [String]? = nil, idFields: Set<String> = ["id"], pageSize: Int = 100,
        foreignMembers: Int = 10, depth: Int = 10, addressHasPath: Bool = false, keyField: String = "authorization",
        handChanges: [(key: String, fields: JSONObject)], logins: [HandSetLogin] = [], refusals: [Refusal] = []
    ) {
        self.agent = agent
        self.needsAgent = needsAgent
        self.withoutAgent = withoutAgent
        self.needed = needed
        self.authentications = authentications
        self.adoption = adoption
        self.tables = tables
        self.numberTables = numberTables ?? tables
        self.idFields = idFields
        self.pageSize = pageSize
        self.foreignMembers = foreignMembers
        self.depth = depth
        self.addressHasPath = addressHasPath
        self.keyField = keyField
        self.handChanges = handChanges
        self.logins = logins
        self.refusals = refusals
    }
}
