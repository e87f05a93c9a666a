@_spi(Adapter) import ZentrunkCore
public import ZentrunkJSON

/// One call of a kind that reached a ``MemoryVendor``.
public struct MemoryCall: Sendable, Hashable {
    /// What the call does.
    public enum Operation: String, Sendable, Hashable, CaseIterable { case list, read, create, update, delete }

    /// What the call does.
    public var operation: Operation
    /// The name of the kind.
    public var kind: String
    /// The object's id; nil for a list and a create.
    public var id: String?
    /// The fields that are written, secrets included; empty for a read.
    public var fields: JSONObject

    /// Whether the call can change something.
    public var isWrite: Bool { [.create, .update, .delete].contains(operation) }
}

extension MemoryCall: CustomStringConvertible {
    /// `update carrier.trunk trunk-0001`
    public var description: String { "\(operation.rawValue) \(kind)" + (id.map { " \($0)" } ?? "") }
}

/// A place in the sequence of calls: the nth call that matches, counted from when the place was named.
public struct MemoryPlace: Sendable, Hashable {
    private var operations: Set<MemoryCall.Operation>
    private var kind: String?
    private var id: String?
    /// Counts from 1.
    public private(set) var nth: Int

    /// The nth call that only reads.
    public static func read(_ nth: Int = 1) -> MemoryPlace { MemoryPlace(operations: [.list, .read], nth: nth) }

    /// The nth call that can change something.
    public static func write(_ nth: Int = 1) -> MemoryPlace {
        MemoryPlace(operations: [.create, .update, .delete], nth: nth)
    }

    /// The nth call of an operation, of one kind or one object if they are given.
    public static func call(
        _ operation: MemoryCall.Operation, of kind: String? = nil, id: String? = nil, nth: Int = 1
    ) -> MemoryPlace {
        MemoryPlace(operations: [operation], kind: kind, id: id, nth: nth)
    }

    /// The nth call of any operation, of one kind if it is given.
    public static func any(of kind: String? = nil, nth: Int = 1) -> MemoryPlace {
        MemoryPlace(operations: Set(MemoryCall.Operation.allCases), kind: kind, nth: nth)
    }

    func matches(_ call: MemoryCall) -> Bool {
        operations.contains(call.operation) && (kind == nil || kind == call.kind) && (id == nil || id == call.id)
    }
}

/// How a call of a ``MemoryVendor`` fails.
public enum MemoryFailure: String, Sendable, Hashable, CaseIterable {
    /// The vendor refuses the request with 400 and changes nothing.
    case refused
    /// The vendor refuses the key with 401.
    case unauthenticated
    /// The vendor answers 429 and changes nothing.
    case rateLimited
    /// The vendor answers 503 and changes nothing.
    case unavailable
    /// The vendor acts and answers 503.
    case unavailableAfter
    /// A router that does not know the path answers 404; nothing is changed.
    case missingRoute
    /// The request never leaves.
    case notSent
    /// The connection breaks before the vendor acts; the client cannot know that.
    case lostBefore
    /// The vendor acts, and the connection breaks before the answer; the client cannot know that.
    case lostAfter
    /// The vendor acts, and the answer is not JSON.
    case unreadable

    /// Whether the vendor acts all the same.
    public var acts: Bool { [.unavailableAfter, .lostAfter, .unreadable].contains(self) }

    /// Whether a client knows for certain that nothing was changed.
    public var isCertainlyNotDone: Bool { [.unauthenticated, .rateLimited, .notSent].contains(self) }

    /// - Throws: `TransportError` where no answer comes.
    func answer() throws(TransportError) -> MemoryAnswer {
        switch self {
        case .refused: MemoryAnswer(400, ["error": "refused by the test"])
        case .unauthenticated: MemoryAnswer(401, ["error": "the key is not valid"])
        case .rateLimited: MemoryAnswer(429, ["error": "too many requests"])
        case .unavailable, .unavailableAfter: MemoryAnswer(503, ["error": "try again later"])
        case .missingRoute: MemoryAnswer(404, ["error": "no such route"])
        case .unreadable: MemoryAnswer(200, text: "<html>")
        case .notSent: throw TransportError(code: .connect, delivery: .notSent, message: "no connection")
        case .lostBefore, .lostAfter:
            throw TransportError(code: .interrupted, delivery: .unknown, message: "the connection broke")
        }
    }
}

/// Status and body of an answer.
struct MemoryAnswer {
    var status: Int
    var body: [UInt8]

    init(_ status: Int, _ value: JSONValue) {
        self.status = status
        body = value.bytes()
    }

    init(_ status: Int, text: String) {
        self.status = status
        body = Array(text.utf8)
    }

    /// The API's own words for an object that does not exist.
    static let missing = MemoryAnswer(404, ["error": "there is no such object", "missing": true])
}
