/// An error of planning, connecting or disconnecting.
public struct ZentrunkError: Error, Sendable {
    /// The category, which determines the remedy. Codes may be added, so a `switch` needs a `default`.
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

        /// Arguments, settings or the template are invalid.
        public static let invalid = Code(value: .invalid)
        /// The platform or the carrier does not support this; the template states the reason.
        public static let unsupported = Code(value: .unsupported)
        /// A key was refused; the message names its variable.
        public static let unauthenticated = Code(value: .unauthenticated)
        /// The network or a server failed. Try again later.
        public static let unavailable = Code(value: .unavailable)
        /// Still rate limited after all retries. Wait before trying again.
        public static let rateLimited = Code(value: .rateLimited)
        /// A live object is an obstacle; an option may allow the change.
        public static let collision = Code(value: .collision)
        /// The carrier has objects of the connection and the platform has none: the platform's key may be the wrong
        /// one.
        public static let oneSided = Code(value: .oneSided)
        /// A vendor refused the request.
        public static let refused = Code(value: .refused)
        /// A live object would change without consent.
        public static let consent = Code(value: .consent)
        /// The plan differs from the expected one.
        public static let planChanged = Code(value: .planChanged)
        /// An object changed between planning and writing.
        public static let moved = Code(value: .moved)
        /// Ctrl-C was pressed, or the task was cancelled.
        public static let cancelled = Code(value: .cancelled)
        /// What was written does not read back as intended, or was not completed.
        public static let incomplete = Code(value: .incomplete)
        /// The journal could not be read or written.
        public static let journal = Code(value: .journal)
        /// A named connection, run or object does not exist.
        public static let notFound = Code(value: .notFound)
        /// The connection does not exist yet, and a new one needs a number.
        public static let noNumber = Code(value: .noNumber)
        /// Another run is working on the connection.
        public static let busy = Code(value: .busy)
        /// A bug in this package or in a component that a program supplied; the message says what to report. Waiting
        /// does not help.
        public static let internalFault = Code(value: .internalFault)

        /// The code as text.
        public var description: String { value.rawValue }
    }

    /// The part that failed.
    public enum Place: String, Sendable, Hashable { case local, carrier, wire, platform }

    /// The category.
    public var code: Code
    /// One sentence for the user, without secrets and raw bodies.
    public var message: String
    /// The items that the message combines, to be printed on separate lines; usually empty.
    public private(set) var items: [String] = []
    /// The message without the items.
    private var summary: String?
    /// The part that failed.
    public var place: Place
    /// The HTTP status, if there was a response.
    public var status: Int?
    /// The vendor's message, without secrets.
    public var vendorMessage: String?
    /// The vendor's id of the failed request, for its support.
    public var requestID: String?
    /// The error that this one explains; for logs and debuggers, since it may hold more than a person should read.
    public var cause: (any Error)?
    /// What helps, the likeliest first; empty when nothing but the message is known.
    public var remedies: [Remedy]

    /// Creates an error. Control and formatting characters in the texts are escaped, so that quoted input cannot
    /// control a terminal or forge log lines.
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

    /// Creates an error about several items: `2 of 9 rows cannot be used: a.csv:3: …; a.csv:7: …`.
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
    /// Creates the error for an unexpected failure, which is a bug.
    ///
    /// - Parameter fault: Printed by its description, in which secrets appear as `<redacted>`.
    public init(internalFault fault: any Error) {
        self.init(
            .internalFault, "a bug in zentrunk: an error that it does not explain (\(type(of: fault)): \(fault))",
            cause: fault, remedies: [.report])
    }
}

extension ZentrunkError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
