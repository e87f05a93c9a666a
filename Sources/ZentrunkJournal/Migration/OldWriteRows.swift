import GRDB
@_spi(Adapter) import ZentrunkCore
import ZentrunkJSON

/// A write that a run intended, in four words for objects and routes alike.
struct WriteRow: SealedRow {
    static let table = "writes"
    static let columns = ["run", "sequence", "operation", "key", "number", "kind", "id", "name", "fields", "former"]

    let run: Int64
    let sequence: Int64
    let deed: Deed
    let instance: InstanceID
    let kind: String
    let id: String?
    let name: String?
    let fields: JSONObject
    let former: JSONObject?
}

extension WriteRow {
    init(from columns: inout ColumnReader) throws {
        run = try columns.integer()
        sequence = try columns.integer()
        deed = try columns.deed()
        instance = InstanceID(
            try columns.text(), number: try columns.textIfPresent().map(PhoneNumber.init(journalText:)))
        kind = try columns.text()
        id = try columns.textIfPresent()
        name = try columns.textIfPresent()
        fields = try JSONObject(journalText: columns.text())
        former = try columns.textIfPresent().map(JSONObject.init(journalText:))
    }
}

extension ColumnReader {
    fileprivate mutating func deed() throws -> Deed {
        let column: Deed.OldWord = try word()
        return column.deed
    }
}

extension Deed {
    /// A word of the old tables. What a route's words mean follows from the kind, which is not known here.
    fileprivate enum OldWord: String {
        case create, update, restore, delete

        var deed: Deed {
            switch self {
            case .create: .make
            case .update: .change
            case .restore: .putBack
            case .delete: .remove
            }
        }
    }
}

/// The values of an object before a write; a write without this row created an object.
struct BeforeRow: SealedRow {
    static let table = "befores"
    static let columns = ["run", "sequence", "fields"]

    let run: Int64
    let sequence: Int64
    let fields: JSONObject
}

extension BeforeRow {
    init(from columns: inout ColumnReader) throws {
        run = try columns.integer()
        sequence = try columns.integer()
        fields = try JSONObject(journalText: columns.text())
    }
}

extension WriteRow {
    /// Returns the recorded intent, with the object's values before the write.
    func intent(before: JSONObject?) -> WriteIntent {
        WriteIntent(
            sequence: Int(sequence), deed: deed, instance: instance, kind: kind, id: id, name: name,
            fields: fields, former: former, before: before)
    }
}

/// The outcome of a write; a write without this row is open.
struct OutcomeRow: SealedRow {
    static let table = "outcomes"
    static let columns = ["run", "sequence", "outcome", "detail"]

    let run: Int64
    let sequence: Int64
    let outcome: WriteOutcome

    private enum Word: String { case done, notDone = "not-done", unknown }
}

extension OutcomeRow {
    init(from columns: inout ColumnReader) throws {
        run = try columns.integer()
        sequence = try columns.integer()
        let word: Word = try columns.word()
        let detail = try columns.text()
        outcome =
            switch word {
            case .done: .done(id: detail)
            case .notDone: .notDone(detail)
            case .unknown: .unknown(detail)
            }
    }
}
