public import ZentrunkJSON

/// The durable record of runs: storage of entries, in the order in which they were added.
///
/// Live objects are authoritative. The journal enables undo and `disconnect` to restore former values. It contains no
/// secrets. What the entries mean is not its concern: ``JournalState`` folds them. An entry has a text form,
/// ``JournalEntry/text``, so that a store needs a table of texts with three indexes and nothing else. A module with a
/// journal of its own writes `@_spi(Adapter) import ZentrunkCore`.
///
/// All functions that read include the entries that ride. Methods throw ``ZentrunkError`` `journal`.
public protocol Journal: Sendable {
    /// Adds entries, all or none, after those that ride. Returns once all of them would survive a crash, also if the
    /// task is cancelled meanwhile, because undo has to be recorded, too.
    ///
    /// - Throws: ``ZentrunkError`` `journal`, also if one of the entries is for a run that has not begun.
    @_spi(Adapter) func append(_ entries: [JournalEntry]) async throws

    /// Adds an entry that need not survive a crash until the next ``append(_:)`` has returned. It is dropped if its run
    /// has not begun.
    ///
    /// A start that is lost belongs to a run that has sent nothing; a lost outcome is determined again by a read.
    @_spi(Adapter) func ride(_ entry: JournalEntry) async

    /// Returns the connections of which a run ever began, in any order, by an index.
    ///
    /// - Parameter carrierAccount: Only those of this account of the carrier; nil for all.
    func identities(of carrierAccount: String?) async throws -> [ConnectionIdentity]

    /// Returns the entries that are milestones (``JournalEntry/isMilestone``), in the order in which they were added,
    /// by an index: a long history of writes costs nothing here.
    ///
    /// - Parameter identity: Only those of this connection; nil for all.
    @_spi(Adapter) func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry]

    /// Returns all entries of the run with this id, in the order in which they were added, by an index; empty if the
    /// run is unknown.
    @_spi(Adapter) func entries(of run: String) async throws -> [JournalEntry]

    /// The locks between runs of one connection, for everything that shares this journal.
    @_spi(Adapter) var locks: any ConnectionLocks { get }
}

// Requirements that only some importers see need an implementation. As these are unavailable, a journal without its own
// does not compile.
@_spi(Adapter) extension Journal {
    @available(*, unavailable, message: "every journal implements this")
    public func append(_ entries: [JournalEntry]) async throws { fatalError() }
    @available(*, unavailable, message: "every journal implements this")
    public func ride(_ entry: JournalEntry) async { fatalError() }
    @available(*, unavailable, message: "every journal implements this")
    public func milestones(of identity: ConnectionIdentity?) async throws -> [JournalEntry] { fatalError() }
    @available(*, unavailable, message: "every journal implements this")
    public func entries(of run: String) async throws -> [JournalEntry] { fatalError() }
    @available(*, unavailable, message: "every journal implements this")
    public var locks: any ConnectionLocks { fatalError() }
}

/// What the journal knows of one connection.
public struct ConnectionRecord: Sendable, Hashable {
    /// The connection's identity.
    public var identity: ConnectionIdentity
    /// The connection's description.
    public var connection: Connection
    /// The ids of its objects. They are hints: each is verified by a read before it is used.
    public var objects: [InstanceID: RecordedObject]
    /// The values that changed objects, such as number routes and adopted records, had before the connection took them
    /// over.
    public var former: [RecordedObject: JSONObject]
    /// The instances that each instance rests on: it refers to them, so they are created before it and deleted after
    /// it. Empty where this is not known.
    public var after: [InstanceID: [InstanceID]]

    /// Creates a record.
    public init(
        identity: ConnectionIdentity, connection: Connection, objects: [InstanceID: RecordedObject] = [:],
        former: [RecordedObject: JSONObject] = [:], after: [InstanceID: [InstanceID]] = [:]
    ) {
        self.identity = identity
        self.connection = connection
        self.objects = objects
        self.former = former
        self.after = after
    }
}

/// A remote object, identified by kind and id.
public struct RecordedObject: Sendable, Hashable {
    /// The kind's name.
    public var kind: String
    /// The vendor's id.
    public var id: String

    /// Creates an object.
    public init(kind: String, id: String) {
        self.kind = kind
        self.id = id
    }
}

/// One run of a command.
package struct RunRecord: Sendable, Hashable {
    /// The run's id: unique, and sorted by time.
    package var id: String
    /// The connection's identity.
    package var identity: ConnectionIdentity
    /// The purpose of the run.
    package var operation: RunOperation
    /// The connection as it will be after the run.
    package var connection: Connection

    /// Creates a record.
    package init(id: String, identity: ConnectionIdentity, operation: RunOperation, connection: Connection) {
        self.id = id
        self.identity = identity
        self.operation = operation
        self.connection = connection
    }
}

/// The purpose of a run.
public enum RunOperation: String, Sendable, Hashable, CaseIterable { case connect, disconnect }

/// A write that is about to be sent.
@_spi(Adapter) public struct WriteIntent: Sendable, Hashable {
    /// The position in the run, counted from 1.
    public var sequence: Int
    /// What the write does to the object.
    public var deed: Deed
    /// The instance that the object belongs to.
    public var instance: InstanceID
    /// The kind's name.
    public var kind: String
    /// The object's id; nil before a create.
    public var id: String?
    /// The object's name, by which a create can be found again.
    public var name: String?
    /// The fields that are sent, without write-only ones.
    public var fields: JSONObject
    /// The values before the first change by this connection, which `disconnect` restores. Only for foreign objects,
    /// such as routes and adopted records.
    public var former: JSONObject?
    /// The values just before this write, which undo restores; nil for an object that did not exist.
    public var before: JSONObject?
    /// The instances that this one rests on: it refers to them. Empty where this is not known.
    public var after: [InstanceID]

    /// Creates an intent.
    public init(
        sequence: Int, deed: Deed, instance: InstanceID, kind: String, id: String?, name: String?,
        fields: JSONObject, former: JSONObject?, before: JSONObject? = nil, after: [InstanceID] = []
    ) {
        self.sequence = sequence
        self.deed = deed
        self.instance = instance
        self.kind = kind
        self.id = id
        self.name = name
        self.fields = fields
        self.former = former
        self.before = before
        self.after = after
    }
}

/// The outcome of a write.
@_spi(Adapter) public enum WriteOutcome: Sendable, Hashable {
    /// Done; the object has this id.
    case done(id: String)
    /// Certainly not done; the text is the reason.
    case notDone(String)
    /// Unknown; the text is the reason.
    case unknown(String)
}

/// How a run ended.
package enum RunEnding: Sendable, Hashable {
    /// Completed: the connection is now this.
    case done(ConnectionRecord)
    /// The connection is removed, together with everything recorded about it.
    case gone
    /// Everything was restored: the records from before the run apply again, even if the run had been completed. Hints
    /// stay, except for objects that the run created or took over.
    case undone(String)
    /// Something is left, described by the record as well as possible. nil: the run's objects are hints from now on.
    case left(String, ConnectionRecord?)
}
