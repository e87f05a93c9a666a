public import ZentrunkJSON

/// Places a test call at a platform, and sees the calls there.
///
/// Calls cost money and ring at somebody's phone. So the engine gives ``place(_:)`` an adapter whose transport sends every
/// request at most once.
@_spi(Adapter) public protocol PlatformCalls: Sendable {
    /// The kind of the objects from which calls are placed. Its number is the caller.
    var callerKind: String { get }

    /// Places a call, once.
    ///
    /// - Returns: The call, also if it failed for a reason that the platform states.
    /// - Throws: ``APIError`` if the platform refused the request or its outcome is unknown; ``ZentrunkError`` `invalid` if
    ///   the object lacks something that a call needs, and nothing was sent.
    func place(_ order: CallOrder) async throws -> SeenCall

    /// Returns what the platform knows of a call by now.
    func look(at call: SeenCall) async throws -> SeenCall

    /// Returns the calls of a number that the platform has seen, the latest first.
    func recent(_ query: CallQuery) async throws -> [SeenCall]
}

/// A test call to place.
@_spi(Adapter) public struct CallOrder: Sendable {
    /// The id of the object from which the call is placed, one of ``PlatformCalls/callerKind``.
    public var objectID: String
    /// The object's fields as they were read, without secret ones.
    public var fields: JSONObject
    /// The number of the object, which is the caller.
    public var number: PhoneNumber
    /// The number to call.
    public var to: PhoneNumber
    /// The longest duration of the call, in seconds.
    public var longest: Int
    /// How long the phone may ring, in seconds.
    public var ringing: Int
    /// A unique name for the call, for platforms that let the caller choose one.
    public var reference: String

    /// Creates an order.
    public init(
        objectID: String, fields: JSONObject, number: PhoneNumber, to: PhoneNumber, longest: Int, ringing: Int,
        reference: String
    ) {
        self.objectID = objectID
        self.fields = fields
        self.number = number
        self.to = to
        self.longest = longest
        self.ringing = ringing
        self.reference = reference
    }
}

/// Which calls to look for.
@_spi(Adapter) public struct CallQuery: Sendable {
    /// Whether the calls come in.
    public var isInbound: Bool
    /// The platform's number.
    public var number: PhoneNumber
    /// The id of the number's object of ``PlatformCalls/callerKind``; nil if there is none.
    public var objectID: String?
    /// The ``CallOrder/reference`` of a call that was placed.
    public var reference: String?
    /// The earliest start, in seconds since 1970.
    public var since: Int64

    /// Creates a query.
    public init(
        isInbound: Bool, number: PhoneNumber, objectID: String?, reference: String? = nil, since: Int64
    ) {
        self.isInbound = isInbound
        self.number = number
        self.objectID = objectID
        self.reference = reference
        self.since = since
    }
}

/// A call as a platform sees it.
@_spi(Adapter) public struct SeenCall: Sendable, Hashable {
    /// How far a call is.
    public enum Stage: String, Sendable, Hashable {
        case ringing, talking, ended
    }

    /// A code of the platform for the end of a call.
    public struct Ending: Sendable, Hashable {
        /// The set of codes that it belongs to, as the causes name it: `vapi.ended_reason`.
        public var set: String
        /// The code.
        public var code: String

        /// Creates an ending.
        public init(set: String, code: String) {
            self.set = set
            self.code = code
        }
    }

    /// The platform's id of the call; empty for a call that failed before it had one.
    public var id: String
    /// How far the call is.
    public var stage: Stage
    /// Whether a person or a machine answered; nil while this is unknown.
    public var isAnswered: Bool?
    /// The SIP Call-ID; nil if the platform does not show it.
    public var sipCallID: String?
    /// The SIP status of a call that failed; nil if the platform does not show it.
    public var sipStatus: Int?
    /// The platform's code for the end.
    public var ending: Ending?
    /// The platform's words about the end, without secrets.
    public var words: String?
    /// Where the platform's API has the call, if not under its id alone. Holds no secrets and is not shown.
    public var place: [String: String]

    /// Creates a call.
    public init(
        id: String, stage: Stage, isAnswered: Bool? = nil, sipCallID: String? = nil, sipStatus: Int? = nil,
        ending: Ending? = nil, words: String? = nil, place: [String: String] = [:]
    ) {
        self.id = id
        self.stage = stage
        self.isAnswered = isAnswered
        self.sipCallID = sipCallID
        self.sipStatus = sipStatus
        self.ending = ending
        self.words = words
        self.place = place
    }

    /// The call for programs.
    public var json: JSONObject {
        [
            "id": id.isEmpty ? .null : .string(id), "stage": .string(stage.rawValue),
            "answered": isAnswered.map { .bool($0) } ?? .null, "sip_call_id": sipCallID.map { .string($0) } ?? .null,
            "sip_status": sipStatus.map { .integer(Int64($0)) } ?? .null,
            "ended_reason": ending.map { .string($0.code) } ?? .null, "message": words.map { .string($0) } ?? .null,
        ]
    }
}

@_spi(Adapter) extension PlatformAdapter {
    /// None: the platform has no API for calls, or the adapter does not use it.
    public var calls: (any PlatformCalls)? { nil }
}

extension APIError {
    /// Whether the server may have acted on a request although there is no usable answer: then it must not be sent again.
    package var isOutcomeUnknown: Bool {
        switch cause {
        case .transport(let error): error.delivery != .notSent
        case .status(let status): status == 408 || status >= 500
        case .unreadable: true
        }
    }
}
