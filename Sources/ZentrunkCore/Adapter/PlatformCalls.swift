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

    /// Returns the SIP messages of a number's calls that the platform has kept, in any order; nil if the platform keeps
    /// none. A call that the platform refused may have messages and nothing else.
    func messages(_ query: CallQuery) async throws -> [SeenMessage]?
}

@_spi(Adapter) extension PlatformCalls {
    /// None.
    public func messages(_ query: CallQuery) async throws -> [SeenMessage]? { nil }
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

    /// A code of the platform for the end of a call, or for what it waits for.
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
    /// The platform's code for the end, or for what a call waits for that rings.
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

/// A SIP message of a call, without its secrets: a raw message holds digests, keys of SRTP and what else its sender added.
@_spi(Adapter) public struct SeenMessage: Sendable, Hashable {
    /// Whether the platform received it.
    public var isIncoming: Bool
    /// The method of a request; nil for a response, and for a message that could not be sent.
    public var method: String?
    /// The status of a response.
    public var status: Int?
    /// The phrase of a response.
    public var phrase: String?
    /// The SIP Call-ID.
    public var sipCallID: String?
    /// Plivo's hangup code, if the message has the header `X-ZT-Hangup-Code`. An older edition of Plivo's page on
    /// hangup codes names it; whether it is still sent is not known.
    public var hangupCode: Int?
    /// The platform's words if the message could not be sent.
    public var error: String?
    /// The other side's address.
    public var peer: String?
    /// When the platform kept it, in microseconds since 1970.
    public var microseconds: Int64

    /// Creates a message from its text, of which only the start line and two headers are kept.
    ///
    /// - Parameters:
    ///   - text: The message as on the wire; empty if it could not be sent.
    ///   - sipCallID: The Call-ID, if the platform has it beside the text.
    ///   - error: The platform's words if the message could not be sent, without secrets.
    public init(
        _ text: String, isIncoming: Bool, sipCallID: String? = nil, error: String? = nil, peer: String? = nil,
        microseconds: Int64
    ) {
        self.isIncoming = isIncoming
        self.error = error
        self.peer = peer
        self.microseconds = microseconds
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        let head = lines.prefix { !$0.isEmpty }
        let start = (head.first ?? "").split(separator: " ", maxSplits: 2)
        if start.first == "SIP/2.0", start.count > 1, let code = Int(start[1]), (100...699).contains(code) {
            status = code
            phrase = start.count > 2 ? String(start[2].prefix(80)) : nil
        } else if start.last == "SIP/2.0", start.count == 3, start[0].allSatisfy({ $0.isASCII && $0.isLetter }) {
            method = String(start[0])
        }
        func header(_ names: String...) -> String? {
            for line in head.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1)
                if parts.count == 2, names.contains(String(parts[0]).withoutMargins().lowercased()) {
                    return String(parts[1]).withoutMargins()
                }
            }
            return nil
        }
        self.sipCallID = sipCallID ?? header("call-id", "i")
        hangupCode = header("x-zt-hangup-code").flatMap { Int($0) }
    }

    /// The message for programs.
    public var json: JSONObject {
        [
            "incoming": .bool(isIncoming), "method": method.map { .string($0) } ?? .null,
            "status": status.map { .integer(Int64($0)) } ?? .null, "phrase": phrase.map { .string($0) } ?? .null,
            "sip_call_id": sipCallID.map { .string($0) } ?? .null,
            "hangup_cause_code": hangupCode.map { .integer(Int64($0)) } ?? .null,
            "error": error.map { .string($0) } ?? .null, "peer": peer.map { .string($0) } ?? .null,
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
