import GRDB
import ZentrunkCore
import ZentrunkJSON

/// A write that a run intended.
struct WriteRow: SealedRow {
    static let table = "writes"
    static let columns = ["run", "sequence", "operation", "key", "number", "kind", "id", "name", "fields", "former"]

    let run: Int64
    let sequence: Int64
    let operation: WriteIntent.Operation
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
        operation = try columns.word()
        instance = InstanceID(
            try columns.text(), number: try columns.textIfPresent().map(PhoneNumber.init(journalText:)))
        kind = try columns.text()
        id = try columns.textIfPresent()
        name = try columns.textIfPresent()
        fields = try JSONObject(journalText: columns.text())
        former = try columns.textIfPresent().map(JSONObject.init(journalText:))
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
            sequence: Int(sequence), operation: operation, instance: instance, kind: kind, id: id, name: name,
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
