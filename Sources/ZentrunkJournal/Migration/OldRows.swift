import GRDB
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// A connection that was ever run, with its description while it exists.
struct ConnectionRow: SealedRow {
    static let table = "connections"
    static let columns = ["id", "carrier_account", "platform", "platform_account", "name", "description"]

    let id: Int64
    let identity: ConnectionIdentity
    var description: Connection?
}

extension ConnectionRow {
    init(from columns: inout ColumnReader) throws {
        id = try columns.integer()
        identity = ConnectionIdentity(
            carrierAccount: try columns.text(), platform: PlatformID(try columns.text()),
            platformAccount: try columns.text(), name: try ConnectionName(journalText: columns.text()))
        description = try columns.textIfPresent().map(Connection.init(journalText:))
    }
}

/// The id of one of a connection's objects, as a hint.
struct ObjectRow: SealedRow {
    static let table = "objects"
    static let columns = ["connection", "key", "number", "kind", "id"]

    let connection: Int64
    let instance: InstanceID
    let object: RecordedObject
}

extension ObjectRow {
    init(from columns: inout ColumnReader) throws {
        connection = try columns.integer()
        let key = try columns.text()
        let number = try columns.text()
        instance = InstanceID(key, number: number.isEmpty ? nil : try PhoneNumber(journalText: number))
        object = RecordedObject(kind: try columns.text(), id: try columns.text())
    }
}

/// The values of an object before the connection took it over.
struct FormerRow: SealedRow {
    static let table = "formers"
    static let columns = ["connection", "kind", "id", "fields", "run"]

    let connection: Int64
    let object: RecordedObject
    let fields: JSONObject
    /// The run that recorded the values, and whose undo removes them.
    let run: Int64?
}

extension FormerRow {
    init(from columns: inout ColumnReader) throws {
        connection = try columns.integer()
        object = RecordedObject(kind: try columns.text(), id: try columns.text())
        fields = try JSONObject(journalText: columns.text())
        run = try columns.integerIfPresent()
    }
}

/// A run; open while it has no ending.
struct RunRow: SealedRow {
    static let table = "runs"
    static let columns = ["number", "id", "connection", "operation", "description", "ending", "remark"]

    /// The number of the run in the order in which all runs began.
    let number: Int64
    let id: String
    let connection: Int64
    let operation: RunOperation
    /// The connection after the run, as JSON, because most readers of a row do not need it.
    let description: String
    var ending: PastRun.Outcome?
    var remark: String?
}

extension RunRow {
    init(from columns: inout ColumnReader) throws {
        number = try columns.integer()
        id = try columns.text()
        connection = try columns.integer()
        operation = try columns.word()
        description = try columns.text()
        ending = try columns.wordIfPresent()
        remark = try columns.textIfPresent()
    }
}
