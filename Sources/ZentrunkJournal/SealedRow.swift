import GRDB

/// A row with a checksum over all its columns.
///
/// SQLite detects a damaged page, but not a changed letter inside a text, and a changed former route would send calls
/// to a wrong destination. So every row is sealed when it is written, and verified when it is read.
protocol SealedRow: Sendable {
    /// The table's name.
    static var table: String { get }
    /// The columns' names.
    static var columns: [String] { get }

    /// The values, in the order of ``columns``.
    var values: [DatabaseValue] { get }

    /// Creates the row from its columns.
    ///
    /// - Throws: ``JournalDamage``.
    init(from columns: inout ColumnReader) throws
}

extension SealedRow {
    /// Writes the row together with its checksum.
    func insert(_ database: Database) throws {
        let names = Self.columns + ["checksum"]
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        let sql = "INSERT INTO \(Self.table) (\(names.joined(separator: ", "))) VALUES (\(marks))"
        let values = self.values
        try database.cachedStatement(sql: sql)
            .execute(arguments: StatementArguments(values + [Checksum.of(values).databaseValue]))
    }

    /// Returns the rows that meet the condition, all of them verified.
    ///
    /// - Throws: ``JournalDamage`` if one is not as it was written.
    static func fetch(_ database: Database, _ condition: String, _ arguments: StatementArguments) throws -> [Self] {
        let sql = "SELECT \(columns.joined(separator: ", ")), checksum FROM \(table) WHERE \(condition)"
        let rows = try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments)
        return try rows.map { row in
            let values = Array(row.databaseValues)
            guard values.last == Checksum.of(values.dropLast()).databaseValue else {
                throw JournalDamage(reason: "a row of its table \(table) does not match its checksum")
            }
            var reader = ColumnReader(table: table, values: values)
            return try Self(from: &reader)
        }
    }
}

/// A reader of a row's columns, in the order in which they were written.
struct ColumnReader {
    let table: String
    private var values: ArraySlice<DatabaseValue>

    init(table: String, values: [DatabaseValue]) {
        self.table = table
        self.values = values[...]
    }

    /// Reads a text.
    ///
    /// - Throws: ``JournalDamage`` if the next column has another type.
    mutating func text() throws -> String {
        guard let text = try textIfPresent() else { throw damage("text") }
        return text
    }

    /// Reads a text; nil if the next column is NULL.
    mutating func textIfPresent() throws -> String? {
        switch values.popFirst()?.storage {
        case .null: return nil
        case .string(let text): return text
        default: throw damage("text")
        }
    }

    /// Reads an integer.
    ///
    /// - Throws: ``JournalDamage`` if the next column has another type.
    mutating func integer() throws -> Int64 {
        guard case .int64(let number) = values.popFirst()?.storage else { throw damage("an integer") }
        return number
    }

    /// Reads an integer; nil if the next column is NULL.
    mutating func integerIfPresent() throws -> Int64? {
        switch values.popFirst()?.storage {
        case .null: return nil
        case .int64(let number): return number
        default: throw damage("an integer")
        }
    }

    /// Reads one of the type's words.
    ///
    /// - Throws: ``JournalDamage`` if the next column has another value.
    mutating func word<Word: RawRepresentable<String>>() throws -> Word {
        guard let word: Word = try wordIfPresent() else { throw damage("a word") }
        return word
    }

    /// Reads one of the type's words; nil if the next column is NULL.
    mutating func wordIfPresent<Word: RawRepresentable<String>>() throws -> Word? {
        guard let text = try textIfPresent() else { return nil }
        guard let word = Word(rawValue: text) else { throw damage("a known word") }
        return word
    }

    private func damage(_ expected: String) -> JournalDamage {
        JournalDamage(reason: "a row of its table \(table) does not hold \(expected) where it should")
    }
}

/// The 64-bit FNV-1a checksum, which any single changed byte changes. <http://www.isthe.com/chongo/tech/comp/fnv/>
///
/// It protects against accidents, not against attackers, who are kept out by the folder's permissions.
struct Checksum {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    static func of(_ values: some Sequence<DatabaseValue>) -> Int64 {
        var checksum = Checksum()
        for value in values { checksum.add(value) }
        return Int64(bitPattern: checksum.state)
    }

    /// Adds the value with its type and length, so that moving text between columns is detected.
    private mutating func add(_ value: DatabaseValue) {
        switch value.storage {
        case .null: add(0)
        case .int64(let number): add(1, number)
        case .double(let number): add(2, Int64(bitPattern: number.bitPattern))
        case .string(let text): add(3, text.utf8)
        case .blob(let bytes): add(4, bytes)
        }
    }

    private mutating func add(_ kind: UInt8, _ bytes: some Collection<UInt8>) {
        add(kind, Int64(bytes.count))
        for byte in bytes { add(byte) }
    }

    private mutating func add(_ kind: UInt8, _ number: Int64) {
        add(kind)
        for shift in stride(from: 0, to: 64, by: 8) { add(UInt8(truncatingIfNeeded: number >> Int64(shift))) }
    }

    private mutating func add(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
}
