public import ZentrunkJSON

/// The durable record of what runs intended and what happened, of each changed object's former values, and of each
/// connection's description.
///
/// Live objects decide what is; the journal is what makes undo and `disconnect` able to put things back. No secret ever
/// reaches it. Methods throw ``ZentrunkError`` `journal`.
public protocol Journal: Sendable {
    /// Every connection that is known, in no particular order.
    func connections() async throws -> [ConnectionRecord]

    /// What is known of one connection, or nil.
    func connection(_ identity: ConnectionIdentity) async throws -> ConnectionRecord?

    /// Notes that a run begins. From here to ``finish(_:_:)`` its intents are open: a later run can see that this one died.
    func begin(_ run: RunRecord) async throws

    /// Notes what is about to be written. Returns once that would survive a crash.
    ///
    /// In a run that had ended it opens the run again: something of it is being put back.
    ///
    /// When the intent holds former values and none are remembered for that object of the connection yet, they are from now
    /// on, also beyond this run.
    func intend(_ intent: WriteIntent, in run: RunRecord) async throws

    /// Notes how an intent ended. May be kept until the next intent is noted: a lost outcome is found out again by a read.
    ///
    /// A write that was certainly not done takes the former values back that its intent brought.
    func settle(_ intent: WriteIntent, _ outcome: WriteOutcome, in run: RunRecord) async throws

    /// Notes how the run ended, and what is to be remembered of its connection from now on.
    func finish(_ run: RunRecord, _ ending: RunEnding) async throws

    /// The runs of one connection, or of all, in the order in which they began.
    func runs(of identity: ConnectionIdentity?) async throws -> [PastRun]

    /// The run with this id; nil when the journal does not have it.
    func run(_ id: String) async throws -> PastRun?

    /// What the run with this id meant to write and what became of it, in order; empty when nobody knows the run.
    func writes(of run: String) async throws -> [PastWrite]

    /// Keeps runs of one connection apart, as far as this journal reaches.
    var locks: any ConnectionLocks { get }
}

/// What the journal knows of one connection.
public struct ConnectionRecord: Sendable, Hashable {
    public var identity: ConnectionIdentity
    public var connection: Connection
    /// Ids of its objects, as hints: each is verified before it is believed.
    public var objects: [InstanceID: RecordedObject]
    /// The values that changed objects had before the connection took them: number routes, adopted records.
    public var former: [RecordedObject: JSONObject]

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

/// A remote object by kind and id.
public struct RecordedObject: Sendable, Hashable {
    public var kind: String
    public var id: String

    public init(kind: String, id: String) {
        self.kind = kind
        self.id = id
    }
}

/// One run of a command.
public struct RunRecord: Sendable, Hashable {
    /// Unique; sorts by time.
    public var id: String
    public var identity: ConnectionIdentity
    public var operation: RunOperation
    /// What the run leads to.
    public var connection: Connection

    public init(id: String, identity: ConnectionIdentity, operation: RunOperation, connection: Connection) {
        self.id = id
        self.identity = identity
        self.operation = operation
        self.connection = connection
    }
}

/// What a run is for.
public enum RunOperation: String, Sendable, Hashable { case connect, disconnect }

/// A write that is about to be sent.
public struct WriteIntent: Sendable, Hashable {
    public enum Operation: String, Sendable, Hashable { case create, update, delete, restore }

    /// Counts up within the run, from 1.
    public var sequence: Int
    public var operation: Operation
    public var instance: InstanceID
    public var kind: String
    /// nil before a create.
    public var id: String?
    /// The name under which a create can be found again.
    public var name: String?
    /// The fields that are written, nothing write-only among them.
    public var fields: JSONObject
    /// The object's values before the first change by this connection: what `disconnect` puts back. Only for objects that
    /// are others', such as routes and adopted records.
    public var former: JSONObject?
    /// The object's values just before this write: what undo puts back. nil for what did not exist.
    public var before: JSONObject?

    public init(
        sequence: Int, operation: Operation, instance: InstanceID, kind: String, id: String?, name: String?,
        fields: JSONObject, former: JSONObject?, before: JSONObject? = nil
    ) {
        self.sequence = sequence
        self.operation = operation
        self.instance = instance
        self.kind = kind
        self.id = id
        self.name = name
        self.fields = fields
        self.former = former
        self.before = before
    }
}

/// How a write ended.
public enum WriteOutcome: Sendable, Hashable {
    /// Done; the object has this id.
    case done(id: String)
    /// Certainly not done, and why.
    case notDone(String)
    /// Nobody knows, and why.
    case unknown(String)
}

/// How a run ended.
public enum RunEnding: Sendable, Hashable {
    /// Done: the connection is now this.
    case done(ConnectionRecord)
    /// The connection is gone, with everything that was remembered about it.
    case gone
    /// Everything was put back: what was remembered before the run holds again, also when the run had been done before. Hints
    /// stay, except for objects that the run created or took over.
    case undone(String)
    /// Something is left, which the record describes as well as it can; nil: what the run made are hints from now on.
    case left(String, ConnectionRecord?)
}
