/// Something that a person should know although nothing stands in the way.
public struct Warning: Sendable, Hashable {
    /// What it is about. A template gives its own warnings codes of its own.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// - Parameter text: Lower-case words joined by hyphens.
        public init(_ text: String) { description = text }

        /// Another object takes calls of the connection, or stands beside one of its objects.
        public static let conflict = Code("conflict")
        /// A member that no option sets stops calls or leads them elsewhere.
        public static let diversion = Code("diversion")
        /// The template refuses what the connection is already.
        public static let unsupported = Code("unsupported")
        /// A number that leaves is routed to something else by now and stays there.
        public static let elsewhere = Code("elsewhere")
        /// An object was to be deleted and stays.
        public static let kept = Code("kept")
        /// An object is named like one of the connection's, and its template has no such resource.
        public static let leftover = Code("leftover")
        /// An object is named like one of the connection's, and nothing shows that it belongs to this carrier account.
        public static let unclaimed = Code("unclaimed")
        /// A number that is not the connection's is routed to its trunk.
        public static let unlistedNumber = Code("unlisted-number")
        /// Changes made by hand are mended along the way.
        public static let drift = Code("drift")
        /// An object is not as the run left it, and undo leaves it alone.
        public static let changedSince = Code("changed-since")
        /// A run died before its end.
        public static let unfinishedRun = Code("unfinished-run")
        /// Another run is working on the connection.
        public static let busy = Code("busy")
        /// What was written could not be read back.
        public static let notVerified = Code("not-verified")
        /// The journal could not record the end of the run.
        public static let journal = Code("journal")
        /// The carrier has objects of the connection and the platform has none.
        public static let oneSided = Code("one-sided")
    }

    public var code: Code
    /// The object that it is about; nil when it is about none, or about several.
    public var object: RecordedObject?
    /// One sentence for a person.
    public var message: String
    /// What helps; empty when there is nothing to do.
    public var remedies: [Remedy]

    public init(_ code: Code, _ message: String, about object: RecordedObject? = nil, remedies: [Remedy] = []) {
        self.code = code
        self.object = object
        self.message = message
        self.remedies = remedies
    }
}
