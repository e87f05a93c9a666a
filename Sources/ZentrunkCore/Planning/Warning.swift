/// A finding that does not stop a plan or a run.
public struct Warning: Sendable, Hashable {
    /// The subject of a warning. Templates define further codes.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// The code as text.
        public let description: String

        /// Creates a code.
        ///
        /// - Parameter text: Lower-case words joined by hyphens.
        public init(_ text: String) { description = text }

        /// Another object takes calls of the connection, or exists next to one of its objects.
        public static let conflict = Code("conflict")
        /// A member that no option sets blocks calls or sends them elsewhere.
        public static let diversion = Code("diversion")
        /// The template refuses what the connection already is.
        public static let unsupported = Code("unsupported")
        /// A removed number is now routed to a foreign target, which is kept.
        public static let elsewhere = Code("elsewhere")
        /// An object was to be deleted and was kept.
        public static let kept = Code("kept")
        /// An object has a name of the connection, but its template has no such resource.
        public static let leftover = Code("leftover")
        /// An object has a name of the connection, but nothing shows that it belongs to this carrier account.
        public static let unclaimed = Code("unclaimed")
        /// A number that is not part of the connection is routed to its trunk.
        public static let unlistedNumber = Code("unlisted-number")
        /// The plan also reverts changes that were made by hand.
        public static let drift = Code("drift")
        /// An object is not as the run left it, and undo does not change it.
        public static let changedSince = Code("changed-since")
        /// A run died before its end.
        public static let unfinishedRun = Code("unfinished-run")
        /// Another run is working on the connection.
        public static let busy = Code("busy")
        /// A written object could not be read back.
        public static let notVerified = Code("not-verified")
        /// The journal could not record the end of the run.
        public static let journal = Code("journal")
        /// Calls fail for some seconds while the plan is carried out.
        public static let gap = Code("gap")
        /// The carrier has objects of the connection, and the platform has none.
        public static let oneSided = Code("one-sided")
    }

    /// The subject.
    public var code: Code
    /// The object in question; nil if there is none, or more than one.
    public var object: RecordedObject?
    /// One sentence for the user.
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
