import GRDB
import ZentrunkCore
import ZentrunkJSON

/// A write that a run intended.
struct WriteRow: SealedRow {
    static let table = "writes"
    static let columns = ["run", "sequence", "operation", "key", "number", "kind", "id", "name", "fields", "former"]
    static let keyCount = 2

    let run: Int64
    let sequence: Int64
    let deed: Deed
    let instance: InstanceID
    let kind: String
    let id: String?
    let name: String?
    let fields: JSONObject
    let former: JSONObject?

    init(run: Int64, _ intent: WriteIntent) {
        self.run = run
        sequence = Int64(intent.sequence)
        deed = intent.deed
        instance = intent.instance
        kind = intent.kind
        id = intent.id
        name = intent.name
        fields = intent.fields
        former = intent.former
    }

    var values: [DatabaseValue] {
        [
            run.databaseValue, sequence.databaseValue, deed.rawValue.databaseValue, instance.key.databaseValue,
            (instance.number?.e164).databaseValue, kind.databaseValue, id.databaseValue, name.databaseValue,
            fields.journalText.databaseValue, (former?.journalText).databaseValue,
        ]
    }
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
        let column: Deed.JournalWord = try word()
        return column.deed
    }
}

extension Deed {
    /// A deed as a word of the journal. Older journals have four words, for objects and routes alike.
    fileprivate struct JournalWord: RawRepresentable {
        let deed: Deed

        init?(rawValue: String) {
            switch rawValue {
            case "create": deed = .make
            case "update": deed = .change
            case "restore": deed = .putBack
            case "delete": deed = .remove
            default:
                guard let known = Deed(rawValue: rawValue) else { return nil }
                deed = known
            }
        }

        var rawValue: String { deed.rawValue }
    }
}

/// The values of an object before a write; a write without this row created an object.
struct BeforeRow: SealedRow {
    static let table = "befores"
    static let columns = ["run", "sequence", "fields"]
    static let keyCount = 2

    let run: Int64
    let sequence: Int64
    let fields: JSONObject

    var values: [DatabaseValue] {
        [run.databaseValue, sequence.databaseValue, fields.journalText.databaseValue]
    }
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
    static let keyCount = 2

    let run: Int64
    let sequence: Int64
    let outcome: WriteOutcome

    private enum Word: String { case done, notDone = "not-done", unknown }

    var values: [DatabaseValue] {
        let (word, detail): (Word, String) =
            switch outcome {
            case .done(let id): (.done, id)
            case .notDone(let reason): (.notDone, reason)
            case .unknown(let reason): (.unknown, reason)
            }
        return [run.databaseValue, sequence.databaseValue, word.rawValue.databaseValue, detail.databaseValue]
    }
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
