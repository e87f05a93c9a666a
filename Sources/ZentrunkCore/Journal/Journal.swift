public import ZentrunkJSON

/// The durable record of runs: their intended writes and outcomes, the former values of changed objects, and the
/// connections' descriptions.
///
/// Live objects are authoritative. The journal enables undo and `disconnect` to restore former values. It contains no
/// secrets. Methods throw ``ZentrunkError`` `journal`.
public protocol Journal: Sendable {
    /// Returns all known connections, in any order.
    func connections() async throws -> [ConnectionRecord]

    /// Returns what is known of one connection; nil if nothing is.
    func connection(_ identity: ConnectionIdentity) async throws -> ConnectionRecord?

    /// Records the start of a run. Until ``finish(_:_:)`` the run is open, so a later run can detect that this one
    /// died.
    func begin(_ run: RunRecord) async throws

    /// Records a write before it is sent. Returns once the record would survive a crash.
    ///
    /// If the run has already ended, this opens it again: something in it is being undone.
    ///
    /// If the intent has former values and none are recorded for that object of the connection, they are kept from now
    /// on, also beyond this run.
    func intend(_ intent: WriteIntent, in run: RunRecord) async throws

    /// Records the outcome of a write. May be delayed until the next intent is recorded: a lost outcome is determined
    /// again by a read.
    ///
    /// If the write was certainly not done, the former values that its intent added are removed again.
    func settle(_ intent: WriteIntent, _ outcome: WriteOutcome, in run: RunRecord) async throws

    /// Records how the run ended, and what is known of its connection from now on.
    func finish(_ run: RunRecord, _ ending: RunEnding) async throws

    /// Returns the runs of one connection, or of all if nil, in the order in which they began.
    func runs(of identity: ConnectionIdentity?) async throws -> [PastRun]

    /// Returns the run with this id; nil if the journal does not have it.
    func run(_ id: String) async throws -> PastRun?

    /// Returns the writes of the run with this id and their outcomes, in order; empty if the run is unknown.
    func writes(of run: String) async throws -> [PastWrite]

    /// The locks between runs of one connection, for everything that shares this journal.
    var locks: any ConnectionLocks { get }
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

    /// Creates a record.
    public init(
        identity: ConnectionIdentity, connection: Connection, objects: [InstanceID: RecordedObject] = [:],
        former: [RecordedObject: JSONObject] = [:]
    ) {
        self.identity = identity
        self.connection = connection
        self.objects = objects
        self.former = former
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
public struct RunRecord: Sendable, Hashable {
    /// The run's id: unique, and sorted by time.
    public var id: String
    /// The connection's identity.
    public var identity: ConnectionIdentity
    /// The purpose of the run.
    public var operation: RunOperation
    /// The connection as it will be after the run.
    public var connection: Connection

    /// Creates a record.
    public init(id: String, identity: ConnectionIdentity, operation: RunOperation, connection: Connection) {
        self.id = id
        self.identity = identity
        self.operation = operation
        self.connection = connection
    }
}

/// The purpose of a run.
public enum RunOperation: String, Sendable, Hashable { case connect, disconnect }

/// A write that is about to be sent.
public struct WriteIntent: Sendable, Hashable {
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

    /// Creates an intent.
    public init(
        sequence: Int, deed: Deed, instance: InstanceID, kind: String, id: String?, name: String?,
        fields: JSONObject, former: JSONObject?, before: JSONObject? = nil
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
    }
}

/// The outcome of a write.
public enum WriteOutcome: Sendable, Hashable {
    /// Done; the object has this id.
    case done(id: String)
    /// Certainly not done; the text is the reason.
    case notDone(String)
    /// Unknown; the text is the reason.
    case unknown(String)
}

/// How a run ended.
public enum RunEnding: Sendable, Hashable {
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
