/// Why a connection could not be planned, made or taken down.
public struct ZentrunkError: Error, Sendable {
    /// What to do about it. More may be added, so a `switch` over it needs a `default`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        private enum Value: String {
            case invalid, unsupported, unauthenticated, unavailable, collision, refused, consent, moved, cancelled
            case rateLimited = "rate-limited"
            case planChanged = "plan-changed"
            case oneSided = "one-sided"
            case notFound = "not-found"
            case noNumber = "no-number"
            case incomplete, journal, busy
            case internalFault = "internal"
        }
        private let value: Value

        /// Arguments, settings or the template are wrong: change them.
        public static let invalid = Code(value: .invalid)
        /// The platform or the carrier cannot do this: the template says why.
        public static let unsupported = Code(value: .unsupported)
        /// A key was refused: the message names its variable.
        public static let unauthenticated = Code(value: .unauthenticated)
        /// Network or server: wait, and try again.
        public static let unavailable = Code(value: .unavailable)
        /// Too many requests, to the end of our patience: wait.
        public static let rateLimited = Code(value: .rateLimited)
        /// Something live stands in the way; an option may proceed.
        public static let collision = Code(value: .collision)
        /// The carrier has objects of the connection and the platform has none: the platform's key may be the wrong one.
        public static let oneSided = Code(value: .oneSided)
        /// A vendor refused what was asked.
        public static let refused = Code(value: .refused)
        /// Something live would change and nobody agreed to it.
        public static let consent = Code(value: .consent)
        /// The plan is not the one that was expected.
        public static let planChanged = Code(value: .planChanged)
        /// An object changed between the plan and our write.
        public static let moved = Code(value: .moved)
        /// Ctrl-C, or the task was cancelled.
        public static let cancelled = Code(value: .cancelled)
        /// What was written does not read back as it was meant.
        public static let incomplete = Code(value: .incomplete)
        /// The journal could not be read or written.
        public static let journal = Code(value: .journal)
        /// What was named is not there: a connection, a run, an object.
        public static let notFound = Code(value: .notFound)
        /// There is no such connection yet, and a new one needs a number: give one.
        public static let noNumber = Code(value: .noNumber)
        /// Another run is working on the connection: wait for it.
        public static let busy = Code(value: .busy)
        /// A bug of ours, or of a part that a program supplied: the message says what to report. Waiting does not help.
        public static let internalFault = Code(value: .internalFault)

        public var description: String { value.rawValue }
    }

    /// Which of the parts failed.
    public enum Place: String, Sendable, Hashable { case local, carrier, wire, platform }

    public var code: Code
    /// One sentence for a person at two in the morning: no secret, no raw body.
    public var message: String
    /// What the message names together, each alone, for a terminal to print on lines of their own; often nothing.
    public private(set) var items: [String] = []
    /// What stands before the items.
    private var summary: String?
    public var place: Place
    /// The HTTP status, when an answer came.
    public var status: Int?
    /// What the vendor said, secrets removed.
    public var vendorMessage: String?
    /// The vendor's id of the failed request, for its support.
    public var requestID: String?
    /// The error that this one explains; for logs and debuggers, since it may hold more than a person should read.
    public var cause: (any Error)?
    /// What helps, the likeliest first; empty when nothing but the message is known.
    public var remedies: [Remedy]

    /// Control and formatting characters in the texts are escaped, so that quoted input cannot drive a terminal or forge log lines.
    public init(
        _ code: Code, _ message: String, at place: Place = .local, status: Int? = nil, vendorMessage: String? = nil,
        requestID: String? = nil, cause: (any Error)? = nil, remedies: [Remedy] = []
    ) {
        self.code = code
        self.message = message.madeVisible()
        self.place = place
        self.status = status
        self.vendorMessage = vendorMessage?.madeVisible()
        self.requestID = requestID?.madeVisible()
        self.cause = cause
        self.remedies = remedies.map { $0.madeVisible() }
    }

    /// An error about several things at once: `2 of 9 rows cannot be used: a.csv:3: …; a.csv:7: …`.
    public init(_ code: Code, _ summary: String, items: [String], remedies: [Remedy] = []) {
        self.init(code, "\(summary): \(items.joined(separator: "; "))", remedies: remedies)
        self.items = items.map { $0.madeVisible() }
        self.summary = summary.madeVisible()
    }

    /// The message as lines: a summary and its ``items``, or the message alone.
    public var lines: [String] {
        guard let summary else { return [message] }
        return [summary + ":"] + items.map { "  " + $0 }
    }
}

extension ZentrunkError {
    /// An error that no part knows how to explain: a bug.
    ///
    /// - Parameter fault: Printed as it describes itself, where secrets print as `<redacted>`.
    public init(internalFault fault: any Error) {
        self.init(
            .internalFault, "a bug in zentrunk: an error that it does not explain (\(type(of: fault)): \(fault))",
            cause: fault, remedies: [.report])
    }
}

extension ZentrunkError: CustomStringConvertible {
    public var description: String { message }
}
